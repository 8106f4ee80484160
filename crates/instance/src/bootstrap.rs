//! The jobs that make a data directory.
