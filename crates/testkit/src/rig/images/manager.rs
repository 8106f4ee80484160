//! The image of our own manager: the static program, and nothing else.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::archive::{self, Config, Entry};
use super::run;

/// What pods call the image of the manager last loaded.
pub const MANAGER: &str = "docker.io/rig/manager:dev";

/// The user the program runs as; any but root would do.
const USER: u32 = 10001;

/// Builds the manager as it stands in this checkout and says where the program is.
///
/// # Errors
/// If it does not compile; the compiler's messages have gone to the terminal.
pub fn build(workspace: &Path) -> Result<PathBuf> {
    let output = crate::cargo::command()
        .current_dir(workspace)
        // Not `--package`: for one package alone other features are on, and all would be built anew.
        .args(["build", "--quiet", "--bin", "manager"])
        .args(["--message-format", "json-render-diagnostics"])
        .stderr(std::process::Stdio::inherit())
        .output()
        .context("start cargo")?;
    anyhow::ensure!(output.status.success(), "the manager does not compile");
    executable(&String::from_utf8_lossy(&output.stdout)).context("cargo named no program")
}

/// A manager ready to be loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packed {
    /// The image's archive.
    pub archive: PathBuf,
    /// The image's id, as nodes report it: another program, another id.
    pub id: String,
}

/// Writes the image's archive; equal programs give equal archives.
///
/// The folder is for what is needed on the way. Names are all the image is to have.
///
/// # Errors
/// If the program cannot be read.
pub fn pack(program: &Path, folder: &Path, names: &[String]) -> Result<Packed> {
    fs::create_dir_all(folder)?;
    let stripped = folder.join("manager");
    // Nine tenths of a development build are for debuggers, which do not look in here.
    run(Command::new("strip").args(["--strip-debug", "-o"]).arg(&stripped).arg(program))?;
    let layer = folder.join("layer.tar");
    archive::layer(
        &layer,
        &[
            Entry::program("manager", &stripped),
            // The programs the operator offers to its pods, by architecture.
            Entry::Folder("operator".into(), 0o755),
            Entry::Link("operator/manager_amd64".into(), "manager".into()),
            Entry::Folder("tmp".into(), 0o1777),
        ],
    )?;
    let config = Config { user: Some(USER), env: Vec::new(), entrypoint: vec!["/manager".into()] };
    let archive = folder.join("image.tar");
    let id = archive::write(&archive, &layer, &config, names)?;
    Ok(Packed { archive, id })
}

/// The program in what cargo reports, a JSON document a line.
fn executable(messages: &str) -> Option<PathBuf> {
    messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter_map(|message| Some(PathBuf::from(message.get("executable")?.as_str()?)))
        .next_back()
}
