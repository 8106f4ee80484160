//! Who the operator is to the instances: a client certificate that lives as long as the process.
//!
//! Nobody signs it. The operator publishes the fingerprint of its key in the status of every
//! cluster, which only it may write, and instances take privileged requests from that key alone.

use std::fmt;
use std::time::Duration;

use jiff::Timestamp;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::pki::certificate::{self, Request, Role};

/// The last second of the year 9999, the latest a certificate can say.
const END: i64 = 253_402_300_799;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("failed to make the operator's own certificate")]
    Make(#[from] certificate::Error),
    #[error("failed to read the operator's own certificate back")]
    Read(#[from] rustls::pki_types::pem::Error),
}

/// A certificate with its key, and what others know it by.
pub struct Identity {
    certificate: CertificateDer<'static>,
    key: PrivateKeyDer<'static>,
    fingerprint: String,
}

impl fmt::Debug for Identity {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Identity").field("fingerprint", &self.fingerprint).finish_non_exhaustive()
    }
}

impl Identity {
    /// A new key and a certificate for it.
    pub fn new(host: &str, now: Timestamp) -> Result<Self, Error> {
        let left = u64::try_from(END - now.as_second()).unwrap_or(0);
        let request = Request {
            common_name: host,
            unit: None,
            role: Role::Client,
            now,
            duration: Duration::from_secs(left + 5 * 60), // counted from five minutes ago
        };
        let pair = certificate::sign_self(&request, &certificate::new_key()?)?;
        Ok(Self {
            fingerprint: certificate::key_fingerprint(&pair.certificate)?,
            certificate: CertificateDer::from_pem_slice(pair.certificate.as_bytes())?,
            key: PrivateKeyDer::from_pem_slice(pair.key.as_bytes())?,
        })
    }

    /// SHA-256 of the public key, in 64 hexadecimal digits.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// Certificate and key, for a handshake.
    pub fn show(&self) -> (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>) {
        (vec![self.certificate.clone()], self.key.clone_key())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_lasts_and_is_known_by_its_key() {
        let identity = Identity::new("operator-0", Timestamp::now()).expect("made");
        assert_eq!(identity.fingerprint().len(), 64);
        let der = identity.show().0.remove(0);
        let (_, read) = x509_parser::parse_x509_certificate(&der).expect("a certificate");
        assert_eq!(read.validity().not_after.timestamp(), END);
        assert_eq!(read.subject().to_string(), "CN=operator-0");
        let other = Identity::new("operator-0", Timestamp::now()).expect("made");
        assert_ne!(identity.fingerprint(), other.fingerprint());
        assert!(!format!("{identity:?}").contains("key"));
    }
}
