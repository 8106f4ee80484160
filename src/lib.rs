//! The plugin as a library, for its binary and the generators.
