//! How an instance hears that it is to take a backup: a command in its container.

use std::time::Duration;

use api::Cluster;
use api::backup::Backup;
use http::Method;
use k8s_openapi::api::core::v1::Pod;
use kube::Api;
use kubekit::exec;
use protocol::status::PostgresqlStatus;
use tracing::debug;

use crate::cluster::ask::{self, DEADLINE};
use crate::cluster::context::Context;
use crate::cluster::observe;

/// How long the command may take, which only starts the backup.
const COMMAND: Duration = Duration::from_secs(30);
/// How often it is tried while the way to the container is broken.
const ATTEMPTS: usize = 3;
const CONTAINER: &str = "postgres";
const MANAGER: &str = "/controller/manager";

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("{message}")]
    Refused { message: String, stderr: String },
    #[error("failed to run the command in the container")]
    Exec(#[source] exec::Error),
}

/// Has the manager in a pod take the backup; twice is the same as once.
pub async fn tell(cx: &Context, backup: &Backup, pod: &str) -> Result<(), Error> {
    let namespace = backup.metadata.namespace.as_deref().unwrap_or_default();
    let pods: Api<Pod> = Api::namespaced(cx.client.clone(), namespace);
    let name = backup.metadata.name.as_deref().unwrap_or_default();
    let words = [MANAGER, "backup", name];
    let mut attempt = 1;
    loop {
        match exec::capture(&pods, pod, CONTAINER, &words, COMMAND).await {
            Ok(_) => return Ok(()),
            Err(exec::Error::Failed { message, stderr, .. }) => {
                return Err(Error::Refused { message, stderr });
            }
            Err(error) if attempt < ATTEMPTS => {
                debug!(pod, %error, "the command is tried again");
                attempt += 1;
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
            Err(error) => return Err(Error::Exec(error)),
        }
    }
}

/// The life of the manager in a pod; none when it does not answer.
pub async fn session(cx: &Context, cluster: &Cluster, pods: &[Pod], pod: &str) -> Option<String> {
    let pod = pods.iter().find(|one| one.metadata.name.as_deref() == Some(pod))?;
    let instance = observe::instance(pod)?;
    let key = observe::key(cluster);
    let status = cluster.status.as_ref()?;
    let secret = status.certificates.as_ref()?.server_ca_secret.as_deref()?;
    let secret = cx.secrets.read(&key.namespace, secret).await.ok()??;
    let ca = String::from_utf8(secret.data.as_ref()?.get("ca.crt")?.0.clone()).ok()?;
    let client = cx.asker.client(&key.namespace, &key.name, &ca).ok()?;
    let answer = client.send(&instance, Method::GET, "/pg/status", ask::nothing(), DEADLINE).await;
    let answer = answer.inspect_err(|error| debug!(pod = instance.name, %error, "no status"));
    let status: PostgresqlStatus = serde_json::from_slice(&answer.ok()?).ok()?;
    (!status.session_id.is_empty()).then_some(status.session_id)
}
