//! Which objects are due for a pass, and who works on them.
//!
//! One object is never worked on twice at a time. What happens to it meanwhile makes it due again
//! afterwards. A pass that fails is repeated after a pause that grows; a pass that succeeds says
//! itself when it wants to look again. Memory only: after a restart the first list of every watch
//! makes everything due.

use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::hash::Hash;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::UnboundedReceiver;
use tokio::task::{Id, JoinSet};
use tokio::time::{Instant, sleep_until};
use tracing::error;

use crate::stop::Stop;

/// Events that come together are seen by one pass.
const GATHER: Duration = Duration::from_millis(10);
const PAUSE: Duration = Duration::from_millis(200);
const PAUSE_LIMIT: Duration = Duration::from_secs(30);

/// How a pass ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// Nothing to do before the next event.
    Idle,
    /// Look again after this time, or at the next event.
    Again(Duration),
    /// Try again after a growing pause, or at the next event.
    Failed,
}

/// Who wants to know what the queue does.
pub trait Observe: fmt::Debug + Send + Sync {
    /// An event or a timer made an object due.
    fn added(&self) {}
    /// This many objects are due and wait.
    fn depth(&self, _: usize) {}
    /// A pass began after its object had waited.
    fn started(&self, _waited: Duration) {}
    fn ended(&self, _ended: Ended, _took: Duration) {}
}

impl Observe for () {}

#[derive(Debug, Default)]
struct Entry {
    /// When a pass is due; `None` while one runs and nothing has happened since.
    due: Option<Instant>,
    running: Option<Instant>,
    failures: u32,
}

impl Entry {
    fn due_by(&mut self, at: Instant) {
        self.due = Some(self.due.map_or(at, |due| due.min(at)));
    }
}

#[derive(Debug)]
struct Table<K> {
    entries: HashMap<K, Entry>,
}

impl<K: Clone + Eq + Hash> Table<K> {
    fn trigger(&mut self, key: K, now: Instant) {
        self.entries.entry(key).or_default().due_by(now + GATHER);
    }

    /// The next that may start and the moment it may, the longest due first.
    fn next(&self) -> Option<(&K, Instant)> {
        let waiting = self.entries.iter().filter(|(_, entry)| entry.running.is_none());
        waiting.filter_map(|(key, entry)| Some((key, entry.due?))).min_by_key(|(_, due)| *due)
    }

    fn running(&self) -> usize {
        self.entries.values().filter(|entry| entry.running.is_some()).count()
    }

    fn waiting(&self, now: Instant) -> usize {
        let is_due = |entry: &&Entry| entry.due.is_some_and(|due| due <= now);
        self.entries.values().filter(is_due).count()
    }

    fn start(&mut self, key: &K, now: Instant) -> Duration {
        let entry = self.entries.entry(key.clone()).or_default();
        entry.running = Some(now);
        entry.due.take().map_or(Duration::ZERO, |due| now - due)
    }

    fn end(&mut self, key: &K, ended: Ended, now: Instant) -> Duration {
        let Some(entry) = self.entries.get_mut(key) else { return Duration::ZERO };
        let took = entry.running.take().map_or(Duration::ZERO, |began| now - began);
        entry.failures = if ended == Ended::Failed { entry.failures + 1 } else { 0 };
        match ended {
            Ended::Idle => {}
            Ended::Again(after) => entry.due_by(now + after),
            Ended::Failed => {
                let factor = 1 << (entry.failures - 1).min(16);
                let pause = PAUSE.saturating_mul(factor).min(PAUSE_LIMIT);
                // A storm of events does not make a failing pass run in circles.
                let soonest = now + pause.min(Duration::from_secs(1));
                let event = entry.due.map(|due| due.max(soonest));
                entry.due = Some(event.map_or(now + pause, |due| due.min(now + pause)));
            }
        }
        if entry.due.is_none() {
            self.entries.remove(key);
        }
        took
    }
}

/// Runs passes until told to stop; passes under way are then dropped where they are.
pub async fn run<K, F>(
    mut events: UnboundedReceiver<K>,
    concurrency: usize,
    observe: Arc<dyn Observe>,
    mut stop: Stop,
    pass: impl Fn(K) -> F,
) where
    K: Clone + Eq + Hash + Send + fmt::Debug + 'static,
    F: Future<Output = Ended> + Send + 'static,
{
    let mut table: Table<K> = Table { entries: HashMap::new() };
    let mut passes: JoinSet<Ended> = JoinSet::new();
    let mut keys: HashMap<Id, K> = HashMap::new();
    loop {
        let now = Instant::now();
        let mut timer = None;
        while let Some((key, due)) = table.next() {
            if table.running() >= concurrency.max(1) {
                break;
            }
            if due > now {
                timer = Some(due);
                break;
            }
            let key = key.clone();
            observe.started(table.start(&key, now));
            let task = passes.spawn(pass(key.clone()));
            keys.insert(task.id(), key);
        }
        observe.depth(table.waiting(now));
        tokio::select! {
            () = stop.asked() => return,
            event = events.recv() => match event {
                None => return,
                Some(key) => {
                    observe.added();
                    table.trigger(key, Instant::now());
                }
            },
            Some(ended) = passes.join_next_with_id() => {
                let (id, ended) = match ended {
                    Ok(ended) => ended,
                    Err(panic) => {
                        error!(%panic, "a pass ended in a panic");
                        (panic.id(), Ended::Failed)
                    }
                };
                if let Some(key) = keys.remove(&id) {
                    let took = table.end(&key, ended, Instant::now());
                    observe.ended(ended, took);
                }
            }
            () = until(timer) => {}
        }
    }
}

async fn until(timer: Option<Instant>) {
    match timer {
        Some(at) => sleep_until(at).await,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use tokio::sync::mpsc;

    use super::*;
    use crate::stop;

    type Log = Arc<Mutex<Vec<(&'static str, u128)>>>;

    /// Runs a queue whose passes take a second and end as `ends` says, and tells when they began.
    async fn drive(
        ends: Ended,
        events: &[(&'static str, u64)],
        until: u64,
    ) -> Vec<(&'static str, u128)> {
        let (send, receive) = mpsc::unbounded_channel();
        let (stopper, stop) = stop::channel();
        let (began, log) = (Instant::now(), Log::default());
        let noted = Arc::clone(&log);
        let queue = tokio::spawn(run(receive, 2, Arc::new(()), stop, move |key| {
            let noted = Arc::clone(&noted);
            async move {
                let at = began.elapsed().as_millis();
                noted.lock().expect("not poisoned").push((key, at));
                tokio::time::sleep(Duration::from_secs(1)).await;
                ends
            }
        }));
        for (key, at) in events {
            sleep_until(began + Duration::from_millis(*at)).await;
            send.send(*key).expect("the queue runs");
        }
        sleep_until(began + Duration::from_millis(until)).await;
        stopper.ask();
        queue.await.expect("no panic");
        let log = log.lock().expect("not poisoned");
        log.clone()
    }

    #[tokio::test(start_paused = true)]
    async fn one_object_is_worked_on_once_at_a_time() {
        let log = drive(Ended::Idle, &[("a", 0), ("a", 1), ("a", 500), ("a", 600)], 10_000).await;
        assert_eq!(
            log,
            [("a", 10), ("a", 1010)],
            "what happened meanwhile is seen by a second pass"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn no_more_passes_than_allowed_and_the_longest_due_first() {
        let log = drive(Ended::Idle, &[("a", 0), ("b", 1), ("c", 2), ("d", 3)], 10_000).await;
        assert_eq!(log.iter().map(|(key, _)| *key).collect::<Vec<_>>(), ["a", "b", "c", "d"]);
        assert!(log[2].1 >= 1010, "{log:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_pass_says_when_it_looks_again() {
        let log = drive(Ended::Again(Duration::from_secs(3)), &[("a", 0)], 9_000).await;
        assert_eq!(log, [("a", 10), ("a", 4010), ("a", 8010)]);
    }

    #[tokio::test(start_paused = true)]
    async fn failures_make_the_pauses_grow() {
        let log = drive(Ended::Failed, &[("a", 0)], 9_000).await;
        assert_eq!(log, [("a", 10), ("a", 1210), ("a", 2610), ("a", 4410), ("a", 7010)]);
    }
}
