//! Certificates that somebody else puts into a directory, read again whenever they change.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use kubekit::stop::Stop;
use serving::live::{self, Live};
use tracing::warn;

use super::certificate::Pair;

/// How often the files are looked at.
const PERIOD: Duration = Duration::from_secs(10);

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("failed to read {path}")]
    Read { path: PathBuf, source: io::Error },
    #[error("the certificate in {directory} cannot be used")]
    Unusable { directory: PathBuf, source: live::Error },
}

/// A directory with a certificate and its key.
#[derive(Debug)]
pub struct Files {
    directory: PathBuf,
    certificate: &'static str,
    key: &'static str,
}

impl Files {
    pub fn new(directory: &str, certificate: &'static str, key: &'static str) -> Self {
        Self { directory: directory.into(), certificate, key }
    }

    async fn read(&self) -> Result<Pair, Error> {
        let certificate = read(&self.directory.join(self.certificate)).await?;
        let key = read(&self.directory.join(self.key)).await?;
        Ok(Pair { certificate, key })
    }

    async fn load(&self, live: &Live) -> Result<bool, Error> {
        let pair = self.read().await?;
        live.set(pair.certificate.as_bytes(), pair.key.as_bytes())
            .map_err(|source| Error::Unusable { directory: self.directory.clone(), source })
    }

    /// Keeps `live` up to date until told to stop; a broken file leaves the last good one in use.
    pub async fn keep(&self, live: &Live, mut stop: Stop) {
        loop {
            if let Err(error) = self.load(live).await {
                let cause = std::error::Error::source(&error).map(ToString::to_string);
                warn!(%error, cause, "going on with the certificate in use");
            }
            tokio::select! {
                () = stop.asked() => return,
                () = tokio::time::sleep(PERIOD) => {}
            }
        }
    }
}

async fn read(path: &Path) -> Result<String, Error> {
    let wrap = |source| Error::Read { path: path.to_owned(), source };
    tokio::fs::read_to_string(path).await.map_err(wrap)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pki::certificate::{Request, Role, new_key, sign_ca};

    fn pair() -> Pair {
        let request = Request {
            common_name: "server",
            unit: None,
            role: Role::Ca,
            now: jiff::Timestamp::now(),
            duration: Duration::from_secs(3600),
        };
        sign_ca(&request, &new_key().expect("a key"), None).expect("signed")
    }

    #[tokio::test]
    async fn changed_files_are_taken_and_broken_ones_are_not() {
        let directory = tempfile::tempdir().expect("a directory");
        let put = |pair: &Pair| {
            std::fs::write(directory.path().join("apiserver.crt"), &pair.certificate)?;
            std::fs::write(directory.path().join("apiserver.key"), &pair.key)
        };
        let path = directory.path().to_str().expect("text");
        let files = Files::new(path, "apiserver.crt", "apiserver.key");
        let live = Live::default();

        files.load(&live).await.expect_err("nothing there yet");
        put(&pair()).expect("written");
        assert!(files.load(&live).await.expect("usable"), "new");
        assert!(!files.load(&live).await.expect("usable"), "the same again");
        let first = live.fingerprint();
        put(&Pair { key: pair().key, ..pair() }).expect("written");
        files.load(&live).await.expect_err("key and certificate do not fit");
        assert_eq!(live.fingerprint(), first, "the last good one stays");
        put(&pair()).expect("written");
        assert!(files.load(&live).await.expect("usable"));
        assert_ne!(live.fingerprint(), first);
    }
}
