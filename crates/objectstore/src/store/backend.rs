//! The client of the protocol, made from our settings and from nothing else.

use std::sync::Arc;
use std::time::Duration;

use object_store::aws::{AmazonS3, AmazonS3Builder, AmazonS3ConfigKey, S3ConditionalPut};
use object_store::client::DnsResolver;
use object_store::memory::InMemory;
use object_store::multipart::MultipartStore;
use object_store::{Certificate, ClientOptions, ObjectStore, RetryConfig};
use secrecy::ExposeSecret as _;
use thiserror::Error;

use super::bucket::Maker;
use crate::location::Location;
use crate::settings::{Addressing, Ambient, Credentials, Encryption, Settings};

/// Why a store cannot be opened.
#[derive(Debug, Error)]
pub enum OpenError {
    #[error("the certificate authority of the endpoint cannot be read")]
    Authority(#[source] object_store::Error),
    #[error("the endpoint {0:?} is no URL: write https://HOST[:PORT]")]
    Endpoint(String),
    #[error("the client of the store cannot be made")]
    Client(#[source] object_store::Error),
}

/// What we need of a store.
pub(super) trait Backend: ObjectStore + MultipartStore {
    /// Whether a listing comes in the order of the keys.
    fn lists_in_order(&self) -> bool;
}

impl Backend for AmazonS3 {
    fn lists_in_order(&self) -> bool {
        true
    }
}

impl Backend for InMemory {
    fn lists_in_order(&self) -> bool {
        false
    }
}

/// A client is kept this long without work: a segment comes every few seconds or minutes.
const IDLE: Duration = Duration::from_secs(90);

pub(super) fn open(
    settings: &Settings,
    location: &Location,
) -> Result<(Box<dyn Backend>, Maker), OpenError> {
    let client = client_options(settings)?;
    let region = settings.region.as_deref().unwrap_or("us-east-1");
    let once = RetryConfig { max_retries: 0, ..RetryConfig::default() };
    let mut builder = AmazonS3Builder::new()
        .with_bucket_name(location.bucket())
        .with_region(region)
        .with_retry(once)
        .with_conditional_put(S3ConditionalPut::ETagMatch);
    let by_path = match settings.addressing {
        Some(addressing) => addressing == Addressing::Path,
        // Bucket names with dots or capitals are no host names; nor are addresses of endpoints.
        None => settings.endpoint.is_some() || !is_host_label(location.bucket()),
    };
    if let Some(endpoint) = &settings.endpoint {
        builder = builder.with_endpoint(bucket_endpoint(endpoint, by_path, location.bucket())?);
    }
    builder = builder.with_virtual_hosted_style_request(!by_path);
    builder = match &settings.encryption {
        None => builder,
        Some(Encryption::Aes256) => builder.with_config(encryption_type(), "AES256"),
        Some(Encryption::Kms { key: None }) => builder.with_config(encryption_type(), "aws:kms"),
        Some(Encryption::Kms { key: Some(key) }) => builder.with_sse_kms_encryption(key),
    };
    builder = credentials(builder, &settings.credentials);
    let s3 = builder.with_client_options(client).build().map_err(OpenError::Client)?;
    let maker = Maker::new(s3.clone(), settings)?;
    Ok((Box::new(s3), maker))
}

fn encryption_type() -> AmazonS3ConfigKey {
    // Its variant has no public name.
    "aws_server_side_encryption".parse().expect("the library knows its own key")
}

fn credentials(builder: AmazonS3Builder, credentials: &Credentials) -> AmazonS3Builder {
    let ambient = match credentials {
        Credentials::Keys(keys) => {
            let builder = builder
                .with_access_key_id(&keys.id)
                .with_secret_access_key(keys.secret.expose_secret());
            return match &keys.session_token {
                Some(token) => builder.with_token(token.expose_secret()),
                None => builder,
            };
        }
        Credentials::Ambient(ambient) => ambient,
    };
    match ambient {
        Ambient::WebIdentity { role, token_file, session } => {
            let builder = builder
                .with_config(AmazonS3ConfigKey::RoleArn, role)
                .with_config(AmazonS3ConfigKey::WebIdentityTokenFile, token_file);
            match session {
                Some(session) => builder.with_config(AmazonS3ConfigKey::RoleSessionName, session),
                None => builder,
            }
        }
        Ambient::Task { uri } => {
            builder.with_config(AmazonS3ConfigKey::ContainerCredentialsRelativeUri, uri)
        }
        Ambient::PodIdentity { uri, token_file } => builder
            .with_config(AmazonS3ConfigKey::ContainerCredentialsFullUri, uri)
            .with_config(AmazonS3ConfigKey::ContainerAuthorizationTokenFile, token_file),
        Ambient::InstanceMetadata { endpoint: Some(endpoint) } => {
            builder.with_metadata_endpoint(endpoint)
        }
        Ambient::InstanceMetadata { endpoint: None } => builder,
    }
}

pub(super) fn client_options(settings: &Settings) -> Result<ClientOptions, OpenError> {
    let plain = settings.endpoint.as_deref().is_some_and(|endpoint| endpoint.starts_with("http:"));
    let mut options = ClientOptions::new()
        .with_allow_http(plain)
        .with_connect_timeout(settings.timeouts.connect)
        // Every attempt has its own deadline, which fits its bytes.
        .with_timeout_disabled()
        .with_pool_idle_timeout(IDLE);
    if let Some(resolver) = &settings.resolver {
        options = options.with_dns_resolver(resolver.clone() as Arc<dyn DnsResolver>);
    }
    if let Some(proxy) = &settings.proxy {
        options = options.with_proxy_url(&proxy.url);
        if let Some(except) = &proxy.except {
            options = options.with_proxy_excludes(except);
        }
    }
    if plain {
        return Ok(options);
    }
    // Images need not have any authorities.
    for root in webpki_root_certs::TLS_SERVER_ROOT_CERTS {
        let root = Certificate::from_der(root).map_err(OpenError::Authority)?;
        options = options.with_root_certificate(root);
    }
    if let Some(authorities) = &settings.authorities {
        let own = Certificate::from_pem_bundle(authorities.as_bytes());
        for authority in own.map_err(OpenError::Authority)? {
            options = options.with_root_certificate(authority);
        }
    }
    Ok(options)
}

/// The endpoint as the library wants it: with the bucket in front when hosts name buckets.
fn bucket_endpoint(endpoint: &str, by_path: bool, bucket: &str) -> Result<String, OpenError> {
    let wrong = || OpenError::Endpoint(endpoint.to_owned());
    let url = reqwest::Url::parse(endpoint).map_err(|_| wrong())?;
    let host = url.host_str().ok_or_else(wrong)?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(wrong());
    }
    if by_path {
        return Ok(endpoint.trim_end_matches('/').to_owned());
    }
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    let path = url.path().trim_end_matches('/');
    Ok(format!("{}://{bucket}.{host}{port}{path}", url.scheme()))
}

fn is_host_label(bucket: &str) -> bool {
    bucket.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoints() {
        for (endpoint, by_path, expected) in [
            ("http://s3:9000", true, Some("http://s3:9000")),
            ("https://s3/", true, Some("https://s3")),
            ("https://s3:9000", false, Some("https://b.s3:9000")),
            ("s3:9000", true, None),
            ("host", true, None),
            ("ftp://host", true, None),
        ] {
            let got = bucket_endpoint(endpoint, by_path, "b").ok();
            assert_eq!(got.as_deref(), expected, "{endpoint}");
        }
    }
}
