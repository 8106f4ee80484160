//! Who waits for which child, and the reaping of those that nobody waits for.
//!
//! PID 1 inherits every orphan of the container. `waitpid(-1)` would reap them, but it would also
//! take the exit status of a child that someone awaits. So every child of ours is entered here in
//! the same breath in which it is started; the reaper only peeks (`WNOWAIT`) and takes what is not
//! entered.

use std::collections::BTreeSet;
use std::io;
use std::process::ExitStatus;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use nix::errno::Errno;
use nix::sys::wait::{Id, WaitPidFlag, WaitStatus, waitid, waitpid};
use nix::unistd::Pid;
use tokio::process::{Child, Command};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::Notify;

/// The children that someone awaits. Clones share one register.
#[derive(Debug, Clone, Default)]
pub struct Children {
    register: Arc<Register>,
}

#[derive(Debug, Default)]
struct Register {
    awaited: Mutex<BTreeSet<i32>>,
    changed: Notify,
}

/// What one look at the dead children found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Look {
    Reaped(Pid),
    /// One whom its owner has not fetched yet; it hides all others.
    Awaited,
    Nothing,
}

impl Children {
    /// Starts a program whose end the caller will await.
    ///
    /// # Errors
    /// When the program cannot be started.
    pub fn spawn(&self, command: &mut Command) -> io::Result<AwaitedChild> {
        // Held over the start: a child that ends at once must already be entered.
        let mut awaited = self.register.lock();
        let child = command.spawn()?;
        let pid = child.id().and_then(|id| i32::try_from(id).ok()).expect("it was not awaited yet");
        awaited.insert(pid);
        drop(awaited);
        Ok(AwaitedChild { child, entry: self.entry(pid) })
    }

    /// Enters a child that another program image of this process started.
    pub(crate) fn adopt(&self, pid: Pid) -> Entry {
        self.register.lock().insert(pid.as_raw());
        self.entry(pid.as_raw())
    }

    fn entry(&self, pid: i32) -> Entry {
        Entry { pid, register: Arc::clone(&self.register) }
    }

    /// Reaps orphans as they end, for as long as it is polled.
    ///
    /// # Errors
    /// When the signal of ended children cannot be heard.
    pub async fn reap_orphans(&self) -> io::Result<()> {
        let mut ended = signal(SignalKind::child())?;
        loop {
            let changed = self.register.changed.notified();
            tokio::pin!(changed);
            // Before the look: what changes after it must wake us.
            changed.as_mut().enable();
            while let Look::Reaped(pid) = self.look() {
                tracing::debug!(pid = pid.as_raw(), "reaped an orphan");
            }
            tokio::select! {
                _ = ended.recv() => {}
                () = changed => {}
            }
        }
    }

    fn look(&self) -> Look {
        let awaited = self.register.lock();
        let peek = WaitPidFlag::WEXITED | WaitPidFlag::WNOWAIT | WaitPidFlag::WNOHANG;
        let Some(pid) = waitid(Id::All, peek).ok().and_then(|status| status.pid()) else {
            return Look::Nothing;
        };
        if awaited.contains(&pid.as_raw()) {
            return Look::Awaited;
        }
        match waitpid(pid, Some(WaitPidFlag::WNOHANG)) {
            Ok(_) => Look::Reaped(pid),
            Err(_) => Look::Nothing,
        }
    }
}

impl Register {
    fn lock(&self) -> MutexGuard<'_, BTreeSet<i32>> {
        // A set of numbers is whole after every panic.
        self.awaited.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Keeps a child from the reaper until it is dropped.
#[derive(Debug)]
pub(crate) struct Entry {
    pid: i32,
    register: Arc<Register>,
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.register.lock().remove(&self.pid);
        self.register.changed.notify_one();
    }
}

/// A child whose end is awaited by whoever holds this.
#[derive(Debug)]
pub struct AwaitedChild {
    child: Child,
    entry: Entry,
}

impl AwaitedChild {
    /// The process id.
    #[must_use]
    pub fn pid(&self) -> Pid {
        Pid::from_raw(self.entry.pid)
    }

    /// The child itself, to take its pipes.
    pub const fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    /// Waits for the end; may be dropped and called again.
    ///
    /// # Errors
    /// When someone else took the status.
    pub async fn wait(&mut self) -> io::Result<ExitStatus> {
        self.child.wait().await
    }
}

/// A child of ours that this program image did not start.
#[derive(Debug)]
pub(crate) struct AdoptedChild {
    entry: Entry,
    ended: tokio::signal::unix::Signal,
}

impl AdoptedChild {
    pub(crate) fn new(children: &Children, pid: Pid) -> io::Result<Self> {
        Ok(Self { entry: children.adopt(pid), ended: signal(SignalKind::child())? })
    }

    /// Waits for the end; may be dropped and called again. None when it was no child after all.
    pub(crate) async fn wait(&mut self) -> Option<WaitStatus> {
        loop {
            match waitpid(Pid::from_raw(self.entry.pid), Some(WaitPidFlag::WNOHANG)) {
                Ok(WaitStatus::StillAlive) | Err(Errno::EINTR) => {}
                Ok(status) => return Some(status),
                Err(_) => return None,
            }
            self.ended.recv().await;
        }
    }
}
