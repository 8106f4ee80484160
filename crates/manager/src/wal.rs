//! What PostgreSQL and people call in the container of an instance; all the work is elsewhere.

use std::io::Write as _;

use instance::archive::{self, Caller};

use crate::cli::{ShowArgs, ShowCommand, WalArchiveArgs, WalRestoreArgs};

pub fn archive(args: &WalArchiveArgs) -> anyhow::Result<()> {
    Ok(Caller::new(&args.pod_name).archive(&args.name)?)
}

pub fn restore(args: &WalRestoreArgs) -> anyhow::Result<()> {
    Ok(Caller::new(&args.pod_name).restore(&args.name)?)
}

pub fn show(args: &ShowArgs) -> anyhow::Result<()> {
    let ShowCommand::WalArchiveQueue { pg_data } = &args.what;
    let mut to = std::io::stdout().lock();
    for name in archive::queue(pg_data)? {
        writeln!(to, "{name}")?;
    }
    Ok(())
}
