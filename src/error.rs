//! Why a command failed, and the next command to try.

/// What a command could not do.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    #[error("failed to write the output")]
    Output(#[source] std::io::Error),
}

impl CommandError {
    /// The next command to try, when there is one.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Output(_) => Some("is the disk or the pipe behind standard output full?"),
        }
    }
}
