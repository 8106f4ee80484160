//! Facts of PostgreSQL: versions, settings, sizes, names: pure.
