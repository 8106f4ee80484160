//! `kubectl cnpg destroy CLUSTER INSTANCE`.

use std::process::ExitCode;

use api::{annotations, labels};
use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::core::v1::{PersistentVolumeClaim, Pod};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::OwnerReference;
use kube::ResourceExt as _;
use kube::api::{Api, DeleteParams, ListParams};

use crate::cli::arity::Rest;
use crate::context::Ask;
use crate::instance::instance_name;
use crate::values::Values as _;
use crate::{CommandContext, CommandError};

/// Remove an instance with its volumes
///
/// The operator makes a new instance in its place, unless fewer are wanted by then.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  kubectl cnpg destroy cluster-example 2\n  kubectl cnpg destroy cluster-example 2 --keep-pvc"
)]
pub struct DestroyArgs {
    /// Cluster of the instance
    cluster: String,
    /// Instance, by name or number
    instance: String,
    /// Keep the volumes, detached from the cluster
    #[arg(short, long)]
    keep_pvc: bool,
    /// Do not ask
    #[arg(short, long)]
    yes: bool,
    /// Say what would be removed, and remove nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    rest: Rest,
}

/// What there is of an instance.
#[derive(Debug, Default)]
struct Found {
    claims: Vec<PersistentVolumeClaim>,
    pod: Option<Pod>,
    jobs: Vec<Job>,
}

/// Whether an object belongs to the cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Owner {
    Ours,
    /// Nobody's, and marked as detached from an instance.
    Detached,
    Other,
}

fn owner(cluster: &str, owners: &[OwnerReference], detached: bool) -> Owner {
    let ours = |it: &OwnerReference| {
        it.kind == "Cluster"
            && it.name == cluster
            && it.api_version.starts_with(&format!("{}/", api::GROUP))
    };
    match owners.iter().find(|it| it.controller == Some(true)) {
        Some(controller) if ours(controller) => Owner::Ours,
        None if detached && owners.is_empty() => Owner::Detached,
        _ => Owner::Other,
    }
}

fn claim_owner(cluster: &str, claim: &PersistentVolumeClaim) -> Owner {
    let state = claim.annotations().get(annotations::PVC_STATUS).map(String::as_str);
    owner(cluster, claim.owner_references(), state == Some("detached"))
}

/// Looks first, refuses what is not the cluster's, and only then removes.
pub async fn run(cx: &CommandContext, args: DestroyArgs) -> Result<ExitCode, CommandError> {
    let cluster = args.cluster.as_str();
    let instance = instance_name(cluster, &args.instance);
    let mut found = find(cx, &instance).await?;
    let foreign = found
        .pod
        .as_ref()
        .is_some_and(|pod| owner(cluster, pod.owner_references(), false) != Owner::Ours);
    if foreign {
        return Err(CommandError::refused_with(
            format!("instance {instance} is not owned by cluster {cluster}"),
            format!("`kubectl cnpg status {cluster}` lists its instances"),
        ));
    }
    found.claims.retain(|claim| match claim_owner(cluster, claim) {
        Owner::Ours => true,
        Owner::Detached => !args.keep_pvc,
        Owner::Other => false,
    });
    found.jobs.retain(|job| owner(cluster, job.owner_references(), false) == Owner::Ours);
    if found.pod.is_none() && found.claims.is_empty() && found.jobs.is_empty() {
        return Err(CommandError::refused_with(
            format!("there is nothing of instance {instance} of cluster {cluster}"),
            format!("`kubectl cnpg status {cluster}` lists its instances"),
        ));
    }
    if args.dry_run {
        tell(cx, &found, args.keep_pvc)?;
        return Ok(ExitCode::SUCCESS);
    }
    let question = if args.keep_pvc {
        format!("Instance {instance} will be removed; its volumes stay, detached. Go on?")
    } else {
        format!("Instance {instance} and all its data will be removed for good. Go on?")
    };
    cx.out().confirm(&question, args.yes.into())?;
    remove(cx, cluster, &instance, found, args.keep_pvc).await?;
    if args.keep_pvc {
        cx.out().line(format_args!(
            "Instance {instance} of cluster {cluster} has been destroyed and the PVC was kept"
        ))?;
    } else {
        cx.out().line(format_args!("Instance {instance} of cluster {cluster} is destroyed"))?;
    }
    Ok(ExitCode::SUCCESS)
}

async fn find(cx: &CommandContext, instance: &str) -> Result<Found, CommandError> {
    let claims: Api<PersistentVolumeClaim> = cx.api().await?;
    let selector = [
        format!("{}={instance}", labels::INSTANCE_NAME),
        format!(
            "{} in ({},{},{})",
            labels::PVC_ROLE,
            labels::PVC_ROLE_DATA,
            labels::PVC_ROLE_WAL,
            labels::PVC_ROLE_TABLESPACE
        ),
    ];
    let list = ListParams::default().labels(&selector.join(","));
    let ask = Ask::new("error listing PVCs", "list", "persistentvolumeclaims", "");
    let claims = cx.call(ask, claims.all(&list)).await?;

    let pods: Api<Pod> = cx.api().await?;
    let ask = Ask::new(format!("while getting POD {instance}"), "get", "pods", instance);
    let pod = match cx.call(ask, pods.fetch(instance)).await {
        Err(error) if error.is_missing() => None,
        outcome => Some(outcome?),
    };

    let jobs: Api<Job> = cx.api().await?;
    let list = ListParams::default().labels(&selector[0]);
    let ask = Ask::new("error listing jobs", "list", "jobs.batch", "");
    let jobs = cx.call(ask, jobs.all(&list)).await?;
    Ok(Found { claims, pod, jobs })
}

fn tell(cx: &CommandContext, found: &Found, keep: bool) -> Result<(), CommandError> {
    let verb = if keep { "detached" } else { "deleted" };
    for claim in &found.claims {
        cx.out()
            .line(format_args!("persistentvolumeclaim/{} would be {verb}", claim.name_any()))?;
    }
    if let Some(pod) = &found.pod {
        cx.out().line(format_args!("pod/{} would be deleted", pod.name_any()))?;
    }
    for job in &found.jobs {
        cx.out().line(format_args!("job.batch/{} would be deleted", job.name_any()))?;
    }
    Ok(())
}

/// Claims first, so that the operator does not bring the pod back on them.
async fn remove(
    cx: &CommandContext,
    cluster: &str,
    instance: &str,
    found: Found,
    keep: bool,
) -> Result<(), CommandError> {
    let claims: Api<PersistentVolumeClaim> = cx.api().await?;
    for claim in found.claims {
        let name = claim.name_any();
        if keep {
            let doing = format!("error updating metadata for persistent volume claim {cluster}");
            let ask = Ask::new(doing, "update", "persistentvolumeclaims", &name);
            let claim = detached(claim, cluster, instance);
            cx.call(ask, claims.put(&name, &claim)).await?;
        } else {
            let doing = format!("error deleting pvc {name}");
            let ask = Ask::new(doing, "delete", "persistentvolumeclaims", &name);
            gone(cx.call(ask, claims.remove(&name, &DeleteParams::default())).await)?;
        }
    }
    if let Some(pod) = found.pod {
        let pods: Api<Pod> = cx.api().await?;
        let name = pod.name_any();
        let ask = Ask::new(format!("while deleting POD {name}"), "delete", "pods", &name);
        gone(cx.call(ask, pods.remove(&name, &DeleteParams::default())).await)?;
    }
    let jobs: Api<Job> = cx.api().await?;
    for job in found.jobs {
        let name = job.name_any();
        let ask = Ask::new(format!("deleting job {name}"), "delete", "jobs.batch", &name);
        gone(cx.call(ask, jobs.remove(&name, &DeleteParams::background())).await)?;
    }
    Ok(())
}

/// What somebody else has deleted is deleted.
fn gone<T>(outcome: Result<T, CommandError>) -> Result<(), CommandError> {
    match outcome {
        Err(error) if !error.is_missing() => Err(error),
        _ => Ok(()),
    }
}

fn detached(
    mut claim: PersistentVolumeClaim,
    cluster: &str,
    instance: &str,
) -> PersistentVolumeClaim {
    if let Some(owners) = claim.metadata.owner_references.as_mut() {
        owners.retain(|owner| owner.kind != "Cluster" || owner.name != cluster);
    }
    claim.annotations_mut().insert(annotations::PVC_STATUS.to_owned(), "detached".to_owned());
    claim.labels_mut().insert(labels::INSTANCE_NAME.to_owned(), instance.to_owned());
    claim
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reference(kind: &str, name: &str) -> OwnerReference {
        OwnerReference {
            kind: kind.to_owned(),
            name: name.to_owned(),
            api_version: "postgresql.cnpg.io/v1".to_owned(),
            controller: Some(true),
            ..OwnerReference::default()
        }
    }

    #[test]
    fn only_what_is_the_clusters_is_touched() {
        let foreign = OwnerReference {
            api_version: "example.com/v1".to_owned(),
            ..reference("Cluster", "pg")
        };
        for (name, owners, detached, expected) in [
            ("ours", vec![reference("Cluster", "pg")], false, Owner::Ours),
            ("another cluster's", vec![reference("Cluster", "other")], false, Owner::Other),
            ("another kind's", vec![reference("Pooler", "pg")], false, Owner::Other),
            ("another group's", vec![foreign], false, Owner::Other),
            ("nobody's", vec![], false, Owner::Other),
            ("detached", vec![], true, Owner::Detached),
            ("detached and taken", vec![reference("Cluster", "other")], true, Owner::Other),
        ] {
            assert_eq!(owner("pg", &owners, detached), expected, "{name}");
        }
    }

    #[test]
    fn a_kept_claim_is_nobodys() {
        let mut claim = PersistentVolumeClaim::default();
        claim.metadata.owner_references = Some(vec![reference("Cluster", "pg")]);
        let claim = detached(claim, "pg", "pg-1");
        assert_eq!(claim_owner("pg", &claim), Owner::Detached);
        assert_eq!(claim.labels()[labels::INSTANCE_NAME], "pg-1");
    }
}
