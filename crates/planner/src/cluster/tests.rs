//! Decisions about a cluster: a world in memory that obeys them, and tables of single questions.

mod recorded;
mod simulation;
mod tables;
mod world;
