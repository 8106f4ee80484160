//! What is known of the running program itself.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;
use std::sync::Arc;

use ring::digest::{Context, SHA256};
use tokio::sync::OnceCell;

/// The version that the status tells.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The file that this process was started from, also when another has taken its name since.
const RUNNING: &str = "/proc/self/exe";

/// How much of a file is in memory at a time.
const PIECE: usize = 64 * 1024;

/// The running program; its file is read once, when somebody asks.
#[derive(Debug, Default)]
pub struct Program {
    hash: Arc<OnceCell<String>>,
}

impl Program {
    /// The SHA-256 of its file; empty when that cannot be read.
    pub async fn hash(&self) -> &str {
        let read = async || {
            let hashed = tokio::task::spawn_blocking(|| hash(Path::new(RUNNING))).await;
            match hashed {
                Ok(Ok(hash)) => hash,
                Ok(Err(error)) => {
                    tracing::warn!(%error, "the running program cannot be read");
                    String::new()
                }
                Err(_) => String::new(),
            }
        };
        let cell = Arc::clone(&self.hash);
        // Whoever asks may give up before it is read: the reading goes on for the next one.
        let reading = tokio::spawn(async move {
            cell.get_or_init(read).await;
        });
        let _ = reading.await;
        self.hash.get().map_or("", String::as_str)
    }
}

/// The SHA-256 of a file, in hexadecimal digits.
///
/// # Errors
/// When it cannot be read.
pub fn hash(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut digest = Context::new(&SHA256);
    let mut piece = vec![0; PIECE];
    loop {
        let length = file.read(&mut piece)?;
        if length == 0 {
            return Ok(digits(digest.finish().as_ref()));
        }
        digest.update(&piece[..length]);
    }
}

/// Bytes as lower-case hexadecimal digits.
#[must_use]
pub fn digits(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}"); // a String takes everything
        text
    })
}

/// The architecture by the name that Go has for it, as objects and tools know it.
#[must_use]
pub const fn architecture() -> &'static str {
    if cfg!(target_arch = "x86_64") {
        "amd64"
    } else if cfg!(target_arch = "aarch64") {
        "arm64"
    } else {
        std::env::consts::ARCH
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_hashed_as_a_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("abc");
        std::fs::write(&path, "abc").unwrap();
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(hash(&path).unwrap(), expected);
        let large = vec![7; 3 * PIECE + 1];
        std::fs::write(&path, &large).unwrap();
        let whole = ring::digest::digest(&SHA256, &large);
        assert_eq!(hash(&path).unwrap(), digits(whole.as_ref()));
    }
}
