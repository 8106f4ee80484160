//! The logs of a rig's daemons.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::layout::Layout;

/// The names of all daemons that have a log.
pub fn names(layout: &Layout) -> Result<Vec<String>> {
    let folder = layout.logs();
    let entries =
        fs::read_dir(&folder).with_context(|| format!("no logs in {}", folder.display()))?;
    let mut names = Vec::new();
    for entry in entries {
        let name = entry?.file_name().to_string_lossy().into_owned();
        names.extend(name.strip_suffix(".log").map(str::to_owned));
    }
    names.sort();
    Ok(names)
}

/// The last lines of a log.
pub fn tail(path: &Path, lines: usize) -> Result<String> {
    let text = fs::read(path).with_context(|| format!("failed to read {}", path.display()))?;
    let text = String::from_utf8_lossy(&text);
    let all: Vec<_> = text.lines().collect();
    Ok(all[all.len().saturating_sub(lines)..].join("\n"))
}
