//! What a life of the server tells the leadership loop, and what the loop makes of it.

use nix::unistd::Pid;
use pgkit::postmaster::machine::Exit;
use planner::leadership::clock::BootTime;
use planner::leadership::instance::{Event, Role};
use planner::leadership::records::Position;

use super::leader::{End, Leader, Process, REFUSES, STALE, Smart, WAKE};
use super::look::{Look, LookError};
use super::server::{Order, Sign};
use super::{boot_clock, control, disk};

impl Leader {
    pub(super) async fn take_sign(&mut self, number: u64, sign: Sign) {
        let Some(running) = self.running(number) else { return };
        match sign {
            Sign::Up(pid, output) => {
                running.pid = Some(pid);
                running.output = output;
                self.say_right();
            }
            Sign::Ready => {
                running.ready = true;
                running.timeline = 0;
                let timeline = control::timeline_of_files(&self.state.paths().data);
                if let Some(running) = self.running(number) {
                    running.timeline = timeline.unwrap_or_default();
                }
            }
            Sign::Looked { began, seen } => self.looked(number, began, seen),
            Sign::Ended(exit) => self.server_ended(number, exit).await,
        }
    }

    fn looked(&mut self, number: u64, began: BootTime, seen: Result<Look, LookError>) {
        let Some(running) = self.running(number) else { return };
        let seen = match seen {
            Ok(_) if boot_clock::now() - began > STALE => return running.life.look_now(),
            Ok(seen) => seen,
            Err(error) => {
                tracing::debug!(error = super::chain(&error), "no look at the server");
                if error.refused() {
                    self.refused(number, began);
                }
                return;
            }
        };
        running.refusing = None;
        if let (Look::Primary { .. }, Role::Standby) = (&seen, running.role) {
            if !running.promoting {
                tracing::error!("PostgreSQL was promoted by somebody else");
            }
            running.role = Role::Primary;
            running.open = true;
            running.promoting = false;
            self.opened.send_replace(true);
        }
        if let Look::Standby { streaming: false, startup: Some(pid), .. } = &seen {
            self.wake_receiver(Pid::from_raw(*pid));
        }
        let Some(running) = self.running(number) else { return };
        if let Look::Standby { position, complete, .. } = &seen {
            running.timeline = running.timeline.max(position.timeline);
            running.complete |= *complete;
        }
        let changed = running.look.as_ref() != Some(&seen);
        running.look = Some(seen);
        if changed {
            self.look_at_server();
            self.names_work();
        }
    }

    /// A primary whose files have gone is given up, whatever its open sessions still can.
    fn refused(&mut self, number: u64, now: BootTime) {
        let Some(running) = self.running(number) else { return };
        let since = *running.refusing.get_or_insert(now);
        if running.role != Role::Primary || now - since < REFUSES {
            return;
        }
        running.refusing = None;
        if disk::databases_lost(&self.state.paths().data) {
            tracing::error!("the files of every database are gone: giving up");
            self.tell(Event::FilesLost);
        }
    }

    /// A primary that was not reached is tried again soon, and not after five seconds.
    fn wake_receiver(&mut self, startup: Pid) {
        let now = boot_clock::now();
        // Not the one that is to take over: it has nothing to wait for.
        let settled = self.cluster_record().is_some_and(|cluster| cluster.settled());
        let Process::Server(running) = &self.process else { return };
        if settled && self.upstream.is_some() && now - self.woken >= WAKE {
            self.woken = now;
            running.life.order(Order::Wake(startup));
        }
    }

    async fn server_ended(&mut self, number: u64, exit: Exit) {
        let Some(running) = self.running(number) else { return };
        let told = running.told_to_stop || self.smart.is_some();
        tracing::info!(?exit, told, "PostgreSQL has ended");
        // Only a stop that was asked for can have been clean; after a crash every moment counts.
        let end = if told { self.end_of_log().await } else { None };
        self.process = Process::Down { end };
        self.upstream = None;
        self.opened.send_replace(false);
        self.say_right();
        let smart = self.smart.take();
        if smart == Some(Smart::Terminate) {
            self.tell(Event::Terminate);
        }
        if !told {
            self.crashed(exit);
        }
        self.look_at_server();
    }

    fn crashed(&mut self, exit: Exit) {
        let maker = self.maker.clone();
        tokio::spawn(async move { control::read_aloud(&maker).await });
        // Whoever was killed had no time to find the volume full.
        let by_itself = !matches!(exit, Exit::Signal(_));
        let data = &self.state.paths().data;
        if by_itself && disk::room_for_wal(data, self.segment) == disk::Room::Full {
            tracing::error!("there is no room for WAL: giving up until the volume has grown");
            self.disk_is_full();
        }
        self.tell(Event::Crashed);
    }

    /// Gives everything back and ends, so that the kubelet and the operator see why.
    pub(super) fn disk_is_full(&mut self) {
        self.smart = None;
        self.end_reason = Some(End::DiskFull);
        self.tell(Event::Terminate);
    }

    /// Where the log ends, if the server was stopped cleanly as a primary.
    pub(super) async fn end_of_log(&self) -> Option<Position> {
        control::clean_end(&control::read_aloud(&self.maker).await?)
    }

    /// All is given back: the process may end.
    pub(super) fn leave(&mut self) {
        self.end = Some(self.end_reason.take().unwrap_or(End::Broken));
    }

    /// Not answering is no failure from here on, until there is a server again.
    pub(super) fn unavailable(&self) {
        self.state.set_flags(|flags| flags.might_be_unavailable = true);
    }
}
