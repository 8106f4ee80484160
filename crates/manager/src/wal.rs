//! What PostgreSQL and people call in the container of an instance; all the work is elsewhere.

use std::io::Write as _;
use std::process::ExitCode;

use instance::archive::{self, Caller, RestoreError};
use instance::http::LOCAL_PORT;
use instance::local::Local;

use crate::cli::{BackupArgs, ShowArgs, ShowCommand, WalArchiveArgs, WalRestoreArgs};

/// To PostgreSQL more than 125 means that recovery must stop here.
const FATAL: u8 = 200;

pub fn archive(args: &WalArchiveArgs) -> anyhow::Result<()> {
    Ok(Caller::default().archive(&args.name)?)
}

/// A file that is not there is no trouble: PostgreSQL asks for the next one all the time.
pub fn restore(args: &WalRestoreArgs) -> anyhow::Result<ExitCode> {
    match Caller::default().restore(&args.name, &args.destination, args.rewind) {
        Ok(()) => Ok(ExitCode::SUCCESS),
        Err(RestoreError::Nothing(why)) => {
            tracing::debug!(why, "nothing to restore");
            Ok(ExitCode::FAILURE)
        }
        Err(RestoreError::Fatal(why)) => {
            tracing::error!(why, "recovery must not go on");
            Ok(ExitCode::from(FATAL))
        }
        Err(error) if args.or_stop => {
            tracing::error!(%error, "nobody knows whether the archive has it");
            Ok(ExitCode::from(FATAL))
        }
        Err(error) => Err(error.into()),
    }
}

/// Has the instance manager of this container take a backup, and does not wait for it.
pub fn backup(args: &BackupArgs) -> anyhow::Result<()> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
    anyhow::ensure!(args.name.chars().all(plain), "{:?} is not the name of a Backup", args.name);
    Ok(Local::new(LOCAL_PORT).backup(&args.name)?)
}

pub fn show(args: &ShowArgs) -> anyhow::Result<()> {
    let ShowCommand::WalArchiveQueue { pg_data } = &args.what;
    let mut to = std::io::stdout().lock();
    for name in archive::queue(pg_data)? {
        writeln!(to, "{name}")?;
    }
    Ok(())
}
