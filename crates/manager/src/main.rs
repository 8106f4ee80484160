//! The in-cluster binary.

fn main() {}
