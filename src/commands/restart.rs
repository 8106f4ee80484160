//! `kubectl cnpg restart CLUSTER [INSTANCE]`.

use std::process::ExitCode;

use api::{Cluster, annotations, phases};
use jiff::Timestamp;
use k8s_openapi::api::core::v1::Pod;
use kube::api::{Api, DeleteParams};

use crate::context::{Ask, second_now};
use crate::instance::{belongs, instance_name, set_phase, status};
use crate::values::Values as _;
use crate::{CommandContext, CommandError};

/// Restart a cluster, or one of its instances
///
/// Without an instance, all pods are replaced one after the other, the primary last. The primary
/// alone is restarted in its place; any other instance gets a new pod.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  kubectl cnpg restart cluster-example\n  kubectl cnpg restart cluster-example 2"
)]
pub struct RestartArgs {
    /// Cluster to restart
    cluster: String,
    /// Instance to restart, by name or number
    instance: Option<String>,
    /// Do not ask
    #[arg(short, long)]
    yes: bool,
    /// Say what would be done, and do nothing
    #[arg(long)]
    dry_run: bool,
    #[arg(hide = true)]
    excess: Vec<String>,
}

/// What is restarted, and how.
#[derive(Debug, PartialEq, Eq)]
enum Request {
    All,
    InPlace(String),
    NewPod(String),
}

fn request(cluster: &Cluster, name: &str, instance: Option<&str>) -> Request {
    let Some(instance) = instance else { return Request::All };
    let instance = instance_name(name, instance);
    if status(cluster).current_primary.as_deref() == Some(instance.as_str()) {
        Request::InPlace(instance)
    } else {
        Request::NewPod(instance)
    }
}

/// Restarts, by way of the operator, the instance manager or the pod.
pub async fn run(cx: &CommandContext, args: RestartArgs) -> Result<ExitCode, CommandError> {
    let name = args.cluster.as_str();
    let doing = match args.instance {
        None => format!("while trying to get cluster {name}"),
        Some(_) => String::new(),
    };
    let cluster = cx.cluster(name, &doing).await?;
    let request = request(&cluster, name, args.instance.as_deref());
    let (question, done) = match &request {
        Request::All => (
            format!(
                "All instances of {name} will be restarted one by one, the primary too. Go on?"
            ),
            format!("{name} restarted"),
        ),
        Request::InPlace(instance) => (
            format!("{instance} is the primary: its connections will be closed. Restart it?"),
            format!("instance {instance} restarted"),
        ),
        Request::NewPod(instance) => {
            check(cx, name, instance).await?;
            (
                format!("The pod {instance} will be replaced. Go on?"),
                format!("instance {instance} restarted"),
            )
        }
    };
    if args.dry_run {
        cx.out().line(format_args!("{done} (dry run)"))?;
        return Ok(ExitCode::SUCCESS);
    }
    cx.out().confirm(&question, args.yes.into())?;
    match &request {
        Request::All => {
            let now = second_now();
            cx.annotate(&cluster, annotations::RESTARTED_AT, Some(&now), "").await?;
        }
        Request::InPlace(_) => {
            cx.change_status(name, |status| {
                let phase = phases::cluster::RESTARTING_IN_PLACE;
                set_phase(status, phase, "Requested by the user", Timestamp::now());
            })
            .await?;
        }
        Request::NewPod(instance) => {
            let pods: Api<Pod> = cx.api().await?;
            let ask =
                Ask::new(format!("while deleting POD {instance}"), "delete", "pods", instance);
            cx.call(ask, pods.remove(instance, &DeleteParams::default())).await?;
        }
    }
    cx.out().line(format_args!("{done}"))?;
    Ok(ExitCode::SUCCESS)
}

/// Refuses a pod that is no instance of the cluster.
async fn check(cx: &CommandContext, cluster: &str, instance: &str) -> Result<(), CommandError> {
    let pods: Api<Pod> = cx.api().await?;
    let ask = Ask::new(format!("while getting POD {instance}"), "get", "pods", instance);
    let pod = cx.call(ask, pods.fetch(instance)).await?;
    if belongs(&pod, cluster) {
        return Ok(());
    }
    Err(CommandError::refused_with(
        format!("the pod {instance} is no instance of cluster {cluster}"),
        format!("`kubectl cnpg status {cluster}` lists the instances"),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_primary_is_restarted_in_its_place() {
        let mut cluster = Cluster::default();
        let mut status = status(&cluster);
        status.current_primary = Some("pg-2".to_owned());
        cluster.status = Some(status);
        for (instance, expected) in [
            (None, Request::All),
            (Some("2"), Request::InPlace("pg-2".to_owned())),
            (Some("pg-2"), Request::InPlace("pg-2".to_owned())),
            (Some("1"), Request::NewPod("pg-1".to_owned())),
        ] {
            assert_eq!(request(&cluster, "pg", instance), expected, "{instance:?}");
        }
    }
}
