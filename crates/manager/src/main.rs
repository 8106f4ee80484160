//! The in-cluster binary: arguments, logs and wiring; the work is done in the libraries.

mod bootstrap;
mod cli;
mod controller;
mod instance;
mod logs;
mod version;
mod wal;

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    // Before anything can ask for TLS: without a provider the first connection would panic.
    let installed = rustls::crypto::ring::default_provider().install_default();
    let cli = cli::Cli::parse();
    if let Err(error) = logs::install(&cli.logs) {
        logs::unusable(&error);
        return ExitCode::FAILURE;
    }
    if installed.is_err() {
        tracing::warn!("a TLS provider was installed before ours");
    }
    match run(cli.command, &cli.logs) {
        Ok(code) => code,
        Err(error) => {
            tracing::error!(error = %chain(&error), "stopped");
            ExitCode::FAILURE
        }
    }
}

fn run(command: cli::Command, logs: &cli::LogArgs) -> anyhow::Result<ExitCode> {
    match command {
        cli::Command::Controller(args) => controller::run(args)?,
        cli::Command::Instance(args) => return instance::run(*args, logs),
        cli::Command::WalArchive(args) => wal::archive(&args)?,
        cli::Command::WalRestore(args) => return wal::restore(&args),
        cli::Command::Show(args) => wal::show(&args)?,
        cli::Command::Backup(args) => wal::backup(&args)?,
        cli::Command::Bootstrap(args) => bootstrap::run(&args)?,
        cli::Command::Debug(cli::DebugCommand::ShowArchitectures) => version::architectures(),
        cli::Command::Version => version::print(),
    }
    Ok(ExitCode::SUCCESS)
}

/// All causes of an error in one line, outermost first.
fn chain(error: &anyhow::Error) -> String {
    error.chain().map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
