//! What was seen of leadership, from live reads, in the words of the planner.

mod derive;
mod proof;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use api::cluster::Cluster;
use api::cluster::primary::PrimaryLease;
use api::cluster::status::ClusterStatus;
use api::failover_quorum::FailoverQuorum;
use api::{annotations, labels};
use jiff::Timestamp;
use k8s_openapi::api::coordination::v1::Lease;
use k8s_openapi::api::core::v1::{Node, Pod};
use planner::leadership::candidate;
use planner::leadership::candidate::Durability;
use planner::leadership::clock::{Terms, lasted};
use planner::leadership::operator::{InstanceSeen, Label, Report, Seen};
use planner::leadership::records::{ClusterRecord, LeaseRecord, QuorumRecord, Version};

use super::ages::Ages;
use super::ask::Answer;

/// The objects that leadership is decided by.
#[derive(Debug)]
pub struct Records<'a> {
    pub cluster: &'a Cluster,
    pub lease: Option<&'a Lease>,
    pub quorum: Option<&'a FailoverQuorum>,
    pub pods: &'a [Pod],
    pub nodes: &'a [Node],
    pub answers: &'a BTreeMap<String, Answer>,
    pub drain_taints: &'a [String],
    pub now: Timestamp,
}

/// `None` while there is nobody who led, and for replica clusters.
pub fn seen(records: &Records<'_>, ages: &Ages) -> Option<Seen> {
    let cluster = ClusterRecord::read(records.cluster)?;
    cluster.current.as_ref()?;
    if records.cluster.is_replica_cluster() {
        return None;
    }
    let status = records.cluster.status.as_ref()?;
    let uid = records.cluster.metadata.uid.as_deref().unwrap_or_default();
    let since = |text: &Option<String>| {
        let time: Timestamp = text.as_deref()?.parse().ok()?;
        Duration::try_from(records.now.duration_since(time)).ok()
    };
    let named = format!("{:?}", cluster.stamp);
    let failing = failing(status);
    let watched = ages.stands(uid, "failing", failing.unwrap_or_default());
    let lease = records.lease.map(LeaseRecord::read);
    let quorum = records.quorum.and_then(QuorumRecord::read).filter(|one| one.rule.number > 0);
    Some(Seen {
        lease_age: records.lease.map(|lease| ages.seen(lease)).unwrap_or_default(),
        renew_deadline: terms(records.cluster).renew_deadline,
        durability: durability(records.cluster, quorum),
        quorum: records.quorum.map(|one| Version::of(&one.metadata)),
        instances: instances(records),
        dead: proof::dead(lease.as_ref(), records.pods, records.nodes, records.now),
        target_age: lasted(
            since(&status.target_primary_timestamp),
            ages.stands(uid, "target", &named),
        ),
        failing_for: failing.map(|text| lasted(since(&Some(text.to_owned())), watched)),
        lease,
        cluster,
    })
}

/// Since when the target fails: a note from before it was named was about another one.
fn failing(status: &ClusterStatus) -> Option<&str> {
    let noted = status.current_primary_failing_since_timestamp.as_deref()?;
    let time = |text: &str| text.parse::<Timestamp>().ok();
    let named = status.target_primary_timestamp.as_deref().and_then(time);
    match (time(noted), named) {
        (Some(noted), Some(named)) if noted < named => None,
        _ => Some(noted),
    }
}

/// The times of the primary lease.
pub fn terms(cluster: &Cluster) -> Terms {
    let PrimaryLease {
        lease_duration_seconds, renew_deadline_seconds, retry_period_seconds, ..
    } = cluster.spec.primary_lease.clone().unwrap_or_default();
    let or = |seconds: Option<i32>, usual: Duration| {
        seconds.and_then(|one| u64::try_from(one).ok()).map_or(usual, Duration::from_secs)
    };
    let usual = Terms::default();
    Terms {
        lease: or(lease_duration_seconds, usual.lease),
        renew_deadline: or(renew_deadline_seconds, usual.renew_deadline),
        retry: or(retry_period_seconds, usual.retry),
    }
}

/// A promise that the primary wrote down is kept; one that is asked for and missing is waited for.
fn durability(cluster: &Cluster, record: Option<QuorumRecord>) -> Durability {
    let postgresql = &cluster.spec.postgresql;
    let notes = cluster.metadata.annotations.as_ref();
    let asked = notes.and_then(|notes| notes.get(annotations::FAILOVER_QUORUM));
    let asked = asked.is_some_and(|value| value == annotations::TRUE)
        || postgresql.synchronous.as_ref().is_some_and(|one| one.failover_quorum);
    let synchronous =
        postgresql.synchronous.is_some() || cluster.spec.min_sync_replicas.unwrap_or(0) > 0;
    if asked || (synchronous && record.is_some()) {
        Durability::Sync(record)
    } else {
        Durability::Async
    }
}

fn instances(records: &Records<'_>) -> Vec<InstanceSeen> {
    let status = records.cluster.status.as_ref();
    let listed = status.map(|status| status.instance_names.as_slice()).unwrap_or_default();
    let with_pods = records.pods.iter().filter_map(|pod| pod.metadata.name.as_ref());
    let names: BTreeSet<&String> = listed.iter().chain(with_pods).collect();
    let fenced = fenced(records.cluster);
    names
        .into_iter()
        .map(|name| {
            let pod = records.pods.iter().find(|pod| pod.metadata.name.as_ref() == Some(name));
            let is_fenced = fenced.contains("*") || fenced.contains(name);
            InstanceSeen {
                name: name.as_str().into(),
                label: pod.map_or(Label::Neither, label),
                fenced: is_fenced,
                node: pod.map_or(candidate::Node::Cordoned, |pod| node(records, pod)),
                priority: 0,
                report: report(records, name),
            }
        })
        .collect()
}

fn report(records: &Records<'_>, name: &str) -> Option<Report> {
    match records.answers.get(name)? {
        Answer::Status(status) => Some(match &status.leadership {
            Some(said) => derive::read(said),
            None => derive::derive(records.cluster, name, status),
        }),
        Answer::Refused(_) | Answer::Unreachable(_) => None,
    }
}

/// Names in the annotation; what cannot be read fences nobody, as the instances see it too.
fn fenced(cluster: &Cluster) -> BTreeSet<String> {
    let notes = cluster.metadata.annotations.as_ref();
    let list = notes.and_then(|notes| notes.get(annotations::FENCED_INSTANCES));
    list.and_then(|list| serde_json::from_str(list).ok()).unwrap_or_default()
}

fn label(pod: &Pod) -> Label {
    let all = pod.metadata.labels.as_ref();
    let get = |name| all.and_then(|all| all.get(name));
    let role = get(labels::LEGACY_INSTANCE_ROLE).or_else(|| get(labels::INSTANCE_ROLE));
    // Services select by the newer label: either of them sends clients there.
    let newer = get(labels::INSTANCE_ROLE);
    if [role, newer].into_iter().flatten().any(|role| role == labels::ROLE_PRIMARY) {
        Label::Primary
    } else if newer.is_some_and(|role| role == labels::ROLE_REPLICA) {
        Label::Replica
    } else {
        Label::Neither
    }
}

fn node(records: &Records<'_>, pod: &Pod) -> candidate::Node {
    let name = pod.spec.as_ref().and_then(|spec| spec.node_name.as_ref());
    let node = records.nodes.iter().find(|node| node.metadata.name.as_ref() == name);
    let Some(spec) = node.and_then(|node| node.spec.as_ref()) else {
        return candidate::Node::Schedulable;
    };
    let drained = |key: &String| records.drain_taints.contains(key);
    let tainted = spec.taints.iter().flatten().any(|taint| drained(&taint.key));
    if spec.unschedulable == Some(true) || tainted {
        candidate::Node::Cordoned
    } else {
        candidate::Node::Schedulable
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_note_about_the_target_before_is_none_about_this_one() {
        let (early, late) = ("2026-01-01T00:00:00.1Z", "2026-01-01T00:00:00.2Z");
        let rows = [
            ("nothing noted", None, Some(early), None),
            ("noted after it was named", Some(late), Some(early), Some(late)),
            ("noted before it was named", Some(early), Some(late), None),
            ("nobody knows when it was named", Some(early), None, Some(early)),
        ];
        for (name, noted, named, expected) in rows {
            let status = ClusterStatus {
                current_primary_failing_since_timestamp: noted.map(str::to_owned),
                target_primary_timestamp: named.map(str::to_owned),
                ..ClusterStatus::default()
            };
            assert_eq!(failing(&status), expected, "{name}");
        }
    }

    #[test]
    fn what_the_primary_wrote_down_is_what_a_choice_is_judged_by() {
        let cluster = |spec: serde_json::Value| -> Cluster {
            serde_json::from_value(json!({"metadata": {"name": "c"}, "spec": spec})).expect("read")
        };
        let synchronous = |quorum: bool| {
            let sync = json!({"method": "any", "number": 1, "failoverQuorum": quorum});
            cluster(json!({"instances": 3, "postgresql": {"synchronous": sync}}))
        };
        let object: FailoverQuorum = serde_json::from_value(json!({
            "metadata": {"name": "c", "resourceVersion": "7"},
            "status": {"method": "ANY", "primary": "c-1", "standbyNames": ["c-2"], "standbyNumber": 1},
        }))
        .expect("read");
        let record = || QuorumRecord::read(&object);
        let rows = [
            ("asynchronous", cluster(json!({"instances": 3})), record(), Durability::Async),
            ("synchronous", synchronous(false), record(), Durability::Sync(record())),
            ("asked for, and nothing written", synchronous(true), None, Durability::Sync(None)),
            ("not asked for, and nothing written", synchronous(false), None, Durability::Async),
        ];
        for (name, cluster, record, expected) in rows {
            assert_eq!(durability(&cluster, record), expected, "{name}");
        }
    }
}
