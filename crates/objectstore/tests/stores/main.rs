//! Stores over a real server, and over one that fails as real ones do.

mod faults;
mod s3;
