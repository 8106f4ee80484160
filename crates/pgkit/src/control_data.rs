//! Reads the control file of a data directory.

use std::path::{Path, PathBuf};
use std::time::Duration;

use postgres::control_data::ControlData;

use crate::account::RunAs;
use crate::children::Children;
use crate::tool::{Tool, ToolError};

/// It only reads a file of 8 KiB.
const LIMIT: Duration = Duration::from_secs(10);

/// Runs `pg_controldata`; returns what it printed and what that says.
///
/// # Errors
/// When the program fails, as it does without a control file.
pub async fn read(
    program: impl Into<PathBuf>,
    data_directory: &Path,
    run_as: RunAs,
    children: &Children,
) -> Result<(String, ControlData), ToolError> {
    let tool = Tool::new(program).arg("-D").arg(data_directory).run_as(run_as).within(LIMIT);
    let output = tool.run(children).await?.stdout;
    let data = ControlData::parse(&output);
    Ok((output, data))
}
