//! The steps of jobs that make a data directory: a new one, or a copy of another server's.
//!
//! Each begins with a guard for data that is there already, and leaves a data directory with which
//! `instance run` can start. A step that fails leaves what it made: the next attempt moves it aside
//! or removes it, and never builds on it.

mod application;
mod clone;
mod cluster;
pub mod guard;
pub mod init;
mod initial_configuration;
mod job;
pub mod join;
pub mod pgbasebackup;
mod post_init;
pub mod restore;
mod sidecars;
pub mod temporary_server;
mod words;

use std::path::PathBuf;

use pgkit::account::RunAs;
use pgkit::children::Children;
use pgkit::log::Sink;
use pgkit::programs::Programs;

use crate::paths::Paths;

pub use cluster::{ClusterError, get as get_cluster};
pub use job::{Job, JobError};
pub use post_init::{PostInit, Scripts};
pub use sidecars::quit_sidecars;
pub use words::{WordsError, split as split_words};

/// Where a step works, and with what.
#[derive(Debug, Clone)]
pub struct Site {
    pub paths: Paths,
    /// Where the WAL goes when it has a volume of its own.
    pub wal: Option<PathBuf>,
    pub programs: Programs,
    pub run_as: RunAs,
    /// Where lines of other programs go.
    pub sink: Sink,
    pub children: Children,
}

impl Site {
    /// The container of a job: programs are found in `PATH`, and run with our own rights.
    #[must_use]
    pub fn of_pod(paths: Paths, wal: Option<PathBuf>, sink: Sink, children: Children) -> Self {
        let (programs, run_as) = (Programs::default(), RunAs::Ourselves);
        Self { paths, wal, programs, run_as, sink, children }
    }
}
