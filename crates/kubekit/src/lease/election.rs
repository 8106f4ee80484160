//! Runs a [`Candidate`] against the API server: reads, decides, writes, and never acts on hope.

mod wire;

use std::future::Future;
use std::sync::OnceLock;

use jiff::Timestamp;
use k8s_openapi::api::coordination::v1::Lease;
use kube::api::{Api, PostParams};
use tokio::sync::watch;
use tracing::{debug, info, warn};

use super::{Candidate, Instant, JITTER, Standing, Step, Timing, Versioned};
use crate::calls::{self, within};
use crate::stop::Stop;

/// What to hold, and as whom.
#[derive(Debug, Clone)]
pub struct Settings {
    pub name: String,
    /// Unique over all replicas and their restarts.
    pub identity: String,
    pub timing: Timing,
}

/// Why an election ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Ended {
    /// We were asked to stop; the Lease, if it was ours, is free again.
    Stopped,
    /// The Lease was lost: end the process, whatever it is doing.
    Lost,
}

/// Proof of leadership for workers, to be asked before every step that others must not do too.
#[derive(Debug, Clone)]
pub struct Leadership {
    standing: watch::Receiver<Standing>,
}

impl Leadership {
    /// Whether this process leads right now, also after it stood still for a while.
    pub fn is_held(&self) -> bool {
        matches!(*self.standing.borrow(), Standing::Leader { until } if now() < until)
    }
}

/// Waits for the Lease, then runs `work` for as long as it is held.
///
/// `work` gets the proof of leadership and a signal to end itself; when it has ended, the Lease is
/// given back. After a loss `work` is dropped at its next `.await`.
pub async fn lead<W>(
    api: Api<Lease>,
    settings: Settings,
    mut stop: Stop,
    work: impl FnOnce(Leadership) -> W,
) -> Ended
where
    W: Future<Output = ()>,
{
    let Settings { name, identity, timing, .. } = settings;
    let mut election = Election { api, name, candidate: Candidate::new(identity, timing) };
    loop {
        tokio::select! {
            () = stop.asked() => return Ended::Stopped,
            () = election.attempt() => {}
        }
        match election.candidate.standing(now()) {
            Standing::Leader { .. } => break,
            Standing::Lost => return Ended::Lost,
            Standing::Follower => tokio::select! {
                () = stop.asked() => return Ended::Stopped,
                () = tokio::time::sleep(election.pause()) => {}
            },
        }
    }
    info!(lease = election.name, identity = election.candidate.me(), "became the leader");
    election.hold(work).await
}

struct Election {
    api: Api<Lease>,
    name: String,
    candidate: Candidate,
}

impl Election {
    async fn hold<W>(&mut self, work: impl FnOnce(Leadership) -> W) -> Ended
    where
        W: Future<Output = ()>,
    {
        let (tell, standing) = watch::channel(self.candidate.standing(now()));
        let mut work = std::pin::pin!(work(Leadership { standing }));
        loop {
            let Standing::Leader { until } = self.candidate.standing(now()) else {
                tell.send_replace(Standing::Lost);
                warn!(lease = self.name, "the lease was lost");
                return Ended::Lost;
            };
            tell.send_replace(Standing::Leader { until });
            let renewal = async {
                tokio::time::sleep(self.candidate.timing().retry).await;
                // However slow the server is, the term ends in time.
                let left = until.saturating_sub(now());
                let _ = tokio::time::timeout(left, self.attempt()).await;
            };
            tokio::select! {
                biased;
                () = renewal => {}
                () = &mut work => {
                    tell.send_replace(Standing::Follower);
                    self.release().await;
                    return Ended::Stopped;
                }
            }
        }
    }

    /// One try to take or to renew. A leader writes first and reads only after a conflict.
    async fn attempt(&mut self) {
        let leads = matches!(self.candidate.standing(now()), Standing::Leader { .. });
        if leads {
            match self.write(self.candidate.next(now(), Timestamp::now())).await {
                Err(error) if error.is_conflict() || error.is_missing() => {}
                outcome => return self.report(outcome),
            }
        }
        let outcome = match self.read().await {
            Ok(()) => self.write(self.candidate.next(now(), Timestamp::now())).await,
            Err(error) => Err(error),
        };
        self.report(outcome);
    }

    fn report(&self, outcome: Result<(), calls::Error>) {
        match outcome {
            Ok(()) => {}
            Err(error) if error.is_conflict() => debug!(lease = self.name, "somebody was faster"),
            Err(error) => warn!(lease = self.name, %error, "failed to take or renew the lease"),
        }
    }

    async fn read(&mut self) -> Result<(), calls::Error> {
        let before = self.candidate.holder().map(str::to_owned);
        let lease = within(self.limit(), self.api.get_opt(&self.name)).await?;
        self.candidate.observe(lease.as_ref().map(wire::read), now());
        let holder = self.candidate.holder();
        if holder != before.as_deref() {
            info!(lease = self.name, holder, "the leader is known");
        }
        Ok(())
    }

    async fn write(&mut self, step: Step) -> Result<(), calls::Error> {
        let started = now();
        let (limit, params) = (self.limit(), PostParams::default());
        let lease = match step {
            Step::Wait => return Ok(()),
            Step::Create(record) => {
                let draft = wire::write(&self.name, &record, None);
                within(limit, self.api.create(&params, &draft)).await?
            }
            Step::Update { record, version } => {
                let draft = wire::write(&self.name, &record, Some(version));
                within(limit, self.api.replace(&self.name, &params, &draft)).await?
            }
        };
        let lease: Versioned = wire::read(&lease);
        self.candidate.written(lease, started, now());
        Ok(())
    }

    async fn release(&mut self) {
        match self.give_back().await {
            Err(error) if error.is_conflict() => {
                // Most likely our own renewal, given up half-way when the work ended.
                let again = match self.read().await {
                    Ok(()) => self.give_back().await,
                    Err(error) => Err(error),
                };
                self.report_release(again);
            }
            outcome => self.report_release(outcome),
        }
    }

    async fn give_back(&mut self) -> Result<(), calls::Error> {
        match self.candidate.release(now(), Timestamp::now()) {
            Some(step) => self.write(step).await,
            None => Ok(()),
        }
    }

    fn report_release(&self, outcome: Result<(), calls::Error>) {
        match outcome {
            Ok(()) => info!(lease = self.name, "the lease was given back"),
            Err(error) => warn!(lease = self.name, %error, "failed to give the lease back"),
        }
    }

    fn limit(&self) -> Instant {
        self.candidate.timing().deadline / 2
    }

    /// Spread by the clock's last digits: two replicas that started together drift apart.
    fn pause(&self) -> Instant {
        let spread = f64::from(now().subsec_nanos() % 1000) / 1000.0;
        self.candidate.timing().retry.mul_f64(1.0 + (JITTER - 1.0) * spread)
    }
}

/// Time since the first question, on a clock that nobody can set.
fn now() -> Instant {
    static START: OnceLock<tokio::time::Instant> = OnceLock::new();
    START.get_or_init(tokio::time::Instant::now).elapsed()
}
