//! What must hold before anything lands, besides the tests.

use anyhow::Result;

use crate::generate;
use crate::tree::{run_cargo, tell};

pub mod arrows;
pub mod supply;

/// Runs every check; the first failure ends it.
pub fn run_all() -> Result<()> {
    tell(format_args!("check: format"));
    run_cargo(&["fmt", "--all", "--check"])?;
    tell(format_args!("check: layers and dependencies"));
    let metadata = arrows::metadata()?;
    arrows::check(&metadata)?;
    supply::check(&metadata)?;
    tell(format_args!("check: generated files"));
    generate::refuse(&generate::stale()?)?;
    tell(format_args!("check: lints"));
    run_cargo(&["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"])
}
