//! What was seen in, what to do out: pure decisions.

pub mod leadership;
