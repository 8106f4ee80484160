//! Reads the Secrets, does what the plan says, and hands the result to servers and API server.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use k8s_openapi::ByteString;
use k8s_openapi::api::admissionregistration::v1::{
    MutatingWebhookConfiguration, ValidatingWebhookConfiguration,
};
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::Secret;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{ObjectMeta, OwnerReference};
use kube::api::{Api, ListParams, Patch, PatchParams, PostParams};
use kube::{Client, Resource as _};
use kubekit::calls::{self, LIMIT, within};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tracing::{info, warn};

use super::certificate::{self, Pair, Request, Role, facts};
use super::plan::{self, Plan, Refused, Seen, Step};
use super::{CA_SECRET, Policy, SERVER_SECRET, SERVICE, bundle};

/// How often everything is looked at when nothing calls for it.
const PERIOD: Duration = Duration::from_secs(5 * 60);
/// How often a pass starts over because another replica wrote first.
const TRIES: u32 = 5;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("failed to read the secret {name}")]
    Read { name: &'static str, source: calls::Error },
    #[error("failed to write the secret {name}")]
    Write { name: &'static str, source: calls::Error },
    #[error("failed to find the operator's own deployment")]
    Owner(#[source] calls::Error),
    #[error("the secret {CA_SECRET} is of no use")]
    Refused(#[from] Refused),
    #[error("failed to make a certificate")]
    Make(#[from] certificate::Error),
    #[error("the secrets changed under every one of {TRIES} attempts")]
    Contended,
}

/// The names of the two webhook configurations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Configurations {
    pub mutating: String,
    pub validating: String,
}

impl Configurations {
    /// `suffix` is the operator's namespace where several operators share a cluster.
    pub fn new(suffix: Option<&str>) -> Self {
        let named = |kind: &str| match suffix {
            None => format!("cnpg-{kind}-webhook-configuration"),
            Some(namespace) => format!("cnpg-{kind}-webhook-configuration-{namespace}"),
        };
        Self { mutating: named("mutating"), validating: named("validating") }
    }
}

/// Looks after both Secrets, and the trust of the API server.
pub struct Keeper {
    pub client: Client,
    pub namespace: String,
    pub policy: Policy,
    /// `None` leaves the configurations to somebody else.
    pub configurations: Option<Configurations>,
}

/// What a pass ended with.
#[derive(Debug)]
pub struct Outcome {
    pub server: Pair,
    /// When the next pass is due at the latest.
    pub again: Duration,
}

impl std::fmt::Debug for Keeper {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Keeper").field("namespace", &self.namespace).finish_non_exhaustive()
    }
}

/// A Secret with a certificate, as it was read.
struct Stored {
    secret: Secret,
    pair: Pair,
}

impl Keeper {
    fn server_name(&self) -> String {
        format!("{SERVICE}.{}.svc", self.namespace)
    }

    fn secrets(&self) -> Api<Secret> {
        Api::namespaced(self.client.clone(), &self.namespace)
    }

    /// One look at everything, and whatever writes it takes.
    pub async fn pass(&self) -> Result<Outcome, Error> {
        for _ in 0..TRIES {
            match self.attempt(Timestamp::now()).await {
                Err(Error::Write { source, .. }) if source.is_conflict() => {} // another replica won
                outcome => return outcome,
            }
        }
        Err(Error::Contended)
    }

    async fn attempt(&self, now: Timestamp) -> Result<Outcome, Error> {
        let (name, names) = (self.server_name(), [self.server_name()]);
        let ca = self.read(CA_SECRET, "ca").await?;
        let server = self.read(SERVER_SECRET, "tls").await?;
        let pair = |stored: &Option<Stored>| stored.as_ref().map(|stored| stored.pair.clone());
        let (ca_pair, server_pair) = (pair(&ca), pair(&server));
        let seen = Seen::read(ca_pair.as_ref(), server_pair.as_ref(), &name);
        let Plan { ca: ca_step, server: server_step } =
            plan::plan(&seen, &names, self.policy, now)?;

        let request = Request {
            common_name: CA_SECRET,
            unit: Some(&self.namespace),
            role: Role::Ca,
            now,
            duration: self.policy.duration,
        };
        let previous = ca_pair.as_ref().and_then(|pair| facts(&pair.certificate).ok());
        let ca_pair = match (ca_step, ca_pair) {
            (Step::Keep, Some(pair)) => pair,
            (Step::Renew(_), Some(pair)) => {
                certificate::sign_ca(&request, &pair.key, previous.as_ref())?
            }
            (Step::Create(_), _) | (_, None) => {
                certificate::sign_ca(&request, &certificate::new_key()?, None)?
            }
        };
        // The CA first: a server certificate is of no use before others can trust it.
        self.write(CA_SECRET, "ca", ca_step, ca, &ca_pair).await?;

        let request =
            Request { common_name: &name, unit: None, role: Role::Server(&names), ..request };
        let server_pair = match (server_step, server_pair) {
            (Step::Keep, Some(pair)) => pair,
            (Step::Renew(_), Some(pair)) => certificate::sign(&request, &pair.key, &ca_pair)?,
            (Step::Create(_), _) | (_, None) => {
                certificate::sign(&request, &certificate::new_key()?, &ca_pair)?
            }
        };
        self.write(SERVER_SECRET, "tls", server_step, server, &server_pair).await?;
        let trusted = self.inject(&ca_pair.certificate).await;
        let seen = Seen::read(Some(&ca_pair), Some(&server_pair), &name);
        let again = match trusted {
            Trust::Given => plan::again(&seen, self.policy, now, PERIOD),
            Trust::Withheld => Duration::from_secs(5),
        };
        Ok(Outcome { server: server_pair, again })
    }

    async fn read(&self, name: &'static str, keys: &str) -> Result<Option<Stored>, Error> {
        let found = within(LIMIT, self.secrets().get_opt(name)).await;
        let Some(secret) = found.map_err(|source| Error::Read { name, source })? else {
            return Ok(None);
        };
        let text = |kind: &str| {
            let bytes = secret.data.as_ref().and_then(|data| data.get(&format!("{keys}.{kind}")));
            bytes.map(|bytes| String::from_utf8_lossy(&bytes.0).into_owned()).unwrap_or_default()
        };
        let pair = Pair { certificate: text("crt"), key: text("key") };
        Ok(Some(Stored { secret, pair }))
    }

    async fn write(
        &self,
        name: &'static str,
        keys: &str,
        step: Step,
        stored: Option<Stored>,
        pair: &Pair,
    ) -> Result<(), Error> {
        let (Step::Create(reason) | Step::Renew(reason)) = step else { return Ok(()) };
        let data = BTreeMap::from([
            (format!("{keys}.crt"), ByteString(pair.certificate.clone().into())),
            (format!("{keys}.key"), ByteString(pair.key.clone().into())),
        ]);
        let (api, params) = (self.secrets(), PostParams::default());
        let result = match stored {
            None => {
                let secret = Secret {
                    metadata: ObjectMeta {
                        name: Some(name.to_owned()),
                        owner_references: self.owner().await?.map(|owner| vec![owner]),
                        ..ObjectMeta::default()
                    },
                    data: Some(data),
                    type_: (keys == "tls").then(|| "kubernetes.io/tls".to_owned()),
                    ..Secret::default()
                };
                within(LIMIT, api.create(&params, &secret)).await
            }
            Some(Stored { mut secret, .. }) => {
                // Carries the resourceVersion that was read; other keys stay.
                secret.data.get_or_insert_default().extend(data);
                within(LIMIT, api.replace(name, &params, &secret)).await
            }
        };
        result.map_err(|source| Error::Write { name, source })?;
        info!(secret = name, ?reason, "wrote a new certificate");
        Ok(())
    }

    /// The operator's Deployment, so that the Secrets go when it goes; none outside a cluster.
    async fn owner(&self) -> Result<Option<OwnerReference>, Error> {
        let api: Api<Deployment> = Api::namespaced(self.client.clone(), &self.namespace);
        let own = ListParams::default().labels("app.kubernetes.io/name=cloudnative-pg");
        let found = within(LIMIT, api.list(&own)).await.map_err(Error::Owner)?;
        Ok(found.items.first().and_then(|deployment| deployment.owner_ref(&())))
    }

    async fn inject(&self, ca: &str) -> Trust {
        let Some(Configurations { mutating, validating }) = &self.configurations else {
            return Trust::Given;
        };
        let first: Api<MutatingWebhookConfiguration> = Api::all(self.client.clone());
        let second: Api<ValidatingWebhookConfiguration> = Api::all(self.client.clone());
        let results = [inject(&first, mutating, ca).await, inject(&second, validating, ca).await];
        let mut trust = Trust::Given;
        for (name, result) in [mutating, validating].into_iter().zip(results) {
            match result {
                Ok(true) => info!(configuration = name, "the API server was given our CA"),
                Ok(false) => {}
                Err(error) => {
                    warn!(configuration = name, %error, "failed to give our CA to the API server");
                    trust = Trust::Withheld;
                }
            }
        }
        trust
    }
}

/// Whether the API server is known to trust our CA.
enum Trust {
    Given,
    Withheld,
}

/// Whether the configuration had to be changed.
async fn inject<K>(api: &Api<K>, name: &str, ca: &str) -> Result<bool, calls::Error>
where
    K: kube::Resource + Clone + std::fmt::Debug + Serialize + DeserializeOwned,
{
    let found = within(LIMIT, api.get(name)).await?;
    let value = serde_json::to_value(&found).map_err(kube::Error::SerdeError)?;
    let Some(patch) = bundle::patch(&value, ca) else { return Ok(false) };
    let patch = Patch::Json::<()>(patch);
    within(LIMIT, api.patch(name, &PatchParams::default(), &patch)).await?;
    Ok(true)
}
