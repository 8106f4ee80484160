//! Makes a bucket that is missing, as the original does before it writes for the first time.

use std::time::Duration;

use http::{Method, StatusCode};
use object_store::aws::AmazonS3;
use object_store::path::Path;
use object_store::signer::Signer as _;

use super::Store;
use super::backend::OpenError;
use super::error::{Error, Kind};
use crate::settings::Settings;

/// How long the signature is good for.
pub(super) const VALID: Duration = Duration::from_secs(60);

pub(super) type Cause = Box<dyn std::error::Error + Send + Sync>;

/// Something that may work later, as the library would say it.
pub(super) fn later(cause: Cause) -> object_store::Error {
    let source = std::io::Error::other(cause);
    object_store::Error::Generic { store: "S3", source: source.into() }
}

/// What the library has no calls for.
#[derive(Debug)]
pub(super) struct Maker {
    pub(super) s3: AmazonS3,
    pub(super) settings: Settings,
}

impl Maker {
    pub(super) fn new(s3: AmazonS3, settings: &Settings) -> Result<Self, OpenError> {
        Ok(Self { s3, settings: settings.clone() })
    }

    pub(super) fn region(&self) -> &str {
        self.settings.region.as_deref().unwrap_or("us-east-1")
    }

    async fn make(&self) -> Result<StatusCode, Cause> {
        let url = self.s3.signed_url(Method::PUT, &Path::ROOT, VALID).await?;
        let client = self.client()?;
        let region = self.region();
        // There the constraint must not be named; elsewhere it must.
        let body = if self.settings.endpoint.is_some() || region == "us-east-1" {
            String::new()
        } else {
            format!(
                "<CreateBucketConfiguration><LocationConstraint>{region}</LocationConstraint>\
                 </CreateBucketConfiguration>"
            )
        };
        Ok(client.put(url).body(body).send().await?.status())
    }

    /// A client for what the library has no call for.
    pub(super) fn client(
        &self,
    ) -> Result<reqwest::Client, Box<dyn std::error::Error + Send + Sync>> {
        let mut builder = reqwest::Client::builder()
            .connect_timeout(self.settings.timeouts.connect)
            .timeout(self.settings.timeouts.attempt);
        if let Some(resolver) = &self.settings.resolver {
            builder = builder.dns_resolver(std::sync::Arc::new(Names(resolver.clone())));
        }
        let roots = webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter();
        let mut roots: Vec<_> =
            roots.map(|root| reqwest::Certificate::from_der(root)).collect::<Result<_, _>>()?;
        if let Some(own) = &self.settings.authorities {
            roots.extend(reqwest::Certificate::from_pem_bundle(own.as_bytes())?);
        }
        Ok(builder.tls_certs_merge(roots).build()?)
    }
}

struct Names(crate::settings::Resolver);

impl reqwest::dns::Resolve for Names {
    fn resolve(&self, name: reqwest::dns::Name) -> reqwest::dns::Resolving {
        let found = self.0.resolve(name.as_str());
        Box::pin(async move {
            let addresses = found.await?.into_iter().map(|ip| std::net::SocketAddr::new(ip, 0));
            Ok(Box::new(addresses) as reqwest::dns::Addrs)
        })
    }
}

impl Store {
    /// Makes the bucket unless it is there.
    ///
    /// # Errors
    /// When it is not there and cannot be made.
    pub async fn ensure_bucket(&self) -> Result<(), Error> {
        let bucket = self.location().bucket().to_owned();
        let Some(maker) = &self.shared.bucket else { return Ok(()) };
        // Any answer but "no such bucket" says that there is one, or why we cannot know.
        match self.list_named(&self.location().wals(), "?").await {
            Err(error) if error.kind() == Kind::NoBucket || error.kind() == Kind::NotFound => {}
            Err(error) => return Err(error),
            Ok(_) => return Ok(()),
        }
        match maker.make().await {
            Ok(status) if status.is_success() || status == StatusCode::CONFLICT => {
                tracing::info!(bucket, endpoint = self.endpoint(), "made the bucket");
                Ok(())
            }
            Ok(StatusCode::FORBIDDEN) => {
                Err(self.error("make", &bucket, Kind::Denied, "403 Forbidden"))
            }
            Ok(status) => Err(self.error("make", &bucket, Kind::Other, status.to_string())),
            Err(error) => Err(self.error("make", &bucket, Kind::Unreachable, error)),
        }
    }
}
