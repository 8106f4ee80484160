//! One process of a server: started by us, or found alive and adopted.

use std::ffi::OsString;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::sys::wait::WaitStatus;
use nix::unistd::Pid;
use thiserror::Error;
use tokio::io::AsyncRead;
use tokio::net::unix::pipe;
use tokio::process::Command;

use super::leftovers::{self, LeftoverError};
use super::machine::{Exit, Mode};
use super::pid_file::{self, PidFile};
use crate::account::RunAs;
use crate::children::{AdoptedChild, AwaitedChild, Children};
use crate::lines::Lines;
use crate::log::{Entry, Pipe, Sink};

/// How often an adopted process that is no child of ours is looked at.
const LOOK: Duration = Duration::from_millis(50);

/// What a server is started with.
#[derive(Debug, Clone)]
pub struct ServerConfig {
    /// `postgres`, by path or to be found in `PATH`.
    pub program: PathBuf,
    pub data_directory: PathBuf,
    pub socket_directory: PathBuf,
    pub port: u16,
    /// More arguments, as `-c name=value`.
    pub arguments: Vec<OsString>,
    pub environment: Vec<(OsString, OsString)>,
    pub run_as: RunAs,
    /// Where its output goes, until its own log collector takes over.
    pub sink: Sink,
}

/// Why there is no server.
#[derive(Debug, Error)]
pub enum StartError {
    #[error("cannot read {}", pid_file::NAME)]
    PidFile(#[source] io::Error),
    #[error("cannot remove {path}, which an old server left")]
    Remove { path: PathBuf, source: io::Error },
    #[error("cannot start a server beside an old one")]
    Leftovers(#[source] LeftoverError),
    #[error("cannot adopt the server with process id {0}")]
    Adopt(Pid, #[source] io::Error),
    #[error("cannot start {program}")]
    Spawn { program: PathBuf, source: io::Error },
}

/// A live server.
#[derive(Debug)]
pub struct Server {
    pid: Pid,
    process: Process,
    /// Where its output comes from, once more: another image of this program goes on reading.
    output: Vec<OwnedFd>,
}

#[derive(Debug)]
enum Process {
    Started(Box<AwaitedChild>),
    Adopted(AdoptedChild),
    /// A child of someone else: it can only be watched.
    Foreign,
}

impl Server {
    /// Adopts the live server of the data directory, or clears what a dead one left and starts one.
    /// Dropping the future leaves no half-started server.
    ///
    /// # Errors
    /// When neither is possible.
    pub async fn start(config: &ServerConfig, children: &Children) -> Result<Self, StartError> {
        if let Some(server) = Self::adopt(config, children)? {
            return Ok(server);
        }
        leftovers::end_all(&config.data_directory).await.map_err(StartError::Leftovers)?;
        clear(config)?;
        Self::spawn(config, children)
    }

    /// Adopts the live server of the data directory, with the pipes that its output comes out of.
    /// Starts none.
    ///
    /// # Errors
    /// When it cannot be looked for.
    pub fn take_over(
        config: &ServerConfig,
        children: &Children,
        output: Vec<pipe::Receiver>,
    ) -> Result<Option<Self>, StartError> {
        let Some(mut server) = Self::adopt(config, children)? else { return Ok(None) };
        for (pipe, name) in output.into_iter().zip([Pipe::Stdout, Pipe::Stderr]) {
            server.output.extend(pipe.as_fd().try_clone_to_owned());
            forward(Some(pipe), name, &config.sink);
        }
        Ok(Some(server))
    }

    /// The server that runs in the data directory already.
    fn adopt(config: &ServerConfig, children: &Children) -> Result<Option<Self>, StartError> {
        let Some(file) = PidFile::read(&config.data_directory).map_err(StartError::PidFile)? else {
            return Ok(None);
        };
        let directory = config.data_directory.canonicalize().map_err(StartError::PidFile)?;
        let pid = file.pid;
        if !leftovers::works_in(pid.as_raw(), &directory) || !leftovers::is_postmaster(pid.as_raw())
        {
            return Ok(None);
        }
        let process = if parent(pid) == Some(Pid::this()) {
            let child = AdoptedChild::new(children, pid);
            Process::Adopted(child.map_err(|source| StartError::Adopt(pid, source))?)
        } else {
            Process::Foreign
        };
        tracing::info!(pid = pid.as_raw(), "adopted the server that runs already");
        Ok(Some(Self { pid, process, output: Vec::new() }))
    }

    fn spawn(config: &ServerConfig, children: &Children) -> Result<Self, StartError> {
        let mut command = Command::new(&config.program);
        command
            .arg("-D")
            .arg(&config.data_directory)
            .args(&config.arguments)
            // What it may do to itself when memory is short: https://www.postgresql.org/docs/current/kernel-resources.html
            .env("PG_OOM_ADJUST_FILE", "/proc/self/oom_score_adj")
            .env("PG_OOM_ADJUST_VALUE", "0")
            .envs(config.environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0);
        config.run_as.apply(&mut command);
        let mut child = children
            .spawn(&mut command)
            .map_err(|source| StartError::Spawn { program: config.program.clone(), source })?;
        let (stdout, stderr) = (child.child().stdout.take(), child.child().stderr.take());
        let pipes = [stdout.as_ref().map(AsFd::as_fd), stderr.as_ref().map(AsFd::as_fd)];
        let output = pipes.into_iter().flatten();
        let output = output.filter_map(|pipe| pipe.try_clone_to_owned().ok()).collect();
        forward(stdout, Pipe::Stdout, &config.sink);
        forward(stderr, Pipe::Stderr, &config.sink);
        Ok(Self { pid: child.pid(), process: Process::Started(Box::new(child)), output })
    }

    /// The process id.
    #[must_use]
    pub const fn pid(&self) -> Pid {
        self.pid
    }

    /// The pipes that its output comes from, for another image of this program; once.
    #[must_use]
    pub fn output(&mut self) -> Vec<OwnedFd> {
        std::mem::take(&mut self.output)
    }

    /// Whether it ran before we came.
    #[must_use]
    pub const fn is_adopted(&self) -> bool {
        matches!(self.process, Process::Adopted(_) | Process::Foreign)
    }

    /// Tells it to stop.
    pub fn stop(&self, mode: Mode) {
        self.signal(match mode {
            Mode::Smart => Signal::SIGTERM,
            Mode::Fast => Signal::SIGINT,
            Mode::Immediate => Signal::SIGQUIT,
            Mode::Kill => Signal::SIGKILL,
        });
    }

    /// Tells it to read its configuration again.
    pub fn reload(&self) {
        self.signal(Signal::SIGHUP);
    }

    fn signal(&self, signal: Signal) {
        if let Err(error) = kill(self.pid, signal) {
            // It has just ended; its end is on the way to us.
            tracing::debug!(pid = self.pid.as_raw(), ?signal, %error, "the server got no signal");
        }
    }

    /// Waits for the end; may be dropped and called again.
    pub async fn wait(&mut self) -> Exit {
        match &mut self.process {
            Process::Started(child) => child.wait().await.map_or(Exit::Unknown, exit),
            Process::Adopted(child) => match child.wait().await {
                Some(WaitStatus::Exited(_, code)) => Exit::Code(code),
                Some(WaitStatus::Signaled(_, signal, _)) => Exit::Signal(signal as i32),
                _ => Exit::Unknown,
            },
            Process::Foreign => {
                while kill(self.pid, None).is_ok() && !is_zombie(self.pid) {
                    tokio::time::sleep(LOOK).await;
                }
                Exit::Unknown
            }
        }
    }
}

fn exit(status: ExitStatus) -> Exit {
    match (status.code(), status.signal()) {
        (Some(code), _) => Exit::Code(code),
        (None, Some(signal)) => Exit::Signal(signal),
        (None, None) => Exit::Unknown,
    }
}

/// Sends lines on in the background. Ends with the pipe: when the server, and all that it left, ended.
fn forward(pipe: Option<impl AsyncRead + Unpin + Send + 'static>, name: Pipe, sink: &Sink) {
    let Some(pipe) = pipe else { return };
    let sink = sink.clone();
    tokio::spawn(async move {
        let mut lines = Lines::new(pipe);
        while let Ok(Some(lines)) = lines.next().await {
            for text in lines {
                let line = Entry::Line { logger: "postgres".into(), pipe: name, text };
                // Without a taker we go on reading: a full pipe would stop the server.
                let _ = sink.send(line).await;
            }
        }
    });
}

/// Removes what a dead server left: its process id and its sockets.
fn clear(config: &ServerConfig) -> Result<(), StartError> {
    remove(&config.data_directory.join(pid_file::NAME))?;
    let socket = format!(".s.PGSQL.{}", config.port);
    remove(&config.socket_directory.join(format!("{socket}.lock")))?;
    remove(&config.socket_directory.join(socket))
}

fn remove(path: &Path) -> Result<(), StartError> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(StartError::Remove { path: path.to_owned(), source: error })
        }
        _ => Ok(()),
    }
}

/// The fields of `/proc/<pid>/stat` after the name: state, parent, ...
fn stat(pid: Pid) -> Option<String> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    stat.rsplit_once(") ").map(|(_, fields)| fields.to_owned())
}

fn parent(pid: Pid) -> Option<Pid> {
    stat(pid)?.split(' ').nth(1)?.parse().ok().map(Pid::from_raw)
}

fn is_zombie(pid: Pid) -> bool {
    stat(pid).is_none_or(|fields| fields.starts_with('Z'))
}
