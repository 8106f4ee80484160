//! What is needed to reach a store, free of Kubernetes and of the environment.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use std::future::Future;
use std::net::IpAddr;
use std::panic::{RefUnwindSafe, UnwindSafe};

use object_store::client::{DnsError, DnsFuture, DnsResolver};
use secrecy::SecretString;

/// Who turns names into addresses: never the C library of a static program.
pub type Resolver = Arc<dyn DnsResolver>;

/// Makes a resolver of a function.
#[must_use]
pub fn resolver<F, A>(ask: F) -> Resolver
where
    F: Fn(String) -> A + Send + Sync + UnwindSafe + RefUnwindSafe + 'static,
    A: Future<Output = Result<Vec<IpAddr>, DnsError>> + Send + 'static,
{
    Arc::new(Asked(ask))
}

struct Asked<F>(F);

impl<F> std::fmt::Debug for Asked<F> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Asked")
    }
}

impl<F, A> DnsResolver for Asked<F>
where
    F: Fn(String) -> A + Send + Sync + UnwindSafe + RefUnwindSafe,
    A: Future<Output = Result<Vec<IpAddr>, DnsError>> + Send + 'static,
{
    fn resolve(&self, host: &str) -> DnsFuture {
        Box::pin((self.0)(host.to_owned()))
    }
}

/// Everything about the way to a store except where in it things lie.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The address of the service; that of AWS in the region when there is none.
    pub endpoint: Option<String>,
    pub region: Option<String>,
    /// How the bucket is named in requests; unset it is in the path when there is an endpoint.
    pub addressing: Option<Addressing>,
    pub credentials: Credentials,
    /// Certificate authorities in PEM, besides those of the image and our own.
    pub authorities: Option<String>,
    pub timeouts: Timeouts,
    /// Put on every object; see [`crate::Store::tagged`] for others.
    pub tags: BTreeMap<String, String>,
    pub encryption: Option<Encryption>,
    /// Resolves names; without one the resolver of the C library is used.
    pub resolver: Option<Resolver>,
    pub proxy: Option<Proxy>,
}

/// The way out, when there is only one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proxy {
    pub url: String,
    /// Hosts that are reached without it, separated by commas.
    pub except: Option<String>,
}

/// Where a request names its bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Addressing {
    /// `https://host/bucket/key`
    Path,
    /// `https://bucket.host/key`
    Host,
}

/// Who we are to the store.
#[derive(Debug, Clone)]
pub enum Credentials {
    Keys(Keys),
    /// What the platform gives to the pod.
    Ambient(Ambient),
}

impl Default for Credentials {
    fn default() -> Self {
        Self::Ambient(Ambient::InstanceMetadata { endpoint: None })
    }
}

/// A pair of keys.
#[derive(Debug, Clone)]
pub struct Keys {
    pub id: String,
    pub secret: SecretString,
    /// Goes with keys that are valid for a time only.
    pub session_token: Option<SecretString>,
}

/// A role that the platform lends to the pod; chosen once and by name, so that an error speaks of
/// the method that was meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ambient {
    /// The token of a service account is exchanged for keys (IRSA).
    WebIdentity { role: String, token_file: String, session: Option<String> },
    /// A local agent gives keys (ECS).
    Task { uri: String },
    /// A local agent gives keys for a token (EKS pod identity).
    PodIdentity { uri: String, token_file: String },
    /// The metadata service of the machine, version 2 only.
    InstanceMetadata { endpoint: Option<String> },
}

impl Credentials {
    /// What the variables of the environment offer, asked in the order of the SDKs.
    #[must_use]
    pub fn from_variables(get: impl Fn(&str) -> Option<String>) -> Self {
        let get = |name: &str| get(name).filter(|value| !value.is_empty());
        if let (Some(id), Some(secret)) = (get("AWS_ACCESS_KEY_ID"), get("AWS_SECRET_ACCESS_KEY")) {
            let session_token = get("AWS_SESSION_TOKEN").map(Into::into);
            return Self::Keys(Keys { id, secret: secret.into(), session_token });
        }
        if let (Some(role), Some(token_file)) =
            (get("AWS_ROLE_ARN"), get("AWS_WEB_IDENTITY_TOKEN_FILE"))
        {
            let session = get("AWS_ROLE_SESSION_NAME");
            return Self::Ambient(Ambient::WebIdentity { role, token_file, session });
        }
        if let Some(uri) = get("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") {
            return Self::Ambient(Ambient::Task { uri });
        }
        if let (Some(uri), Some(token_file)) = (
            get("AWS_CONTAINER_CREDENTIALS_FULL_URI"),
            get("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"),
        ) {
            return Self::Ambient(Ambient::PodIdentity { uri, token_file });
        }
        let endpoint = get("AWS_EC2_METADATA_SERVICE_ENDPOINT");
        Self::Ambient(Ambient::InstanceMetadata { endpoint })
    }
}

/// Encryption by the store, with keys that it keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Encryption {
    Aes256,
    /// Without an id it is the account's own key.
    Kms {
        key: Option<String>,
    },
}

/// How long we wait for what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// To reach the store.
    pub connect: Duration,
    /// For one attempt, on top of the time that its bytes take on a slow line.
    pub attempt: Duration,
    /// After this long no attempt follows another.
    pub retry: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self { connect: seconds(5), attempt: seconds(30), retry: seconds(60) }
    }
}

impl Timeouts {
    /// A line slower than this is no line.
    const SLOWEST_BYTES_PER_SECOND: u64 = 128 << 10;

    /// How long one attempt to move this many bytes may take.
    #[must_use]
    pub fn attempt_of(&self, bytes: u64) -> Duration {
        self.attempt + Duration::from_secs(bytes / Self::SLOWEST_BYTES_PER_SECOND)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_offers_one_method() {
        let offered = |pairs: &[(&str, &str)]| {
            let pairs: BTreeMap<String, String> =
                pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
            match Credentials::from_variables(|name| pairs.get(name).cloned()) {
                Credentials::Keys(keys) => format!("keys {}", keys.id),
                Credentials::Ambient(ambient) => format!("{ambient:?}"),
            }
        };
        let keys = [("AWS_ACCESS_KEY_ID", "a"), ("AWS_SECRET_ACCESS_KEY", "hush")];
        let role = [("AWS_ROLE_ARN", "r"), ("AWS_WEB_IDENTITY_TOKEN_FILE", "/t")];
        for (name, pairs, expected) in [
            ("keys come first", [keys, role].concat(), "keys a"),
            ("half a pair is none", keys[..1].to_vec(), "InstanceMetadata"),
            ("empty is unset", vec![("AWS_ACCESS_KEY_ID", ""), keys[1]], "InstanceMetadata"),
            ("a role", role.to_vec(), "WebIdentity"),
            ("a task", vec![("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/x")], "Task"),
            (
                "pod identity",
                vec![
                    ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://169.254.170.23/v1/credentials"),
                    ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "/t"),
                ],
                "PodIdentity",
            ),
        ] {
            let got = offered(&pairs);
            assert!(got.starts_with(expected), "{name}: {got}");
        }
    }

    #[test]
    fn a_secret_is_not_shown() {
        let keys =
            Keys { id: "a".into(), secret: "hush".into(), session_token: Some("t0k".into()) };
        let settings = Settings { credentials: Credentials::Keys(keys), ..Settings::default() };
        let shown = format!("{settings:?}");
        assert!(!shown.contains("hush") && !shown.contains("t0k"), "{shown}");
    }
}
