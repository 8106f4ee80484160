//! The operator's servers and loops, run in this process.

mod certificates;
mod election;
mod fake_api;
mod serving;
