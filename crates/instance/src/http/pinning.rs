//! Who may ask for more than the status: the operator, known by its key.
//!
//! Its certificate is signed by nobody. The operator publishes the fingerprint of its key in the
//! status of every cluster; whoever shows that key is the operator.

use axum::Extension;
use axum::extract::{Request, State as With};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use ring::digest::{SHA256, digest};
use rustls::pki_types::CertificateDer;
use serving::server::Peer;
use x509_parser::prelude::{FromDer as _, X509Certificate};

use super::program::digits;
use super::status::Shared;

/// Lets the operator through.
pub(super) async fn operator_only(
    With(shared): With<Shared>,
    Extension(peer): Extension<Peer>,
    request: Request,
    next: Next,
) -> Response {
    let cluster = shared.state.cluster();
    let status = cluster.as_deref().and_then(|cluster| cluster.status.as_ref());
    let known = status.and_then(|status| status.operator_certificate_fingerprint.as_deref());
    match judge(known, peer.certificate.as_ref()) {
        Ok(()) => next.run(request).await,
        Err(refusal) => {
            tracing::warn!(peer = %peer.address, why = refusal.1, "a request was refused");
            refusal.into_response()
        }
    }
}

/// A client without a certificate will never do; another fingerprint may only be new to us.
fn judge(
    known: Option<&str>,
    shown: Option<&CertificateDer<'_>>,
) -> Result<(), (StatusCode, &'static str)> {
    let unknown = |why| (StatusCode::SERVICE_UNAVAILABLE, why);
    let shown = shown.ok_or((StatusCode::UNAUTHORIZED, "show the certificate of the operator"))?;
    let known = known.ok_or(unknown("the status of the cluster names no operator yet"))?;
    let shown = fingerprint(shown).ok_or(unknown("the certificate cannot be read"))?;
    if shown.eq_ignore_ascii_case(known) {
        Ok(())
    } else {
        Err(unknown("this is not the operator that the status of the cluster names"))
    }
}

/// The SHA-256 of the key of a certificate, in the form that the status has.
fn fingerprint(certificate: &CertificateDer<'_>) -> Option<String> {
    let (_, certificate) = X509Certificate::from_der(certificate).ok()?;
    Some(digits(digest(&SHA256, certificate.public_key().raw).as_ref()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_published_key_is_let_through() {
        let made = |key: &rcgen::KeyPair| {
            let params = rcgen::CertificateParams::new(vec!["operator".to_owned()]).unwrap();
            params.self_signed(key).unwrap().der().clone()
        };
        let (key, other) =
            (rcgen::KeyPair::generate().unwrap(), rcgen::KeyPair::generate().unwrap());
        let pinned = fingerprint(&made(&key)).unwrap();
        let status = |known: Option<&str>, shown: Option<&CertificateDer<'_>>| {
            judge(known, shown).err().map_or(200, |(status, _)| status.as_u16())
        };
        let known = Some(pinned.as_str());
        for (name, known, shown, expected) in [
            ("the operator", known, Some(made(&key)), 200),
            ("no certificate", known, None, 401),
            ("nobody known", None, Some(made(&key)), 503),
            ("somebody else", known, Some(made(&other)), 503),
            ("no certificate at all", known, Some(CertificateDer::from(vec![1, 2])), 503),
        ] {
            assert_eq!(status(known, shown.as_ref()), expected, "{name}");
        }
        let again = Some(made(&key));
        assert_eq!(status(Some(&pinned.to_uppercase()), again.as_ref()), 200, "a renewed one");
    }
}
