//! The certificates of a cluster: its CA, the server certificate of its instances, the client
//! certificate of its replicas, and that of its poolers.
//!
//! What the user provides is checked and never written. What is ours is made when it is missing
//! and renewed with the same key in good time; instances take it up without a restart. All writes
//! are conditional on what was read.

mod names;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use api::cluster::Cluster;
use api::cluster::status::secrets::CertificatesStatus;
use api::labels;
use jiff::{SignedDuration, Timestamp};
use k8s_openapi::ByteString;
use k8s_openapi::api::core::v1::Secret;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{ObjectMeta, OwnerReference};
use kube::api::PostParams;
use kube::{Api, Client};
use kubekit::calls::{self, LIMIT, within};
use kubekit::events::Note;
use tracing::info;

use super::secrets::Secrets;
use crate::pki::Policy;
use crate::pki::certificate::{self, Facts, Pair, Request, Role, facts};
use crate::pki::plan::{self, Held, Step};

pub use names::{Names, pooler_secret, server_names};

/// Common name of the replicas, which is also their role in the database.
const REPLICATION: &str = "streaming_replica";
/// Common name of the poolers.
const POOLER: &str = "cnpg_pooler_pgbouncer";
/// How often certificates are looked at when nothing calls for it.
const PERIOD: Duration = Duration::from_secs(60 * 60);

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("failed to read the secret {name}")]
    Read { name: String, source: calls::Error },
    #[error("failed to write the secret {name}")]
    Write { name: String, source: calls::Error },
    #[error("the secret {0}, which the cluster names, does not exist: create it")]
    Missing(String),
    #[error("the secret {0} holds no certificate that can be read: fill it again")]
    Unreadable(String),
    #[error(
        "the secret {0} has no ca.key, and a certificate must be signed: add the key, or name the \
         certificates in spec.certificates"
    )]
    NoCaKey(String),
    #[error(
        "the certificate in the secret {leaf} is not one of the CA in {ca}: replace one of them"
    )]
    OtherCa { leaf: String, ca: String },
    #[error("failed to make a certificate for the secret {name}")]
    Make { name: String, source: certificate::Error },
}

impl Error {
    /// What the owner of the cluster is told about it.
    pub fn note(&self) -> Option<Note> {
        match self {
            Self::Missing(name) => {
                Some(Note::warning("SecretNotFound", format!("Secret {name} does not exist")))
            }
            Self::NoCaKey(name) => Some(Note::warning(
                "InvalidCASecret",
                format!("Secret {name} has no key to sign certificates with"),
            )),
            Self::Read { .. }
            | Self::Write { .. }
            | Self::Unreadable(_)
            | Self::OtherCa { .. }
            | Self::Make { .. } => None,
        }
    }
}

/// What a pass over the certificates ended with.
#[derive(Debug, Clone)]
pub struct Certificates {
    /// Certificates that instances are trusted by, PEM.
    pub server_ca: String,
    pub status: CertificatesStatus,
    /// Versions of the secrets, by name.
    pub versions: BTreeMap<String, String>,
    /// When to look again at the latest.
    pub again: Duration,
    pub notes: Vec<Note>,
}

/// One pass over the certificates of one cluster.
pub struct Keeper<'a> {
    pub client: &'a Client,
    pub secrets: &'a Secrets,
    pub cluster: &'a Cluster,
    pub owner: OwnerReference,
    pub policy: Policy,
    pub domain: &'a str,
    /// Whether a pooler logs in by a certificate of ours.
    pub poolers: bool,
    pub now: Timestamp,
}

impl std::fmt::Debug for Keeper<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Keeper")
            .field("cluster", &self.cluster.metadata.name)
            .finish_non_exhaustive()
    }
}

/// A certificate as it is after the pass.
struct Kept {
    pair: Pair,
    facts: Facts,
    version: String,
}

struct Leaf<'a> {
    name: &'a str,
    given: bool,
    common_name: &'a str,
    role: Role<'a>,
    names: &'a [String],
}

impl Keeper<'_> {
    /// Looks after all of them.
    pub async fn pass(&self) -> Result<Certificates, Error> {
        let names = Names::of(self.cluster);
        let mut done: BTreeMap<String, Kept> = BTreeMap::new();
        let mut notes = Vec::new();
        let authorities =
            [(&names.server_ca, names.server_ca_given), (&names.client_ca, names.client_ca_given)];
        for (name, given) in authorities {
            if !done.contains_key(name) {
                let kept = self.authority(name, given).await?;
                notes.extend(self.expiring(name, given, &kept.facts));
                done.insert(name.clone(), kept);
            }
        }
        let wanted = server_names(self.cluster, self.domain);
        let pooler = names::pooler_secret(self.cluster);
        let mut leaves = vec![
            (
                &names.server_ca,
                Leaf {
                    name: &names.server,
                    given: names.server_given,
                    common_name: &names.server_common,
                    role: Role::Server(&wanted),
                    names: &wanted,
                },
            ),
            (
                &names.client_ca,
                Leaf {
                    name: &names.replication,
                    given: names.replication_given,
                    common_name: REPLICATION,
                    role: Role::Client,
                    names: &[],
                },
            ),
        ];
        if self.poolers {
            let role = Role::Client;
            let leaf = Leaf { name: &pooler, given: false, common_name: POOLER, role, names: &[] };
            leaves.push((&names.client_ca, leaf));
        }
        for (ca, leaf) in leaves {
            let kept = self.leaf(&leaf, ca, &done[ca].pair).await?;
            notes.extend(self.expiring(leaf.name, leaf.given, &kept.facts));
            done.insert(leaf.name.to_owned(), kept);
        }
        let server_names =
            if names.server_given { done[&names.server].facts.names.clone() } else { wanted };
        Ok(Certificates {
            server_ca: done[&names.server_ca].pair.certificate.clone(),
            again: self.again(done.values()),
            versions: done
                .iter()
                .map(|(name, kept)| (name.clone(), kept.version.clone()))
                .collect(),
            status: CertificatesStatus {
                expirations: done
                    .iter()
                    .map(|(name, kept)| (name.clone(), names::written(kept.facts.not_after)))
                    .collect(),
                client_ca_secret: Some(names.client_ca),
                replication_tls_secret: Some(names.replication),
                server_alt_dns_names: server_names,
                server_ca_secret: Some(names.server_ca),
                server_tls_secret: Some(names.server),
            },
            notes,
        })
    }

    async fn authority(&self, name: &str, given: bool) -> Result<Kept, Error> {
        let stored = self.read(name, "ca").await?;
        if given {
            let (secret, pair) = stored.ok_or_else(|| Error::Missing(name.to_owned()))?;
            let facts = facts(&pair.certificate).map_err(|_| Error::Unreadable(name.to_owned()))?;
            return Ok(Kept { pair, facts, version: version(&secret) });
        }
        let held = Held::read(stored.as_ref().map(|(_, pair)| pair));
        let step = plan::authority(&held, self.policy, self.now)
            .map_err(|_| Error::Unreadable(name.to_owned()))?;
        let make = |source| Error::Make { name: name.to_owned(), source };
        let request = Request {
            common_name: self.cluster.metadata.name.as_deref().unwrap_or_default(),
            unit: self.cluster.metadata.namespace.as_deref(),
            role: Role::Ca,
            now: self.now,
            duration: self.policy.duration,
        };
        let pair = match (&step, &stored) {
            (Step::Keep, Some((_, pair))) => pair.clone(),
            (Step::Renew(_), Some((_, pair))) => {
                let Held::Good(previous) = &held else {
                    return Err(Error::NoCaKey(name.to_owned()));
                };
                certificate::sign_ca(&request, &pair.key, Some(previous)).map_err(make)?
            }
            (Step::Create(_), _) | (_, None) => {
                let key = certificate::new_key().map_err(make)?;
                certificate::sign_ca(&request, &key, None).map_err(make)?
            }
        };
        self.keep(name, "ca", step, stored, pair).await
    }

    async fn leaf(&self, leaf: &Leaf<'_>, ca_name: &str, ca: &Pair) -> Result<Kept, Error> {
        let name = leaf.name;
        let stored = self.read(name, "tls").await?;
        let held = Held::read(stored.as_ref().map(|(_, pair)| pair));
        let chained = match (&stored, &held) {
            (Some((_, pair)), Held::Good(facts) | Held::WithoutKey(facts)) => {
                chained(&pair.certificate, facts, ca, leaf)
            }
            _ => false,
        };
        if leaf.given {
            let (secret, pair) = stored.ok_or_else(|| Error::Missing(name.to_owned()))?;
            let facts = facts(&pair.certificate).map_err(|_| Error::Unreadable(name.to_owned()))?;
            if !chained {
                return Err(Error::OtherCa { leaf: name.to_owned(), ca: ca_name.to_owned() });
            }
            return Ok(Kept { pair, facts, version: version(&secret) });
        }
        let step = plan::leaf(&held, chained, leaf.names, self.policy, self.now);
        let make = |source| Error::Make { name: name.to_owned(), source };
        let request = Request {
            common_name: leaf.common_name,
            unit: None,
            role: leaf.role,
            now: self.now,
            duration: self.policy.duration,
        };
        if !matches!(step, Step::Keep) && !certificate::key_fits(ca) {
            return Err(Error::NoCaKey(ca_name.to_owned()));
        }
        let pair = match (&step, &stored) {
            (Step::Keep, Some((_, pair))) => pair.clone(),
            (Step::Renew(_), Some((_, pair))) => {
                certificate::sign(&request, &pair.key, ca).map_err(make)?
            }
            (Step::Create(_), _) | (_, None) => {
                let key = certificate::new_key().map_err(make)?;
                certificate::sign(&request, &key, ca).map_err(make)?
            }
        };
        self.keep(name, "tls", step, stored, pair).await
    }

    async fn read(&self, name: &str, keys: &str) -> Result<Option<(Arc<Secret>, Pair)>, Error> {
        let namespace = self.cluster.metadata.namespace.as_deref().unwrap_or_default();
        let found = self.secrets.read(namespace, name).await;
        let found = found.map_err(|source| Error::Read { name: name.to_owned(), source })?;
        Ok(found.map(|secret| {
            let text = |kind: &str| {
                let data = secret.data.as_ref();
                let bytes = data.and_then(|data| data.get(&format!("{keys}.{kind}")));
                bytes.map(|one| String::from_utf8_lossy(&one.0).into_owned()).unwrap_or_default()
            };
            let pair = Pair { certificate: text("crt"), key: text("key") };
            (secret, pair)
        }))
    }

    /// Writes what is new.
    async fn keep(
        &self,
        name: &str,
        keys: &str,
        step: Step,
        stored: Option<(Arc<Secret>, Pair)>,
        pair: Pair,
    ) -> Result<Kept, Error> {
        let facts = facts(&pair.certificate)
            .map_err(|source| Error::Make { name: name.to_owned(), source })?;
        let reason = match (step, &stored) {
            (Step::Keep, Some((secret, _))) => {
                return Ok(Kept { pair, facts, version: version(secret) });
            }
            (Step::Keep, None) => plan::Reason::Missing,
            (Step::Create(reason) | Step::Renew(reason), _) => reason,
        };
        let meta = &self.cluster.metadata;
        let api: Api<Secret> =
            Api::namespaced(self.client.clone(), meta.namespace.as_deref().unwrap_or_default());
        let data = BTreeMap::from([
            (format!("{keys}.crt"), ByteString(pair.certificate.clone().into())),
            (format!("{keys}.key"), ByteString(pair.key.clone().into())),
        ]);
        let params = PostParams::default();
        let written = match stored {
            None => {
                let secret = Secret {
                    metadata: self.metadata(name),
                    data: Some(data),
                    type_: Some(
                        if keys == "tls" { "kubernetes.io/tls" } else { "Opaque" }.to_owned(),
                    ),
                    ..Secret::default()
                };
                within(LIMIT, api.create(&params, &secret)).await
            }
            Some((secret, _)) => {
                let mut secret = Arc::unwrap_or_clone(secret); // with the version that was read
                secret.data.get_or_insert_default().extend(data);
                within(LIMIT, api.replace(name, &params, &secret)).await
            }
        };
        let written = written.map_err(|source| Error::Write { name: name.to_owned(), source })?;
        info!(secret = name, ?reason, "wrote a new certificate");
        let secret = self.secrets.remember(written);
        Ok(Kept { pair, facts, version: version(&secret) })
    }

    fn metadata(&self, name: &str) -> ObjectMeta {
        let mut own = BTreeMap::from([(labels::MANAGED_BY.to_owned(), labels::MANAGER.to_owned())]);
        if name == names::pooler_secret(self.cluster) {
            own.insert(labels::RELOAD.to_owned(), labels::TRUE.to_owned());
        }
        ObjectMeta {
            name: Some(name.to_owned()),
            labels: Some(own),
            owner_references: Some(vec![self.owner.clone()]),
            ..ObjectMeta::default()
        }
    }

    /// Nobody but the user can renew what the user provides.
    fn expiring(&self, name: &str, given: bool, facts: &Facts) -> Option<Note> {
        let left = facts.not_after.duration_since(self.now);
        let threshold = SignedDuration::try_from(self.policy.threshold).unwrap_or_default();
        (given && left < threshold).then(|| {
            let end = names::written(facts.not_after);
            Note::warning(
                "SecretIsExpiring",
                format!("The certificate in secret {name} ends at {end}: replace it before"),
            )
        })
    }

    fn again<'k>(&self, kept: impl Iterator<Item = &'k Kept>) -> Duration {
        let due = kept.map(|kept| {
            let left = kept.facts.not_after.duration_since(self.now);
            let left = Duration::try_from(left).unwrap_or_default();
            left.saturating_sub(self.policy.threshold) + Duration::from_secs(1)
        });
        due.min().unwrap_or(PERIOD).clamp(Duration::from_secs(60), PERIOD)
    }
}

/// Whether the CA vouches for the certificate in its role, at a time when both are valid.
fn chained(certificate: &str, facts: &Facts, ca: &Pair, leaf: &Leaf<'_>) -> bool {
    let Some(at) = plan::common_life(ca, facts) else { return false };
    match leaf.role {
        Role::Server(_) => facts
            .names
            .first()
            .is_some_and(|name| certificate::verifies(certificate, &ca.certificate, name, at)),
        Role::Client => certificate::verifies_client(certificate, &ca.certificate, at),
        Role::Ca => false,
    }
}

fn version(secret: &Secret) -> String {
    secret.metadata.resource_version.clone().unwrap_or_default()
}
