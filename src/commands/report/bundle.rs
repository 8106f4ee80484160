//! The contents of a report, and its file.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::Value;

use super::Options;
use crate::output::Format;
use crate::zip::Archive;
use crate::{CommandContext, CommandError};

/// The files of a report, by folder.
#[derive(Debug)]
pub struct Bundle {
    name: String,
    file: PathBuf,
    format: Format,
    now: Timestamp,
    folders: BTreeMap<String, Vec<(String, Vec<u8>)>>,
}

impl Bundle {
    /// An empty report called `report_<subject>_<time>`.
    ///
    /// # Errors
    /// Its file is there already.
    pub fn new(subject: &str, options: &Options, now: Timestamp) -> Result<Self, CommandError> {
        let name = format!("report_{subject}_{}", now.strftime("%Y%m%d_%H%M%S"));
        let file = options.file.clone().unwrap_or_else(|| format!("{name}.zip").into());
        // Before everything is collected, and not only when it is written.
        if file.exists() {
            return Err(exists(&file));
        }
        let folders = BTreeMap::from([("manifests".to_owned(), Vec::new())]);
        Ok(Self { name, file, format: options.output, now, folders })
    }

    /// Adds a folder, which stays even if it is empty.
    pub fn folder(&mut self, folder: &str) {
        self.folders.entry(folder.to_owned()).or_default();
    }

    /// Adds an object, without the ending of its file.
    pub fn object(&mut self, folder: &str, name: &str, object: &Value) {
        let ending = self.ending();
        let text = self.format.text(object);
        self.add(folder, format!("{name}.{ending}"), text.into_bytes());
    }

    fn ending(&self) -> &'static str {
        match self.format {
            Format::Json => "json",
            Format::Yaml => "yaml",
        }
    }

    /// Adds a file.
    pub fn add(&mut self, folder: &str, name: String, content: Vec<u8>) {
        self.folders.entry(folder.to_owned()).or_default().push((name, content));
    }

    /// Writes the file and says so.
    ///
    /// # Errors
    /// It cannot be written; what was written of it is gone then.
    pub fn write(&self, cx: &CommandContext) -> Result<(), CommandError> {
        let file = create(&self.file)?;
        if let Err(cause) = self.pack(file) {
            // Half an archive helps nobody.
            let _ = std::fs::remove_file(&self.file);
            let what = format!("could not write report: {}", self.file.display());
            return Err(CommandError::Io { what, cause });
        }
        let format = self.ending();
        cx.out().line(format_args!(
            "Successfully written report to \"{}\" (format: \"{format}\")",
            self.file.display()
        ))
    }

    fn pack(&self, file: File) -> std::io::Result<()> {
        let now = self.now.to_zoned(TimeZone::UTC).datetime();
        let mut archive = Archive::new(BufWriter::new(file), now);
        let top = &self.name;
        archive.folder(&format!("{top}/"))?;
        for (folder, files) in &self.folders {
            archive.folder(&format!("{top}/{folder}/"))?;
            for (name, content) in files {
                archive.file(&format!("{top}/{folder}/{name}"), content)?;
            }
        }
        archive.finish()?.into_inner().map_err(|error| error.into_error())?.sync_all()
    }
}

/// A file that only its owner reads: it may hold what is nobody else's business.
fn create(path: &Path) -> Result<File, CommandError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options.open(path).map_err(|cause| match cause.kind() {
        std::io::ErrorKind::AlreadyExists => exists(path),
        _ => {
            CommandError::Io { what: format!("could not write report: {}", path.display()), cause }
        }
    })
}

fn exists(path: &Path) -> CommandError {
    CommandError::refused_with(
        "could not write report: file already exist will not overwrite",
        format!("name another file than {} with --file", path.display()),
    )
}
