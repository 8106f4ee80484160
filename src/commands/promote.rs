//! `kubectl cnpg promote CLUSTER [INSTANCE]`.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use api::{Cluster, phases};
use jiff::Timestamp;
use k8s_openapi::api::core::v1::Pod;
use kube::api::Api;
use serde_json::json;

use crate::cli::arity::Rest;
use crate::cli::values;
use crate::context::{Ask, micro_now};
use crate::instance::{belongs, instance_name, is_ready, is_replica_cluster, set_phase, status};
use crate::values::Values as _;
use crate::{CommandContext, CommandError};

/// Promote an instance to primary, or a replica cluster to primary cluster
///
/// With an instance, the operator hands the role of the primary over to it: writes stop for a
/// moment, and no committed data is lost. Without one, the cluster has to be a replica cluster,
/// which stops following its source.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  kubectl cnpg promote cluster-example 2\n  kubectl cnpg promote cluster-example cluster-example-2 --wait\n  kubectl cnpg promote cluster-dr --promotion-token \"$TOKEN\""
)]
pub struct PromoteArgs {
    /// Cluster to act on
    cluster: String,
    /// Instance, by name or number; left out for a replica cluster
    instance: Option<String>,
    /// Wait until the new primary has taken over
    #[arg(long)]
    wait: bool,
    /// How long to wait
    #[arg(long, value_name = "TIME", default_value = "5m", value_parser = values::duration)]
    timeout: Duration,
    /// Token of the demoted cluster, so that the promotion loses nothing
    #[arg(long, value_name = "TOKEN")]
    promotion_token: Option<String>,
    /// Do not ask
    #[arg(short, long)]
    yes: bool,
    /// Say what would be written, and write nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    rest: Rest,
}

/// What is promoted.
#[derive(Debug, PartialEq, Eq)]
enum Request {
    Already(String),
    Instance(String),
}

fn request(cluster: &Cluster, name: &str, instance: &str) -> Request {
    let instance = instance_name(name, instance);
    if status(cluster).target_primary.as_deref() == Some(instance.as_str()) {
        Request::Already(instance)
    } else {
        Request::Instance(instance)
    }
}

/// Writes down who shall be the primary; the operator and the instances do it.
pub async fn run(cx: &CommandContext, args: PromoteArgs) -> Result<ExitCode, CommandError> {
    let name = args.cluster.as_str();
    let doing = format!("cluster {name} not found in namespace {}", cx.namespace().await?);
    let cluster = cx.cluster(name, &doing).await?;
    let Some(instance) = &args.instance else {
        return promote_cluster(cx, &args, &cluster).await;
    };
    let instance = match request(&cluster, name, instance) {
        Request::Already(instance) => {
            cx.out().line(format_args!("{instance} is already the primary node in the cluster"))?;
            return Ok(ExitCode::SUCCESS);
        }
        Request::Instance(instance) => instance,
    };
    check(cx, name, &instance).await?;
    if args.dry_run {
        cx.out().line(format_args!("Node {instance} in cluster {name} would be promoted"))?;
        return Ok(ExitCode::SUCCESS);
    }
    let current = status(&cluster).current_primary.unwrap_or_else(|| "nobody".to_owned());
    let question =
        format!("The primary of {name} will change from {current} to {instance}. Go on?");
    cx.out().confirm(&question, args.yes.into())?;
    let start = Instant::now();
    cx.change_status(name, |status| {
        status.target_primary = Some(instance.clone());
        status.target_primary_timestamp = Some(micro_now());
        let reason = format!("Switching over to {instance}");
        set_phase(status, phases::cluster::SWITCHOVER, &reason, Timestamp::now());
    })
    .await?;
    cx.out().line(format_args!("Node {instance} in cluster {name} will be promoted"))?;
    if args.wait {
        wait(cx, name, &instance, start, args.timeout).await?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Refuses what can never become the primary.
async fn check(cx: &CommandContext, cluster: &str, instance: &str) -> Result<(), CommandError> {
    let pods: Api<Pod> = cx.api().await?;
    let namespace = cx.namespace().await?;
    let doing = format!("new primary node {instance} not found in namespace {namespace}");
    let pod = cx.call(Ask::new(doing, "get", "pods", instance), pods.fetch(instance)).await?;
    let see = format!("`kubectl cnpg status {cluster}` shows the instances and their roles");
    if !belongs(&pod, cluster) {
        let what = format!("the pod {instance} is no instance of cluster {cluster}");
        return Err(CommandError::refused_with(what, see));
    }
    if !is_ready(&pod) {
        let what = format!("instance {instance} of cluster {cluster} is not ready to take over");
        return Err(CommandError::refused_with(what, see));
    }
    Ok(())
}

async fn wait(
    cx: &CommandContext,
    name: &str,
    instance: &str,
    start: Instant,
    limit: Duration,
) -> Result<(), CommandError> {
    let bar = cx.out().progress(format!("{instance} is being promoted"));
    let done = cx
        .wait_for(limit, async || {
            let status = status(&cx.cluster(name, "while waiting for the new primary").await?);
            let phase = status.phase.clone().unwrap_or_default();
            bar.set_message(format!("{instance} is being promoted: {phase}"));
            let target = status.target_primary.as_deref();
            if target != Some(instance) {
                let other = target.unwrap_or("nobody");
                return Err(CommandError::refused_with(
                    format!("the operator chose {other} instead of {instance}"),
                    format!("`kubectl cnpg status {name}` tells why"),
                ));
            }
            Ok((status.current_primary.as_deref() == Some(instance)).then_some(()))
        })
        .await;
    bar.finish_and_clear();
    match done? {
        Some(()) => {
            let seconds = start.elapsed().as_secs_f64();
            cx.out().line(format_args!("{instance} is the primary after {seconds:.1} s"))
        }
        None => Err(CommandError::refused_with(
            format!("{instance} is not the primary after {limit:?}"),
            format!("the promotion goes on; watch it with `kubectl cnpg status {name} --watch`"),
        )),
    }
}

/// Ends the following of a replica cluster, by the fields of its specification.
async fn promote_cluster(
    cx: &CommandContext,
    args: &PromoteArgs,
    cluster: &Cluster,
) -> Result<ExitCode, CommandError> {
    let name = args.cluster.as_str();
    let Some(replica) = cluster.spec.replica.as_ref() else {
        return Err(CommandError::refused_with(
            format!("cluster {name} is no replica cluster, so an instance has to be named"),
            format!("`kubectl cnpg promote {name} INSTANCE`, one of: {}", names(cluster)),
        ));
    };
    if !is_replica_cluster(name, &cluster.spec) {
        cx.out().line(format_args!("{name} is already a primary cluster"))?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut change = match replica.enabled {
        Some(_) => json!({ "enabled": false }),
        None => json!({ "primary": replica.self_name.as_deref().unwrap_or(name) }),
    };
    if let Some(token) = &args.promotion_token {
        change["promotionToken"] = json!(token);
    }
    if args.dry_run {
        cx.out().line(format_args!("spec.replica of {name} would be patched with {change}"))?;
        return Ok(ExitCode::SUCCESS);
    }
    let question = match &args.promotion_token {
        Some(_) => {
            format!("{name} will stop following {} at the token's end. Go on?", replica.source)
        }
        None => format!(
            "{name} will stop following {}: without a promotion token the two go different ways. Go on?",
            replica.source
        ),
    };
    cx.out().confirm(&question, args.yes.into())?;
    let doing = format!("while promoting cluster {name}");
    cx.patch_cluster(cluster, json!({ "spec": { "replica": change } }), &doing).await?;
    cx.out().line(format_args!("Cluster {name} will be promoted to primary cluster"))?;
    Ok(ExitCode::SUCCESS)
}

fn names(cluster: &Cluster) -> String {
    status(cluster).instance_names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_promoted() {
        let mut cluster = Cluster::default();
        let mut status = status(&cluster);
        status.target_primary = Some("pg-1".to_owned());
        cluster.status = Some(status);
        for (instance, expected) in [
            ("1", Request::Already("pg-1".to_owned())),
            ("pg-1", Request::Already("pg-1".to_owned())),
            ("2", Request::Instance("pg-2".to_owned())),
        ] {
            assert_eq!(request(&cluster, "pg", instance), expected, "{instance}");
        }
    }
}
