//! Finds a WAL file in the store, and brings it.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};

use bytes::Bytes;
use postgres::wal_name::{Segment, WalName};
use tokio::task::spawn_blocking;

use super::WalError;
use crate::Kind;
use crate::codec::Codec;
use crate::store::{Error, Store};

/// Where the files of a store were found until now: the next is most likely packed alike, and then
/// one request does.
#[derive(Debug)]
pub struct Places {
    store: Store,
    last: AtomicU8,
}

/// What was brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub key: String,
    /// An unfinished segment stood in for the whole one.
    pub partial: bool,
    pub size: u64,
}

impl Places {
    /// Nothing is known yet; most likely they are packed so.
    #[must_use]
    pub fn new(store: Store, guess: Codec) -> Self {
        Self { store, last: AtomicU8::new(place(guess)) }
    }

    /// The store.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Brings a file to a path, whole under its name or not at all. Until it is whole it lies
    /// beside it, under a name that no other call uses and that ends with `.tmp`.
    ///
    /// # Errors
    /// [`WalError::is_not_found`] when the archive has no such file.
    pub async fn fetch(
        &self,
        name: WalName,
        to: &Path,
        segment_size: Option<u32>,
    ) -> Result<Found, WalError> {
        let (key, codec, bytes) = self.get(name).await?;
        let partial =
            Codec::of(&key).0.ends_with(".partial") && !matches!(name, WalName::Partial(_));
        let draft = draft_of(to);
        let (draft_there, owned) = (draft.clone(), to.to_owned());
        let of_key = key.clone();
        let size = spawn_blocking(move || {
            let damaged = |source| WalError::Damaged { key: of_key.clone(), source };
            let of = |source| WalError::Write { path: owned.clone(), source };
            let mut from = codec.decoder(&bytes[..]).map_err(damaged)?;
            let mut file = File::create(&draft).map_err(of)?;
            let size = copy(&mut from, &mut file, damaged, of)?;
            let expected = segment_size.map(u64::from);
            if let (WalName::Segment(_) | WalName::Partial(_), Some(expected)) = (name, expected)
                && size != expected
            {
                return Err(WalError::Size { key: of_key.clone(), size, expected });
            }
            std::fs::rename(&draft, &owned).map_err(of)?;
            Ok(size)
        })
        .await?;
        if size.is_err() {
            let _ = tokio::fs::remove_file(&draft_there).await; // the first error counts
        }
        Ok(Found { key, partial, size: size? })
    }

    /// Whether the archive has the file.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn has(&self, name: WalName) -> Result<bool, WalError> {
        Ok(self.find(name).await?.is_some())
    }

    /// Whether the archive has the whole segment, and not only what was written of it at the end of
    /// its timeline.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn has_whole(&self, segment: Segment) -> Result<bool, WalError> {
        let found = self.find(WalName::Segment(segment)).await?;
        Ok(found.is_some_and(|(key, _)| !Codec::of(&key).0.ends_with(".partial")))
    }

    /// What is said of a file that is not there.
    #[must_use]
    pub fn absent(&self, name: WalName) -> WalError {
        let key = self.store.location().wal(name);
        self.store.error("read", &key, Kind::NotFound, "not listed").into()
    }

    async fn get(&self, name: WalName) -> Result<(String, Codec, Bytes), WalError> {
        let plain = self.store.location().wal(name);
        let guess = codec_at(self.last.load(Ordering::Relaxed));
        // Uncompressed could be a leftover beside a compressed one, which counts more.
        if guess != Codec::None {
            let key = format!("{plain}{}", guess.suffix());
            match self.store.get(&key).await {
                Ok(bytes) => return Ok((key, guess, bytes)),
                Err(error) if error.kind() == Kind::NotFound => {}
                Err(error) => return Err(error.into()),
            }
        }
        let Some((key, codec)) = self.find(name).await? else {
            return Err(self.absent(name));
        };
        let bytes = self.store.get(&key).await?;
        if !key.contains(".history") && !key.contains(".partial") {
            self.last.store(place(codec), Ordering::Relaxed);
        }
        Ok((key, codec, bytes))
    }

    /// The object that holds a file, in the order of the original: compressed before plain, whole
    /// before unfinished.
    async fn find(&self, name: WalName) -> Result<Option<(String, Codec)>, Error> {
        let location = self.store.location();
        let (folder, wanted) = (location.wal_folder(name), name.to_string());
        let listed = self.store.list_named(&folder, &wanted).await?;
        let named = |key: &str| {
            let file = key.rsplit('/').next().unwrap_or_default();
            let (plain, codec) = Codec::of(file);
            (plain.to_owned(), codec)
        };
        let all: Vec<_> = listed.iter().map(|object| (named(&object.key), &object.key)).collect();
        let pick = |wanted: &str, packed: bool| {
            let mut fitting = all
                .iter()
                .filter(|((plain, codec), _)| plain == wanted && (*codec != Codec::None) == packed);
            fitting.next().map(|((_, codec), key)| ((*key).clone(), *codec))
        };
        let mut found = pick(&wanted, true).or_else(|| pick(&wanted, false));
        if let (None, WalName::Segment(segment)) = (&found, name) {
            let partial = WalName::Partial(segment).to_string();
            found = pick(&partial, true).or_else(|| pick(&partial, false));
        }
        Ok(found)
    }
}

/// Two that bring the same file at the same time must not write into each other's.
fn draft_of(to: &Path) -> PathBuf {
    static DRAFTS: AtomicU64 = AtomicU64::new(0);
    let number = DRAFTS.fetch_add(1, Ordering::Relaxed);
    let mut name = to.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{number}.tmp"));
    to.with_file_name(name)
}

fn copy(
    from: &mut impl Read,
    to: &mut File,
    damaged: impl Fn(io::Error) -> WalError,
    of: impl Fn(io::Error) -> WalError,
) -> Result<u64, WalError> {
    let mut buffer = vec![0; 128 << 10];
    let mut size = 0;
    loop {
        let count = match from.read(&mut buffer) {
            Ok(0) => return Ok(size),
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(damaged(error)),
        };
        io::Write::write_all(to, &buffer[..count]).map_err(&of)?;
        size += count as u64;
    }
}

fn place(codec: Codec) -> u8 {
    let place = Codec::ALL.iter().position(|known| *known == codec);
    place.and_then(|place| u8::try_from(place).ok()).unwrap_or(0)
}

fn codec_at(place: u8) -> Codec {
    Codec::ALL.get(usize::from(place)).copied().unwrap_or_default()
}
