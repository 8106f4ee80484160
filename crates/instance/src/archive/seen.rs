//! What of the cluster decides about a file: read from the JSON that the local server gives.

use serde::Deserialize;

/// The parts that matter here; everything else is passed over unread.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Seen {
    metadata: Metadata,
    spec: Spec,
    status: Status,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Metadata {
    name: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Spec {
    replica: Option<Replica>,
    backup: Option<Backup>,
    plugins: Vec<Plugin>,
    external_clusters: Vec<External>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Replica {
    enabled: Option<bool>,
    primary: Option<String>,
    #[serde(rename = "self")]
    self_name: Option<String>,
    source: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Backup {
    barman_object_store: Option<Present>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Plugin {
    name: String,
    enabled: Option<bool>,
    #[serde(rename = "isWALArchiver")]
    is_wal_archiver: Option<bool>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct External {
    name: String,
    barman_object_store: Option<Present>,
}

/// An object of which only matters that it is there.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Present {}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Status {
    current_primary: String,
    target_primary: String,
    #[serde(rename = "timelineID")]
    timeline_id: i64,
}

/// What becomes of a file to archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Archive {
    /// In a replica cluster only the one that plays primary archives.
    NotOurs,
    NotPrimary {
        primary: String,
    },
    Plugin(String),
    ObjectStore,
    /// No archive is configured: done.
    Nowhere,
}

/// Where a file may come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Restore {
    /// The history of a promotion that the primary knows nothing of.
    Fork {
        timeline: i64,
    },
    ObjectStore,
    Nowhere,
}

impl Seen {
    pub(super) fn archive(&self, pod: &str) -> Archive {
        if self.is_replica_cluster() && !self.leads(pod) {
            return Archive::NotOurs;
        }
        if self.status.current_primary != pod {
            return Archive::NotPrimary { primary: self.status.current_primary.clone() };
        }
        let mut plugins = self.spec.plugins.iter().filter(|plugin| plugin.enabled != Some(false));
        if let Some(archiver) = plugins.find(|plugin| plugin.is_wal_archiver == Some(true)) {
            return Archive::Plugin(archiver.name.clone());
        }
        match self.store() {
            Some(_) => Archive::ObjectStore,
            None => Archive::Nowhere,
        }
    }

    pub(super) fn restore(&self, pod: &str, file: &str) -> Restore {
        let known = self.status.timeline_id;
        let forks = history(file).is_some_and(|timeline| timeline > known);
        if forks && known != 0 && !self.leads(pod) {
            return Restore::Fork { timeline: known };
        }
        let designated = self.is_replica_cluster() && self.status.current_primary == pod;
        let store = match &self.spec.replica {
            Some(replica) if designated => {
                let mut others = self.spec.external_clusters.iter();
                let source = others.find(|other| other.name == replica.source);
                source.and_then(|source| source.barman_object_store.as_ref())
            }
            _ => self.store(),
        };
        match store {
            Some(_) => Restore::ObjectStore,
            None => Restore::Nowhere,
        }
    }

    fn store(&self) -> Option<&Present> {
        self.spec.backup.as_ref().and_then(|backup| backup.barman_object_store.as_ref())
    }

    fn leads(&self, pod: &str) -> bool {
        self.status.current_primary == pod || self.status.target_primary == pod
    }

    fn is_replica_cluster(&self) -> bool {
        self.spec.replica.as_ref().is_some_and(|replica| {
            match (replica.enabled, &replica.primary) {
                (Some(enabled), _) => enabled,
                (None, Some(primary)) => {
                    primary != replica.self_name.as_ref().unwrap_or(&self.metadata.name)
                }
                (None, None) => false,
            }
        })
    }
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

    fn seen(spec: serde_json::Value) -> Seen {
        let status = json!({"currentPrimary": "pg-1", "targetPrimary": "pg-2", "timelineID": 9});
        let document = json!({"metadata": {"name": "pg"}, "spec": spec, "status": status});
        serde_json::from_value(document).unwrap()
    }

    #[test]
    fn what_becomes_of_a_file() {
        let store = json!({"backup": {"barmanObjectStore": {"destinationPath": "s3://b/"}}});
        let plugin = |enabled| json!({"plugins": [{"name": "p", "isWALArchiver": true, "enabled": enabled}]});
        let follows = json!({"replica": {"primary": "there", "source": "there"}});
        let other = |primary: &str| Archive::NotPrimary { primary: primary.to_owned() };
        for (name, spec, pod, expected) in [
            ("no archive", json!({}), "pg-1", Archive::Nowhere),
            ("not the primary yet", json!({}), "pg-2", other("pg-1")),
            ("no archive, and not the primary", json!({}), "pg-3", other("pg-1")),
            ("a store", store.clone(), "pg-1", Archive::ObjectStore),
            ("a store, and not the primary", store, "pg-3", other("pg-1")),
            ("a plugin", plugin(true), "pg-1", Archive::Plugin("p".to_owned())),
            ("a plugin that is off", plugin(false), "pg-1", Archive::Nowhere),
            ("a replica cluster", follows.clone(), "pg-3", Archive::NotOurs),
            ("a replica cluster's primary", follows.clone(), "pg-1", Archive::Nowhere),
            ("a replica cluster's next primary", follows, "pg-2", other("pg-1")),
            (
                "the primary cluster of a topology",
                json!({"replica": {"primary": "pg", "source": "there"}}),
                "pg-3",
                other("pg-1"),
            ),
        ] {
            assert_eq!(seen(spec).archive(pod), expected, "{name}");
        }
        assert_eq!(Seen::default().archive("pg-1"), other(""), "nobody leads yet");
    }

    #[test]
    fn where_a_file_comes_from() {
        let store = json!({"backup": {"barmanObjectStore": {}}});
        let follows = json!({
            "replica": {"enabled": true, "source": "there"},
            "externalClusters": [{"name": "there", "barmanObjectStore": {}}],
        });
        let (segment, old, new) =
            ("000000090000000000000001", "00000009.history", "0000000A.history");
        for (name, spec, pod, file, expected) in [
            ("no archive", json!({}), "pg-3", segment, Restore::Nowhere),
            ("a store", store.clone(), "pg-3", segment, Restore::ObjectStore),
            ("a known history", store.clone(), "pg-3", old, Restore::ObjectStore),
            ("a fork", store.clone(), "pg-3", new, Restore::Fork { timeline: 9 }),
            ("the target looks for a free timeline", store, "pg-2", new, Restore::ObjectStore),
            ("a designated primary", follows.clone(), "pg-1", segment, Restore::ObjectStore),
            ("its replica", follows, "pg-3", segment, Restore::Nowhere),
        ] {
            assert_eq!(seen(spec).restore(pod, file), expected, "{name}");
        }
    }
}
