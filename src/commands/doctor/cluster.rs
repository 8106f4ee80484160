//! Whether a cluster would survive what happens to clusters.

use std::collections::BTreeSet;

use api::{Cluster, conditions, labels, phases};
use jiff::Timestamp;
use k8s_openapi::api::core::v1::{PersistentVolumeClaim, Pod};
use kube::ResourceExt as _;
use kube::api::{Api, ListParams};

use super::Finding;
use crate::context::Ask;
use crate::instance::{Fenced, belongs, is_ready, status};
use crate::values::Values as _;
use crate::{CommandContext, CommandError};

/// A backup older than this would lose more than people expect.
const OLD_BACKUP: i64 = 7 * 24 * 3600;
/// A certificate that ends sooner should have been renewed.
const SOON: i64 = 7 * 24 * 3600;

/// All checks of a cluster.
///
/// # Errors
/// Only when the cluster itself cannot be read.
pub(super) async fn check(cx: &CommandContext, name: &str) -> Result<Vec<Finding>, CommandError> {
    let cluster = cx.cluster(name, &format!("while getting cluster {name}")).await?;
    let now = Timestamp::now();
    let mut findings = specification(&cluster, name, now);
    let labelled = ListParams::default().labels(&format!("{}={name}", labels::CLUSTER));
    let pods: Api<Pod> = cx.api().await?;
    let ask = Ask::new("", "list", "pods", "");
    match cx.call(ask, pods.all(&labelled)).await {
        Ok(pods) => findings.extend(instances(&cluster, name, &pods)),
        Err(error) => findings.push(Finding::unknown("pods", &error)),
    }
    let claims: Api<PersistentVolumeClaim> = cx.api().await?;
    let ask = Ask::new("", "list", "persistentvolumeclaims", "");
    findings.push(match cx.call(ask, claims.all(&labelled)).await {
        Ok(claims) => volumes(&claims),
        Err(error) => Finding::unknown("volumes", &error),
    });
    Ok(findings)
}

/// What the object itself tells.
fn specification(cluster: &Cluster, name: &str, now: Timestamp) -> Vec<Finding> {
    let status = status(cluster);
    let spec = &cluster.spec;
    let mut findings = Vec::new();
    let phase = status.phase.clone().unwrap_or_else(|| "no phase yet".to_owned());
    findings.push(if phase == phases::cluster::HEALTHY {
        Finding::fine("phase", phase)
    } else {
        let reason = status.phase_reason.clone().unwrap_or_default();
        let remedy = format!("kubectl cnpg status {name} tells more");
        Finding::warning("phase", format!("{phase} {reason}").trim().to_owned(), remedy)
    });
    let ready = status.ready_instances.unwrap_or_default();
    let count = format!("{ready} of {} ready", spec.instances);
    findings.push(if ready < spec.instances {
        Finding::problem("instances", count, format!("kubectl cnpg status {name} shows which"))
    } else if spec.instances < 2 {
        let remedy = "a single instance has nobody to take over: set spec.instances to 3";
        Finding::warning("instances", count, remedy)
    } else {
        Finding::fine("instances", count)
    });
    let synchronous =
        spec.postgresql.synchronous.is_some() || spec.min_sync_replicas.unwrap_or_default() > 0;
    findings.push(match (synchronous, spec.instances) {
        (true, _) => Finding::fine("synchronous replication", "configured"),
        (false, ..=1) => Finding::fine("synchronous replication", "nothing to replicate to"),
        (false, _) => Finding::warning(
            "synchronous replication",
            "not configured: a lost primary can take its last commits with it",
            "set spec.postgresql.synchronous, such as {method: any, number: 1}",
        ),
    });
    findings.push(backups(cluster, name, now));
    findings.push(certificates(cluster, now));
    findings.push(match Fenced::of(cluster) {
        Ok(fenced) if fenced.is_empty() => Finding::fine("fences", "none"),
        Ok(fenced) => Finding::problem(
            "fences",
            format!("fenced: {}", fenced.render().unwrap_or_default()),
            format!("kubectl cnpg fencing off {name} \"*\""),
        ),
        Err(error) => Finding::problem(
            "fences",
            error.to_string(),
            format!("kubectl annotate cluster {name} cnpg.io/fencedInstances-"),
        ),
    });
    let window = spec.node_maintenance_window.clone().unwrap_or_default();
    if window.in_progress == Some(true) {
        let remedy = format!("when it is over: kubectl cnpg maintenance unset {name}");
        findings.push(Finding::warning("maintenance", "in progress", remedy));
    }
    if spec.enable_pdb == Some(false) {
        let remedy = "set spec.enablePDB to true";
        findings.push(Finding::warning("drains", "no PodDisruptionBudget", remedy));
    }
    findings
}

fn backups(cluster: &Cluster, name: &str, now: Timestamp) -> Finding {
    const CHECK: &str = "backups";
    let status = status(cluster);
    let plugin = cluster.spec.plugins.iter().any(|plugin| plugin.enabled != Some(false));
    if cluster.spec.backup.is_none() && !plugin {
        let remedy = "configure spec.backup or a backup plugin, and a ScheduledBackup";
        return Finding::warning(CHECK, "not configured", remedy);
    }
    let archiving =
        status.conditions.iter().find(|it| it.type_ == conditions::CONTINUOUS_ARCHIVING);
    if let Some(condition) = archiving.filter(|condition| condition.status == "False") {
        return Finding::problem(
            CHECK,
            format!("WAL is not archived: {}", condition.message),
            format!(
                "kubectl cnpg logs cluster {name} | kubectl cnpg logs pretty --loggers wal-archive"
            ),
        );
    }
    let last = status.last_successful_backup.as_deref().and_then(|it| it.parse::<Timestamp>().ok());
    let order = format!("kubectl cnpg backup {name}");
    match last {
        // Plugins keep their successes elsewhere.
        None if plugin => Finding::fine(CHECK, "taken by a plugin"),
        None => Finding::problem(CHECK, "configured, but none has succeeded", order),
        Some(last) => {
            let days = (now.as_second() - last.as_second()) / (24 * 3600);
            let found = format!("the last one succeeded {days} days ago");
            if now.as_second() - last.as_second() > OLD_BACKUP {
                Finding::warning(CHECK, found, order)
            } else {
                Finding::fine(CHECK, found)
            }
        }
    }
}

fn certificates(cluster: &Cluster, now: Timestamp) -> Finding {
    const CHECK: &str = "certificates";
    let expirations = status(cluster).certificates.map(|it| it.expirations).unwrap_or_default();
    let left = |date: &String| {
        let days = crate::dates::days_left(now, date)?;
        #[expect(clippy::cast_possible_truncation, reason = "seconds of centuries fit")]
        Some((days * 86_400.0) as i64)
    };
    let soon: Vec<_> = expirations
        .iter()
        .filter(|(_, date)| left(date).is_none_or(|seconds| seconds < SOON))
        .map(|(name, date)| format!("{name} ({date})"))
        .collect();
    if soon.is_empty() {
        return Finding::fine(CHECK, format!("{} good for more than 7 days", expirations.len()));
    }
    Finding::problem(
        CHECK,
        format!("ending or ended: {}", soon.join(", ")),
        "the operator renews its own: is it running? Those you brought, renew them",
    )
}

/// What the pods tell.
fn instances(cluster: &Cluster, name: &str, pods: &[Pod]) -> Vec<Finding> {
    let pods: Vec<_> = pods.iter().filter(|pod| belongs(pod, name)).collect();
    let mut findings = Vec::new();
    let nodes: BTreeSet<_> =
        pods.iter().filter_map(|pod| pod.spec.as_ref()?.node_name.clone()).collect();
    let found = format!("{} pods on {} nodes", pods.len(), nodes.len());
    findings.push(if pods.len() > nodes.len() && cluster.spec.instances > 1 {
        let remedy = "a lost node takes several instances: set spec.affinity.podAntiAffinityType to required, or add nodes";
        Finding::warning("placement", found, remedy)
    } else {
        Finding::fine("placement", found)
    });
    let broken: Vec<_> =
        pods.iter().filter(|pod| !is_ready(pod)).map(|pod| pod.name_any()).collect();
    if !broken.is_empty() {
        findings.push(Finding::problem(
            "pods",
            format!("not ready: {}", broken.join(", ")),
            format!("kubectl describe pod {}", broken[0]),
        ));
    }
    let restarts: Vec<_> = pods
        .iter()
        .filter_map(|pod| {
            let statuses = pod.status.as_ref()?.container_statuses.as_ref()?;
            let count: i32 = statuses.iter().map(|status| status.restart_count).sum();
            (count > 3).then(|| format!("{} ({count})", pod.name_any()))
        })
        .collect();
    if !restarts.is_empty() {
        let remedy = "kubectl logs POD -c postgres --previous shows how it ended";
        findings.push(Finding::warning("restarts", restarts.join(", "), remedy));
    }
    let class = |pod: &&&Pod| {
        pod.status.as_ref().and_then(|it| it.qos_class.as_deref()) == Some("BestEffort")
    };
    if pods.iter().any(|pod| class(&pod)) {
        let remedy = "set spec.resources: the kernel ends such pods first when memory is short";
        findings.push(Finding::warning("resources", "no requests and no limits", remedy));
    }
    findings
}

fn volumes(claims: &[PersistentVolumeClaim]) -> Finding {
    const CHECK: &str = "volumes";
    let unbound: Vec<_> = claims
        .iter()
        .filter(|it| it.status.as_ref().and_then(|it| it.phase.as_deref()) != Some("Bound"))
        .map(|claim| claim.name_any())
        .collect();
    if unbound.is_empty() {
        return Finding::fine(CHECK, format!("{} claims, all bound", claims.len()));
    }
    Finding::problem(
        CHECK,
        format!("not bound: {}", unbound.join(", ")),
        format!("kubectl describe pvc {}", unbound[0]),
    )
}

#[cfg(test)]
mod tests {
    use super::super::Verdict;
    use super::*;
    use api::cluster::status::ClusterStatus;

    #[test]
    fn what_a_cluster_lacks_is_named() {
        let now = Timestamp::now();
        let mut cluster = Cluster::default();
        cluster.spec.instances = 3;
        cluster.status = Some(ClusterStatus {
            phase: Some(phases::cluster::HEALTHY.to_owned()),
            ready_instances: Some(3),
            ..ClusterStatus::default()
        });
        let verdict = |cluster: &Cluster, check: &str| {
            let findings = specification(cluster, "pg", now);
            findings.into_iter().find(|it| it.check == check).map(|it| it.verdict)
        };
        for (check, expected) in [
            ("phase", Verdict::Fine),
            ("instances", Verdict::Fine),
            ("synchronous replication", Verdict::Warning),
            ("backups", Verdict::Warning),
            ("certificates", Verdict::Fine),
            ("fences", Verdict::Fine),
        ] {
            assert_eq!(verdict(&cluster, check), Some(expected), "{check}");
        }
        cluster.spec.backup = Some(api::cluster::backup::BackupConfiguration::default());
        assert_eq!(verdict(&cluster, "backups"), Some(Verdict::Problem), "none succeeded");
        let mut status = cluster.status.clone().unwrap_or_default();
        status.last_successful_backup = Some(now.to_string());
        status.ready_instances = Some(1);
        cluster.status = Some(status);
        assert_eq!(verdict(&cluster, "backups"), Some(Verdict::Fine));
        assert_eq!(verdict(&cluster, "instances"), Some(Verdict::Problem));
    }
}
