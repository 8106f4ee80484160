//! `kubectl cnpg certificate SECRETNAME`.

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::time::Duration;

use api::labels;
use jiff::Timestamp;
use k8s_openapi::ByteString;
use k8s_openapi::api::core::v1::Secret;
use kube::ResourceExt as _;
use kube::api::{Api, ObjectMeta};
use protocol::sec1;
use rcgen::{
    CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, PKCS_ECDSA_P256_SHA256,
};
use x509_parser::pem::Pem;

use crate::cli::arity::Rest;
use crate::context::Ask;
use crate::output::Format;
use crate::values::Values as _;
use crate::{CommandContext, CommandError};

/// How long a certificate is good.
const VALID: Duration = Duration::from_secs(90 * 24 * 3600);
/// Clocks may differ by this much.
const BACKDATED: Duration = Duration::from_secs(5 * 60);

/// Make a client certificate for a PostgreSQL user
///
/// The certificate is signed by the cluster's authority for clients and kept in a new Secret. It is
/// good for 90 days, and nobody renews it.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  kubectl cnpg certificate app-cert --cnpg-cluster cluster-example --cnpg-user app"
)]
pub struct CertificateArgs {
    /// Secret to make
    #[arg(value_name = "SECRETNAME")]
    secret: String,
    /// PostgreSQL user
    #[arg(long, value_name = "USER", required = true)]
    cnpg_user: String,
    /// Cluster whose authority signs
    #[arg(long, value_name = "CLUSTER", required = true)]
    cnpg_cluster: String,
    /// Print the Secret with its private key: json or yaml
    #[arg(short, long, value_name = "FORMAT")]
    output: Option<Format>,
    /// Make nothing in the cluster
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    rest: Rest,
}

/// Signs a new key and keeps both in a Secret.
pub async fn run(cx: &CommandContext, args: CertificateArgs) -> Result<ExitCode, CommandError> {
    let cluster = cx.cluster(&args.cnpg_cluster, "").await?;
    let given = cluster.spec.certificates.as_ref().and_then(|it| it.client_ca_secret.clone());
    let ca_name = given.unwrap_or_else(|| format!("{}-ca", args.cnpg_cluster));
    let secrets: Api<Secret> = cx.api().await?;
    let ca = cx.call(Ask::new("", "get", "secrets", &ca_name), secrets.fetch(&ca_name)).await?;
    let (certificate, key) = issue(&ca, &ca_name, &args.cnpg_user, Timestamp::now())?;
    let secret = secret(&args.secret, cx.namespace().await?, certificate, key);
    if let Some(format) = args.output {
        cx.out().bytes(format.text(&secret).as_bytes())?;
    }
    if args.dry_run {
        return Ok(ExitCode::SUCCESS);
    }
    let ask = Ask::new("", "create", "secrets", &args.secret);
    cx.call(ask, secrets.post(&secret)).await?;
    cx.out().line(format_args!("secret/{} created", args.secret))?;
    Ok(ExitCode::SUCCESS)
}

fn secret(name: &str, namespace: &str, certificate: String, key: String) -> Secret {
    let mut secret = Secret {
        metadata: ObjectMeta {
            name: Some(name.to_owned()),
            namespace: Some(namespace.to_owned()),
            ..ObjectMeta::default()
        },
        type_: Some("kubernetes.io/tls".to_owned()),
        data: Some(BTreeMap::from([
            ("tls.crt".to_owned(), ByteString(certificate.into_bytes())),
            ("tls.key".to_owned(), ByteString(key.into_bytes())),
        ])),
        ..Secret::default()
    };
    secret.labels_mut().insert(labels::MANAGED_BY.to_owned(), labels::MANAGER.to_owned());
    secret
}

/// A certificate for the user and its key, both PEM.
fn issue(
    ca: &Secret,
    name: &str,
    user: &str,
    now: Timestamp,
) -> Result<(String, String), CommandError> {
    let refused = |what: String| {
        CommandError::refused_with(
            what,
            format!(
                "the authority is the Secret {name}; it needs ca.crt and the key of it, ca.key"
            ),
        )
    };
    let part = |key: &str| {
        let data = ca.data.as_ref().and_then(|data| data.get(key));
        data.map(|bytes| bytes.0.clone())
            .ok_or_else(|| refused(format!("missing {key} secret data")))
    };
    let ca_key = load_key(&part("ca.key")?).map_err(&refused)?;
    let ca_certificate = String::from_utf8(part("ca.crt")?)
        .map_err(|_| refused("ca.crt is no PEM text".to_owned()))?;
    check_pair(&ca_certificate, &ca_key).map_err(&refused)?;
    let failed = |error: rcgen::Error| refused(format!("failed to sign a certificate: {error}"));
    let issuer = Issuer::from_ca_cert_pem(&ca_certificate, ca_key).map_err(failed)?;
    let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).map_err(failed)?;
    let certificate = params(user, now).signed_by(&key, &issuer).map_err(failed)?.pem();
    let sec1 = sec1::from_pkcs8(&key.serialize_der()).expect("a new key is P-256 in PKCS #8");
    Ok((certificate, sec1::pem("EC PRIVATE KEY", &sec1)))
}

fn params(user: &str, now: Timestamp) -> CertificateParams {
    let mut params = CertificateParams::default();
    let second = u64::try_from(now.as_second()).unwrap_or_default();
    let from = Duration::from_secs(second).saturating_sub(BACKDATED);
    // `rcgen` wants dates of a crate we do not have; its own start of a day leads there.
    let epoch = rcgen::date_time_ymd(1970, 1, 1);
    params.not_before = epoch + from;
    params.not_after = epoch + from + VALID;
    params.use_authority_key_identifier_extension = true;
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, user);
    params.is_ca = IsCa::ExplicitNoCa;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::KeyAgreement];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    params
}

fn load_key(pem: &[u8]) -> Result<KeyPair, String> {
    let block = Pem::iter_from_buffer(pem).find_map(Result::ok);
    let block = block.ok_or("ca.key is no PEM text")?;
    let pkcs8 = match block.label.as_str() {
        "EC PRIVATE KEY" => sec1::to_pkcs8(&block.contents),
        "PRIVATE KEY" => block.contents,
        _ => return Err("invalid private key PEM block type".to_owned()),
    };
    KeyPair::try_from(pkcs8).map_err(|_| "ca.key is no P-256 key".to_owned())
}

fn check_pair(certificate: &str, key: &KeyPair) -> Result<(), String> {
    let block = Pem::iter_from_buffer(certificate.as_bytes()).find_map(Result::ok);
    let block = block.ok_or("ca.crt is no PEM text")?;
    let read = block.parse_x509().map_err(|_| "ca.crt is no certificate")?;
    if *read.public_key().subject_public_key.data == *key.public_key_raw() {
        Ok(())
    } else {
        Err("ca.key is not the key of ca.crt".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rcgen::BasicConstraints;

    fn authority() -> Secret {
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let certificate = params.self_signed(&key).unwrap().pem();
        let sec1 = sec1::from_pkcs8(&key.serialize_der()).unwrap();
        let data = [("ca.crt", certificate), ("ca.key", sec1::pem("EC PRIVATE KEY", &sec1))];
        let data = data.map(|(name, text)| (name.to_owned(), ByteString(text.into_bytes())));
        Secret { data: Some(BTreeMap::from(data)), ..Secret::default() }
    }

    #[test]
    fn a_certificate_says_who_and_how_long() {
        let ca = authority();
        let now: Timestamp = "2026-11-21T12:00:00Z".parse().unwrap();
        let (certificate, key) = issue(&ca, "pg-ca", "app", now).unwrap();
        assert!(key.starts_with("-----BEGIN EC PRIVATE KEY-----\n"), "{key}");
        let block = Pem::iter_from_buffer(certificate.as_bytes()).next().unwrap().unwrap();
        let read = block.parse_x509().unwrap();
        assert_eq!(read.subject().to_string(), "CN=app");
        let start = now.as_second() - 300;
        assert_eq!(read.validity().not_before.timestamp(), start);
        assert_eq!(read.validity().not_after.timestamp(), start + 90 * 24 * 3600);
        let ca_pem = ca.data.unwrap()["ca.crt"].0.clone();
        let ca_block = Pem::iter_from_buffer(&ca_pem).next().unwrap().unwrap();
        let ca = ca_block.parse_x509().unwrap();
        assert!(read.verify_signature(Some(ca.public_key())).is_ok());
        assert!(!read.is_ca());
    }

    #[test]
    fn an_authority_without_its_key_is_refused() {
        let other = authority().data.unwrap()["ca.key"].clone();
        for (part, change) in [
            ("missing ca.key", None),
            ("ca.key is not the key of ca.crt", Some(other)),
            ("ca.key is no PEM text", Some(ByteString(b"x".to_vec()))),
        ] {
            let mut ca = authority();
            let data = ca.data.as_mut().unwrap();
            match change {
                Some(key) => data.insert("ca.key".to_owned(), key),
                None => data.remove("ca.key"),
            };
            let error = issue(&ca, "pg-ca", "app", Timestamp::now()).unwrap_err().to_string();
            assert!(error.contains(part), "{error}");
        }
    }
}
