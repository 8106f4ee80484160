//! The checkout we stand in, and running programs in it.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
pub(crate) use testkit::cargo::command as cargo;

/// The root of the checkout.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).expect("this crate lies two folders below the root").to_path_buf()
}

/// Runs cargo from the root and fails when it does.
pub fn run_cargo(args: &[&str]) -> Result<()> {
    let status =
        cargo().args(args).current_dir(root()).status().context("failed to start cargo")?;
    ensure!(status.success(), "`cargo {}` failed: {status}", args.join(" "));
    Ok(())
}

/// What asynchronous work runs on.
pub(crate) fn runtime() -> Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_multi_thread().enable_all().build()?)
}

/// A line of progress for the person at the terminal.
#[expect(clippy::print_stderr, reason = "the one place where these tools talk")]
pub fn tell(line: std::fmt::Arguments<'_>) {
    eprintln!("{line}");
}

/// A line of result, for people and for programs that read us.
#[expect(clippy::print_stdout, reason = "the one place where these tools report")]
pub fn report(line: std::fmt::Arguments<'_>) {
    println!("{line}");
}
