//! The Backup that a new cluster is restored from, when it names one.

use api::Backup;
use api::cluster::Cluster;
use api::phases::backup as phases;
use kube::Api;
use kubekit::calls::{self, LIMIT, within};
use planner::cluster::Source;

use super::context::Context;

/// The name of the backup, while it still matters.
fn named(cluster: &Cluster) -> Option<&str> {
    let status = cluster.status.as_ref();
    if status.is_some_and(|status| status.current_primary.is_some()) {
        return None;
    }
    let recovery = cluster.spec.bootstrap.as_ref()?.recovery.as_ref()?;
    recovery.backup.as_ref().map(|backup| backup.name.as_str())
}

/// The backup, as it is now.
pub async fn find(cx: &Context, cluster: &Cluster) -> Result<Option<Backup>, calls::Error> {
    let Some(name) = named(cluster) else { return Ok(None) };
    let namespace = cluster.metadata.namespace.as_deref().unwrap_or_default();
    let api: Api<Backup> = Api::namespaced(cx.client.clone(), namespace);
    within(LIMIT, api.get_opt(name)).await
}

/// Whether the first instance can be made of it.
pub fn source(cluster: &Cluster, backup: Option<&Backup>) -> Source {
    let Some(name) = named(cluster) else { return Source::Direct };
    let Some(backup) = backup else {
        return Source::NotReady(format!("Waiting for Backup {name}, which does not exist"));
    };
    let phase = backup.status.as_ref().and_then(|status| status.phase.as_deref());
    match phase {
        Some(phases::COMPLETED) => Source::Direct,
        Some(phases::FAILED) => {
            Source::NotReady(format!("Backup {name} has failed: name another one"))
        }
        _ => Source::NotReady(format!("Waiting for Backup {name} to be completed")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_a_completed_backup_is_restored() {
        let cluster = |status| {
            let object = json!({
                "metadata": {"name": "c"},
                "spec": {"bootstrap": {"recovery": {"backup": {"name": "b"}}}},
                "status": status,
            });
            serde_json::from_value::<Cluster>(object).unwrap()
        };
        let backup = |phase: &str| {
            let object = json!({
                "metadata": {"name": "b"}, "spec": {"cluster": {"name": "o"}},
                "status": {"phase": phase},
            });
            serde_json::from_value::<Backup>(object).unwrap()
        };
        let new = cluster(json!({}));
        for (phase, ready) in [("completed", true), ("running", false), ("failed", false)] {
            let source = source(&new, Some(&backup(phase)));
            assert_eq!(source == Source::Direct, ready, "{phase}: {source:?}");
        }
        assert!(matches!(source(&new, None), Source::NotReady(_)));
        let old = cluster(json!({"currentPrimary": "c-1"}));
        assert_eq!(source(&old, None), Source::Direct, "a backup may go once it was restored");
    }
}
