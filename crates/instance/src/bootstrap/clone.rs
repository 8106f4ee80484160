//! The common part of all copies: wait for the server, then copy it.

use std::time::Duration;

use pgkit::basebackup::{Basebackup, Checkpoint, is_unreachable};
use pgkit::tool::ToolError;
use postgres::conninfo::{Conninfo, Quotes};
use thiserror::Error;
use tokio::time::sleep;

use super::Site;

/// Pauses while the server cannot be reached: at first, and at last.
const WAIT_FIRST: Duration = Duration::from_millis(500);
const WAIT_LAST: Duration = Duration::from_secs(5);

/// Why there is no copy.
#[derive(Debug, Error)]
#[error("cannot copy the data directory of the server at {host}")]
pub struct CloneError {
    host: String,
    source: ToolError,
}

/// What a copy adds to a connection: a wait of our disk does not end it.
#[must_use]
pub fn patient(conninfo: Conninfo) -> Conninfo {
    let options = conninfo.get("options").unwrap_or_default();
    let options = format!("{options} -c wal_sender_timeout=0s");
    conninfo.with("options", options.trim_start())
}

/// Copies a server, as soon as it can be reached.
///
/// # Errors
/// When the copy fails for any other reason.
pub async fn copy(
    site: &Site,
    conninfo: &Conninfo,
    checkpoint: Checkpoint,
) -> Result<(), CloneError> {
    let basebackup = Basebackup {
        data_directory: site.paths.data.clone(),
        wal_directory: site.wal.clone(),
        conninfo: conninfo.render(Quotes::Needed),
        checkpoint,
    };
    let host = conninfo.get("host").unwrap_or("its default place");
    let tool = basebackup.tool(site.programs.get("pg_basebackup"));
    let tool = tool.run_as(site.run_as).log_to(site.sink.clone());
    let mut pause = WAIT_FIRST;
    tracing::info!(host, data = %site.paths.data.display(), "copying the data directory of a server");
    loop {
        match tool.run(&site.children).await {
            Ok(_) => return Ok(()),
            Err(error) if is_unreachable(&error) => {
                tracing::warn!(host, %error, ?pause, "the server cannot be reached yet");
                sleep(pause).await;
                pause = WAIT_LAST.min(pause * 2);
            }
            Err(source) => return Err(CloneError { host: host.to_owned(), source }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_of_the_user_stay() {
        for (given, expected) in [
            ("host=a", "-c wal_sender_timeout=0s"),
            ("options='-c a=b'", "-c a=b -c wal_sender_timeout=0s"),
        ] {
            let conninfo = patient(given.parse().unwrap());
            assert_eq!(conninfo.get("options"), Some(expected), "{given}");
        }
    }
}
