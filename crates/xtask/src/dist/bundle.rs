//! The archives of a release: the same files give the same bytes.

use std::io::Write as _;

use anyhow::{Context as _, Result};
use flate2::{Compression, GzBuilder};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use kubectl_cnpg::zip;

use super::platform::Bundle;

/// A file of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Where it lies in the archive, with slashes.
    pub name: String,
    pub content: Vec<u8>,
    pub runs: bool,
}

/// Bundles the files in the order of their names; all of them are of one moment and nobody's.
pub fn pack(bundle: Bundle, mut files: Vec<File>, moment: Timestamp) -> Result<Vec<u8>> {
    files.sort_by(|one, other| one.name.cmp(&other.name));
    match bundle {
        Bundle::TarGz => tar_gz(&files, moment),
        Bundle::Zip => packed_zip(&files, moment),
    }
}

fn tar_gz(files: &[File], moment: Timestamp) -> Result<Vec<u8>> {
    // No name and no time in the header of the compression.
    let packed = GzBuilder::new().mtime(0).write(Vec::new(), Compression::best());
    let mut tar = tar::Builder::new(packed);
    for file in files {
        let mut header = tar::Header::new_ustar();
        header.set_size(file.content.len() as u64);
        header.set_uid(0);
        header.set_gid(0);
        header.set_mode(if file.runs { 0o755 } else { 0o644 });
        header.set_mtime(u64::try_from(moment.as_second()).context("a release before 1970")?);
        tar.append_data(&mut header, &file.name, file.content.as_slice())?;
    }
    let mut packed = tar.into_inner()?;
    packed.flush()?;
    Ok(packed.finish()?)
}

fn packed_zip(files: &[File], moment: Timestamp) -> Result<Vec<u8>> {
    let moment = moment.to_zoned(TimeZone::UTC).datetime();
    let mut archive = zip::Archive::new(Vec::new(), moment);
    for file in files {
        archive.file(&file.name, &file.content)?;
    }
    Ok(archive.finish()?)
}
