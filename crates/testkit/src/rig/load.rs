//! Bringing an image onto the nodes of a rig that runs.

use std::convert::Infallible;
use std::fs;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use anyhow::{Context as _, Result};
use futures::TryStreamExt as _;
use futures::future::try_join_all;
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::Pod;
use kube::api::{ListParams, Patch, PatchParams};
use kube::runtime::{WatchStreamExt as _, watcher};
use kube::{Api, ResourceExt as _};
use serde_json::json;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use super::images::{self, manager, store};
use super::progress::Progress;
use super::{Rig, slot};

/// How the operator's Deployment is found, wherever it is.
const OPERATOR: &str = "app.kubernetes.io/name=cloudnative-pg";

/// Changes with the program, so that the Deployment replaces its pods exactly when it has to.
const LOADED: &str = "rig.local/loaded";

/// How long the operator may take to be replaced.
const PATIENCE: Duration = Duration::from_secs(120);

/// What can be loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ware {
    /// Our manager, as the checkout has it now.
    Manager,
    /// The image of a recipe, by its name.
    Recipe(String),
    /// An archive somebody made.
    Archive(PathBuf),
}

impl FromStr for Ware {
    type Err = Infallible;

    /// Reads `manager`, the name of a recipe, or a path to a `.tar`.
    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(match text {
            "manager" => Self::Manager,
            path if Path::new(path).extension().is_some_and(|end| end == "tar") => {
                Self::Archive(path.into())
            }
            recipe => Self::Recipe(recipe.to_owned()),
        })
    }
}

/// Loads it on every node; with another manager, the operator's pods are replaced by new ones.
///
/// # Errors
/// If it cannot be built or a node refuses it, or if the new operator does not become ready.
pub async fn load(rig: &Rig, ware: &Ware, progress: Progress) -> Result<()> {
    match ware {
        Ware::Manager => load_manager(rig, progress).await,
        Ware::Recipe(name) => {
            let (cache, name) = (rig.layout().cache().clone(), name.clone());
            let image = spawn_blocking(move || images::postgresql(&cache, &name)).await??;
            import(rig, &image.archive).await?;
            progress.step(format_args!("loaded {}", image.names.join(", ")));
            Ok(())
        }
        Ware::Archive(path) => {
            import(rig, path).await?;
            progress.step(format_args!("loaded {}", path.display()));
            Ok(())
        }
    }
}

/// Loads this program as the manager, without building anything.
///
/// # Errors
/// As [`load`] does.
pub async fn load_manager_program(rig: &Rig, program: &Path, progress: Progress) -> Result<()> {
    let operators = operators(rig).await?;
    let mut names = vec![manager::MANAGER.to_owned()];
    names.extend(operators.iter().flat_map(images_of));
    names.sort_unstable();
    names.dedup();

    let folder = rig.layout().state().join("load");
    let packing = (program.to_owned(), folder.clone());
    let packed = spawn_blocking(move || manager::pack(&packing.0, &packing.1, &names)).await??;
    progress.step(format_args!("image packed, {} MB", packed.archive.metadata()?.len() >> 20));
    import(rig, &packed.archive).await?;
    fs::remove_dir_all(folder)?;
    progress.step("image on all nodes");
    for operator in &operators {
        if !runs_only(rig, operator, &packed.id).await? {
            replace(rig, operator, &packed.id).await?;
            progress.step("operator replaced");
        }
    }
    Ok(())
}

async fn load_manager(rig: &Rig, progress: Progress) -> Result<()> {
    let workspace = slot::checkout()?;
    let program = spawn_blocking(move || manager::build(&workspace)).await??;
    progress.step("manager built");
    load_manager_program(rig, &program, progress).await
}

/// Imports an archive on all nodes at once.
async fn import(rig: &Rig, archive: &Path) -> Result<()> {
    let imports = rig.nodes().map(|node| {
        let (socket, archive) = (rig.layout().containerd_socket(node), archive.to_owned());
        async move {
            let done = spawn_blocking(move || store::import(&socket, &archive)).await?;
            done.with_context(|| format!("load on {node}"))
        }
    });
    try_join_all(imports).await.map(drop)
}

/// Gives an image on all nodes another name: to whoever goes by names it is another image.
///
/// # Errors
/// If a node does not have it.
pub async fn alias(rig: &Rig, image: &str, name: &str) -> Result<()> {
    for node in rig.nodes() {
        let socket = rig.layout().containerd_socket(node);
        let (image, name) = (image.to_owned(), name.to_owned());
        spawn_blocking(move || store::alias(&socket, &image, &name)).await??;
    }
    Ok(())
}

async fn operators(rig: &Rig) -> Result<Vec<Deployment>> {
    let api: Api<Deployment> = Api::all(rig.client());
    Ok(api.list(&ListParams::default().labels(OPERATOR)).await?.items)
}

/// The images a Deployment runs, by the names containerd has for them.
fn images_of(deployment: &Deployment) -> Vec<String> {
    let pod = deployment.spec.template.spec.as_ref();
    let containers = pod.map(|spec| spec.containers.as_slice()).unwrap_or_default();
    containers.iter().filter_map(|container| container.image.as_deref()).map(full_name).collect()
}

/// The name of an image with all that may be left out: registry, folder and tag.
fn full_name(image: &str) -> String {
    let tagged = if image.rsplit('/').next().is_some_and(|last| last.contains(':')) {
        image.to_owned()
    } else {
        format!("{image}:latest")
    };
    match tagged.split_once('/') {
        None => format!("docker.io/library/{tagged}"),
        Some((first, _)) if first.contains(['.', ':']) || first == "localhost" => tagged,
        Some(_) => format!("docker.io/{tagged}"),
    }
}

/// Whether all pods of the Deployment run the image with this id already.
async fn runs_only(rig: &Rig, operator: &Deployment, id: &str) -> Result<bool> {
    let namespace = operator.namespace().context("a Deployment has a namespace")?;
    let api: Api<Pod> = Api::namespaced(rig.client(), &namespace);
    let pods = api.list(&ListParams::default().labels(OPERATOR)).await?;
    let images = pods.iter().filter_map(|pod| pod.status.as_ref()).flat_map(|status| {
        status.container_statuses.iter().flatten().map(|container| container.image_id.as_str())
    });
    let images: Vec<&str> = images.collect();
    Ok(!images.is_empty() && images.iter().all(|image| image.ends_with(id)))
}

/// Makes the Deployment run this program, and waits until nothing else runs.
async fn replace(rig: &Rig, operator: &Deployment, id: &str) -> Result<()> {
    let namespace = operator.namespace().context("a Deployment has a namespace")?;
    let name = operator.name_any();
    let api: Api<Deployment> = Api::namespaced(rig.client(), &namespace);
    let template = json!({ "metadata": { "annotations": { LOADED: id } } });
    let patch = Patch::Merge(json!({ "spec": { "template": template } }));
    let wanted = api.patch(&name, &PatchParams::default(), &patch).await?.metadata.generation;

    let config = watcher::Config::default().fields(&format!("metadata.name={name}"));
    let changes = watcher(api, config).default_backoff().applied_objects();
    let rolled_out = changes.try_filter(|now| std::future::ready(is_rolled_out(now, wanted)));
    let mut rolled_out = std::pin::pin!(rolled_out);
    let wait = timeout(PATIENCE, rolled_out.try_next());
    let found = wait.await.with_context(|| format!("{namespace}/{name} is not ready in time"))?;
    found?.context("the watch ended").map(drop)
}

/// Whether the Deployment has reached this generation, with no pod of an earlier one left.
fn is_rolled_out(deployment: &Deployment, generation: Option<i64>) -> bool {
    let wanted = deployment.spec.replicas.unwrap_or(1);
    deployment.status.as_ref().is_some_and(|status| {
        status.observed_generation >= generation
            && status.updated_replicas.unwrap_or(0) == wanted
            && status.replicas.unwrap_or(0) == wanted
            && status.available_replicas.unwrap_or(0) == wanted
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ware_is_known_by_its_look() {
        for (text, ware) in [
            ("manager", Ware::Manager),
            ("postgresql-17-barman", Ware::Recipe("postgresql-17-barman".into())),
            ("images/mine.tar", Ware::Archive("images/mine.tar".into())),
        ] {
            assert_eq!(text.parse(), Ok(ware), "{text}");
        }
    }

    #[test]
    fn an_image_gets_the_name_containerd_looks_for() {
        for (written, full) in [
            ("manager", "docker.io/library/manager:latest"),
            ("rig/manager:dev", "docker.io/rig/manager:dev"),
            ("docker.io/rig/manager:dev", "docker.io/rig/manager:dev"),
            ("localhost/manager:1", "localhost/manager:1"),
            ("registry:5000/manager", "registry:5000/manager:latest"),
        ] {
            assert_eq!(full_name(written), full, "{written}");
        }
    }

    #[test]
    fn a_rollout_is_over_when_only_new_pods_are_left() {
        let with = |status: serde_json::Value| -> Deployment {
            let spec = json!({ "replicas": 1, "selector": {}, "template": {} });
            serde_json::from_value(json!({ "metadata": {}, "spec": spec, "status": status }))
                .unwrap()
        };
        let done = json!({
            "observedGeneration": 2, "replicas": 1, "updatedReplicas": 1, "availableReplicas": 1,
        });
        assert!(is_rolled_out(&with(done.clone()), Some(2)));
        for (what, field, value) in [
            ("not seen yet", "observedGeneration", 1),
            ("an old pod left", "replicas", 2),
            ("no new pod", "updatedReplicas", 0),
            ("not ready", "availableReplicas", 0),
        ] {
            let mut status = done.clone();
            status[field] = value.into();
            assert!(!is_rolled_out(&with(status), Some(2)), "{what}");
        }
    }
}
