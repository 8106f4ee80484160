//! The operator's servers and loops, run in this process.

mod serving;
