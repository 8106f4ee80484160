//! Runs the programs of PostgreSQL: bounded, cancellable, without a shell.

use std::borrow::Cow;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use thiserror::Error;
use tokio::io::AsyncRead;
use tokio::process::Command;
use tokio::time::timeout;

use crate::account::RunAs;
use crate::children::{AwaitedChild, Children};
use crate::lines::Lines;
use crate::log::{Entry, Pipe, Sink};

/// What is kept of each pipe; the sink gets everything.
const KEPT: usize = 1 << 20;

/// How long a program may clean up after it was told to end.
const CLEAN_UP: Duration = Duration::from_secs(2);

/// A program with its arguments.
#[derive(Clone)]
pub struct Tool {
    program: PathBuf,
    logger: Cow<'static, str>,
    arguments: Vec<OsString>,
    environment: Vec<(OsString, OsString)>,
    directory: Option<PathBuf>,
    run_as: RunAs,
    limit: Option<Duration>,
    sink: Option<Sink>,
}

/// What a program printed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Output {
    pub stdout: String,
    pub stderr: String,
}

/// Why a program did not do its work.
#[derive(Debug, Error)]
pub enum ToolError {
    #[error("cannot start {program}")]
    Start { program: String, source: io::Error },
    #[error("cannot follow {program}")]
    Follow { program: String, source: io::Error },
    #[error("{program} ended with {status}: {}", last_line(stderr))]
    Failed { program: String, status: ExitStatus, stderr: String },
    #[error("{program} was stopped after {limit:?}: {}", last_line(stderr))]
    TooLong { program: String, limit: Duration, stderr: String },
}

impl ToolError {
    /// The exit status, if the program came to an end of its own.
    #[must_use]
    pub const fn status(&self) -> Option<ExitStatus> {
        match self {
            Self::Failed { status, .. } => Some(*status),
            Self::Start { .. } | Self::Follow { .. } | Self::TooLong { .. } => None,
        }
    }
}

/// What a program said last is usually why it failed.
fn last_line(text: &str) -> &str {
    text.lines().next_back().unwrap_or("it said nothing")
}

/// Arguments and environment may hold passwords: they are counted, not shown.
impl fmt::Debug for Tool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tool")
            .field("program", &self.program)
            .field("arguments", &self.arguments.len())
            .finish_non_exhaustive()
    }
}

impl Tool {
    /// A program, by its path or by a name to be found in `PATH`. It speaks English.
    #[must_use]
    pub fn new(program: impl Into<PathBuf>) -> Self {
        let program = program.into();
        let logger = program.file_name().map(|name| name.to_string_lossy().into_owned());
        Self {
            program,
            logger: logger.unwrap_or_default().into(),
            arguments: Vec::new(),
            environment: vec![("LC_ALL".into(), "C".into())],
            directory: None,
            run_as: RunAs::Ourselves,
            limit: None,
            sink: None,
        }
    }

    /// Adds an argument.
    #[must_use]
    pub fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.arguments.push(argument.as_ref().to_owned());
        self
    }

    /// Adds arguments.
    #[must_use]
    pub fn args<T: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = T>) -> Self {
        self.arguments.extend(arguments.into_iter().map(|word| word.as_ref().to_owned()));
        self
    }

    /// Sets a variable of the environment; all others are inherited.
    #[must_use]
    pub fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.environment.push((name.as_ref().to_owned(), value.as_ref().to_owned()));
        self
    }

    /// Lets the program work in a directory.
    #[must_use]
    pub fn directory(mut self, directory: &Path) -> Self {
        self.directory = Some(directory.to_owned());
        self
    }

    /// Lets the program run as someone else.
    #[must_use]
    pub const fn run_as(mut self, run_as: RunAs) -> Self {
        self.run_as = run_as;
        self
    }

    /// Ends the program when it takes longer.
    #[must_use]
    pub const fn within(mut self, limit: Duration) -> Self {
        self.limit = Some(limit);
        self
    }

    /// Sends every line to the log as it is printed.
    #[must_use]
    pub fn log_to(mut self, sink: Sink) -> Self {
        self.sink = Some(sink);
        self
    }

    /// Runs the program to its end. Dropping the future kills it and what it started.
    ///
    /// # Errors
    /// When it cannot be started, fails, or takes too long.
    pub async fn run(&self, children: &Children) -> Result<Output, ToolError> {
        let program = self.logger.to_string();
        let mut running = Running::start(self, children)
            .map_err(|source| ToolError::Start { program: program.clone(), source })?;
        let mut output = Output::default();
        let ended = match self.limit {
            None => Some(running.follow(self, &mut output).await),
            Some(limit) => timeout(limit, running.follow(self, &mut output)).await.ok(),
        };
        match (ended, self.limit) {
            (Some(Ok(status)), _) if status.success() => Ok(output),
            (Some(Ok(status)), _) => {
                Err(ToolError::Failed { program, status, stderr: output.stderr })
            }
            (Some(Err(source)), _) => Err(ToolError::Follow { program, source }),
            (None, limit) => {
                running.end().await;
                let limit = limit.unwrap_or_default();
                Err(ToolError::TooLong { program, limit, stderr: output.stderr })
            }
        }
    }
}

/// A program that runs, in a process group of its own.
struct Running {
    child: AwaitedChild,
    group: Group,
}

/// Kills a process group when it is dropped before its leader was awaited.
struct Group(Option<Pid>);

impl Drop for Group {
    fn drop(&mut self) {
        if let Some(pid) = self.0 {
            // It may be gone already; nothing else can be done about an error.
            let _ = killpg(pid, Signal::SIGKILL);
        }
    }
}

impl Running {
    fn start(tool: &Tool, children: &Children) -> io::Result<Self> {
        let mut command = Command::new(&tool.program);
        command
            .args(&tool.arguments)
            .envs(tool.environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .kill_on_drop(true);
        if let Some(directory) = &tool.directory {
            command.current_dir(directory);
        }
        tool.run_as.apply(&mut command);
        let child = children.spawn(&mut command)?;
        let group = Group(Some(child.pid()));
        Ok(Self { child, group })
    }

    /// Reads what the program prints and waits for its end.
    async fn follow(&mut self, tool: &Tool, output: &mut Output) -> io::Result<ExitStatus> {
        let (stdout, stderr) = (self.child.child().stdout.take(), self.child.child().stderr.take());
        let capture = tokio::try_join!(
            capture(stdout, tool, Pipe::Stdout, &mut output.stdout),
            capture(stderr, tool, Pipe::Stderr, &mut output.stderr),
        );
        capture?;
        let status = self.child.wait().await?;
        self.group.0 = None;
        Ok(status)
    }

    /// Asks the program to end, and after a while does not ask.
    async fn end(&mut self) {
        let _ = killpg(self.child.pid(), Signal::SIGTERM);
        if timeout(CLEAN_UP, self.child.wait()).await.is_err() {
            let _ = killpg(self.child.pid(), Signal::SIGKILL);
            // Also by itself, should it have left its group: the wait must come to an end.
            let _ = self.child.child().start_kill();
            let _ = self.child.wait().await;
        }
        // The leader is gone, but those it started may not be: the group is killed on drop.
    }
}

async fn capture(
    pipe: Option<impl AsyncRead + Unpin>,
    tool: &Tool,
    name: Pipe,
    kept: &mut String,
) -> io::Result<()> {
    let Some(pipe) = pipe else { return Ok(()) };
    let mut lines = Lines::new(pipe);
    while let Some(lines) = lines.next().await? {
        for text in lines {
            if kept.len() + text.len() < KEPT {
                kept.push_str(&text);
                kept.push('\n');
            }
            if let Some(sink) = &tool.sink {
                let logger = tool.logger.clone();
                // A closed sink only means that nobody is interested any more.
                let _ = sink.send(Entry::Line { logger, pipe: name, text }).await;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
