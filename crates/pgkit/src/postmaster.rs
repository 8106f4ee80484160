//! The server's first process: started, watched, stopped and started again, without `pg_ctl`.
//!
//! ```text
//!            Start            Ready
//!   (new) ---------> Starting ------> Running
//!                      |  ^  \          |  | exit on its own: again, a limited number of times
//!                 stop |  |   \---------+--+--> Done
//!                      v  | restarted   |
//!                    Stopping <---------+ stop
//!                      |   smart -> fast -> immediate -> kill, each with its time
//!              fenced  |         \
//!                      v          \ asked to end
//!                    Fenced        --> Done
//! ```
//! `machine` decides, `supervisor` performs. Signals go straight to the process.

mod leftovers;
pub mod machine;
mod pid_file;
mod server;
mod supervisor;

pub use leftovers::LeftoverError;
pub use pid_file::{PidFile, PidFileStatus};
pub use server::{Server, ServerConfig, StartError};
pub use supervisor::{Phase, supervise};
