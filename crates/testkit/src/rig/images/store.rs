//! Image stores: what a node's containerd starts from, so that no node ever unpacks a standard image.
//!
//! A store is made once for a set of images, by a containerd of its own. A node gets links into it
//! and its own copy of the two small databases: a committed layer never changes, so any number of
//! nodes can have the same one below their containers. Containerd sees nothing unusual, and what it
//! deletes are its links.

use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::{Image, draft, hash, run};
use crate::rig::layout::Cache;

const METADATA: &str = "io.containerd.metadata.v1.bolt/meta.db";
const SNAPSHOTTER: &str = "io.containerd.snapshotter.v1.overlayfs";
const CONTENT: &str = "io.containerd.content.v1.content/blobs/sha256";

/// The store of exactly these images; made first if it is not there.
///
/// # Errors
/// If containerd does not start or refuses an image.
pub fn ensure(cache: &Cache, images: &[Image]) -> Result<PathBuf> {
    let archives: Vec<String> =
        images.iter().map(|image| image.archive.to_string_lossy().into_owned()).collect();
    let key = hash([archives.join("\n").as_bytes()]);
    fs::create_dir_all(cache.stores())?;
    let store = cache.stores().join(&key);
    let lock = File::create(cache.stores().join(format!("{key}.lock")))?;
    lock.lock()?;
    if !store.exists() {
        let draft = draft(&cache.stores(), &key)?;
        let root = draft.path().join("root");
        fill(draft.path(), &root, images).context("make a store of the images")?;
        fs::rename(&root, &store)?;
    }
    Ok(store)
}

/// Gives a containerd that was never started the images of a store; `root` is its root folder.
///
/// # Errors
/// If the store is not complete, or the folder is not new.
pub fn seed(store: &Path, root: &Path) -> Result<()> {
    for database in [METADATA.to_owned(), format!("{SNAPSHOTTER}/metadata.db")] {
        let copy = root.join(&database);
        fs::create_dir_all(copy.parent().expect("a path of two parts"))?;
        fs::copy(store.join(&database), copy).with_context(|| format!("copy {database}"))?;
    }
    link_all(&store.join(CONTENT), &root.join(CONTENT), fs::hard_link)?;
    let snapshots = format!("{SNAPSHOTTER}/snapshots");
    link_all(&store.join(&snapshots), &root.join(&snapshots), symlink)
}

/// Loads an archive into a running containerd, for Kubernetes to see.
///
/// # Errors
/// If containerd does not answer or refuses the archive.
pub fn import(socket: &Path, archive: &Path) -> Result<()> {
    run(Command::new("ctr")
        .arg("--address")
        .arg(socket)
        .args(["--namespace", "k8s.io", "images", "import", "--snapshotter", "overlayfs"])
        .arg(archive))
    .with_context(|| format!("import {}", archive.display()))
    .map(drop)
}

/// Gives an image that a running containerd has another name.
///
/// # Errors
/// If containerd does not answer or has no such image.
pub fn alias(socket: &Path, image: &str, name: &str) -> Result<()> {
    run(Command::new("ctr").arg("--address").arg(socket).args([
        "--namespace",
        "k8s.io",
        "images",
        "tag",
        "--force",
        image,
        name,
    ]))
    .with_context(|| format!("name {image} also {name}"))
    .map(drop)
}

fn link_all(
    from: &Path,
    to: &Path,
    link: impl Fn(PathBuf, PathBuf) -> std::io::Result<()>,
) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from).with_context(|| format!("read {}", from.display()))? {
        let entry = entry?;
        link(entry.path(), to.join(entry.file_name()))?;
    }
    Ok(())
}

fn fill(folder: &Path, root: &Path, images: &[Image]) -> Result<()> {
    let mut containerd = Containerd::start(folder, root)?;
    for image in images {
        import(&containerd.socket, &image.archive)?;
    }
    containerd.stop()
}

/// A containerd that only keeps images; it is killed when it is dropped.
struct Containerd {
    process: Child,
    socket: PathBuf,
}

impl Containerd {
    fn start(folder: &Path, root: &Path) -> Result<Self> {
        let socket = folder.join("containerd.sock");
        let config = folder.join("containerd.toml");
        fs::write(&config, Self::config(folder, root, &socket))?;
        let log = File::create(folder.join("containerd.log"))?;
        // Killed with us: nobody else would ever end it.
        let process = Command::new("setpriv")
            .args(["--pdeathsig", "KILL", "containerd", "--config"])
            .arg(&config)
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .context("start containerd")?;
        let mut containerd = Self { process, socket };
        containerd.wait_until_it_listens()?;
        Ok(containerd)
    }

    fn config(folder: &Path, root: &Path, socket: &Path) -> String {
        format!(
            "version = 2\n\
             root = {root:?}\n\
             state = {state:?}\n\
             disabled_plugins = [\"io.containerd.grpc.v1.cri\", \"io.containerd.internal.v1.opt\"]\n\
             [grpc]\n  address = {socket:?}\n\
             [ttrpc]\n  address = \"{socket}.ttrpc\"\n",
            state = folder.join("state"),
            socket = socket.display(),
        )
    }

    fn wait_until_it_listens(&mut self) -> Result<()> {
        let deadline = Instant::now() + Duration::from_secs(20);
        while UnixStream::connect(&self.socket).is_err() {
            if let Some(status) = self.process.try_wait()? {
                bail!("containerd ended with {status}");
            }
            if Instant::now() > deadline {
                bail!("containerd did not listen within 20 s");
            }
            thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    /// Stops it in order: its databases must be complete before anybody copies them.
    fn stop(&mut self) -> Result<()> {
        let pid = i32::try_from(self.process.id()).context("a process number fits")?;
        kill(Pid::from_raw(pid), Signal::SIGTERM)?;
        self.process.wait()?;
        Ok(())
    }
}

impl Drop for Containerd {
    fn drop(&mut self) {
        // Both fail when it has ended, which is what is wanted.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
