//! Throw-away PostgreSQL on this machine: a data directory per test, and a server in it if wanted.
//!
//! The programs come from the package `postgresql-15`. PostgreSQL refuses to run as root, so under
//! root everything belongs to and runs as an unprivileged account; nothing outlives its test.

use std::os::unix::fs::{PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, User, geteuid};
use tempfile::TempDir;

const PACKAGE: &str = "postgresql-15";
const PROGRAMS: &str = "/usr/lib/postgresql/15/bin";

/// The unprivileged account that every machine has.
const ACCOUNT: &str = "nobody";

/// The number in the name of the socket; there is no network port.
pub const PORT: u16 = 5432;

/// Where the programs are.
///
/// # Errors
/// Names the package to install when they are not there.
pub fn programs() -> Result<PathBuf> {
    let programs = PathBuf::from(PROGRAMS);
    ensure!(
        programs.join("postgres").is_file(),
        "no PostgreSQL in {PROGRAMS}: install the package {PACKAGE} (apt-get install {PACKAGE})"
    );
    Ok(programs)
}

/// Whom the programs run as: user and group, or nobody else when we are not root.
///
/// # Errors
/// When the machine has no unprivileged account.
pub fn account() -> Result<Option<(u32, u32)>> {
    if !geteuid().is_root() {
        return Ok(None);
    }
    let user = User::from_name(ACCOUNT)?.with_context(|| format!("no account {ACCOUNT}"))?;
    Ok(Some((user.uid.as_raw(), user.gid.as_raw())))
}

/// A place for one or more data directories; it vanishes when it is dropped.
#[derive(Debug)]
pub struct PostgresHome {
    directory: TempDir,
    programs: PathBuf,
    account: Option<(u32, u32)>,
}

impl PostgresHome {
    /// An empty place.
    ///
    /// # Errors
    /// Without the programs, an account for them or room for files.
    pub fn new() -> Result<Self> {
        let (programs, account) = (programs()?, account()?);
        // Short, because the name of a socket may have 107 bytes.
        let directory = tempfile::Builder::new().prefix("pg").tempdir_in("/tmp")?;
        let home = Self { directory, programs, account };
        home.own(home.directory.path(), 0o711)?;
        Ok(home)
    }

    /// The path of something in here.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// One of the programs.
    #[must_use]
    pub fn program(&self, name: &str) -> PathBuf {
        self.programs.join(name)
    }

    /// User and group that everything belongs to, if that is not us.
    #[must_use]
    pub const fn account(&self) -> Option<(u32, u32)> {
        self.account
    }

    /// Makes a directory that belongs to the account.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn directory(&self, name: &str) -> Result<PathBuf> {
        let path = self.path(name);
        std::fs::create_dir(&path).with_context(|| format!("cannot make {}", path.display()))?;
        self.own(&path, 0o700)?;
        Ok(path)
    }

    fn own(&self, path: &Path, mode: u32) -> Result<()> {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode))?;
        if let Some((user, group)) = self.account {
            chown(path, Some(user), Some(group))?;
        }
        Ok(())
    }

    /// A command that runs one of the programs as the account.
    #[must_use]
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.program(program));
        command.current_dir(self.directory.path()).env("LC_ALL", "C").stdin(Stdio::null());
        if let Some((user, group)) = self.account {
            command.uid(user).gid(group);
        }
        command
    }

    /// Makes a data directory whose server trusts everyone on its socket, and listens nowhere else.
    ///
    /// # Errors
    /// When `initdb` fails.
    pub fn initdb(&self, name: &str, options: &[&str]) -> Result<PathBuf> {
        let path = self.path(name);
        let mut command = self.command("initdb");
        command.args(["--username=postgres", "--auth=trust", "--no-sync", "--no-instructions"]);
        command.args(["--locale=C", "--encoding=UTF8", "-D"]).arg(&path).args(options);
        let output = command.output().context("cannot start initdb")?;
        ensure!(output.status.success(), "initdb: {}", String::from_utf8_lossy(&output.stderr));
        let settings = path.join("postgresql.conf");
        let mut text = std::fs::read_to_string(&settings)?;
        text.push_str("listen_addresses = ''\nfsync = off\nshared_buffers = 16MB\n");
        std::fs::write(&settings, text)?;
        Ok(path)
    }
}

/// A running server; it is stopped when this is dropped.
#[derive(Debug)]
pub struct PostgresServer {
    process: Child,
    socket: PathBuf,
    /// Dropped last: the server must be down before its files go.
    home: PostgresHome,
}

impl PostgresServer {
    /// Makes a data directory and starts a server in it.
    ///
    /// # Errors
    /// When there is no server within half a minute.
    pub fn start(settings: &[(&str, &str)]) -> Result<Self> {
        let home = PostgresHome::new()?;
        let data = home.initdb("data", &[])?;
        let socket = home.directory("run")?;
        let mut command = home.command("postgres");
        command.arg("-D").arg(&data).arg("-k").arg(&socket).arg("-p").arg(PORT.to_string());
        for (name, value) in settings {
            command.arg("-c").arg(format!("{name}={value}"));
        }
        let log = std::fs::File::create(home.path("log"))?;
        command.stdout(log.try_clone()?).stderr(log);
        let process = command.spawn().context("cannot start postgres")?;
        let mut server = Self { process, socket, home };
        server.wait(&data)?;
        Ok(server)
    }

    /// The directory of the socket; connect as `postgres`, without a password.
    #[must_use]
    pub fn socket_directory(&self) -> &Path {
        &self.socket
    }

    /// Where its files are.
    #[must_use]
    pub const fn home(&self) -> &PostgresHome {
        &self.home
    }

    fn wait(&mut self, data: &Path) -> Result<()> {
        let deadline = Instant::now() + Duration::from_secs(30);
        let ready = |text: String| text.lines().nth(7).is_some_and(|line| line.trim() == "ready");
        while !std::fs::read_to_string(data.join("postmaster.pid")).is_ok_and(ready) {
            let log = || std::fs::read_to_string(self.home.path("log")).unwrap_or_default();
            if let Some(status) = self.process.try_wait()? {
                bail!("postgres ended with {status}: {}", log());
            }
            ensure!(Instant::now() < deadline, "postgres does not get ready: {}", log());
            std::thread::sleep(Duration::from_millis(10));
        }
        Ok(())
    }
}

impl Drop for PostgresServer {
    fn drop(&mut self) {
        let pid = i32::try_from(self.process.id()).expect("a process id fits");
        // Nothing of it is kept: all processes may quit where they stand.
        let _ = kill(Pid::from_raw(pid), Signal::SIGQUIT);
        let _ = self.process.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_comes_and_goes() {
        let server = PostgresServer::start(&[("max_connections", "20")]).unwrap();
        let output = server
            .home()
            .command("psql")
            .args(["-XAtU", "postgres", "-c", "show max_connections", "-h"])
            .arg(server.socket_directory())
            .output()
            .unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stdout), "20\n");
        let (home, pid) = (server.home().path(""), server.process.id());
        drop(server);
        assert!(!home.exists() && !Path::new(&format!("/proc/{pid}")).exists());
    }
}
