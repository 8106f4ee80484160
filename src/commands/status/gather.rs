//! Reads everything the status consists of: in parallel, each part with a limit, and what fails
//! costs only itself.

use std::time::Duration;

use api::Cluster;
use futures::future::{join_all, join5};
use k8s_openapi::api::core::v1::Pod;
use k8s_openapi::api::policy::v1::PodDisruptionBudget;
use kube::ResourceExt as _;
use kube::api::{Api, GetParams, ListParams, Request};
use serde_json::Value;

use super::reach::{self, Reached};
use crate::context::{Ask, CLUSTERS};
use crate::instance::{belongs, is_ready, role};
use crate::values::typed;
use crate::{CommandContext, CommandError};

/// How long a command may still take in a pod whose manager does not answer.
const MOMENT: Duration = Duration::from_millis(500);

/// Where an instance keeps its data.
const PGDATA: &str = "/var/lib/postgresql/data/pgdata";
/// The plugin whose object stores are understood.
pub const BARMAN: &str = "barman-cloud.cloudnative-pg.io";

/// What is to be read.
#[derive(Debug, Clone)]
pub struct Wanted {
    pub cluster: String,
    /// The limit of each command in a pod.
    pub exec: Duration,
    /// Whether the configuration files are shown.
    pub files: bool,
}

/// What was read.
#[derive(Debug)]
pub struct Gathered {
    pub name: String,
    pub namespace: String,
    pub cluster: Cluster,
    /// The cluster with the fields that our types do not know.
    pub raw: Value,
    /// In the order of the API.
    pub instances: Vec<Instance>,
    pub primary_pod: Value,
    pub budgets: Vec<PodDisruptionBudget>,
    pub raw_budgets: Value,
    /// The size of the primary's data directory.
    pub size: Option<Result<String, String>>,
    pub configuration: Option<Result<String, String>>,
    pub access_rules: Option<Result<String, String>>,
    pub store: Option<Store>,
    pub errors: Vec<String>,
}

/// An instance as it was found.
#[derive(Debug)]
pub struct Instance {
    pub pod: Pod,
    pub raw_pod: Value,
    pub reached: Reached,
}

impl Instance {
    pub fn name(&self) -> String {
        self.pod.name_any()
    }
}

/// The object store of the backup plugin.
#[derive(Debug)]
pub struct Store {
    /// `None` when the plugin's parameters name none.
    pub name: Option<String>,
    pub server: String,
    pub object: Result<Value, String>,
}

/// Reads it all.
///
/// # Errors
/// Only when the cluster itself cannot be read.
pub async fn gather(cx: &CommandContext, wanted: &Wanted) -> Result<Gathered, CommandError> {
    let namespace = cx.namespace().await?.to_owned();
    let name = wanted.cluster.clone();
    let clusters: Api<Cluster> = cx.api().await?;
    let doing = format!("while trying to get cluster {name} in namespace {namespace}");
    let get = Request::new(clusters.resource_url())
        .get(&name, &GetParams::default())
        .expect("a name makes a request");
    let client = cx.client().await?;
    let labelled = ListParams::default().labels(&format!("{}={name}", api::labels::CLUSTER));
    let (raw, pods, budgets) = futures::future::join3(
        cx.call(Ask::new(doing, "get", CLUSTERS, &name), client.request::<Value>(get)),
        list::<Pod>(cx, "pods", &labelled),
        list::<PodDisruptionBudget>(cx, "poddisruptionbudgets.policy", &labelled),
    )
    .await;
    let raw = raw?;
    let cluster: Cluster = typed(&raw).map_err(|cause| {
        CommandError::refused(format!("cluster {name} cannot be understood: {cause}"))
    })?;
    let mut errors = Vec::new();
    let raw_pods = items(pods, &mut errors).0;
    let (raw_budgets, list) = items(budgets, &mut errors);
    let budgets = raw_budgets.iter().filter_map(|it| typed(it).ok()).collect();
    let pods: Vec<(Pod, Value)> = raw_pods
        .into_iter()
        .filter_map(|raw| Some((typed::<Pod>(&raw).ok()?, raw)))
        .filter(|(pod, _)| belongs(pod, &name))
        .collect();
    let primary = pods.iter().find(|(pod, _)| role(pod) == api::labels::ROLE_PRIMARY);
    let primary_name = primary.map(|(pod, _)| pod.name_any());
    let primary_pod = primary.map_or_else(
        || serde_json::json!({ "metadata": {}, "spec": { "containers": null }, "status": {} }),
        |(_, raw)| raw.clone(),
    );
    // A primary that is silent would keep the commands in it waiting for their whole limit.
    let (lost, silent) = tokio::sync::watch::channel(false);
    let ask = async |pod: &Pod| {
        let reached = reach::report(cx, &namespace, pod).await;
        if reached.report.is_err() && primary_name == Some(pod.name_any()) {
            lost.send_replace(true);
        }
        reached
    };
    let run = async |words: &'static [&'static str]| {
        let mut silent = silent.clone();
        let command = run(cx, primary_name.clone(), words, wanted.exec);
        // Whose manager is silent may still run commands: they get a moment to show it.
        let given_up = async {
            let _ = silent.wait_for(|silent| *silent).await;
            tokio::time::sleep(MOMENT).await;
        };
        tokio::select! {
            biased;
            outcome = command => outcome,
            () = given_up => Err("- (the primary does not answer)".to_owned()),
        }
    };
    let file = async |path: &'static [&'static str]| {
        if wanted.files { Some(run(path).await) } else { None }
    };
    let (reached, size, configuration, access_rules, store) = join5(
        join_all(pods.iter().map(|(pod, _)| ask(pod))),
        run(&["du", "-sLh", PGDATA]),
        file(&["cat", "/var/lib/postgresql/data/pgdata/custom.conf"]),
        file(&["cat", "/var/lib/postgresql/data/pgdata/pg_hba.conf"]),
        store(cx, &cluster, &name),
    )
    .await;
    let size = size.map(|text| text.split('\t').next().unwrap_or_default().to_owned());
    let instances: Vec<_> = pods
        .into_iter()
        .zip(reached)
        .map(|((pod, raw_pod), mut reached)| {
            if let Ok(report) = &mut reached.report {
                report.status.node = node(&pod);
                report.status.is_pod_ready = is_ready(&pod);
            }
            Instance { pod, raw_pod, reached }
        })
        .collect();
    for instance in &instances {
        if let Err(unreachable) = &instance.reached.report {
            errors.push(format!("{}: {}", instance.name(), unreachable.text));
        }
    }
    errors.extend(
        [&configuration, &access_rules]
            .into_iter()
            .flatten()
            .filter_map(|it| it.as_ref().err().cloned()),
    );
    Ok(Gathered {
        name,
        namespace,
        cluster,
        raw,
        instances,
        primary_pod,
        budgets,
        raw_budgets: list,
        size: Some(size),
        configuration,
        access_rules,
        store,
        errors,
    })
}

fn node(pod: &Pod) -> String {
    pod.spec.as_ref().and_then(|spec| spec.node_name.clone()).unwrap_or_default()
}

async fn list<K>(
    cx: &CommandContext,
    resource: &'static str,
    list: &ListParams,
) -> Result<Value, CommandError>
where
    K: kube::Resource<Scope = kube::core::NamespaceResourceScope>,
    K::DynamicType: Default,
{
    let api: Api<K> = cx.api().await?;
    let request = Request::new(api.resource_url()).list(list).expect("a selector makes a request");
    let client = cx.client().await?;
    cx.call(Ask::new("", "list", resource, ""), client.request::<Value>(request)).await
}

fn items(list: Result<Value, CommandError>, errors: &mut Vec<String>) -> (Vec<Value>, Value) {
    match list {
        Ok(list) => (list["items"].as_array().cloned().unwrap_or_default(), list),
        Err(error) => {
            let hint = error.hint().map(|hint| format!(" ({hint})")).unwrap_or_default();
            errors.push(format!("{error}{hint}"));
            (Vec::new(), serde_json::json!({ "metadata": {}, "items": null }))
        }
    }
}

/// Runs a command in the primary's container.
async fn run(
    cx: &CommandContext,
    pod: Option<String>,
    words: &[&str],
    limit: Duration,
) -> Result<String, String> {
    let Some(pod) = pod else { return Err("container not found".to_owned()) };
    let Ok(pods) = cx.api::<Pod>().await else { return Err("no client".to_owned()) };
    let outcome = kubekit::exec::capture(&pods, &pod, "postgres", words, limit).await;
    outcome.map_err(|error| {
        let hint = if error.status() == Some(403) {
            "; the verbs `get` and `create` on `pods/exec` are missing"
        } else {
            ""
        };
        format!("cmd: [{}] error: {}{hint}", words.join(" "), crate::error::chain(&error))
    })
}

async fn store(cx: &CommandContext, cluster: &Cluster, name: &str) -> Option<Store> {
    let plugin = cluster
        .spec
        .plugins
        .iter()
        .find(|plugin| plugin.name == BARMAN && plugin.enabled != Some(false))?;
    let server = plugin.parameters.get("serverName").cloned().unwrap_or_else(|| name.to_owned());
    let Some(store) = plugin.parameters.get("barmanObjectName").cloned() else {
        return Some(Store { name: None, server, object: Err(String::new()) });
    };
    let object = async {
        let namespace = cx.namespace().await?;
        let path =
            format!("/apis/barmancloud.cnpg.io/v1/namespaces/{namespace}/objectstores/{store}");
        let request = http::Request::get(path).body(Vec::new()).expect("a path makes a request");
        let client = cx.client().await?;
        let ask = Ask::new("", "get", "objectstores.barmancloud.cnpg.io", &store);
        cx.call(ask, client.request::<Value>(request)).await
    };
    let object = object.await.map_err(|error: CommandError| error.to_string());
    Some(Store { name: Some(store), server, object })
}
