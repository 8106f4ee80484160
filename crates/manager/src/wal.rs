//! What PostgreSQL and people call in the container of an instance; all the work is elsewhere.

use std::io::Write as _;
use std::process::ExitCode;

use instance::archive::{self, Caller, RestoreError};

use crate::cli::{ShowArgs, ShowCommand, WalArchiveArgs, WalRestoreArgs};

pub fn archive(args: &WalArchiveArgs) -> anyhow::Result<()> {
    Ok(Caller::new(&args.pod_name).archive(&args.name)?)
}

/// A file that is not there is no trouble: PostgreSQL asks for the next one all the time.
pub fn restore(args: &WalRestoreArgs) -> anyhow::Result<ExitCode> {
    match Caller::new(&args.pod_name).restore(&args.name) {
        Ok(()) => Ok(ExitCode::SUCCESS),
        Err(why @ (RestoreError::NoArchive { .. } | RestoreError::Fork { .. })) => {
            tracing::debug!(%why, "nothing to restore");
            Ok(ExitCode::FAILURE)
        }
        Err(error) => Err(error.into()),
    }
}

pub fn show(args: &ShowArgs) -> anyhow::Result<()> {
    let ShowCommand::WalArchiveQueue { pg_data } = &args.what;
    let mut to = std::io::stdout().lock();
    for name in archive::queue(pg_data)? {
        writeln!(to, "{name}")?;
    }
    Ok(())
}
