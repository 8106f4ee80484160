//! What lies in an archive beside the program: licences, completions, manual pages.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

use super::bundle::File;
use super::platform::{Bundle, Platform};
use crate::tree::root;

/// Folders of the tree that go into every archive, and what they are called there.
const FOLDERS: &[(&str, &str)] = &[("completions", "completions"), ("docs/man", "man")];

/// What kubectl runs to complete the plugin's words: a shell script.
pub const COMPLETER: &str = "kubectl_complete-cnpg";

/// All files of a platform's archive.
pub fn files(platform: &Platform, program: Vec<u8>, notices: &str) -> Result<Vec<File>> {
    let text = |name: &str, content: Vec<u8>| File { name: name.to_owned(), content, runs: false };
    let mut files = vec![
        File { name: platform.program.to_owned(), content: program, runs: true },
        text("LICENSE", read(&root().join("LICENSE"))?),
        text("NOTICES", notices.as_bytes().to_vec()),
    ];
    for (folder, called) in FOLDERS {
        let path = root().join(folder);
        for entry in fs::read_dir(&path).with_context(|| format!("failed to list {folder}"))? {
            let entry = entry?;
            let name = entry.file_name();
            let name = name.to_str().context("a generated file has a plain name")?;
            let content = read(&entry.path())?;
            if name != COMPLETER {
                files.push(text(&format!("{called}/{name}"), content));
            } else if platform.bundle == Bundle::TarGz {
                files.push(File { name: name.to_owned(), content, runs: true });
            }
        }
    }
    Ok(files)
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("failed to read {}", path.display()))
}
