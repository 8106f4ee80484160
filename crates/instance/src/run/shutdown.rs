//! Smart stops: clients get their time first, for an end or for a restart.

use std::time::Duration;

use pgkit::connection::{Connection, Target};
use pgkit::postmaster::machine::Mode;
use planner::leadership::instance::Event;

use super::leader::{End, Leader, Process, Smart};
use super::server::Order;
use super::{Happening, pod};
use crate::state::State;
use planner::leadership::records::Session;

/// How much of the time to end in is kept for the fast stop.
const KEEP: Duration = Duration::from_secs(5);

/// How long it may take to end our own sessions.
const OWN: Duration = Duration::from_secs(2);

/// Ends all sessions of this program: it would wait for itself.
async fn end_own_sessions(target: &Target) {
    let Ok(session) = Connection::open(target, OWN).await else { return };
    let ended = "select pg_terminate_backend(pid) from pg_stat_activity \
                 where application_name = current_setting('application_name') \
                 and pid <> pg_backend_pid()";
    if let Err(error) = session.client().batch_execute(ended).await {
        tracing::warn!(%error, "cannot end our own sessions");
    }
}

/// How long a fast stop may take when there are two seconds left in all, and the lease must be
/// given back in them: what is not written down then, recovery does.
const HURRIED: Duration = Duration::from_millis(800);

/// How long clients get, when the container is told to end: not at all when the pod has been
/// deleted by force, or has hardly any time; `None`: nor does a server that takes its time.
pub async fn patience(state: &State, session: &Session) -> Option<Duration> {
    let wanted = smart_timeout(state);
    match pod::leave(state, session).await {
        Some(pod::Leave::Gone) => None,
        Some(pod::Leave::Grace(grace)) if grace < KEEP => None,
        Some(pod::Leave::Grace(grace)) if grace < wanted + KEEP => Some(Duration::ZERO),
        Some(pod::Leave::Grace(_)) | None => Some(wanted),
    }
}

/// `smartShutdownTimeout`, where `stopDelay` leaves room for it.
fn smart_timeout(state: &State) -> Duration {
    let cluster = state.cluster();
    let spec = cluster.as_ref().map(|cluster| &cluster.spec);
    let smart = spec.and_then(|spec| spec.smart_shutdown_timeout).unwrap_or(180);
    let stop = spec.and_then(|spec| spec.stop_delay).unwrap_or(1800);
    let seconds = if stop <= smart { 0 } else { u64::try_from(smart).unwrap_or_default() };
    Duration::from_secs(seconds)
}

impl Leader {
    /// The container is to end.
    pub(super) fn terminate(&mut self, patience: Option<Duration>) {
        self.end_reason = Some(End::Asked);
        if let Some(rejoining) = self.rejoining.take() {
            rejoining.abort(); // its programs end with it; the next life begins it anew
            self.process = Process::Down { end: None };
            self.look_at_server();
        }
        if patience.is_some_and(|patience| self.begin_smart(Smart::Terminate, patience)) {
            return;
        }
        self.smart = None;
        self.hurried = patience.is_none();
        self.tell(Event::Terminate);
        if let (true, Process::Server(running)) = (self.hurried, &self.process) {
            let (inbox, number) = (self.inbox.clone(), running.life.number);
            tokio::spawn(async move {
                tokio::time::sleep(HURRIED).await;
                inbox.send(Happening::StopNow(number, Mode::Immediate));
            });
        }
    }

    /// Stops the server so that it is started again.
    pub(super) fn restart(&mut self) {
        let patience = smart_timeout(&self.state);
        if self.smart.is_some() {
            return;
        }
        self.unavailable();
        if !self.begin_smart(Smart::Restart, patience) {
            self.stop_fast(Smart::Restart);
        }
    }

    fn begin_smart(&mut self, why: Smart, patience: Duration) -> bool {
        let Process::Server(running) = &self.process else { return false };
        if patience.is_zero() || running.told_to_stop || !running.ready {
            return false;
        }
        tracing::info!(seconds = patience.as_secs(), ?why, "waiting for clients to leave");
        let (inbox, number) = (self.inbox.clone(), running.life.number);
        self.smart = Some(why);
        self.look_at_server(); // whoever has sessions of ours open ends them now
        let target = self.state.superuser();
        tokio::spawn(async move {
            let _ = tokio::time::timeout(OWN, end_own_sessions(&target)).await;
            inbox.send(Happening::StopNow(number, Mode::Smart));
            tokio::time::sleep(patience).await;
            inbox.send(Happening::ClientsHadTheirTime(number));
        });
        true
    }

    fn stop_fast(&mut self, why: Smart) {
        if let Process::Server(running) = &self.process {
            self.smart = Some(why);
            running.life.order(Order::Stop(Mode::Fast));
        }
    }

    pub(super) fn clients_had_their_time(&mut self, number: u64) {
        let same =
            matches!(&self.process, Process::Server(running) if running.life.number == number);
        match self.smart {
            Some(Smart::Terminate) if same => {
                self.smart = None;
                self.tell(Event::Terminate);
            }
            Some(Smart::Restart) if same => self.stop_fast(Smart::Restart),
            _ => {}
        }
    }
}
