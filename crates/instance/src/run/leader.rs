//! The leadership loop: what happened goes to the member of the election, what it says is done.
//!
//! One task owns the member, and with it all that may start, promote or stop the server. It never
//! waits for anything but the next happening: calls, looks and programs run beside it.

use std::os::fd::OwnedFd;
use std::time::Duration;

use api::Cluster;
use k8s_openapi::api::coordination::v1::Lease;
use nix::unistd::Pid;
use pgkit::data_directory::{self, DataDirectory};
use planner::leadership::clock::{BootTime, Terms};
use planner::leadership::instance::{Data, Ended, Event, Member, Role, Server, Upstream, Written};
use planner::leadership::records::{ClusterRecord, InstanceName, LeaseRecord, Position, Session};
use planner::leadership::sync_names::Loaded;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval, sleep};

use super::follow::{Override, Receiving};
use super::guard::Guard;
use super::handover::Handover;
use super::look::Look;
use super::server::{Life, Maker, Order};
use super::{Happening, Inbox, Serving, boot_clock};
use crate::sentinel::Watched;
use crate::state::{Request, State};

/// The slow tick, for all that no event tells.
const TICK: Duration = Duration::from_millis(400);

/// The pause between looks at the server: while something is under way, and in peace.
const BUSY: Duration = Duration::from_millis(100);
pub(super) const QUIET: Duration = Duration::from_secs(1);

/// The pause between attempts to reach a primary.
pub(super) const WAKE: Duration = Duration::from_millis(100);

/// A look that took longer may tell of a moment long gone: this process was frozen.
pub(super) const STALE: Duration = Duration::from_secs(1);

/// How long a server may let nobody in before its files are looked at.
pub(super) const REFUSES: Duration = Duration::from_secs(10);

/// How long giving back the lease may take, when there is nothing else left to do.
const FAREWELL: Duration = Duration::from_secs(5);

/// How the manager ends.
#[derive(Debug, PartialEq, Eq)]
pub enum End {
    Asked,
    /// The server would not run.
    Broken,
    DiskFull,
    /// Another image of this program takes over what it is handed.
    Upgrade(Box<Handover>),
}

impl End {
    /// What happens, in two words.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Asked => "as asked",
            Self::Broken => "PostgreSQL would not run",
            Self::DiskFull => "no room for WAL",
            Self::Upgrade(_) => "another program takes over",
        }
    }
}

/// What the manager does with its server.
#[derive(Debug)]
pub(super) enum Process {
    Down { end: Option<Position> },
    Server(Running),
    Rejoining,
}

/// A server that is meant to run, or is on its way to an end.
#[derive(Debug)]
pub(super) struct Running {
    pub life: Life,
    pub role: Role,
    pub pid: Option<Pid>,
    /// The pipes that its output comes out of.
    pub output: Vec<OwnedFd>,
    pub ready: bool,
    pub promoting: bool,
    pub told_to_stop: bool,
    /// Clients over the network may come; a primary is always open.
    pub open: bool,
    pub look: Option<Look>,
    /// Since when it lets nobody in.
    pub refusing: Option<BootTime>,
    /// Its position has once been that of all its WAL.
    pub complete: bool,
    /// Where a look at the files found the log to be, when no receiver tells.
    pub timeline: u32,
}

impl Running {
    pub fn new(life: Life, role: Role) -> Self {
        Self {
            life,
            role,
            pid: None,
            output: Vec::new(),
            ready: false,
            promoting: false,
            told_to_stop: false,
            open: role == Role::Primary,
            look: None,
            refusing: None,
            complete: false,
            timeline: 0,
        }
    }

    /// Whether it acknowledges writes, or may be about to.
    pub fn is_primary(&self) -> bool {
        self.role == Role::Primary || self.promoting
    }
}

/// Everything the loop owns.
#[derive(Debug)]
pub struct Leader {
    pub(super) state: State,
    pub(super) session: Session,
    pub(super) member: Member,
    pub(super) terms: Terms,
    pub(super) released_seconds: i32,
    pub(super) inbox: Inbox,
    pub(super) maker: Maker,
    pub(super) lives: u64,
    pub(super) process: Process,
    pub(super) guard: Guard,
    /// As it was last read: a write keeps what it does not know.
    pub(super) lease: Option<Box<Lease>>,
    pub(super) ended: Option<Ended>,
    /// Whom the receiver was told to receive from.
    pub(super) upstream: Option<InstanceName>,
    pub(super) names: super::names::Names,
    pub(super) opened: watch::Sender<bool>,
    pub(super) serving: watch::Sender<Serving>,
    pub(super) asked: Vec<(u64, String, oneshot::Sender<bool>)>,
    pub(super) failed_rewinds: u32,
    /// A smart stop is under way, for an end or for a restart.
    pub(super) smart: Option<Smart>,
    /// The size of a WAL file.
    pub(super) segment: u64,
    /// When the process that replays was last woken up.
    pub(super) woken: BootTime,
    pub(super) rejoining: Option<JoinHandle<()>>,
    /// Something was done to the server, and the member has to hear of it. Not at once: it has not
    /// had the rest of what it wanted done.
    pub(super) look_due: bool,
    /// The container will be killed in a moment.
    pub(super) hurried: bool,
    /// When the member was last told anything.
    pub(super) told: BootTime,
    /// Since when there is nothing left to do but to give the lease back.
    pub(super) leaving: Option<BootTime>,
    pub(super) end_reason: Option<End>,
    pub(super) end: Option<End>,
}

/// Why clients are waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Smart {
    Terminate,
    Restart,
}

impl Leader {
    /// Runs until the manager is to end; the server is down then.
    pub async fn run(
        mut self,
        mut happenings: mpsc::UnboundedReceiver<Happening>,
        mut requests: mpsc::Receiver<Request>,
    ) -> End {
        let mut clusters = self.state.clusters();
        clusters.mark_changed();
        let mut tick = interval(TICK);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        self.look_at_server();
        loop {
            let pause = self.pause();
            tokio::select! {
                Some(happening) = happenings.recv() => self.take(happening).await,
                Some(request) = requests.recv() => self.take_request(request),
                Ok(()) = clusters.changed() => {
                    let cluster = clusters.borrow_and_update().clone();
                    if let Some(cluster) = cluster {
                        self.saw_cluster(&cluster);
                    }
                }
                () = sleep(pause) => self.tell(Event::Tick),
                _ = tick.tick() => {
                    self.look_at_server();
                    self.names_again();
                }
            }
            if std::mem::take(&mut self.look_due) {
                self.look_at_server();
            }
            self.leave_unanswered();
            if let Some(end) = self.end.take() {
                return end;
            }
        }
    }

    /// Until the member wants to be told the time; what it was told already is not told again.
    fn pause(&self) -> Duration {
        if self.look_due {
            return Duration::from_millis(1);
        }
        let due = self.member.wake_at().filter(|at| *at > self.told);
        due.map_or(TICK, |at| (at - boot_clock::now()).max(Duration::from_millis(1)))
    }

    /// The lease may be out of reach for good, as when its cluster was deleted: whoever has no
    /// server may end without giving it back, since its right ends by time.
    fn leave_unanswered(&mut self) {
        let Some(since) = self.leaving else { return };
        let now = boot_clock::now();
        if !matches!(self.process, Process::Down { .. }) {
            self.leaving = Some(now);
        } else if now - since >= FAREWELL {
            tracing::warn!("ending without having given the lease back");
            self.leave();
        }
    }

    /// Tells the member what happened, and does what it says.
    pub(super) fn tell(&mut self, event: Event) {
        let now = boot_clock::now();
        if matches!(event, Event::Terminate) {
            self.leaving.get_or_insert(now);
        }
        self.told = now;
        let effects = self.member.on(event, now);
        self.perform_all(effects);
        self.say_right();
        self.state.report(self.member.report(now));
    }

    /// Says to those who watch over the right which server may write, and until when.
    pub(super) fn say_right(&mut self) {
        let server = match &self.process {
            Process::Server(running) if running.is_primary() => running.pid,
            _ => None,
        };
        self.guard.say(Watched { server, until: self.member.entitled_until() });
    }

    async fn take(&mut self, happening: Happening) {
        match happening {
            Happening::Told(event) => self.tell(event),
            Happening::Lease(lease) => self.saw_lease(lease),
            Happening::LeaseRead(Some(lease)) => {
                self.saw_lease(lease);
                self.tell(Event::LeaseRead);
            }
            Happening::LeaseRead(None) => self.tell(Event::LeaseWritten(Written::Unknown)),
            Happening::LeaseWritten(written) => {
                let written = match *written {
                    Written::Done(lease) => {
                        let record = LeaseRecord::read(&lease);
                        self.keep_lease(Box::new(lease));
                        Written::Done(record)
                    }
                    Written::Conflict => Written::Conflict,
                    Written::Unknown => Written::Unknown,
                };
                self.tell(Event::LeaseWritten(written));
            }
            Happening::ClusterRead(read) => {
                let record = read.and_then(|(cluster, quorum)| {
                    let record = ClusterRecord::read(&cluster)?;
                    self.state.publish(std::sync::Arc::new(*cluster));
                    Some((record, quorum))
                });
                self.tell(Event::ReadCluster(record));
            }
            Happening::CurrentWritten(written) => {
                let written = match *written {
                    Written::Done(cluster) => match ClusterRecord::read(&cluster) {
                        Some(record) => Written::Done(record),
                        None => Written::Unknown,
                    },
                    Written::Conflict => Written::Conflict,
                    Written::Unknown => Written::Unknown,
                };
                self.tell(Event::CurrentWritten(written));
            }
            Happening::Server(number, sign) => self.take_sign(number, sign).await,
            Happening::Promoted(number, promoted) => {
                if let Some(running) = self.running(number) {
                    match promoted {
                        Ok(()) => running.life.look_now(),
                        Err(error) => {
                            tracing::error!(error = super::chain(&error), "no promotion");
                            running.promoting = false;
                            running.life.look_now();
                        }
                    }
                }
            }
            Happening::StopNow(number, mode) => {
                if let Some(running) = self.running(number) {
                    running.life.order(Order::Stop(mode));
                }
            }
            Happening::Rejoined(outcome) => self.rejoined(outcome).await,
            Happening::Reload => {
                if let Process::Server(running) = &self.process {
                    running.life.order(Order::Reload);
                }
            }
            Happening::Terminate { patience } => self.terminate(patience),
            Happening::ClientsHadTheirTime(number) => self.clients_had_their_time(number),
            Happening::Names(event) => self.names_done(event),
        }
    }

    pub(super) fn running(&mut self, number: u64) -> Option<&mut Running> {
        match &mut self.process {
            Process::Server(running) if running.life.number == number => Some(running),
            _ => None,
        }
    }

    fn take_request(&mut self, request: Request) {
        match request {
            Request::Promise { ask, answer } => {
                self.asked.retain(|(.., answer)| !answer.is_closed());
                self.asked.push((ask.round, ask.from.instance.to_string(), answer));
                self.tell(Event::Asked(ask));
            }
            Request::Restart => self.restart(),
            Request::Refresh => {
                self.inbox.refresh();
            }
            Request::Upgrade { failed } => self.upgrade(failed),
        }
    }

    fn saw_lease(&mut self, lease: Box<Lease>) {
        let record = LeaseRecord::read(&lease);
        self.keep_lease(lease);
        self.tell(Event::SawLease(record));
    }

    fn keep_lease(&mut self, lease: Box<Lease>) {
        let version = |lease: &Lease| LeaseRecord::read(lease).version;
        if self.lease.as_ref().is_none_or(|known| version(known) <= version(&lease)) {
            self.lease = Some(lease);
        }
    }

    fn saw_cluster(&mut self, cluster: &Cluster) {
        let fenced = super::fence::is_fenced(cluster, &self.state.identity().pod);
        self.state.set_flags(|flags| {
            flags.fenced = fenced;
            flags.might_be_unavailable |= fenced;
        });
        self.tell(Event::Fenced(fenced));
        if let Some(record) = ClusterRecord::read(cluster) {
            self.tell(Event::SawCluster(record));
        }
        self.let_start_receive();
        self.look_at_server();
        self.names_work();
    }

    /// A replica that still recovers may need the primary to come to a consistent state.
    fn let_start_receive(&mut self) {
        let starts = matches!(&self.process, Process::Server(running)
            if running.role == Role::Standby && !running.ready && !running.told_to_stop);
        if starts && self.upstream.is_none() && self.may_receive() == Receiving::On {
            let from = self.current();
            self.receive(Receiving::On, from);
        }
    }

    pub(super) fn cluster_record(&self) -> Option<ClusterRecord> {
        ClusterRecord::read(&*self.state.cluster()?)
    }

    fn current(&self) -> Option<InstanceName> {
        self.cluster_record()?.current
    }

    /// Whether a standby that starts now may receive, by the rule of the member.
    pub(super) fn may_receive(&self) -> Receiving {
        let Some(cluster) = self.cluster_record() else { return Receiving::Off };
        let lifted = |ended: Ended| cluster.settled() && cluster.version > ended.version;
        let me: InstanceName = self.state.identity().pod.as_str().into();
        let other = cluster.current.as_ref().is_some_and(|current| *current != me);
        if other && !cluster.electing() && self.ended.is_none_or(lifted) {
            Receiving::On
        } else {
            Receiving::Off
        }
    }

    /// Writes what the server needs to find before it starts in a role.
    pub(super) fn prepare(
        &mut self,
        role: Role,
        receiving: Option<Receiving>,
    ) -> Result<(), data_directory::FileError> {
        self.upstream = None;
        self.data().make_private()?;
        match receiving {
            Some(receiving) => {
                let _ = super::configure::close(&self.data())?;
                let _ = self.write_override(receiving)?;
                if receiving == Receiving::On {
                    self.upstream = self.current();
                }
            }
            None => self.names.at_start(role, &self.state)?,
        }
        Ok(())
    }

    pub(super) fn write_override(
        &self,
        receiving: Receiving,
    ) -> Result<data_directory::Written, data_directory::FileError> {
        let Some(cluster) = self.state.cluster() else {
            return Ok(data_directory::Written::Unchanged);
        };
        let waits = super::names::wanted(&cluster, &self.state.identity().pod).is_some();
        let instance = &self.state.identity().pod;
        let names = waits.then_some(&Loaded::Blocking);
        Override { cluster: &cluster, instance, receiving, names }.write(&self.data())
    }

    /// Has the receiver end, or receive from the primary of now.
    pub(super) fn receive(&mut self, receiving: Receiving, from: Option<InstanceName>) {
        let Process::Server(running) = &self.process else { return };
        if running.is_primary() || (receiving == Receiving::On && self.upstream == from) {
            return;
        }
        match self.write_override(receiving) {
            Err(error) => {
                tracing::error!(error = super::chain(&error), "cannot change the receiver")
            }
            // Told again: a look at the server would only have it told once more.
            Ok(data_directory::Written::Unchanged) if self.upstream == from => {}
            Ok(_) => {
                tracing::info!(from = from.as_ref().map(ToString::to_string), "receiving");
                running.life.order(Order::Reload);
                self.upstream = from;
                self.look_due = true;
            }
        }
    }

    pub(super) fn data(&self) -> DataDirectory {
        DataDirectory::new(&self.state.paths().data)
    }

    /// Tells the member how the server is.
    pub(super) fn look_at_server(&mut self) {
        let data = match self.data().role() {
            Ok(data_directory::Role::Primary) => Data::Primary,
            Ok(data_directory::Role::Standby) => Data::Standby,
            Err(error) => {
                tracing::error!(error = super::chain(&error), "whose writes are these?");
                return;
            }
        };
        let server = self.server();
        self.show(&server);
        let pace = self.pace();
        if let Process::Server(running) = &self.process {
            running.life.pace(pace);
        }
        self.tell(Event::Server(server, data));
    }

    fn show(&self, server: &Server) {
        let open = match server {
            Server::Standby { open, .. } => *open,
            Server::Primary { .. } => true,
            Server::Down { .. } | Server::Starting(_) | Server::Promoting | Server::Rejoining => {
                false
            }
        };
        let promoting = *server == Server::Promoting;
        let life = self.lives;
        let serving = match server {
            _ if self.smart.is_some() => Serving::No,
            Server::Primary { .. } => Serving::Primary { life },
            Server::Standby { .. } => Serving::Standby { life },
            Server::Down { .. } | Server::Starting(_) | Server::Promoting | Server::Rejoining => {
                Serving::No
            }
        };
        self.serving.send_if_modified(|known| std::mem::replace(known, serving) != serving);
        let restarting = self.smart.is_some();
        self.state.set_flags(|flags| {
            flags.server_up = !restarting && (open || (promoting && flags.server_up));
            // From the fence or the restart until there is a server again.
            let back = serving != Serving::No && !restarting && !flags.fenced;
            flags.might_be_unavailable &= !back;
        });
    }

    pub(super) fn server(&self) -> Server {
        match &self.process {
            Process::Down { end } => Server::Down { end: *end },
            Process::Rejoining => Server::Rejoining,
            Process::Server(running) => match &running.look {
                Some(Look::Primary { streaming }) if running.is_primary() => {
                    Server::Primary { streaming: streaming.clone() }
                }
                _ if running.promoting => Server::Promoting,
                // Less than it has would be as wrong as more: others may be chosen by that.
                Some(Look::Standby { .. }) if !running.complete => Server::Starting(running.role),
                Some(Look::Standby { position, receives, streaming, .. }) => Server::Standby {
                    position: Position {
                        timeline: position.timeline.max(running.timeline),
                        ..*position
                    },
                    upstream: receives.then(|| Upstream {
                        from: self.upstream.clone().unwrap_or_else(|| "".into()),
                        streaming: *streaming,
                    }),
                    open: running.open,
                },
                Some(Look::Primary { .. }) | None => Server::Starting(running.role),
            },
        }
    }

    /// How often to look at the server.
    pub(super) fn pace(&self) -> Duration {
        let settled = self.cluster_record().is_some_and(|cluster| cluster.settled());
        let quiet = match &self.process {
            Process::Server(running) => match &running.look {
                Some(Look::Standby { streaming, .. }) => *streaming,
                Some(Look::Primary { .. }) => !running.told_to_stop,
                None => false,
            },
            Process::Down { .. } | Process::Rejoining => true,
        };
        if settled && quiet { QUIET } else { BUSY }
    }
}
