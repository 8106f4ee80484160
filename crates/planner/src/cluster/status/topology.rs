//! Where the instances run, as far as failure domains need to know.

use std::collections::{BTreeMap, BTreeSet};

use api::cluster::ClusterSpec;
use api::cluster::status::instances::Topology;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use super::super::pods;
use super::super::view::View;

/// Labels of nodes and of pods that tell failure domains.
fn keys(spec: &ClusterSpec) -> (Vec<&String>, Vec<&String>) {
    let synchronous = spec.postgresql.synchronous.as_ref();
    let constraint = &spec.postgresql.sync_replica_election_constraint;
    let legacy = constraint.enabled.then_some(constraint);
    let nodes = synchronous
        .into_iter()
        .flat_map(|one| &one.node_failure_domain_keys)
        .chain(legacy.into_iter().flat_map(|one| &one.node_labels_anti_affinity))
        .collect();
    let pods = synchronous.into_iter().flat_map(|one| &one.pod_failure_domain_keys).collect();
    (nodes, pods)
}

fn pick(meta: &ObjectMeta, keys: &[&String]) -> Option<Vec<(String, String)>> {
    let of = |key: &&String| Some(((*key).clone(), pods::label(meta, key)?.to_owned()));
    keys.iter().map(of).collect()
}

/// Labels and nodes of all instances; empty when one of them cannot be told.
pub(super) fn of(view: &View<'_>) -> Topology {
    let (node_keys, pod_keys) = keys(view.spec);
    let mut nodes = BTreeSet::new();
    let mut instances: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for pod in &view.seen.pods {
        let Some(node) = pods::node(pod).and_then(|name| view.node(name)) else {
            return Topology::default();
        };
        nodes.insert(pods::name(&node.metadata));
        // A node without the label is a domain of its own; a pod without it cannot be placed.
        let of_node: Vec<_> =
            node_keys.iter().filter_map(|key| pick(&node.metadata, &[key])).flatten().collect();
        let Some(of_pod) = pick(&pod.metadata, &pod_keys) else { return Topology::default() };
        let name = pods::name(&pod.metadata).to_owned();
        instances.insert(name, of_node.into_iter().chain(of_pod).collect());
    }
    Topology {
        instances,
        nodes_used: i32::try_from(nodes.len()).ok().filter(|used| *used > 0),
        successfully_extracted: Some(true),
    }
}
