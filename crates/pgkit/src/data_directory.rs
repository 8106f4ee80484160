//! The data directory: its files written whole or not at all, and the role it has.

use std::fs::{File, OpenOptions, Permissions};
use std::io::{self, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use postgres::conf;
use postgres::replica::STANDBY_SIGNAL;
use thiserror::Error;

/// Whether a write made a difference.
#[must_use]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    Changed,
    Unchanged,
}

impl Written {
    /// Whether either of two writes made a difference.
    pub const fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Unchanged, Self::Unchanged) => Self::Unchanged,
            (Self::Changed, _) | (_, Self::Changed) => Self::Changed,
        }
    }
}

/// What a server that starts here will be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Primary,
    Standby,
}

/// A file that cannot be read or written.
#[derive(Debug, Error)]
#[error("cannot {action} {path}")]
pub struct FileError {
    action: &'static str,
    path: PathBuf,
    source: io::Error,
}

fn of<'a>(action: &'static str, path: &'a Path) -> impl Fn(io::Error) -> FileError + 'a {
    move |source| FileError { action, path: path.to_owned(), source }
}

/// A data directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataDirectory {
    path: PathBuf,
}

impl DataDirectory {
    /// The directory at a path.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// Its path.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What a server will be. A file of versions up to 11 counts too.
    ///
    /// # Errors
    /// When nobody can say: a wrong guess would make two primaries.
    pub fn role(&self) -> Result<Role, FileError> {
        for name in [STANDBY_SIGNAL, "recovery.conf"] {
            let path = self.path.join(name);
            if path.try_exists().map_err(of("look for", &path))? {
                return Ok(Role::Standby);
            }
        }
        Ok(Role::Primary)
    }

    /// Keeps everybody else out, as the server demands: volumes may be made accessible to groups.
    ///
    /// # Errors
    /// When the mode cannot be read or changed.
    pub fn make_private(&self) -> Result<(), FileError> {
        let mode = self.path.metadata().map_err(of("look at", &self.path))?.permissions().mode();
        if mode & 0o777 == 0o700 {
            return Ok(());
        }
        let private = Permissions::from_mode(0o700);
        std::fs::set_permissions(&self.path, private).map_err(of("close", &self.path))
    }

    /// Makes a server that starts here a standby.
    ///
    /// # Errors
    /// When the signal cannot be written.
    pub fn demote(&self) -> Result<Written, FileError> {
        self.write(STANDBY_SIGNAL, "")
    }

    /// Writes a configuration file, unless it has this content already.
    ///
    /// # Errors
    /// When it cannot be read or written.
    pub fn write(&self, name: &str, content: &str) -> Result<Written, FileError> {
        write(&self.path.join(name), content.as_bytes(), 0o644)
    }

    /// Makes sure that the server reads our two files.
    ///
    /// # Errors
    /// When `postgresql.conf` cannot be read or written.
    pub fn include_ours(&self) -> Result<Written, FileError> {
        let path = self.path.join("postgresql.conf");
        let text = std::fs::read_to_string(&path).map_err(of("read", &path))?;
        match conf::with_includes(&text) {
            Some(text) => write(&path, text.as_bytes(), 0o600),
            None => Ok(Written::Unchanged),
        }
    }

    /// The major version of the server that made it.
    ///
    /// # Errors
    /// When `PG_VERSION` cannot be read, or holds no number.
    pub fn major_version(&self) -> Result<u32, FileError> {
        let path = self.path.join("PG_VERSION");
        let text = std::fs::read_to_string(&path).map_err(of("read", &path))?;
        let version = text.trim().parse().map_err(io::Error::other);
        version.map_err(of("understand", &path))
    }

    /// How many WAL files wait for the archiver.
    ///
    /// # Errors
    /// When the directory of their marks cannot be read.
    pub fn ready_wal_files(&self) -> Result<u64, FileError> {
        let path = self.path.join("pg_wal/archive_status");
        let entries = std::fs::read_dir(&path).map_err(of("read", &path))?;
        let ready =
            entries.flatten().filter(|entry| entry.path().extension() == Some("ready".as_ref()));
        Ok(ready.map(|_| 1_u64).sum())
    }
}

/// Writes a file beside the old one and puts it in its place, unless the content is the same. After
/// a crash there is the old file or the new one. The new one belongs to the owner of the directory.
///
/// # Errors
/// When it cannot be read or written.
pub fn write(path: &Path, content: &[u8], mode: u32) -> Result<Written, FileError> {
    match std::fs::read(path) {
        Ok(old) if old == content => return Ok(Written::Unchanged),
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(of("read", path)(error)),
    }
    let directory = path.parent().unwrap_or(Path::new("."));
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let new = directory.join(name);
    put(&new, content, mode, directory).map_err(of("write", &new))?;
    std::fs::rename(&new, path).map_err(of("replace", path))?;
    // The name is safe only when the directory is.
    File::open(directory).and_then(|file| file.sync_all()).map_err(of("write", directory))?;
    Ok(Written::Changed)
}

fn put(path: &Path, content: &[u8], mode: u32, directory: &Path) -> io::Result<()> {
    let mut file =
        OpenOptions::new().write(true).create(true).truncate(true).mode(mode).open(path)?;
    // The umask has been at it, or an old file was there.
    file.set_permissions(Permissions::from_mode(mode))?;
    let (owner, ours) = (directory.metadata()?, file.metadata()?);
    if (owner.uid(), owner.gid()) != (ours.uid(), ours.gid()) && nix::unistd::geteuid().is_root() {
        std::os::unix::fs::fchown(&file, Some(owner.uid()), Some(owner.gid()))?;
    }
    file.write_all(content)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_content_is_not_written_again() {
        let folder = tempfile::tempdir().unwrap();
        let data = DataDirectory::new(folder.path());
        let inode = || folder.path().join("custom.conf").metadata().unwrap().ino();
        assert_eq!(data.write("custom.conf", "a\n").unwrap(), Written::Changed);
        let first = inode();
        assert_eq!(data.write("custom.conf", "a\n").unwrap(), Written::Unchanged);
        assert_eq!(inode(), first);
        assert_eq!(data.write("custom.conf", "b\n").unwrap(), Written::Changed);
        assert_ne!(inode(), first);
        let path = folder.path().join("custom.conf");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "b\n");
        assert_eq!(path.metadata().unwrap().mode() & 0o777, 0o644);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left over");
    }

    #[test]
    fn signals_decide_the_role() {
        let folder = tempfile::tempdir().unwrap();
        let data = DataDirectory::new(folder.path());
        assert_eq!(data.role().unwrap(), Role::Primary);
        assert_eq!(data.demote().unwrap(), Written::Changed);
        assert_eq!(data.role().unwrap(), Role::Standby);
        assert_eq!(data.demote().unwrap(), Written::Unchanged);
    }

    #[test]
    fn includes_are_added_once_and_versions_read() {
        let folder = tempfile::tempdir().unwrap();
        let data = DataDirectory::new(folder.path());
        let error = data.include_ours().unwrap_err().to_string();
        assert!(
            error.starts_with("cannot read ") && error.ends_with("/postgresql.conf"),
            "{error}"
        );
        std::fs::write(folder.path().join("postgresql.conf"), "port = 1\n").unwrap();
        assert_eq!(data.include_ours().unwrap(), Written::Changed);
        assert_eq!(data.include_ours().unwrap(), Written::Unchanged);
        for (content, version) in [("15\n", Some(15)), ("9.6\n", None)] {
            std::fs::write(folder.path().join("PG_VERSION"), content).unwrap();
            assert_eq!(data.major_version().ok(), version);
        }
    }

    #[test]
    fn marks_of_the_archiver_are_counted() {
        let folder = tempfile::tempdir().unwrap();
        let data = DataDirectory::new(folder.path());
        assert!(data.ready_wal_files().is_err());
        let status = folder.path().join("pg_wal/archive_status");
        std::fs::create_dir_all(&status).unwrap();
        for name in ["000000010000000000000001.done", "000000010000000000000002.ready", "a.ready"] {
            std::fs::write(status.join(name), "").unwrap();
        }
        assert_eq!(data.ready_wal_files().unwrap(), 2);
    }
}
