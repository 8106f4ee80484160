//! Carries out what the member of the election says, in its order.

use std::time::Duration;

use k8s_openapi::api::coordination::v1::Lease;
use pgkit::connection::Connection;
use pgkit::postmaster::machine::Mode as StopMode;
use planner::leadership::instance::{Effect, Event, Memory, Mode, Role, WhyStop, Written};
use planner::leadership::records::LeaseRecord;

use super::follow::Receiving;
use super::leader::{Leader, Process, Running};
use super::server::{Life, Order, Origin};
use super::{Happening, calls, memory, peers, pod, promotion, rejoin};

/// How long a checkpoint before a patient stop may take: what it writes, the stop need not.
const CHECKPOINT: Duration = Duration::from_secs(10);

/// How long a session for one of our own statements may take to open.
const CONNECT: Duration = Duration::from_secs(2);

impl Leader {
    /// Carries out effects. When one fails that others rely on, the rest is answered as unknown.
    pub(super) fn perform_all(&mut self, effects: Vec<Effect>) {
        let mut effects = effects.into_iter();
        while let Some(effect) = effects.next() {
            if self.perform(effect).is_err() {
                for effect in effects.by_ref() {
                    self.give_up(&effect);
                }
            }
        }
    }

    /// What was asked for and is not done has no answer.
    fn give_up(&self, effect: &Effect) {
        let event = match effect {
            Effect::ReadLease | Effect::WriteLease(_) => Event::LeaseWritten(Written::Unknown),
            Effect::ReadCluster => Event::ReadCluster(None),
            Effect::WriteCurrent { .. } => Event::CurrentWritten(Written::Unknown),
            _ => return,
        };
        self.inbox.send(Happening::Told(event));
    }

    fn perform(&mut self, effect: Effect) -> Result<(), ()> {
        if !matches!(effect, Effect::ReadLease | Effect::WriteLease(_) | Effect::ReadLabel) {
            tracing::debug!(?effect, "leadership");
        }
        match effect {
            Effect::ReadLease => {
                let session = self.session.clone();
                self.call(|state| async move {
                    let read = calls::read_lease(&state, &session).await;
                    Happening::LeaseRead(read.ok().map(Box::new))
                });
            }
            Effect::WriteLease(record) => self.write_lease(&record),
            Effect::ReadCluster => self.call(|state| async move {
                let read = calls::read_cluster(&state).await;
                Happening::ClusterRead(read.ok().map(|(cluster, quorum)| (cluster.into(), quorum)))
            }),
            Effect::WriteCurrent { expect } => self.call(move |state| async move {
                Happening::CurrentWritten(calls::write_current(&state, expect).await.into())
            }),
            Effect::ReadLabel => self.call(|state| async move {
                Happening::Told(Event::ReadLabel(pod::label(&state).await))
            }),
            Effect::Remember(memory) => return self.remember(&memory),
            Effect::Ask { round, peers } => {
                peers::ask(&self.state, &self.session, round, peers, &self.inbox);
            }
            Effect::Answer { round, to, promised } => self.answer(round, &to, promised),
            Effect::Start(role) => self.start(role),
            Effect::OpenToClients => self.open(),
            Effect::Promote => self.promote(),
            Effect::Stop(mode, why) => self.stop(mode, why),
            Effect::EndReceiver => self.receive(Receiving::Off, None),
            Effect::Receive { from } => self.receive(Receiving::On, Some(from)),
            Effect::Rejoin { with } => self.rejoin(with),
            Effect::Exit => self.leave(),
        }
        Ok(())
    }

    /// Makes a call in the background; its answer comes as a happening.
    fn call<F>(&self, call: impl FnOnce(crate::state::State) -> F)
    where
        F: Future<Output = Happening> + Send + 'static,
    {
        let (call, inbox) = (call(self.state.clone()), self.inbox.clone());
        tokio::spawn(async move { inbox.send(call.await) });
    }

    fn write_lease(&mut self, record: &LeaseRecord) {
        let Some(read) =
            self.lease.as_ref().filter(|read| LeaseRecord::read(read).version == record.version)
        else {
            self.inbox.send(Happening::Told(Event::LeaseWritten(Written::Conflict)));
            return;
        };
        let lease: Lease =
            record.fill(read, &self.terms, self.released_seconds, jiff::Timestamp::now());
        let session = self.session.clone();
        self.call(|state| async move {
            Happening::LeaseWritten(calls::write_lease(&state, &session, &lease).await.into())
        });
    }

    fn remember(&mut self, what: &Memory) -> Result<(), ()> {
        memory::store(&self.state.paths().beside_data(memory::NAME), what).map_err(|error| {
            tracing::error!(error = super::chain(&error), "leadership waits for the disk");
        })?;
        self.ended = what.ended;
        Ok(())
    }

    fn answer(&mut self, round: u64, to: &impl ToString, promised: bool) {
        let to = to.to_string();
        let asked = self.asked.iter().position(|(number, who, _)| *number == round && *who == to);
        if let Some(asked) = asked {
            let (.., answer) = self.asked.swap_remove(asked);
            // Whoever asked may have given up.
            let _ = answer.send(promised);
        }
    }

    fn start(&mut self, role: Role) {
        if !matches!(self.process, Process::Down { .. }) || self.end.is_some() {
            return;
        }
        if !self.is_whole(role) {
            tracing::error!(
                ?role,
                "the data directory is not whole: it has to be made a replica's"
            );
            return;
        }
        let receiving = match role {
            Role::Primary => None,
            Role::Standby => Some(self.may_receive()),
        };
        if let Err(error) = self.prepare(role, receiving) {
            tracing::error!(error = super::chain(&error), "cannot prepare PostgreSQL to start");
            return;
        }
        tracing::info!(?role, "starting PostgreSQL");
        self.lives += 1;
        let life = Life::begin(&self.maker, self.lives, self.pace(), Origin::New);
        self.process = Process::Server(Running::new(life, role));
        self.look_due = true;
    }

    /// Takes clients that come over the network.
    fn open(&mut self) {
        if let Process::Server(running) = &mut self.process
            && !running.open
        {
            running.open = true;
            tracing::info!("open to clients");
            self.opened.send_replace(true);
        }
        self.look_due = true;
    }

    fn promote(&mut self) {
        let Process::Server(running) = &mut self.process else { return };
        if running.promoting || running.role == Role::Primary {
            return;
        }
        running.promoting = true;
        let number = running.life.number;
        let (target, inbox) = (self.state.superuser(), self.inbox.clone());
        let blocked = self.block_names();
        let limit = self.promotion_timeout();
        tracing::info!("promoting PostgreSQL");
        tokio::spawn(async move {
            let promoted = promotion::promote(&target, blocked, limit).await;
            inbox.send(Happening::Promoted(number, promoted));
        });
        self.say_right();
        self.look_due = true;
    }

    fn stop(&mut self, mode: Mode, why: WhyStop) {
        let Process::Server(running) = &mut self.process else { return };
        running.told_to_stop = true;
        let patient = matches!(why, WhyStop::HandOver | WhyStop::Terminate | WhyStop::Fenced);
        tracing::info!(?mode, ?why, "PostgreSQL has to stop");
        match mode {
            Mode::Immediate => running.life.order(Order::Stop(StopMode::Immediate)),
            Mode::Fast if patient && running.is_primary() && !self.hurried => {
                // While it still serves: what is on disk already need not be written at the end.
                let (target, inbox) = (self.state.superuser(), self.inbox.clone());
                let number = running.life.number;
                tokio::spawn(async move {
                    let _ = tokio::time::timeout(CHECKPOINT, checkpoint(&target)).await;
                    inbox.send(Happening::StopNow(number, StopMode::Fast));
                });
            }
            Mode::Fast => running.life.order(Order::Stop(StopMode::Fast)),
        }
    }

    fn rejoin(&mut self, with: planner::leadership::records::InstanceName) {
        if !matches!(self.process, Process::Down { .. }) {
            return;
        }
        self.process = Process::Rejoining;
        self.state.set_flags(|flags| flags.rewinding = true);
        let (job, inbox) = (self.rejoin_job(with), self.inbox.clone());
        self.rejoining = Some(tokio::spawn(async move {
            let outcome = rejoin::run(&job).await;
            inbox.send(Happening::Rejoined(outcome));
        }));
        self.look_due = true;
    }
}

async fn checkpoint(target: &pgkit::connection::Target) {
    let Ok(session) = Connection::open(target, CONNECT).await else { return };
    if let Err(error) = session.client().batch_execute("checkpoint").await {
        tracing::warn!(%error, "no checkpoint before the stop");
    }
}

impl Leader {
    /// `postgresql.promotionTimeout`, which by default is more than a year.
    fn promotion_timeout(&self) -> Duration {
        let cluster = self.state.cluster();
        let seconds = cluster.and_then(|cluster| cluster.spec.postgresql.promotion_timeout);
        Duration::from_secs(seconds.and_then(|one| u64::try_from(one).ok()).unwrap_or(40_000_000))
    }
}
