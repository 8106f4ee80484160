//! Which standbys a commit waits for: pure.

use api::cluster::Cluster;
use api::cluster::status::ClusterStatus;
use api::cluster::status::instances::Topology;
use api::cluster::synchronous::{DataDurability, Synchronous, SynchronousMethod};
use postgres::conf::Settings;
use serde::Serialize;

/// Where the running server keeps what `synchronous_standby_names` was made from.
pub const METADATA_SETTING: &str = "cnpg.synchronous_standby_names_metadata";

/// The standbys that a commit waits for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Standbys {
    pub method: String,
    pub number: usize,
    pub standby_names: Vec<String>,
}

impl Standbys {
    /// The value of `synchronous_standby_names`.
    #[must_use]
    pub fn value(&self) -> String {
        let quoted = |name: &String| format!("\"{}\"", name.replace('"', "\"\""));
        let names: Vec<_> = self.standby_names.iter().map(quoted).collect();
        format!("{} {} ({})", self.method, self.number, names.join(","))
    }
}

/// The settings of synchronous replication; none when commits wait for nobody.
#[must_use]
pub fn settings(cluster: &Cluster) -> Settings {
    let Some(standbys) = standbys(cluster) else { return Settings::new() };
    let metadata = serde_json::to_string(&standbys).expect("texts and numbers are JSON");
    Settings::from([
        ("synchronous_standby_names".to_owned(), standbys.value()),
        (METADATA_SETTING.to_owned(), metadata),
    ])
}

/// The standbys that a commit waits for, if for any.
#[must_use]
pub fn standbys(cluster: &Cluster) -> Option<Standbys> {
    let none = ClusterStatus::default();
    let seen = Seen::of(cluster.status.as_ref().unwrap_or(&none));
    match &cluster.spec.postgresql.synchronous {
        Some(wanted) => explicit(cluster, wanted, &seen),
        None => legacy(cluster, &seen),
    }
}

/// The instances as the status tells of them, sorted.
struct Seen<'a> {
    primary: Option<&'a str>,
    /// Healthy ones, the primary included.
    healthy: usize,
    healthy_standbys: Vec<&'a str>,
    other_standbys: Vec<&'a str>,
    topology: Option<&'a Topology>,
}

impl<'a> Seen<'a> {
    fn of(status: &'a ClusterStatus) -> Self {
        let primary = status.current_primary.as_deref();
        let healthy = status.instances_status.get("healthy").map_or(&[][..], Vec::as_slice);
        let standbys = |names: &'a [String]| {
            let mut names: Vec<_> =
                names.iter().map(String::as_str).filter(|name| Some(*name) != primary).collect();
            names.sort_unstable();
            names
        };
        let healthy_standbys = standbys(healthy);
        let mut other_standbys = standbys(&status.instance_names);
        other_standbys.retain(|name| !healthy_standbys.contains(name));
        let topology = status.topology.as_ref();
        let topology = topology.filter(|topology| topology.successfully_extracted == Some(true));
        Self { primary, healthy: healthy.len(), healthy_standbys, other_standbys, topology }
    }

    /// Those that do not fail together with the primary, unless that leaves fewer than needed.
    fn apart(&self, names: Vec<&'a str>, keys: &[String], needed: usize) -> Vec<&'a str> {
        let Some((topology, primary)) = self.topology.zip(self.primary) else { return names };
        let (false, Some(home)) = (keys.is_empty(), topology.instances.get(primary)) else {
            return names;
        };
        let differs = |name: &&&str| {
            topology
                .instances
                .get(**name)
                .is_some_and(|there| keys.iter().any(|key| there.get(key) != home.get(key)))
        };
        let apart: Vec<_> = names.iter().filter(differs).copied().collect();
        if apart.len() < needed { names } else { apart }
    }
}

fn explicit(cluster: &Cluster, wanted: &Synchronous, seen: &Seen<'_>) -> Option<Standbys> {
    let method = match wanted.method {
        SynchronousMethod::First => "FIRST",
        SynchronousMethod::Any | SynchronousMethod::Other(_) => "ANY",
    };
    let number = usize::try_from(wanted.number).unwrap_or_default();
    let keys: Vec<_> =
        wanted.pod_failure_domain_keys.iter().chain(&wanted.node_failure_domain_keys).collect();
    let keys: Vec<String> = keys.into_iter().cloned().collect();
    let most = wanted.max_standby_names_from_cluster.map(|most| usize::try_from(most).unwrap_or(0));
    let cut = |mut names: Vec<&str>| {
        names.truncate(most.unwrap_or(usize::MAX));
        names.into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    if wanted.data_durability == Some(DataDurability::Preferred) {
        let names = cut(seen.apart(seen.healthy_standbys.clone(), &keys, 1));
        let number = number.min(names.len());
        let some = number > 0;
        return some.then(|| Standbys { method: method.to_owned(), number, standby_names: names });
    }
    let all = seen.healthy_standbys.iter().chain(&seen.other_standbys).copied();
    let all = seen.apart(all.chain(seen.primary).collect(), &keys, number);
    let mut names = wanted.standby_names_pre.clone();
    names.extend(cut(all));
    names.extend(wanted.standby_names_post.iter().cloned());
    if names.is_empty() {
        // Commits have to wait, and an empty list would let them go.
        let cluster = cluster.metadata.name.as_deref().unwrap_or_default();
        names.push(format!("{cluster}-placeholder"));
    }
    Some(Standbys { method: method.to_owned(), number, standby_names: names })
}

/// The older way: so many that commits never stop for want of standbys, within two bounds.
fn legacy(cluster: &Cluster, seen: &Seen<'_>) -> Option<Standbys> {
    let bound = |bound: Option<i64>| usize::try_from(bound.unwrap_or_default()).unwrap_or_default();
    let (least, most) =
        (bound(cluster.spec.min_sync_replicas), bound(cluster.spec.max_sync_replicas));
    let ready = seen.healthy.saturating_sub(1);
    let number = if ready >= most { most } else { least.min(ready) };
    let constraint = &cluster.spec.postgresql.sync_replica_election_constraint;
    let names = seen.healthy_standbys.clone();
    let names = match constraint.enabled {
        true => seen.apart(names, &constraint.node_labels_anti_affinity, 0),
        false => names,
    };
    let number = number.min(names.len());
    let standby_names = names.into_iter().map(str::to_owned).collect();
    (number > 0).then(|| Standbys { method: "ANY".to_owned(), number, standby_names })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn value(spec: serde_json::Value, status: serde_json::Value) -> Option<String> {
        let cluster = serde_json::from_value(json!({
            "apiVersion": "postgresql.cnpg.io/v1", "kind": "Cluster",
            "metadata": {"name": "pg"}, "spec": spec, "status": status,
        }));
        standbys(&cluster.unwrap()).map(|standbys| standbys.value())
    }

    #[test]
    fn who_is_waited_for() {
        let three = json!({
            "currentPrimary": "pg-1", "instanceNames": ["pg-1", "pg-2", "pg-3"],
            "instancesStatus": {"healthy": ["pg-3", "pg-1"]},
            "topology": {"successfullyExtracted": true, "instances": {
                "pg-1": {"zone": "a"}, "pg-2": {"zone": "b"}, "pg-3": {"zone": "a"},
            }},
        });
        let explicit = |more: serde_json::Value| {
            let mut spec = json!({"method": "any", "number": 1});
            spec.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            json!({"postgresql": {"synchronous": spec}})
        };
        for (name, spec, status, expected) in [
            ("none", json!({}), &three, None),
            (
                "healthy first, the primary last",
                explicit(json!({})),
                &three,
                Some("ANY 1 (\"pg-3\",\"pg-2\",\"pg-1\")"),
            ),
            (
                "first of two",
                explicit(json!({"method": "first", "number": 2})),
                &three,
                Some("FIRST 2 (\"pg-3\",\"pg-2\",\"pg-1\")"),
            ),
            (
                "names around",
                explicit(json!({"maxStandbyNamesFromCluster": 1,
                "standbyNamesPre": ["a"], "standbyNamesPost": ["z\""]})),
                &three,
                Some("ANY 1 (\"a\",\"pg-3\",\"z\"\"\")"),
            ),
            ("nobody", explicit(json!({})), &json!({}), Some("ANY 1 (\"pg-placeholder\")")),
            (
                "preferred",
                explicit(json!({"number": 2, "dataDurability": "preferred"})),
                &three,
                Some("ANY 1 (\"pg-3\")"),
            ),
            (
                "preferred, nobody",
                explicit(json!({"dataDurability": "preferred"})),
                &json!({}),
                None,
            ),
            (
                "another zone",
                explicit(json!({"nodeFailureDomainKeys": ["zone"]})),
                &three,
                Some("ANY 1 (\"pg-2\")"),
            ),
            (
                "too few zones",
                explicit(json!({"number": 2, "nodeFailureDomainKeys": ["zone"]})),
                &three,
                Some("ANY 2 (\"pg-3\",\"pg-2\",\"pg-1\")"),
            ),
            (
                "older",
                json!({"minSyncReplicas": 1, "maxSyncReplicas": 2}),
                &three,
                Some("ANY 1 (\"pg-3\")"),
            ),
            (
                "older, alone",
                json!({"minSyncReplicas": 1, "maxSyncReplicas": 1}),
                &json!({"currentPrimary": "pg-1", "instancesStatus": {"healthy": ["pg-1"]}}),
                None,
            ),
            (
                "older, in another zone",
                json!({"minSyncReplicas": 1, "maxSyncReplicas": 1,
                "postgresql": {"syncReplicaElectionConstraint":
                    {"enabled": true, "nodeLabelsAntiAffinity": ["zone"]}}}),
                &three,
                None,
            ),
        ] {
            assert_eq!(value(spec, status.clone()).as_deref(), expected, "{name}");
        }
    }
}
