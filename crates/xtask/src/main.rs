//! One door to everything the project does with itself.

fn main() {}
