//! The status server, and the local server for our own commands.
