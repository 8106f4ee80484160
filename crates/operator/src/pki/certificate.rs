//! Making and reading certificates. Keys and serial numbers come from the system's random source;
//! the time is always handed in.

use std::time::Duration;

use jiff::Timestamp;
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer,
    KeyIdMethod, KeyPair, KeyUsagePurpose, PKCS_ECDSA_P256_SHA256, SanType, SerialNumber,
};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use sha2::{Digest as _, Sha256};
use x509_parser::prelude::{FromDer as _, GeneralName, ParsedExtension, X509Certificate};

use protocol::sec1;

/// Clocks may differ by this much without anybody seeing a certificate of the future.
const BACKDATED: Duration = Duration::from_secs(5 * 60);

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("it holds no certificate that can be read")]
    Certificate,
    #[error("it holds no private key that can be read: P-256 keys are supported")]
    Key,
    #[error("failed to sign a certificate")]
    Sign(#[from] rcgen::Error),
    #[error("the certificate would end at a time that cannot be written down")]
    Dates,
}

/// A certificate and its private key, both PEM.
#[derive(Clone, PartialEq, Eq)]
pub struct Pair {
    pub certificate: String,
    pub key: String,
}

impl std::fmt::Debug for Pair {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Pair").field("certificate", &self.certificate).finish_non_exhaustive()
    }
}

/// What a certificate says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    pub not_before: Timestamp,
    pub not_after: Timestamp,
    /// DNS names, in the order of the certificate.
    pub names: Vec<String>,
    pub is_ca: bool,
    /// What certificates signed with this one's key point to.
    key_id: Option<Vec<u8>>,
}

/// What a new certificate shall say.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    pub common_name: &'a str,
    pub unit: Option<&'a str>,
    pub role: Role<'a>,
    pub now: Timestamp,
    pub duration: Duration,
}

#[derive(Debug, Clone, Copy)]
pub enum Role<'a> {
    Ca,
    /// A server known by these names.
    Server(&'a [String]),
    /// A client known by its common name.
    Client,
}

/// A new private key, as it is kept: SEC 1 in PEM.
pub fn new_key() -> Result<String, Error> {
    let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
    let der = sec1::from_pkcs8(&key.serialize_der()).ok_or(Error::Key)?;
    Ok(sec1::pem("EC PRIVATE KEY", &der))
}

/// Signs a CA with its own `key`. Of a `previous` certificate its key identifier is kept, so that
/// what was signed under it still points to the new one.
pub fn sign_ca(request: &Request<'_>, key: &str, previous: Option<&Facts>) -> Result<Pair, Error> {
    let mut params = params(request)?;
    if let Some(id) = previous.and_then(|facts| facts.key_id.clone()) {
        params.key_identifier_method = KeyIdMethod::PreSpecified(id);
    }
    let certificate = params.self_signed(&load_key(key)?)?.pem();
    Ok(Pair { certificate, key: key.to_owned() })
}

/// Signs a certificate for `key` with the CA.
pub fn sign(request: &Request<'_>, key: &str, ca: &Pair) -> Result<Pair, Error> {
    let issuer = Issuer::from_ca_cert_pem(&ca.certificate, load_key(&ca.key)?)?;
    let certificate = params(request)?.signed_by(&load_key(key)?, &issuer)?.pem();
    Ok(Pair { certificate, key: key.to_owned() })
}

/// A certificate that nobody vouches for: who wants to trust it must know its key.
pub fn sign_self(request: &Request<'_>, key: &str) -> Result<Pair, Error> {
    let certificate = params(request)?.self_signed(&load_key(key)?)?.pem();
    Ok(Pair { certificate, key: key.to_owned() })
}

fn params(request: &Request<'_>) -> Result<CertificateParams, Error> {
    let mut params = CertificateParams::default();
    let from = request.now.checked_sub(BACKDATED).map_err(|_| Error::Dates)?;
    let from = Duration::from_secs(u64::try_from(from.as_second()).map_err(|_| Error::Dates)?);
    // The last day of the year 9999 is a date of certificates, but none of `jiff`.
    let to = from.checked_add(request.duration).filter(|to| to.as_secs() < YEAR_10000);
    // `rcgen` wants dates of a crate we do not have; its own start of a day leads there.
    let epoch = rcgen::date_time_ymd(1970, 1, 1);
    params.not_before = epoch + from;
    params.not_after = epoch + to.ok_or(Error::Dates)?;
    params.serial_number = Some(SerialNumber::from_slice(&random()?));
    params.use_authority_key_identifier_extension = true;
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, request.common_name);
    if let Some(unit) = request.unit {
        params.distinguished_name.push(DnType::OrganizationalUnitName, unit);
    }
    match request.role {
        Role::Ca => {
            params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
            params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        }
        Role::Server(names) => {
            params.key_usages = vec![
                KeyUsagePurpose::DigitalSignature,
                KeyUsagePurpose::KeyEncipherment,
                KeyUsagePurpose::KeyAgreement,
            ];
            params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
            for name in names {
                params.subject_alt_names.push(SanType::DnsName(name.as_str().try_into()?));
            }
        }
        Role::Client => {
            params.key_usages =
                vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::KeyAgreement];
            params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        }
    }
    Ok(params)
}

/// In seconds since 1970; longer years cannot be written in a certificate.
const YEAR_10000: u64 = 253_402_300_800;

/// A positive number of 128 bits, as wide as others make them.
fn random() -> Result<[u8; 16], Error> {
    let mut bytes = [0; 16];
    let source = rustls::crypto::ring::default_provider().secure_random;
    source.fill(&mut bytes).map_err(|_| rcgen::Error::RingUnspecified)?;
    bytes[0] &= 0x7f;
    Ok(bytes)
}

fn load_key(pem: &str) -> Result<KeyPair, Error> {
    let pkcs8 = match PrivateKeyDer::from_pem_slice(pem.as_bytes()).map_err(|_| Error::Key)? {
        PrivateKeyDer::Sec1(key) => sec1::to_pkcs8(key.secret_sec1_der()),
        PrivateKeyDer::Pkcs8(key) => key.secret_pkcs8_der().to_vec(),
        _ => return Err(Error::Key),
    };
    KeyPair::try_from(pkcs8).map_err(|_| Error::Key)
}

/// Whether the private key can be read and belongs to the certificate.
pub fn key_fits(pair: &Pair) -> bool {
    let Ok(key) = load_key(&pair.key) else { return false };
    let Ok(der) = first(&pair.certificate) else { return false };
    X509Certificate::from_der(&der)
        .is_ok_and(|(_, read)| *read.public_key().subject_public_key.data == *key.public_key_raw())
}

/// What the first certificate of a PEM text says.
pub fn facts(pem: &str) -> Result<Facts, Error> {
    let der = first(pem)?;
    let (_, read) = X509Certificate::from_der(&der).map_err(|_| Error::Certificate)?;
    let time = |at: x509_parser::time::ASN1Time| {
        Timestamp::from_second(at.timestamp()).map_err(|_| Error::Certificate)
    };
    let names = read.subject_alternative_name().ok().flatten();
    let names = names.into_iter().flat_map(|names| &names.value.general_names);
    let key_id =
        read.extensions().iter().find_map(|extension| match extension.parsed_extension() {
            ParsedExtension::SubjectKeyIdentifier(id) => Some(id.0.to_vec()),
            _ => None,
        });
    Ok(Facts {
        not_before: time(read.validity().not_before)?,
        not_after: time(read.validity().not_after)?,
        names: names
            .filter_map(|name| match name {
                GeneralName::DNSName(name) => Some((*name).to_owned()),
                _ => None,
            })
            .collect(),
        is_ca: read.is_ca(),
        key_id,
    })
}

/// Whether a client that trusts `ca` would accept the server certificate for `name` at `now`.
pub fn verifies(certificate: &str, ca: &str, name: &str, now: Timestamp) -> bool {
    use rustls::client::danger::ServerCertVerifier as _;
    let verify = || {
        let mut roots = rustls::RootCertStore::empty();
        roots.add(first(ca).ok()?).ok()?;
        let provider = rustls::crypto::ring::default_provider();
        let verifier = rustls::client::WebPkiServerVerifier::builder_with_provider(
            roots.into(),
            provider.into(),
        );
        let at = UnixTime::since_unix_epoch(Duration::from_secs(now.as_second().try_into().ok()?));
        let name = ServerName::try_from(name).ok()?;
        let leaf = first(certificate).ok()?;
        verifier.build().ok()?.verify_server_cert(&leaf, &[], &name, &[], at).ok()
    };
    verify().is_some()
}

/// Whether a server that trusts `ca` would accept the client certificate at `now`.
pub fn verifies_client(certificate: &str, ca: &str, now: Timestamp) -> bool {
    let verify = || {
        let mut roots = rustls::RootCertStore::empty();
        roots.add(first(ca).ok()?).ok()?;
        let provider = rustls::crypto::ring::default_provider();
        let verifier = rustls::server::WebPkiClientVerifier::builder_with_provider(
            roots.into(),
            provider.into(),
        );
        let at = UnixTime::since_unix_epoch(Duration::from_secs(now.as_second().try_into().ok()?));
        let leaf = first(certificate).ok()?;
        verifier.build().ok()?.verify_client_cert(&leaf, &[], at).ok()
    };
    verify().is_some()
}

/// SHA-256 of the public key, as instances compare it.
pub fn key_fingerprint(pem: &str) -> Result<String, Error> {
    let der = first(pem)?;
    let (_, read) = X509Certificate::from_der(&der).map_err(|_| Error::Certificate)?;
    let digest = Sha256::digest(read.public_key().raw);
    Ok(digest.iter().map(|byte| format!("{byte:02x}")).collect())
}

fn first(pem: &str) -> Result<CertificateDer<'static>, Error> {
    CertificateDer::from_pem_slice(pem.as_bytes()).map_err(|_| Error::Certificate)
}

#[cfg(test)]
mod tests;
