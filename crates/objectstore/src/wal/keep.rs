//! Puts a WAL file into the store, without ever replacing another file of the same name.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use postgres::wal_name::WalName;
use tokio::task::spawn_blocking;

use super::WalError;
use crate::codec::Codec;
use crate::fill::fill;
use crate::store::{Put, Store, part_size};

/// How to put.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct KeepOptions {
    pub codec: Codec,
    pub level: Option<i32>,
}

/// What became of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Kept {
    /// It is in the store now.
    New { stored: u64 },
    /// The same was there already.
    Same,
    /// An unfinished segment took the place of another one of the same name.
    Replaced { stored: u64 },
}

/// Beyond this size a file is sent in parts.
const ONE_REQUEST: u64 = 96 << 20;

/// Packs a file and puts it; when this returns without an error the store has acknowledged it.
///
/// # Errors
/// When the file cannot be read, the store does not acknowledge it, or has another one there.
pub async fn keep(
    store: &Store,
    name: WalName,
    path: &Path,
    options: KeepOptions,
) -> Result<Kept, WalError> {
    let key = format!("{}{}", store.location().wal(name), options.codec.suffix());
    let of = |source| WalError::Read { path: path.to_owned(), source };
    let size = tokio::fs::metadata(path).await.map_err(of)?.len();
    if size > ONE_REQUEST {
        return keep_large(store, name, path, size, &key, options).await;
    }
    let packed = pack(path, options).await?;
    let stored = packed.len() as u64;
    match store.put_new(&key, packed.clone()).await? {
        Put::Written => Ok(Kept::New { stored }),
        Put::Exists if same(store, &key, options.codec, path).await? => Ok(Kept::Same),
        Put::Exists if matches!(name, WalName::Partial(_)) => {
            // It is no promised piece of the log: each server that leaves the timeline here makes
            // one, and only the last knows more than the one before.
            store.put(&key, packed).await?;
            Ok(Kept::Replaced { stored })
        }
        Put::Exists => Err(WalError::Differs { key }),
    }
}

async fn pack(path: &Path, options: KeepOptions) -> Result<Bytes, WalError> {
    let owned = path.to_owned();
    let packed = spawn_blocking(move || {
        let mut file = File::open(owned)?;
        let size = file.metadata()?.len();
        let room = match options.codec {
            Codec::None => size,
            _ => size / 4,
        };
        let room = Vec::with_capacity(usize::try_from(room).unwrap_or(0) + 4096);
        let mut encoder = options.codec.encoder(room, options.level)?;
        io::copy(&mut file, &mut encoder)?;
        encoder.finish().map(Bytes::from)
    });
    packed.await?.map_err(|source| WalError::Read { path: path.to_owned(), source })
}

/// A segment that is too large for one request.
async fn keep_large(
    store: &Store,
    name: WalName,
    path: &Path,
    size: u64,
    key: &str,
    options: KeepOptions,
) -> Result<Kept, WalError> {
    let exists = match store.size(key).await {
        Ok(_) => true,
        Err(error) if error.kind() == crate::Kind::NotFound => false,
        Err(error) => return Err(error.into()),
    };
    if exists {
        if same(store, key, options.codec, path).await? {
            return Ok(Kept::Same);
        }
        if !matches!(name, WalName::Partial(_)) {
            return Err(WalError::Differs { key: key.to_owned() });
        }
    }
    // One that was killed over it is not the only one that is paid for.
    store.abort_uploads_of(key).await;
    let mut upload = store.upload(key, part_size(size, Some(16 << 20)), 2)?;
    let (to, mut from) = tokio::sync::mpsc::channel::<Bytes>(4);
    let owned = path.to_owned();
    let packing = spawn_blocking(move || {
        let mut file = File::open(owned)?;
        let mut encoder = options.codec.encoder(Sender { to }, options.level)?;
        io::copy(&mut file, &mut encoder)?;
        encoder.finish().map(|_| ())
    });
    while let Some(bytes) = from.recv().await {
        if let Err(error) = upload.write(&bytes).await {
            upload.give_up().await;
            return Err(error.into());
        }
    }
    if let Err(source) = packing.await? {
        upload.give_up().await;
        return Err(WalError::Read { path: path.to_owned(), source });
    }
    if exists {
        return Ok(Kept::Replaced { stored: upload.finish().await? });
    }
    let stored = upload.written();
    match upload.finish_new().await? {
        Put::Written => Ok(Kept::New { stored }),
        Put::Exists if same(store, key, options.codec, path).await? => Ok(Kept::Same),
        Put::Exists => Err(WalError::Differs { key: key.to_owned() }),
    }
}

struct Sender {
    to: tokio::sync::mpsc::Sender<Bytes>,
}

impl io::Write for Sender {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let sent = self.to.blocking_send(Bytes::copy_from_slice(bytes));
        sent.map_err(|_| io::ErrorKind::BrokenPipe)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Whether the object holds the content of the file, however it was packed.
async fn same(store: &Store, key: &str, codec: Codec, path: &Path) -> Result<bool, WalError> {
    let stored = store.get(key).await?;
    let (owned, key): (PathBuf, String) = (path.to_owned(), key.to_owned());
    spawn_blocking(move || {
        let of = |source| WalError::Read { path: owned.clone(), source };
        let file = File::open(&owned).map_err(of)?;
        let damaged = |source| WalError::Damaged { key: key.clone(), source };
        let theirs = codec.decoder(&stored[..]).map_err(damaged)?;
        compare(file, theirs).map_err(damaged)
    })
    .await?
}

fn compare(mut ours: impl Read, mut theirs: impl Read) -> io::Result<bool> {
    let (mut a, mut b) = (vec![0; 64 << 10], vec![0; 64 << 10]);
    loop {
        let count = fill(&mut ours, &mut a)?;
        if fill(&mut theirs, &mut b)? != count || a[..count] != b[..count] {
            return Ok(false);
        }
        if count == 0 {
            return Ok(true);
        }
    }
}
