//! The certificate a server shows, which can be exchanged while it runs.

use std::sync::Arc;

use arc_swap::ArcSwapOption;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use sha2::{Digest as _, Sha256};
use tokio::sync::Notify;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("failed to read the PEM text")]
    Pem(#[from] rustls::pki_types::pem::Error),
    #[error("the certificate and its key cannot be used")]
    Unusable(#[from] rustls::Error),
}

/// What is shown at the next handshake.
#[derive(Debug, Default)]
pub struct Live {
    current: ArcSwapOption<CertifiedKey>,
    changed: Notify,
}

impl Live {
    /// Shows this chain from now on; `false` when it is the one that is shown already. Both are
    /// PEM texts.
    pub fn set(&self, certificate: &[u8], key: &[u8]) -> Result<bool, Error> {
        let chain = CertificateDer::pem_slice_iter(certificate).collect::<Result<Vec<_>, _>>()?;
        let key = PrivateKeyDer::from_pem_slice(key)?;
        let provider = rustls::crypto::ring::default_provider();
        // Also checks that the two belong together.
        let new = CertifiedKey::from_der(chain, key, &provider)?;
        if self.current.load().as_ref().is_some_and(|current| current.cert == new.cert) {
            return Ok(false);
        }
        self.current.store(Some(Arc::new(new)));
        self.changed.notify_waiters();
        Ok(true)
    }

    /// Waits until there is something to show.
    pub async fn ready(&self) {
        loop {
            let changed = self.changed.notified();
            if self.current.load().is_some() {
                return;
            }
            changed.await;
        }
    }

    /// SHA-256 of the certificate in use.
    pub fn fingerprint(&self) -> Option<[u8; 32]> {
        let current = self.current.load();
        Some(Sha256::digest(current.as_ref()?.cert.first()?).into())
    }
}

impl ResolvesServerCert for Live {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        self.current.load_full()
    }
}
