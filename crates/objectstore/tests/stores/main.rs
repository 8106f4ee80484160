//! Stores over a real server, and over one that fails as real ones do.

mod ground;
mod killed;
mod large;
mod s3;
