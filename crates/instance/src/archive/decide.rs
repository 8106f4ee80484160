//! What of the cluster decides about a file.

use api::Cluster;
use api::cluster::external::ExternalCluster;
use api::object_store::ObjectStore;

/// What becomes of a file to archive.
#[derive(Debug, PartialEq)]
pub(super) enum Archive<'a> {
    /// In a replica cluster only the one that plays primary archives.
    NotOurs,
    /// This instance is being promoted, and the cluster still names another one.
    NotYet(&'a str),
    NotPrimary(&'a str),
    Plugin(&'a str),
    Store(&'a ObjectStore),
    /// No archive is configured: done.
    Nowhere,
}

/// Where a file may come from.
#[derive(Debug, PartialEq)]
pub(super) enum Restore<'a> {
    /// The history of a promotion that the primary knows nothing of.
    Fork(i64),
    Store {
        store: &'a ObjectStore,
        /// Names the folder when the store does not.
        server: &'a str,
        end: End,
    },
    Nowhere,
}

/// What the end of the archive means to who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// Another way to get WAL is tried next, so the end is told once without another look.
    Streams,
    /// Nothing else is there: each question is looked up.
    Waits,
    /// Recovery ends there: only the archive may say that it is the end, never the network.
    Promotes,
}

pub(super) fn archive<'a>(cluster: &'a Cluster, pod: &str) -> Archive<'a> {
    if cluster.is_replica_cluster() && !leads(cluster, pod) {
        return Archive::NotOurs;
    }
    let current = current_primary(cluster);
    if current != pod {
        let of = if leads(cluster, pod) { Archive::NotYet } else { Archive::NotPrimary };
        return of(current);
    }
    let mut plugins = cluster.spec.plugins.iter().filter(|plugin| plugin.enabled != Some(false));
    if let Some(archiver) = plugins.find(|plugin| plugin.is_wal_archiver == Some(true)) {
        return Archive::Plugin(&archiver.name);
    }
    own_store(cluster).map_or(Archive::Nowhere, Archive::Store)
}

pub(super) fn restore<'a>(cluster: &'a Cluster, pod: &str, file: &str) -> Restore<'a> {
    let known = cluster.status.as_ref().and_then(|status| status.timeline_id).unwrap_or_default();
    let forks = history(file).is_some_and(|timeline| timeline > known);
    if forks && known != 0 && !leads(cluster, pod) {
        return Restore::Fork(known);
    }
    let designated = cluster.is_replica_cluster() && current_primary(cluster) == pod;
    if let (true, Some(replica)) = (designated, &cluster.spec.replica) {
        let mut others = cluster.spec.external_clusters.iter();
        let Some(source) = others.find(|other| other.name == replica.source) else {
            return Restore::Nowhere;
        };
        let Some(store) = &source.barman_object_store else { return Restore::Nowhere };
        let end = if streams(source) { End::Streams } else { End::Waits };
        return Restore::Store { store, server: &source.name, end };
    }
    let Some(store) = own_store(cluster) else { return Restore::Nowhere };
    let server = cluster.metadata.name.as_deref().unwrap_or_default();
    let end = match current_primary(cluster) {
        "" => End::Promotes,
        current if current != pod => End::Streams,
        _ => End::Waits,
    };
    Restore::Store { store, server, end }
}

/// Whether a server that asks for WAL is on its way to lead: it asks for what may lie beyond its
/// end, and the cluster has no primary until it has its answers.
pub(super) fn is_promoted(cluster: &Cluster, pod: &str) -> bool {
    !cluster.is_replica_cluster() && !current_primary(cluster).is_empty() && leads(cluster, pod)
}

/// Whether the server of an external cluster can be reached, besides its archive.
fn streams(external: &ExternalCluster) -> bool {
    !external.connection_parameters.is_empty()
}

/// The store that the cluster archives to.
pub(super) fn own_store(cluster: &Cluster) -> Option<&ObjectStore> {
    cluster.spec.backup.as_ref().and_then(|backup| backup.barman_object_store.as_ref())
}

fn current_primary(cluster: &Cluster) -> &str {
    let status = cluster.status.as_ref();
    status.and_then(|status| status.current_primary.as_deref()).unwrap_or_default()
}

fn leads(cluster: &Cluster, pod: &str) -> bool {
    let target = cluster.status.as_ref().and_then(|status| status.target_primary.as_deref());
    current_primary(cluster) == pod || target == Some(pod)
}

/// The timeline whose history a file is.
fn history(file: &str) -> Option<i64> {
    let digits = file.strip_suffix(".history").filter(|digits| digits.len() == 8)?;
    i64::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn seen(spec: serde_json::Value) -> Cluster {
        let status = json!({"currentPrimary": "pg-1", "targetPrimary": "pg-2", "timelineID": 9});
        let document = json!({"metadata": {"name": "pg"}, "spec": spec, "status": status});
        serde_json::from_value(document).unwrap()
    }

    #[test]
    fn who_is_promoted() {
        let follows = json!({"replica": {"primary": "there", "source": "there"}});
        let mut first = seen(json!({}));
        first.status.get_or_insert_default().current_primary = None;
        for (name, cluster, pod, expected) in [
            ("the next primary", seen(json!({})), "pg-2", true),
            ("who is named already", seen(json!({})), "pg-1", true),
            ("a standby", seen(json!({})), "pg-3", false),
            ("the first of all, which recovers", first, "pg-2", false),
            ("one that goes on following", seen(follows), "pg-2", false),
        ] {
            assert_eq!(is_promoted(&cluster, pod), expected, "{name}");
        }
    }

    #[test]
    fn what_becomes_of_a_file() {
        let store = json!({"backup": {"barmanObjectStore": {"destinationPath": "s3://b/"}}});
        let plugin = |enabled| json!({"plugins": [{"name": "p", "isWALArchiver": true, "enabled": enabled}]});
        let follows = json!({"replica": {"primary": "there", "source": "there"}});
        let other = Archive::NotPrimary;
        let known = seen(store.clone());
        let to_store = Archive::Store(own_store(&known).unwrap());
        for (name, spec, pod, expected) in [
            ("no archive", json!({}), "pg-1", Archive::Nowhere),
            ("not the primary yet", json!({}), "pg-2", Archive::NotYet("pg-1")),
            ("no archive, and not the primary", json!({}), "pg-3", other("pg-1")),
            ("a store", store.clone(), "pg-1", to_store),
            ("a store, and not the primary", store, "pg-3", other("pg-1")),
            ("a plugin", plugin(true), "pg-1", Archive::Plugin("p")),
            ("a plugin that is off", plugin(false), "pg-1", Archive::Nowhere),
            ("a replica cluster", follows.clone(), "pg-3", Archive::NotOurs),
            ("a replica cluster's primary", follows.clone(), "pg-1", Archive::Nowhere),
            ("a replica cluster's next primary", follows, "pg-2", Archive::NotYet("pg-1")),
            (
                "the primary cluster of a topology",
                json!({"replica": {"primary": "pg", "source": "there"}}),
                "pg-3",
                other("pg-1"),
            ),
        ] {
            assert_eq!(archive(&seen(spec), pod), expected, "{name}");
        }
        assert_eq!(archive(&Cluster::default(), "pg-1"), other(""), "nobody leads yet");
    }

    #[test]
    fn where_a_file_comes_from() {
        let store = json!({"backup": {"barmanObjectStore": {}}});
        let follows = |connection: serde_json::Value| {
            json!({
                "replica": {"enabled": true, "source": "there"},
                "externalClusters": [{
                    "name": "there", "barmanObjectStore": {}, "connectionParameters": connection,
                }],
            })
        };
        let (segment, old, new) =
            ("000000090000000000000001", "00000009.history", "0000000A.history");
        let from = |server, end| Restore::Store { store: &ANY, server, end };
        for (name, spec, pod, file, expected) in [
            ("no archive", json!({}), "pg-3", segment, Restore::Nowhere),
            ("a store", store.clone(), "pg-3", segment, from("pg", End::Streams)),
            ("a known history", store.clone(), "pg-3", old, from("pg", End::Streams)),
            ("a fork", store.clone(), "pg-3", new, Restore::Fork(9)),
            (
                "the target looks for a free timeline",
                store.clone(),
                "pg-2",
                new,
                from("pg", End::Streams),
            ),
            ("the primary recovers", store, "pg-1", segment, from("pg", End::Waits)),
            (
                "a designated primary",
                follows(json!({})),
                "pg-1",
                segment,
                from("there", End::Waits),
            ),
            (
                "it streams, too",
                follows(json!({"host": "h"})),
                "pg-1",
                segment,
                from("there", End::Streams),
            ),
            ("its replica", follows(json!({})), "pg-3", segment, Restore::Nowhere),
        ] {
            assert_eq!(restore(&seen(spec), pod, file), expected, "{name}");
        }
        let mut begins = seen(json!({"backup": {"barmanObjectStore": {}}}));
        begins.status.as_mut().unwrap().current_primary = None;
        assert_eq!(restore(&begins, "pg-1", segment), from("pg", End::Promotes));
    }

    static ANY: std::sync::LazyLock<ObjectStore> = std::sync::LazyLock::new(ObjectStore::default);
}
