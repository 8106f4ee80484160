//! The certificate of our own servers: shown to everyone, replaced while they run.

use std::sync::Arc;

use arc_swap::ArcSwapOption;
use rustls::crypto::CryptoProvider;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use thiserror::Error;

/// Why a certificate cannot be shown.
#[derive(Debug, Error)]
pub enum CertificateError {
    #[error("the certificate or its key is not in PEM form")]
    Pem(#[source] rustls_pki_types::pem::Error),
    #[error("the certificate does not go with its key")]
    Pair(#[source] rustls::Error),
    #[error("there is no TLS provider")]
    Provider,
}

/// The present certificate; without one every handshake fails.
#[derive(Debug, Default)]
pub struct ServerCertificate {
    present: ArcSwapOption<CertifiedKey>,
}

impl ServerCertificate {
    /// Shows this certificate from now on.
    ///
    /// # Errors
    /// When certificate and key do not go together; the old one stays.
    pub fn replace(&self, certificate: &[u8], key: &[u8]) -> Result<(), CertificateError> {
        let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(certificate).collect();
        let chain = chain.map_err(CertificateError::Pem)?;
        let key = PrivateKeyDer::from_pem_slice(key).map_err(CertificateError::Pem)?;
        let provider = CryptoProvider::get_default().ok_or(CertificateError::Provider)?;
        let pair = CertifiedKey::from_der(chain, key, provider).map_err(CertificateError::Pair)?;
        self.present.store(Some(Arc::new(pair)));
        Ok(())
    }

    /// Whether there is one.
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.present.load().is_some()
    }
}

impl ResolvesServerCert for ServerCertificate {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        self.present.load_full()
    }
}
