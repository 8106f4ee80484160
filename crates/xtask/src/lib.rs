//! One door to everything the project does with itself: generate, check, test, show.

pub mod bench;
pub mod check;
pub mod demo;
pub mod dist;
pub mod generate;
pub mod rig;
pub mod test;
mod tree;

pub use tree::{report, root, tell};
