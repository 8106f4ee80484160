//! What every command that talks to Kubernetes shares: the streams, the namespace, the client.

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use api::Cluster;
use api::cluster::status::ClusterStatus;
use jiff::Timestamp;
use kube::api::Api;
use kube::core::NamespaceResourceScope;
use kube::{Client, Config, Resource};
use kubekit::calls::{self, within};
use serde_json::{Value, json};
use tokio::sync::OnceCell;

use crate::connection::Connection;
use crate::error::{ApiError, Need};
use crate::values::Values as _;
use crate::{CommandError, Output};

/// How long a request may take where the person gave no limit.
const LIMIT: Duration = Duration::from_secs(30);
/// What stands for no limit.
const FOR_EVER: Duration = Duration::from_secs(365 * 24 * 3600);
/// How often a status is written again after somebody else was quicker.
const ATTEMPTS: usize = 4;

/// The resource of clusters, as `kubectl auth can-i` takes it.
pub const CLUSTERS: &str = "clusters.postgresql.cnpg.io";

/// What a command is given besides its own words.
#[derive(Debug)]
pub struct CommandContext {
    out: Output,
    connection: Connection,
    config: OnceCell<Config>,
    client: OnceCell<Connected>,
}

/// A client; only so that the context can be shown.
struct Connected(Client);

impl std::fmt::Debug for Connected {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Client")
    }
}

/// What a request is for, and the right it needs.
#[derive(Debug, Clone)]
pub struct Ask {
    /// What stands before the cause when it fails; may be empty.
    pub doing: String,
    pub verb: &'static str,
    pub resource: &'static str,
    pub name: Option<String>,
}

impl Ask {
    /// A request about one object, or about all of them when the name is empty.
    pub fn new(
        doing: impl Into<String>,
        verb: &'static str,
        resource: &'static str,
        name: &str,
    ) -> Self {
        let name = (!name.is_empty()).then(|| name.to_owned());
        Self { doing: doing.into(), verb, resource, name }
    }
}

impl CommandContext {
    pub fn new(out: Output, connection: Connection) -> Self {
        Self { out, connection, config: OnceCell::new(), client: OnceCell::new() }
    }

    pub fn out(&self) -> &Output {
        &self.out
    }

    pub fn connection(&self) -> &Connection {
        &self.connection
    }

    /// The namespace of the request: the flag's, else the kubeconfig's.
    pub async fn namespace(&self) -> Result<&str, CommandError> {
        match &self.connection.namespace {
            Some(namespace) => Ok(namespace),
            None => Ok(&self.config().await?.default_namespace),
        }
    }

    async fn config(&self) -> Result<&Config, CommandError> {
        self.config.get_or_try_init(|| self.connection.config()).await
    }

    /// The client, made when it is first needed.
    pub async fn client(&self) -> Result<Client, CommandError> {
        let client = self.client.get_or_try_init(|| async {
            let config = self.config().await?.clone();
            let warn = Arc::new(|text: &str| crate::output::warning(text));
            let client = kubekit::client::person::connect(config, warn);
            client.map(Connected).map_err(CommandError::Client)
        });
        Ok(client.await?.0.clone())
    }

    /// The objects of a kind in the namespace of the request.
    pub async fn api<K>(&self) -> Result<Api<K>, CommandError>
    where
        K: Resource<Scope = NamespaceResourceScope>,
        K::DynamicType: Default,
    {
        let namespace = self.namespace().await?.to_owned();
        Ok(Api::namespaced(self.client().await?, &namespace))
    }

    /// The limit of one request.
    pub fn limit(&self) -> Duration {
        match self.connection.request_timeout {
            None => LIMIT,
            Some(Duration::ZERO) => FOR_EVER,
            Some(limit) => limit,
        }
    }

    /// Waits for a request, no longer than its limit, and says what it was for when it fails.
    pub async fn call<T>(
        &self,
        ask: Ask,
        request: impl Future<Output = Result<T, kube::Error>>,
    ) -> Result<T, CommandError> {
        match within(self.limit(), request).await {
            Ok(answer) => Ok(answer),
            Err(cause) => Err(self.failed(ask, cause)),
        }
    }

    /// The error of a request that failed.
    pub fn failed(&self, ask: Ask, cause: calls::Error) -> CommandError {
        let namespace = match &self.connection.namespace {
            Some(namespace) => Some(namespace.clone()),
            None => self.config.get().map(|config| config.default_namespace.clone()),
        };
        let need = Need { verb: ask.verb, resource: ask.resource, namespace, name: ask.name };
        CommandError::Api(Box::new(ApiError { doing: ask.doing, need, cause }))
    }

    /// The cluster of this name; `doing` stands before the cause of a failure.
    pub async fn cluster(&self, name: &str, doing: &str) -> Result<Cluster, CommandError> {
        let clusters: Api<Cluster> = self.api().await?;
        self.call(Ask::new(doing, "get", CLUSTERS, name), clusters.fetch(name)).await
    }

    /// Changes a cluster by a merge patch, only if it is still as it was read.
    pub async fn patch_cluster(
        &self,
        cluster: &Cluster,
        mut patch: Value,
        doing: &str,
    ) -> Result<Cluster, CommandError> {
        let name = cluster.metadata.name.clone().unwrap_or_default();
        if let Some(version) = &cluster.metadata.resource_version {
            patch["metadata"]["resourceVersion"] = json!(version);
        }
        let clusters: Api<Cluster> = match &cluster.metadata.namespace {
            Some(namespace) => Api::namespaced(self.client().await?, namespace),
            None => self.api().await?,
        };
        let request = clusters.merge(&name, None, &patch);
        self.call(Ask::new(doing, "patch", CLUSTERS, &name), request).await
    }

    /// Reads a cluster and sets one annotation on it.
    pub async fn annotate(
        &self,
        cluster: &Cluster,
        key: &str,
        value: Option<&str>,
        doing: &str,
    ) -> Result<(), CommandError> {
        let patch = json!({ "metadata": { "annotations": { key: value } } });
        // The operator writes the status all the time: only a change of the annotation itself is a
        // conflict, and a later request for the same thing means the same.
        let unlocked = Cluster {
            metadata: kube::api::ObjectMeta { resource_version: None, ..cluster.metadata.clone() },
            ..cluster.clone()
        };
        self.patch_cluster(&unlocked, patch, doing).await.map(drop)
    }

    /// Changes the status of a cluster, reading it again when somebody else was quicker.
    ///
    /// # Errors
    /// A failed request, or a status that changed with every attempt.
    pub async fn change_status(
        &self,
        name: &str,
        change: impl Fn(&mut ClusterStatus),
    ) -> Result<(), CommandError> {
        const DOING: &str = "while patching status";
        let clusters: Api<Cluster> = self.api().await?;
        let mut pause = Duration::from_millis(10);
        for _ in 0..ATTEMPTS {
            let cluster = self.cluster(name, DOING).await?;
            let before = cluster.status.clone().unwrap_or_default();
            let mut after = before.clone();
            change(&mut after);
            let status = difference(&before, &after);
            if status.as_object().is_none_or(serde_json::Map::is_empty) {
                return Ok(());
            }
            let patch = json!({
                "metadata": { "resourceVersion": cluster.metadata.resource_version },
                "status": status,
            });
            let ask = Ask::new(DOING, "patch", "clusters.postgresql.cnpg.io/status", name);
            let request = clusters.merge(name, Some("status"), &patch);
            match within(self.limit(), request).await {
                Ok(_) => return Ok(()),
                Err(cause) if cause.is_conflict() => tokio::time::sleep(pause).await,
                Err(cause) => return Err(self.failed(ask, cause)),
            }
            pause *= 5;
        }
        Err(CommandError::Contended(name.to_owned()))
    }

    /// Looks again and again until `look` has an answer, or the time is over.
    pub async fn wait_for<T>(
        &self,
        limit: Duration,
        mut look: impl AsyncFnMut() -> Result<Option<T>, CommandError>,
    ) -> Result<Option<T>, CommandError> {
        let end = Instant::now() + limit;
        loop {
            if let Some(answer) = look().await? {
                return Ok(Some(answer));
            }
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(None);
            }
            tokio::time::sleep(left.min(Duration::from_millis(250))).await;
        }
    }
}

/// The fields of a status that changed; what vanished is null.
fn difference(before: &ClusterStatus, after: &ClusterStatus) -> Value {
    let value = |status| serde_json::to_value(status).expect("a status has text keys");
    let (before, after): (Value, Value) = (value(before), value(after));
    let mut changed = serde_json::Map::new();
    for (key, new) in after.as_object().into_iter().flatten() {
        if before.get(key) != Some(new) {
            changed.insert(key.clone(), new.clone());
        }
    }
    for key in before.as_object().into_iter().flatten().map(|(key, _)| key) {
        if after.get(key).is_none() {
            changed.insert(key.clone(), Value::Null);
        }
    }
    Value::Object(changed)
}

/// Now, as the status keeps moments: six digits after the second.
pub fn micro_now() -> String {
    format!("{:.6}", Timestamp::now())
}

/// Now, to the second.
pub fn second_now() -> String {
    format!("{:.0}", Timestamp::now())
}
