//! `cargo xtask ...`: parse and run.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use xtask::{bench, check, demo, dist, generate, rig, test};

/// Everything the project does with itself
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// From nothing to an operator that answers: rig, operator, a sample, and what is there
    Demo,
    /// Run every check and every test; installs and starts what they need
    Test(test::TestArgs),
    /// Sizes, start-up times, memory and idle cost
    Bench(bench::BenchArgs),
    /// Archives of the plugin to release, with checksums and the manifest for Krew
    Dist(dist::DistArgs),
    /// Format, lints, layers, dependencies and generated files
    Check,
    /// Write all checked-in generated files
    Generate(generate::GenerateArgs),
    /// A real Kubernetes on this machine
    #[command(subcommand)]
    Rig(rig::RigCommand),
}

fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Demo => demo::run(),
        Command::Test(args) => test::run(&args),
        Command::Bench(args) => bench::run_all(&args),
        Command::Dist(args) => dist::run(&args),
        Command::Check => check::run_all(),
        Command::Generate(args) => generate::run(&args),
        Command::Rig(command) => rig::run(command),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            xtask::tell(format_args!("Error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}
