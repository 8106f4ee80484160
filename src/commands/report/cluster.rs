//! `kubectl cnpg report cluster CLUSTER`: any object that cannot be read ends it.

use api::Cluster;
use api::labels::CLUSTER;
use jiff::Timestamp;
use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::core::v1::{Event, PersistentVolumeClaim, Pod};
use kube::Resource;
use kube::api::ListParams;
use serde_json::Value;

use super::Options;
use super::bundle::Bundle;
use super::container_logs::{self, Previous};
use crate::context::{Ask, CLUSTERS};
use crate::{CommandContext, CommandError};

/// The pods of a job.
const JOB: &str = "job-name";

/// Collects the report and writes it.
pub async fn run(cx: &CommandContext, name: &str, options: &Options) -> Result<(), CommandError> {
    let mut bundle = Bundle::new(&format!("cluster_{name}"), options, Timestamp::now())?;
    let bar = cx.out().progress(format!("collecting the objects of {name}"));
    let namespace = cx.namespace().await?.to_owned();
    let client = cx.client().await?;
    let of_cluster = ListParams::default().labels(&format!("{CLUSTER}={name}"));
    let get = async |what: &str, resource, path: &str, params: &ListParams| {
        let ask = Ask::new(format!("could not get {what}"), "list", resource, "");
        list(cx, ask, path, params).await
    };

    let events = Event::url_path(&(), Some(&namespace));
    let events = get("events", "events", &events, &ListParams::default()).await?;
    let object = kube::core::Request::new(Cluster::url_path(&(), Some(&namespace)))
        .get(name, &kube::api::GetParams::default())
        .map_err(kube::Error::BuildRequest);
    let ask = Ask::new("could not get cluster", "get", CLUSTERS, name);
    let cluster: Value = cx.call(ask, async { client.request(object?).await }).await?;
    let pods = Pod::url_path(&(), Some(&namespace));
    let pods = get("cluster pods", "pods", &pods, &of_cluster).await?;
    let jobs = Job::url_path(&(), Some(&namespace));
    let jobs = get("cluster jobs", "jobs.batch", &jobs, &of_cluster).await?;
    let claims = PersistentVolumeClaim::url_path(&(), Some(&namespace));
    let claims = get("cluster pvcs", "persistentvolumeclaims", &claims, &of_cluster).await?;
    for (file, object) in [
        ("cluster", &cluster),
        ("cluster-pods", &pods),
        ("cluster-jobs", &jobs),
        ("events", &events),
        ("cluster-pvcs", &claims),
    ] {
        bundle.object("manifests", file, object);
    }
    if options.logs {
        bundle.folder("logs");
        for pod in items::<Pod>(&pods) {
            bar.set_message(format!("reading the logs of {}", name_of(&pod)));
            logs(cx, &mut bundle, "logs", &pod, Previous::Wanted, options).await?;
        }
        bundle.folder("job-logs");
        for job in items::<Job>(&jobs) {
            let selector = ListParams::default().labels(&format!("{JOB}={}", name_of(&job)));
            let path = Pod::url_path(&(), Some(&namespace));
            let pods = get("job pods", "pods", &path, &selector).await?;
            for pod in items::<Pod>(&pods) {
                logs(cx, &mut bundle, "job-logs", &pod, Previous::Not, options).await?;
            }
        }
    }
    bar.finish_and_clear();
    bundle.write(cx)
}

/// A list as the API server gives it, with fields that this program knows nothing of.
pub(super) async fn list(
    cx: &CommandContext,
    ask: Ask,
    path: &str,
    params: &ListParams,
) -> Result<Value, CommandError> {
    let client = cx.client().await?;
    let request = kube::core::Request::new(path).list(params).map_err(kube::Error::BuildRequest);
    cx.call(ask, async { client.request(request?).await }).await
}

/// The items of a list that can be read as what they should be.
pub(super) fn items<K: serde::de::DeserializeOwned>(list: &Value) -> Vec<K> {
    let items = list["items"].as_array().into_iter().flatten();
    // By way of text, as answers of the API server are read: a second way to read a Pod is large.
    items.filter_map(|item| serde_json::from_str(&item.to_string()).ok()).collect()
}

fn name_of(object: &impl Resource) -> String {
    object.meta().name.clone().unwrap_or_default()
}

async fn logs(
    cx: &CommandContext,
    bundle: &mut Bundle,
    folder: &str,
    pod: &Pod,
    previous: Previous,
    options: &Options,
) -> Result<(), CommandError> {
    for container in container_logs::containers(pod) {
        let log = container_logs::read(cx, pod, &container, previous, options).await?;
        bundle.add(folder, format!("{}-{container}.jsonl", name_of(pod)), log);
    }
    Ok(())
}
