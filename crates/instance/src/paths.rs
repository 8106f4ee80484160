//! Where everything lies in the container.

use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use pgkit::data_directory::DataDirectory;

/// The places of one container. Tests move the roots; in a pod they are fixed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paths {
    /// `$PGDATA`.
    pub data: PathBuf,
    /// The scratch volume.
    pub controller: PathBuf,
    /// The mount point of the volume for WAL; only there when the cluster has one.
    pub wal_volume: PathBuf,
    /// Below it, one mount point for each tablespace.
    pub tablespaces: PathBuf,
    /// The port of the server, which its socket is named after.
    pub port: u16,
}

impl Default for Paths {
    fn default() -> Self {
        Self::new("/var/lib/postgresql/data/pgdata")
    }
}

impl Paths {
    /// The fixed places, with this data directory.
    #[must_use]
    pub fn new(data: impl Into<PathBuf>) -> Self {
        Self {
            data: data.into(),
            controller: "/controller".into(),
            wal_volume: "/var/lib/postgresql/wal".into(),
            tablespaces: "/var/lib/postgresql/tablespaces".into(),
            port: 5432,
        }
    }

    /// On the volume of the data directory, and outside of it: what must outlive the container and
    /// neither be copied by a base backup nor lost with a data directory that is made anew.
    #[must_use]
    pub fn beside_data(&self, name: &str) -> PathBuf {
        self.data.parent().unwrap_or(Path::new("/")).join(name)
    }

    /// Where the WAL goes when it has a volume of its own.
    #[must_use]
    pub fn wal_directory(&self) -> PathBuf {
        self.wal_volume.join("pg_wal")
    }

    /// The directory of the server's socket.
    #[must_use]
    pub fn socket_directory(&self) -> PathBuf {
        self.controller.join("run")
    }

    /// Certificates and keys, for the server and for the clients that we are.
    #[must_use]
    pub fn certificates(&self) -> PathBuf {
        self.controller.join("certificates")
    }

    /// The FIFO that the server's log collector or one of our commands writes to.
    #[must_use]
    pub fn log(&self, file: &str) -> PathBuf {
        self.controller.join("log").join(file)
    }

    /// Files that hold the secrets of other clusters.
    #[must_use]
    pub fn external(&self) -> PathBuf {
        self.controller.join("external")
    }

    /// What is needed while a data directory comes to life.
    #[must_use]
    pub fn recovery(&self) -> PathBuf {
        self.controller.join("recovery")
    }

    /// `TMPDIR`.
    #[must_use]
    pub fn temporary(&self) -> PathBuf {
        self.controller.join("tmp")
    }

    /// Where the commands of the server ask the manager.
    #[must_use]
    pub fn archive_socket(&self) -> PathBuf {
        self.controller.join("archive.sock")
    }

    /// WAL that was fetched before the server asked for it.
    #[must_use]
    pub fn restore_spool(&self) -> PathBuf {
        self.controller.join("wal-restore-spool")
    }

    /// This program, as the server calls it.
    #[must_use]
    pub fn manager(&self) -> PathBuf {
        self.controller.join("manager")
    }

    /// The data directory, to work with.
    #[must_use]
    pub fn data_directory(&self) -> DataDirectory {
        DataDirectory::new(&self.data)
    }

    /// The file that asks the archiver to refuse an archive which is not empty.
    #[must_use]
    pub fn empty_archive_marker(&self) -> PathBuf {
        self.data.join(".check-empty-wal-archive")
    }

    /// The file that a manager leaves in the data when it has started a standby there once.
    #[must_use]
    pub fn initialized_marker(&self, instance: &str) -> PathBuf {
        self.data.join(format!("cnpg_initialized-{instance}"))
    }
}

/// Makes a directory that only its owner may enter, unless it is there.
///
/// # Errors
/// When it cannot be made.
pub fn private_directory(path: &Path) -> std::io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}
