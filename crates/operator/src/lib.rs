//! The operator: controllers, admission, wiring.
