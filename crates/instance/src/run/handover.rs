//! Another image of this program takes over: same process, same container, same right to lead.
//!
//! ```text
//!  old image: the program is in its place --> who may write until when --> execve
//!                      PostgreSQL runs on, the sentinel holds by the last word
//!  new image: server, pipes, right --> a sentinel of its own --> the old one's pipe is closed
//! ```
//! What is handed over stands in one variable of the environment. Whatever goes wrong on the way,
//! the old sentinel ends a server that may write when its right is over.

use std::ffi::{CString, OsString};
use std::fs::File;
use std::io;
use std::os::fd::{AsFd, IntoRawFd as _, OwnedFd};
use std::os::unix::ffi::OsStringExt as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::time::Duration;

use nix::fcntl::{FcntlArg, FdFlag, fcntl};
use nix::sys::signal::SigSet;
use nix::unistd::Pid;
use planner::leadership::clock::BootTime;
use planner::leadership::instance::{Member, Role, Server};
use planner::leadership::records::Session;
use serde::{Deserialize, Serialize};
use tokio::net::unix::pipe::{OpenOptions, Receiver};
use tokio::sync::oneshot;

use super::guard::Guard;
use super::leader::{End, Leader, Process, Running};
use super::server::{Life, Maker, Origin};
use super::{boot_clock, server};
use crate::sentinel::Watched;

/// The variable with what is handed over.
const VARIABLE: &str = "CNPG_INSTANCE_HANDOVER";

/// What one image hands to the next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Handover {
    pod_uid: String,
    container_id: String,
    /// The server that runs; none when the instance is fenced.
    server: Option<HandedServer>,
    /// The end of the right to lead, in nanoseconds of the boot clock.
    until: Option<u64>,
    /// The pipe to the sentinel of the image before, which ends with it.
    sentinel: Option<i32>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct HandedServer {
    pid: i32,
    primary: bool,
    open: bool,
    output: Vec<i32>,
}

/// What this image was handed, in its own hands: no child of it inherits any of that, or the old
/// sentinel would never hear that nobody speaks to it any more.
#[derive(Debug)]
pub struct Received {
    handover: Handover,
    output: Vec<Receiver>,
    /// Only to be closed.
    _sentinel: Option<File>,
}

impl Received {
    /// What the image before has left for this one. To be called before there is any child.
    #[must_use]
    pub fn take() -> Option<Self> {
        let text = std::env::var(VARIABLE).ok()?;
        let handover: Handover = serde_json::from_str(&text)
            .inspect_err(|error| tracing::error!(%error, "what was handed over cannot be read"))
            .ok()?;
        let pipes = handover.server.iter().flat_map(|server| &server.output);
        let open = |&fd: &i32| {
            let opened = OpenOptions::new().open_receiver(path_of(fd));
            close(fd);
            opened.inspect_err(|error| tracing::warn!(fd, %error, "output is lost")).ok()
        };
        let output = pipes.filter_map(open).collect();
        let sentinel = handover.sentinel.and_then(|fd| {
            let flags = nix::libc::O_NONBLOCK;
            let opened = File::options().write(true).custom_flags(flags).open(path_of(fd));
            close(fd);
            opened.ok() // none: it has ended
        });
        Some(Self { handover, output, _sentinel: sentinel })
    }

    /// Who this is, still.
    #[must_use]
    pub fn session(&self) -> Session {
        Session {
            pod_uid: self.handover.pod_uid.as_str().into(),
            container_id: self.handover.container_id.as_str().into(),
        }
    }

    /// Whether a server came with it, and clients may come to that.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.handover.server.as_ref().is_some_and(|server| server.open)
    }

    /// Whether a server came with it.
    #[must_use]
    pub const fn has_server(&self) -> bool {
        self.handover.server.is_some()
    }

    /// The member goes on with the server that runs; from here on the new guard watches.
    pub(super) fn resume(
        self,
        member: Member,
        guard: &mut Guard,
        maker: &Maker,
        pace: Duration,
    ) -> (Member, Process) {
        guard.say(self.handover.watched());
        let until = self.handover.until();
        let Some(server) = self.handover.server else {
            return (member, Process::Down { end: None });
        };
        let role = if server.primary { Role::Primary } else { Role::Standby };
        let life = Life::begin(maker, server::FIRST, pace, Origin::Found(self.output));
        let mut running = Running::new(life, role);
        running.pid = Some(Pid::from_raw(server.pid));
        running.open = server.open;
        let until = until.filter(|_| server.primary);
        let member = member.resuming(Server::Starting(role), until, boot_clock::now());
        (member, Process::Server(running))
    }
}

fn path_of(fd: i32) -> String {
    format!("/proc/self/fd/{fd}")
}

fn close(fd: i32) {
    if let Err(error) = nix::unistd::close(fd) {
        tracing::debug!(fd, %error, "not handed over");
    }
}

impl Handover {
    fn until(&self) -> Option<BootTime> {
        self.until.map(|nanos| BootTime(Duration::from_nanos(nanos)))
    }

    /// What the guard has to be told first.
    fn watched(&self) -> Watched {
        let server = self.server.as_ref().filter(|server| server.primary);
        Watched { server: server.map(|server| Pid::from_raw(server.pid)), until: self.until() }
    }

    /// Becomes the program at this path, with the arguments of this one; where that fails, this
    /// very program again. Returns only when neither can be.
    pub fn become_program(&self, program: &Path) -> io::Error {
        match self.execute(program) {
            Ok(never) => match never {},
            Err(error) => {
                tracing::error!(%error, program = %program.display(), "it cannot be executed");
            }
        }
        match self.execute(Path::new("/proc/self/exe")) {
            Ok(never) => match never {},
            Err(error) => error,
        }
    }

    fn execute(&self, program: &Path) -> io::Result<std::convert::Infallible> {
        let text = |text: OsString| CString::new(text.into_vec()).map_err(io::Error::other);
        let arguments: Vec<CString> = std::env::args_os().map(text).collect::<io::Result<_>>()?;
        let kept = std::env::vars_os().filter(|(name, _)| name != VARIABLE);
        let json = serde_json::to_string(self).map_err(io::Error::other)?;
        let all = kept.chain([(VARIABLE.into(), json.into())]);
        let join = |(name, value): (OsString, OsString)| {
            let mut pair = name;
            pair.push("=");
            pair.push(value);
            text(pair)
        };
        let environment: Vec<CString> = all.map(join).collect::<io::Result<_>>()?;
        let program = text(program.as_os_str().to_owned())?;
        Ok(nix::unistd::execve(&program, &arguments, &environment)?)
    }
}

/// Lets a descriptor live through the replacement of the program.
fn keep(fd: OwnedFd) -> io::Result<i32> {
    fcntl(fd.as_fd(), FcntlArg::F_SETFD(FdFlag::empty()))?;
    Ok(fd.into_raw_fd())
}

impl Leader {
    /// Hands everything to the program that lies ready, unless something is under way.
    pub(super) fn upgrade(&mut self, failed: oneshot::Sender<String>) {
        if let Some(why) = self.busy() {
            let _ = failed.send(format!("the manager cannot be replaced now: {why}"));
            return;
        }
        match self.hand_over() {
            Ok(handover) => {
                tracing::info!("another program takes over; PostgreSQL runs on");
                // From here on a signal waits for the next image.
                let _ = SigSet::all().thread_block();
                self.end = Some(End::Upgrade(Box::new(handover)));
            }
            Err(error) => {
                let _ = failed.send(format!("the manager cannot hand over: {error}"));
            }
        }
    }

    fn busy(&self) -> Option<&'static str> {
        match &self.process {
            _ if self.smart.is_some() || self.leaving.is_some() => Some("it ends, or restarts"),
            Process::Rejoining => Some("the instance rejoins"),
            Process::Down { .. } if self.state.flags().fenced => None,
            Process::Down { .. } => Some("PostgreSQL is down"),
            Process::Server(running) => match running {
                _ if running.promoting => Some("PostgreSQL is being promoted"),
                _ if running.told_to_stop => Some("PostgreSQL is stopping"),
                _ if !running.ready || running.pid.is_none() => Some("PostgreSQL is starting"),
                _ => None,
            },
        }
    }

    fn hand_over(&mut self) -> io::Result<Handover> {
        self.say_right(); // the last word, by which the sentinel holds
        let server = match &mut self.process {
            Process::Server(running) => {
                let output = std::mem::take(&mut running.output);
                Some(HandedServer {
                    pid: running.pid.map_or(0, Pid::as_raw),
                    primary: running.is_primary(),
                    open: running.open,
                    output: output.into_iter().map(keep).collect::<io::Result<_>>()?,
                })
            }
            Process::Down { .. } | Process::Rejoining => None,
        };
        let nanos = |until: BootTime| u64::try_from(until.0.as_nanos()).unwrap_or(u64::MAX);
        Ok(Handover {
            pod_uid: self.session.pod_uid.to_string(),
            container_id: self.session.container_id.to_string(),
            server,
            until: self.member.entitled_until().map(nanos),
            sentinel: self.guard.hand_over().map(keep).transpose()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_handed_over_says_who_may_write_and_until_when() {
        let server = HandedServer { pid: 7, primary: true, open: true, output: vec![] };
        let mut handover = Handover {
            pod_uid: "pod".to_owned(),
            container_id: "container".to_owned(),
            server: Some(server),
            until: Some(5),
            sentinel: None,
        };
        let until = Some(BootTime(Duration::from_nanos(5)));
        let primary = Watched { server: Some(Pid::from_raw(7)), until };
        assert_eq!(handover.watched(), primary);
        handover.server = handover.server.map(|one| HandedServer { primary: false, ..one });
        assert_eq!(handover.watched(), Watched { server: None, until }, "a standby may not write");
        let text = serde_json::to_string(&handover).unwrap();
        assert_eq!(serde_json::from_str::<Handover>(&text).unwrap(), handover);
    }
}
