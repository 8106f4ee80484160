//! Where the programs of PostgreSQL are.

use std::path::PathBuf;

/// A directory with the programs; without one they are found in `PATH`, as in a pod.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Programs {
    directory: Option<PathBuf>,
}

impl Programs {
    /// The programs of a directory.
    #[must_use]
    pub fn of(directory: impl Into<PathBuf>) -> Self {
        Self { directory: Some(directory.into()) }
    }

    /// One of the programs.
    #[must_use]
    pub fn get(&self, name: &str) -> PathBuf {
        self.directory.as_ref().map_or_else(|| name.into(), |directory| directory.join(name))
    }
}
