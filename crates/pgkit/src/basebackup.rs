//! Copies the data directory of a running server.

use std::path::PathBuf;

use crate::tool::{Tool, ToolError};

/// What is copied to where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Basebackup {
    pub data_directory: PathBuf,
    /// Where the WAL goes when it has a volume of its own.
    pub wal_directory: Option<PathBuf>,
    /// How to connect to the server. No passwords: others may see arguments.
    pub conninfo: String,
    pub checkpoint: Checkpoint,
}

/// How the server begins.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Checkpoint {
    /// As quietly as any other checkpoint, which may take minutes.
    #[default]
    Spread,
    /// At once.
    Fast,
}

impl Basebackup {
    /// The arguments, in a fixed order.
    #[must_use]
    pub fn arguments(&self) -> Vec<String> {
        let mut arguments = vec![
            "-D".to_owned(),
            self.data_directory.display().to_string(),
            "-v".to_owned(),
            "-w".to_owned(),
            "-d".to_owned(),
            self.conninfo.clone(),
        ];
        if self.checkpoint == Checkpoint::Fast {
            arguments.push("--checkpoint=fast".to_owned());
        }
        if let Some(path) = &self.wal_directory {
            arguments.extend(["--waldir".to_owned(), path.display().to_string()]);
        }
        arguments
    }

    /// The program that copies.
    #[must_use]
    pub fn tool(&self, program: impl Into<PathBuf>) -> Tool {
        Tool::new(program).args(self.arguments())
    }
}

/// Whether a failure only says that the server cannot be reached, or does not let us in, yet. The
/// program has copied nothing then, and has removed the directories that it made.
#[must_use]
pub fn is_unreachable(error: &ToolError) -> bool {
    let ToolError::Failed { stderr, .. } = error else { return false };
    // Since version 14, before it, and when there is no such name.
    ["connection to server ", "could not connect to server", "could not translate host name"]
        .iter()
        .any(|words| stderr.contains(words))
}
