//! Commands in containers, with their output and a limit.

use std::time::Duration;

use k8s_openapi::api::core::v1::Pod;
use kube::api::{Api, AttachParams};
use tokio::io::AsyncReadExt as _;

use crate::calls;

/// Why a command gave no output.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("no answer within {0:?}")]
    Slow(Duration),
    #[error("{}", calls::words(.0))]
    Kube(kube::Error),
    #[error("the connection broke")]
    Broken(#[source] std::io::Error),
    #[error("{message}: {stderr}")]
    Failed { code: Option<i32>, message: String, stderr: String },
    /// The API server ended the stream without a word about the command.
    #[error("the command ended without a status")]
    NoStatus,
}

impl Error {
    /// The HTTP status with which the API server refused.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Kube(kube::Error::Api(status)) => Some(status.code),
            // The upgrade to a web socket tells only the number.
            Self::Kube(kube::Error::UpgradeConnection(error)) => {
                let text = error.to_string();
                text.split(|c: char| !c.is_ascii_digit())
                    .find_map(|word| word.parse().ok().filter(|code| (400..600).contains(code)))
            }
            _ => None,
        }
    }
}

impl From<kube::Error> for Error {
    fn from(error: kube::Error) -> Self {
        Self::Kube(error)
    }
}

/// Runs a command and returns what it wrote to standard output.
///
/// # Errors
/// A refusal, a broken connection, no answer within `limit`, or a command that failed.
pub async fn capture(
    pods: &Api<Pod>,
    pod: &str,
    container: &str,
    words: &[&str],
    limit: Duration,
) -> Result<String, Error> {
    match tokio::time::timeout(limit, run(pods, pod, container, words)).await {
        Ok(outcome) => outcome,
        Err(_) => Err(Error::Slow(limit)),
    }
}

async fn run(pods: &Api<Pod>, pod: &str, container: &str, words: &[&str]) -> Result<String, Error> {
    let params =
        AttachParams::default().container(container).stdin(false).stdout(true).stderr(true);
    let mut process = pods.exec(pod, words.iter().copied(), &params).await?;
    let status = process.take_status();
    let mut out = process.stdout();
    let mut err = process.stderr();
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let read_out = async {
        match &mut out {
            Some(stream) => stream.read_to_end(&mut stdout).await.map(drop),
            None => Ok(()),
        }
    };
    let read_err = async {
        match &mut err {
            Some(stream) => stream.read_to_end(&mut stderr).await.map(drop),
            None => Ok(()),
        }
    };
    let (first, second) = futures::future::join(read_out, read_err).await;
    first.and(second).map_err(Error::Broken)?;
    let status = match status {
        Some(status) => status.await.ok_or(Error::NoStatus)?,
        None => return Err(Error::NoStatus),
    };
    if status.status.as_deref() == Some("Success") {
        return Ok(String::from_utf8_lossy(&stdout).into_owned());
    }
    let causes = status.details.iter().flat_map(|details| details.causes.iter().flatten());
    let code = causes
        .filter(|cause| cause.reason.as_deref() == Some("ExitCode"))
        .find_map(|cause| cause.message.as_ref()?.parse().ok());
    let stderr = String::from_utf8_lossy(&stderr).trim().to_owned();
    Err(Error::Failed { code, message: status.message.unwrap_or_default(), stderr })
}
