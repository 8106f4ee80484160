//! The envelope around most answers of the status port: data, or an error, or both.

use serde::{Deserialize, Serialize};

use crate::omit::zero;

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Envelope<T> {
    #[serde(skip_serializing_if = "Option::is_none", default = "none")]
    pub data: Option<T>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub error: Option<Failure>,
}

const fn none<T>() -> Option<T> {
    None
}

/// What went wrong, for a program and for a person.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Failure {
    pub code: String,
    pub message: String,
    #[serde(skip_serializing_if = "zero")]
    pub details: Vec<Failure>,
}

/// Why a request to the status port was refused, under the name that callers know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    AnotherRequestInProgress,
    BackupStatusContainsError,
    FailedToParseRequest,
    CannotInitializeConnection,
    NoOngoingBackup,
    NotCurrentRunningBackup,
    BackupFailed,
    CannotCloseNotStarted,
    NotFenced,
    NoClusterFound,
    NotExpectedPrimary,
    CouldNotParseRedoWalFile,
    ErrorWhileCreatingSymlink,
    ErrorWhileExecutingWalArchive,
}

impl Code {
    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AnotherRequestInProgress => "ANOTHER_REQUEST_IN_PROGRESS",
            Self::BackupStatusContainsError => "BACKUP_STATUS_CONTAINS_ERROR",
            Self::FailedToParseRequest => "FAILED_TO_PARSE_REQUEST",
            Self::CannotInitializeConnection => "CANNOT_INITIALIZE_CONNECTION",
            Self::NoOngoingBackup => "NO_ONGOING_BACKUP",
            Self::NotCurrentRunningBackup => "NOT_CURRENT_RUNNING_BACKUP",
            Self::BackupFailed => "BACKUP_FAILED",
            Self::CannotCloseNotStarted => "CANNOT_CLOSE_NOT_STARTED",
            Self::NotFenced => "NOT_FENCED",
            Self::NoClusterFound => "NO_CLUSTER_FOUND",
            Self::NotExpectedPrimary => "NOT_EXPECTED_PRIMARY",
            Self::CouldNotParseRedoWalFile => "COULD_NOT_PARSE_REDOWAL_FILE",
            Self::ErrorWhileCreatingSymlink => "ERROR_WHILE_CREATING_SYMLINK",
            Self::ErrorWhileExecutingWalArchive => "ERROR_WHILE_EXECUTING_WAL_ARCHIVE",
        }
    }

    /// The HTTP status that carries it.
    #[must_use]
    pub const fn http_status(self) -> u16 {
        match self {
            // The data is as it should be; the error is part of it.
            Self::BackupStatusContainsError => 200,
            Self::FailedToParseRequest
            | Self::NoOngoingBackup
            | Self::NotFenced
            | Self::NoClusterFound
            | Self::NotExpectedPrimary
            | Self::CouldNotParseRedoWalFile
            | Self::ErrorWhileCreatingSymlink
            | Self::ErrorWhileExecutingWalArchive => 400,
            Self::AnotherRequestInProgress
            | Self::CannotInitializeConnection
            | Self::NotCurrentRunningBackup
            | Self::BackupFailed
            | Self::CannotCloseNotStarted => 422,
        }
    }

    /// The error with what a person should know.
    #[must_use]
    pub fn because(self, message: impl Into<String>) -> Failure {
        Failure { code: self.as_str().to_owned(), message: message.into(), details: Vec::new() }
    }
}

impl<T> Envelope<T> {
    /// An answer with data.
    #[must_use]
    pub const fn data(data: T) -> Self {
        Self { data: Some(data), error: None }
    }

    /// An answer without data.
    #[must_use]
    pub const fn error(error: Failure) -> Self {
        Self { data: None, error: Some(error) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_absent_is_omitted() {
        for (name, envelope, text) in [
            ("data", Envelope::data("00000001.history"), r#"{"data":"00000001.history"}"#),
            (
                "error",
                Envelope::error(Code::NotFenced.because("it runs")),
                r#"{"error":{"code":"NOT_FENCED","message":"it runs"}}"#,
            ),
        ] {
            assert_eq!(serde_json::to_string(&envelope).unwrap(), text, "{name}");
            let again: Envelope<&str> = serde_json::from_str(text).unwrap();
            assert_eq!(again, envelope, "{name}");
        }
    }

    #[test]
    fn an_unknown_code_is_read() {
        let text = r#"{"error":{"code":"NEW","message":"m","details":[{"code":"A"}],"x":1}}"#;
        let envelope: Envelope<String> = serde_json::from_str(text).unwrap();
        let error = envelope.error.unwrap();
        assert_eq!((error.code.as_str(), error.details[0].code.as_str()), ("NEW", "A"));
    }
}
