//! Writing images: a layer out of files, and an OCI image layout around one layer, as a tar archive.
//!
//! One layer, not compressed: the archive never leaves the machine, and unpacking is what takes time.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tar::{Builder, EntryType, Header};

/// What a container of the image runs, when the pod does not say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Config {
    /// User, by number.
    pub user: Option<u32>,
    /// `NAME=value` each.
    pub env: Vec<String>,
    /// The program and its first arguments.
    pub entrypoint: Vec<String>,
}

/// One thing in a layer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// A program of root's that all may run: path in the image, file to copy.
    Program(String, PathBuf),
    /// A second name of an entry before it: path in the image, path of that entry.
    Link(String, String),
    /// An empty folder of root's: path in the image, mode.
    Folder(String, u32),
}

impl Entry {
    /// The program at this file, under this path in the image.
    pub fn program(path: &str, file: &Path) -> Self {
        Self::Program(path.to_owned(), file.to_owned())
    }
}

/// Writes a layer of these entries. The same entries give the same bytes.
///
/// # Errors
/// If a file cannot be read or written.
pub fn layer(to: &Path, entries: &[Entry]) -> Result<()> {
    let mut tar = Builder::new(File::create(to)?);
    for entry in entries {
        match entry {
            Entry::Program(path, file) => {
                let file = File::open(file).with_context(|| format!("open {}", file.display()))?;
                let size = file.metadata()?.len();
                tar.append_data(&mut header(EntryType::Regular, 0o755, size), path, file)?;
            }
            Entry::Link(path, target) => {
                tar.append_link(&mut header(EntryType::Link, 0o755, 0), path, target)?;
            }
            Entry::Folder(path, mode) => {
                let mut header = header(EntryType::Directory, *mode, 0);
                tar.append_data(&mut header, format!("{path}/"), std::io::empty())?;
            }
        }
    }
    tar.finish()?;
    Ok(())
}

/// Writes the archive of an image with this one layer, under all these names; returns the image's
/// id.
///
/// # Errors
/// If a file cannot be read or written.
pub fn write(to: &Path, layer: &Path, config: &Config, names: &[String]) -> Result<String> {
    let layer_digest = digest_of_file(layer)?;
    let layer_size = layer.metadata()?.len();
    let config = serde_json::to_vec(&image_config(config, &layer_digest))?;
    let manifest = serde_json::to_vec(&json!({
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": descriptor("application/vnd.oci.image.config.v1+json", &digest(&config), config.len() as u64),
        "layers": [descriptor("application/vnd.oci.image.layer.v1.tar", &layer_digest, layer_size)],
    }))?;
    let manifests: Vec<Value> = names.iter().map(|name| named(name, &manifest)).collect();
    let index = serde_json::to_vec(&json!({ "schemaVersion": 2, "manifests": manifests }))?;

    let mut tar = Builder::new(File::create(to)?);
    let mut add = |path: &str, bytes: &[u8]| {
        tar.append_data(&mut header(EntryType::Regular, 0o644, bytes.len() as u64), path, bytes)
    };
    add("oci-layout", br#"{"imageLayoutVersion":"1.0.0"}"#)?;
    add("index.json", &index)?;
    add(&blob(&digest(&manifest)), &manifest)?;
    add(&blob(&digest(&config)), &config)?;
    let mut header = header(EntryType::Regular, 0o644, layer_size);
    tar.append_data(&mut header, blob(&layer_digest), File::open(layer)?)?;
    tar.finish()?;
    Ok(digest(&config))
}

fn image_config(config: &Config, layer_digest: &str) -> Value {
    let mut run = json!({ "Env": config.env, "WorkingDir": "/" });
    if let Some(user) = config.user {
        run["User"] = format!("{user}:{user}").into();
    }
    if !config.entrypoint.is_empty() {
        run["Entrypoint"] = config.entrypoint.clone().into();
    }
    json!({
        "architecture": "amd64",
        "os": "linux",
        "config": run,
        "rootfs": { "type": "layers", "diff_ids": [layer_digest] },
    })
}

fn descriptor(media_type: &str, digest: &str, size: u64) -> Value {
    json!({ "mediaType": media_type, "digest": digest, "size": size })
}

/// The manifest's descriptor in the index; the annotation is where containerd looks for a name.
fn named(name: &str, manifest: &[u8]) -> Value {
    let media_type = "application/vnd.oci.image.manifest.v1+json";
    let mut descriptor = descriptor(media_type, &digest(manifest), manifest.len() as u64);
    descriptor["annotations"] = json!({ "io.containerd.image.name": name });
    descriptor
}

fn blob(digest: &str) -> String {
    format!("blobs/{}", digest.replace(':', "/"))
}

fn digest(bytes: &[u8]) -> String {
    format!("sha256:{}", super::hex(&Sha256::digest(bytes)))
}

/// Not by the crate: without optimisation it would take longer than everything else together.
fn digest_of_file(file: &Path) -> Result<String> {
    let output = super::run(Command::new("sha256sum").arg("--binary").stdin(File::open(file)?))?;
    let mut hex = String::new();
    output.as_slice().take(64).read_to_string(&mut hex)?;
    Ok(format!("sha256:{hex}"))
}

fn header(kind: EntryType, mode: u32, size: u64) -> Header {
    let mut header = Header::new_gnu();
    header.set_entry_type(kind);
    header.set_mode(mode);
    header.set_size(size);
    header.set_uid(0);
    header.set_gid(0);
    header.set_mtime(0);
    header
}
