//! Who may put a file where the server looks for it: who was asked last.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The last question for each place that is not answered yet.
#[derive(Debug, Clone, Default)]
pub(super) struct Turns(Arc<Mutex<Asked>>);

#[derive(Debug, Default)]
struct Asked {
    last: u64,
    places: BTreeMap<PathBuf, u64>,
    /// Where the leftovers of earlier lives are gone.
    clean: Vec<PathBuf>,
}

/// One question; it is over when there is a newer one for the same place.
#[derive(Debug)]
pub(super) struct Turn {
    turns: Turns,
    place: PathBuf,
    number: u64,
}

/// What files on their way have between the name of their place and their number.
const ARRIVING: &str = ".arriving-";

impl Turns {
    /// Whoever had this place has it no more.
    pub fn take(&self, place: &Path) -> Turn {
        let mut asked = self.lock();
        asked.last += 1;
        let number = asked.last;
        asked.places.insert(place.to_owned(), number);
        let first = !asked.clean.iter().any(|known| known == place);
        // The server has few places; pg_rewind has as many as it wants, and leaves nothing.
        if first && asked.clean.len() < 16 {
            asked.clean.push(place.to_owned());
            drop(asked);
            clear(place);
        }
        Turn { turns: self.clone(), place: place.to_owned(), number }
    }

    fn lock(&self) -> MutexGuard<'_, Asked> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Turn {
    /// Where the server looks.
    pub fn place(&self) -> &Path {
        &self.place
    }

    /// A name beside the place that is nobody else's.
    pub fn arriving(&self, number: u64) -> PathBuf {
        let mut name = prefix(&self.place);
        name.push(number.to_string());
        self.place.with_file_name(name)
    }

    pub fn is_over(&self) -> bool {
        self.turns.lock().places.get(&self.place) != Some(&self.number)
    }

    /// Moves a whole file to the place.
    ///
    /// # Errors
    /// When it cannot be moved, or the place is another's by now; the file stays where it is.
    pub fn put(&self, from: &Path) -> io::Result<()> {
        // Held until it is done: nobody takes the place in between.
        let asked = self.turns.lock();
        if asked.places.get(&self.place) != Some(&self.number) {
            return Err(io::Error::other("another file was asked for since"));
        }
        std::fs::rename(from, &self.place)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut asked = self.turns.lock();
        if asked.places.get(&self.place) == Some(&self.number) {
            asked.places.remove(&self.place);
        }
    }
}

fn prefix(place: &Path) -> OsString {
    let mut name = place.file_name().unwrap_or_default().to_owned();
    name.push(ARRIVING);
    name
}

/// Removes what a life that was killed has left beside a place.
fn clear(place: &Path) {
    let prefix = prefix(place);
    let Some(Ok(entries)) = place.parent().map(std::fs::read_dir) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        if name.as_encoded_bytes().starts_with(prefix.as_encoded_bytes())
            && let Err(error) = std::fs::remove_file(entry.path())
        {
            tracing::debug!(path = %entry.path().display(), %error, "a leftover stays");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_is_whose_question_was_last() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("RECOVERYXLOG");
        let left = folder.path().join("RECOVERYXLOG.arriving-7.3.tmp");
        let other = folder.path().join("000000010000000000000001");
        for path in [&left, &other] {
            std::fs::write(path, "x").unwrap();
        }
        let turns = Turns::default();
        let old = turns.take(&place);
        assert!(!left.exists() && other.exists(), "only what we have left goes");
        let new = turns.take(&place);
        let (a, b) = (old.arriving(1), new.arriving(2));
        std::fs::write(&a, "old").unwrap();
        std::fs::write(&b, "new").unwrap();
        new.put(&b).unwrap();
        assert!(old.is_over() && !new.is_over());
        old.put(&a).expect_err("it is not his turn");
        assert_eq!(std::fs::read_to_string(&place).unwrap(), "new");
        drop(new);
        old.put(&a).expect_err("nor when the other has gone");
        turns.take(&folder.path().join("RECOVERYHISTORY")).put(&a).unwrap();
    }
}
