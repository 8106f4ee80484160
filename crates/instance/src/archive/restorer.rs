//! Brings WAL from the store: the file that is asked for, and the next ones before they are.
//!
//! A server that is stopped kills the command that waits for us, and asks for another file at the
//! same place when it starts again, while we may still be at the first. So each file arrives under
//! a name of its own, and only who was asked last moves his to the place.

mod turns;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use objectstore::wal::{Found, Places, WalError};
use postgres::wal_name::{Segment, SegmentSize, WalName};
use tokio::sync::watch;
use tokio::time::{Instant, sleep};

use super::decide::End;
use super::room::Room;
use super::socket::Answer;
use turns::{Turn, Turns};

/// Where files come from.
#[derive(Debug, Clone)]
pub(super) struct Source {
    pub places: Arc<Places>,
    pub parallel: usize,
    pub no_partial: bool,
}

/// How long a store may be away before a recovery is given up.
const AWAY: Duration = Duration::from_secs(900);

const PAUSE: Duration = Duration::from_secs(2);

/// Files of one server; those that were fetched ahead lie in a folder that nobody else uses.
pub(super) struct Restorer {
    spool: PathBuf,
    files: Mutex<BTreeMap<String, Spooled>>,
    numbers: AtomicU64,
    turns: Turns,
    room: Room,
    /// The size of segments, once one was seen; zero until then.
    segment: AtomicU32,
}

/// A file that was not asked for yet, and where it lies once it is there.
#[derive(Debug, Clone)]
struct Spooled {
    path: PathBuf,
    ahead: watch::Receiver<Ahead>,
}

/// How it goes with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ahead {
    Running,
    Ready,
    Absent,
    Failed,
}

impl Restorer {
    /// Begins with an empty spool: what an earlier process left there proves nothing.
    pub fn new(spool: &Path, segment: Option<SegmentSize>) -> std::io::Result<Self> {
        match std::fs::remove_dir_all(spool) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
            _ => crate::paths::private_directory(spool)?,
        }
        let segment = AtomicU32::new(segment.map_or(0, SegmentSize::bytes));
        let (files, numbers, turns) = (Mutex::default(), AtomicU64::default(), Turns::default());
        let room = Room::default();
        Ok(Self { spool: spool.to_owned(), files, numbers, turns, room, segment })
    }

    /// Brings a file for pg_rewind, which asks for single old files.
    pub async fn rewind(&self, source: &Source, name: WalName, to: &Path) -> Answer {
        let turn = self.turns.take(to);
        answer(name, self.fetch(source, name, &turn).await.map(|_| ()))
    }

    /// Brings a file.
    pub async fn restore(
        self: &Arc<Self>,
        source: &Source,
        name: WalName,
        to: &Path,
        end: End,
    ) -> Answer {
        let turn = self.turns.take(to);
        match self.take_spooled(name, &turn).await {
            Ahead::Ready => {
                self.look_ahead(source, name, end);
                return Answer::Done;
            }
            Ahead::Absent if end == End::Streams => {
                return Answer::Nothing(format!("{name} was not in the archive a moment ago"));
            }
            Ahead::Absent | Ahead::Failed | Ahead::Running => {}
        }
        let began = Instant::now();
        loop {
            let fetched = self.fetch(source, name, &turn).await;
            match &fetched {
                // Nobody waits for it any more.
                _ if turn.is_over() => {
                    return Answer::Failed(format!("the server has asked for more since {name}"));
                }
                Ok(_) => self.look_ahead(source, name, end),
                Err(error) if end == End::Promotes && !error.is_not_found() => {
                    let (retry, error) = (error.retry(), crate::run::chain(error));
                    if !retry || began.elapsed() >= AWAY {
                        return Answer::Fatal(format!("cannot fetch {name}: {error}"));
                    }
                    // To PostgreSQL "no" would be the end of the log, and it would promote.
                    tracing::warn!(file = %name, error, "recovery waits for the store");
                    sleep(PAUSE).await;
                    continue;
                }
                Err(_) => {}
            }
            return answer(name, fetched.map(|_| ()));
        }
    }

    /// Takes a file out of the spool, waiting for it when it is on its way.
    async fn take_spooled(&self, name: WalName, turn: &Turn) -> Ahead {
        let key = name.to_string();
        let known = self.lock().get(&key).cloned();
        let Some(Spooled { path, mut ahead }) = known else { return Ahead::Failed };
        let ended = ahead.wait_for(|ahead| *ahead != Ahead::Running).await;
        let ended = ended.map_or(Ahead::Failed, |ended| *ended);
        self.forget(&key, &path);
        if ended != Ahead::Ready {
            return ended;
        }
        let moved = match turn.put(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::CrossesDevices => {
                self.carry(&path, turn).await
            }
            moved => moved,
        };
        match moved {
            Ok(()) => Ahead::Ready,
            Err(error) => {
                let _ = tokio::fs::remove_file(&path).await; // the next start empties the spool
                tracing::warn!(file = key, %error, "cannot take it out of the spool");
                Ahead::Failed
            }
        }
    }

    /// Moves a file from the volume of the spool to that of the server.
    async fn carry(&self, from: &Path, turn: &Turn) -> std::io::Result<()> {
        let arriving = turn.arriving(self.number());
        let carried = match tokio::fs::copy(from, &arriving).await {
            Ok(_) => turn.put(&arriving),
            Err(error) => Err(error),
        };
        let _ = tokio::fs::remove_file(if carried.is_ok() { from } else { &arriving }).await;
        carried
    }

    async fn fetch(&self, source: &Source, name: WalName, turn: &Turn) -> Result<Found, WalError> {
        let arriving = turn.arriving(self.number());
        let found = self.bring(source, name, &arriving).await?;
        match turn.put(&arriving) {
            Ok(()) => Ok(found),
            Err(error) => {
                let _ = tokio::fs::remove_file(&arriving).await; // the first error counts
                Err(WalError::Write { path: turn.place().to_owned(), source: error })
            }
        }
    }

    /// Brings a file to where nobody looks for it.
    async fn bring(&self, source: &Source, name: WalName, to: &Path) -> Result<Found, WalError> {
        let known = self.segment.load(Ordering::Relaxed);
        let _room = self.room.take(known.into()).await;
        let found = source.places.fetch(name, to, (known != 0).then_some(known)).await?;
        if found.partial && source.no_partial {
            let _ = tokio::fs::remove_file(to).await; // it is in nobody's way
            return Err(source.places.absent(name));
        }
        if let WalName::Segment(_) = name {
            let size = u32::try_from(found.size).ok().and_then(SegmentSize::new);
            if let Some(size) = size {
                self.segment.store(size.bytes(), Ordering::Relaxed);
            }
        }
        Ok(found)
    }

    fn number(&self) -> u64 {
        self.numbers.fetch_add(1, Ordering::Relaxed)
    }

    /// Forgets a file of the spool, unless it is there anew.
    fn forget(&self, key: &str, path: &Path) {
        let mut files = self.lock();
        if files.get(key).is_some_and(|known| known.path == path) {
            files.remove(key);
        }
    }

    /// Begins with the files after this one, and lets go of those that nobody will ask for.
    fn look_ahead(self: &Arc<Self>, source: &Source, name: WalName, end: End) {
        let WalName::Segment(segment) = name else { return };
        let Some(size) = SegmentSize::new(self.segment.load(Ordering::Relaxed)) else { return };
        let after = |segment: &Segment| segment.next(size);
        let next: Vec<_> = std::iter::successors(after(&segment), after)
            .take(source.parallel.max(1))
            .map(WalName::Segment)
            .collect();
        let mut files = self.lock();
        files.retain(|key, spooled| {
            let wanted = next.iter().any(|name| name.to_string() == *key);
            if !wanted {
                // One that is not there yet removes itself.
                let _ = std::fs::remove_file(&spooled.path);
            }
            wanted
        });
        // Beyond a file that is not there, there is nothing.
        if files.values().any(|spooled| *spooled.ahead.borrow() == Ahead::Absent) {
            return;
        }
        for name in next {
            let key = name.to_string();
            if files.contains_key(&key) {
                continue;
            }
            let (tell, told) = watch::channel(Ahead::Running);
            let path = self.spool.join(format!("{key}.{}", self.number()));
            files.insert(key.clone(), Spooled { path: path.clone(), ahead: told });
            let (restorer, source) = (self.clone(), source.clone());
            tokio::spawn(async move {
                let ahead = match restorer.bring(&source, name, &path).await {
                    Ok(found) if !found.partial => Ahead::Ready,
                    // What stands in for a whole segment is only taken when it is asked for.
                    Ok(_) => Ahead::Failed,
                    Err(error) if error.is_not_found() && end == End::Streams => Ahead::Absent,
                    Err(_) => Ahead::Failed,
                };
                let known = restorer.lock().get(&key).is_some_and(|known| known.path == path);
                if !known || ahead == Ahead::Failed {
                    let _ = std::fs::remove_file(&path); // it may not have come so far
                }
                tell.send_replace(ahead);
            });
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, Spooled>> {
        self.files.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn answer(name: WalName, fetched: Result<(), WalError>) -> Answer {
    match fetched {
        Ok(()) => Answer::Done,
        Err(error) if error.is_not_found() => {
            Answer::Nothing(format!("{name} is not in the archive"))
        }
        Err(error) => Answer::Failed(format!("cannot fetch {name}: {}", crate::run::chain(&error))),
    }
}

#[cfg(test)]
mod tests;
