//! CRD types, defaults, checked forms: pure.
