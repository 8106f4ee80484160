//! `kubectl cnpg`: parse, run, exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    kubectl_cnpg::cli::main(std::env::args_os())
}
