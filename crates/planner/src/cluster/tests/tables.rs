//! One healthy cluster, one change a row: what the next pass does about it.

use api::annotations;
use api::cluster::primary::PrimaryUpdateStrategy;
use api::image_catalog::CatalogImage;
use k8s_openapi::api::core::v1::Pod;
use serde_json::json;

use super::super::*;
use super::world::World;
use crate::leadership::operator::Label;

/// Phase and actions in few words.
fn brief(plan: &Plan) -> String {
    let action = |action: &Action| match action {
        Action::PatchClaim { claim, .. } => format!("patch {claim}"),
        Action::ResizeClaim { claim, request, .. } => {
            format!("resize {claim} to {}", request.as_deref().unwrap_or_default())
        }
        Action::PatchPod { pod, metadata } => {
            let role = metadata.labels.get("role").cloned().flatten().unwrap_or_default();
            format!("label {} {role}", pod.name)
        }
        Action::CreateClaims { serial, volumes } => format!("add {volumes:?} to {serial}"),
        Action::DeleteJob(job) => format!("delete job {}", job.name),
        Action::ReleaseLease { .. } => "release lease".to_owned(),
        Action::SetInstances(to) => format!("ask for {to}"),
        Action::AdoptClaim(claim) => format!("adopt {}", claim.name),
        Action::LiftFencing => "lift fencing".to_owned(),
        Action::DeleteOrphanPod(pod) => format!("delete orphan {}", pod.name),
        Action::CreateInstance { serial, volumes, job } => {
            format!("create {serial} by {} with {volumes:?}", job.role())
        }
        Action::CreatePod { serial } => format!("create pod {serial}"),
        Action::DeletePod { pod, grace, why } => {
            format!("delete pod {} {grace:?} {why:?}", pod.name)
        }
        Action::DeleteInstance { instance, claims, .. } => {
            format!("delete {instance} with {} claims", claims.len())
        }
        Action::UpdateManager { pod, hash, .. } => format!("send {hash} to {}", pod.name),
    };
    let actions: Vec<String> = plan.actions.iter().map(action).collect();
    let status = &plan.status;
    let mut text = status.phase.clone().unwrap_or_default();
    if !actions.is_empty() {
        text = format!("{text}: {}", actions.join(", "));
    }
    if status.current_primary_failing_since_timestamp.is_some() {
        text.push_str("; failing");
    }
    if status.target_primary.as_deref() != Some("pg-1") {
        text = format!("{text}; target {}", status.target_primary.as_deref().unwrap_or_default());
    }
    text
}

fn healthy() -> Seen {
    let mut world = World::new(3);
    world.settle(60);
    world.seen()
}

/// The status of the container of a pod.
fn container(pod: &mut Pod, state: serde_json::Value) {
    let mut status = serde_json::to_value(pod.status.clone()).unwrap();
    status["containerStatuses"] = json!([{
        "name": "postgres", "ready": false, "image": "", "imageID": "", "restartCount": 1,
        "state": state,
    }]);
    pod.status = Some(serde_json::from_value(status).unwrap());
}

fn reported<'a>(seen: &'a mut Seen, name: &str) -> &'a mut Reported {
    match seen.answers.get_mut(name).unwrap() {
        Answer::Reported(reported) => reported,
        Answer::Refused(_) | Answer::Unreachable(_) => panic!("{name} did not report"),
    }
}

fn without_pod(seen: &mut Seen, name: &str) {
    seen.pods.retain(|pod| pod.metadata.name.as_deref() != Some(name));
    seen.answers.remove(name);
}

fn annotate(seen: &mut Seen, key: &str, value: &str) {
    let all = seen.cluster.metadata.annotations.get_or_insert_default();
    all.insert(key.to_owned(), value.to_owned());
}

fn mark(pod: &mut Pod) {
    let all = pod.metadata.annotations.get_or_insert_default();
    all.insert(annotations::UNRECOVERABLE.to_owned(), annotations::TRUE.to_owned());
}

fn silent(seen: &mut Seen) {
    seen.answers.insert("pg-1".to_owned(), Answer::Unreachable("no route".to_owned()));
    let leadership = seen.leadership.as_mut().unwrap();
    leadership.instances[0].report = None;
    leadership.lease_age = Duration::from_secs(11);
}

fn failing(seen: &mut Seen) {
    silent(seen);
    seen.leadership.as_mut().unwrap().failing_for = Some(Duration::from_secs(1));
}

type Row = (&'static str, fn(&mut Seen), &'static str);

const ROWS: &[Row] = &[
    ("all is well", |_| {}, "Cluster in healthy state"),
    (
        "refused by the checks",
        |seen| seen.trouble = Some(Trouble::Invalid("no".to_owned())),
        "Invalid cluster definition",
    ),
    (
        "a full disk",
        |seen| container(&mut seen.pods[1], json!({"terminated": {"exitCode": 4}})),
        "Not enough disk space",
    ),
    (
        "the operator is cut off",
        |seen| {
            for answer in seen.answers.values_mut() {
                *answer = Answer::Unreachable("no route".to_owned());
            }
        },
        "Cluster in healthy state",
    ),
    (
        "the operator has been cut off",
        |seen| {
            for answer in seen.answers.values_mut() {
                *answer = Answer::Unreachable("no route".to_owned());
            }
            seen.cluster.status.as_mut().unwrap().instances_reported_state.clear();
        },
        "Instance Status Extraction Error: HTTP communication issue",
    ),
    (
        "two say they are primaries",
        |seen| {
            reported(seen, "pg-2").is_primary = true;
            seen.cluster.spec.instances = 4;
        },
        "Cluster in healthy state",
    ),
    ("the primary is silent", silent, "Cluster in healthy state; failing"),
    ("and goes on to be", failing, "Cluster in healthy state: label pg-1 unhealthy"),
    (
        "and its label is off",
        |seen| {
            failing(seen);
            seen.leadership.as_mut().unwrap().instances[0].label = Label::Neither;
        },
        "Failing over; target pending",
    ),
    (
        "but it is fenced",
        |seen| {
            failing(seen);
            seen.leadership.as_mut().unwrap().instances[0].fenced = true;
        },
        "Cluster in healthy state",
    ),
    (
        "while its pod is replaced by the operator",
        |seen| {
            failing(seen);
            seen.leadership.as_mut().unwrap().instances[0].label = Label::Neither;
            seen.cluster.status.as_mut().unwrap().phase =
                Some(phases::RESTARTING_PRIMARY.to_owned());
        },
        "Primary instance is being restarted without a switchover",
    ),
    (
        "a pod has failed",
        |seen| seen.pods[2].status.as_mut().unwrap().phase = Some("Failed".to_owned()),
        "Cluster in healthy state: delete pod pg-3 Usual Ended",
    ),
    ("a pod is gone", |seen| without_pod(seen, "pg-2"), "Cluster in healthy state: create pod 2"),
    (
        "a pod starts",
        |seen| seen.pods[2].status.as_mut().unwrap().phase = Some("Pending".to_owned()),
        "Waiting for the instances to become active",
    ),
    (
        "an instance is gone",
        |seen| {
            without_pod(seen, "pg-2");
            seen.claims.remove(1);
        },
        "Creating a new replica: create 2 by join with [Data]",
    ),
    (
        "its volumes are still going",
        |seen| {
            without_pod(seen, "pg-2");
            let now = k8s_openapi::apimachinery::pkg::apis::meta::v1::Time(seen.now);
            seen.claims[1].metadata.deletion_timestamp = Some(now);
        },
        "Creating a new replica",
    ),
    (
        "all volumes are lost",
        |seen| {
            seen.claims.clear();
            seen.pods.clear();
            seen.answers.clear();
            seen.leadership = None;
        },
        "Cluster is unrecoverable and needs manual intervention",
    ),
    (
        "one more is asked for",
        |seen| seen.cluster.spec.instances = 4,
        "Creating a new replica: create 4 by join with [Data]",
    ),
    (
        "one less is asked for",
        |seen| seen.cluster.spec.instances = 2,
        "Cluster in healthy state: delete pg-3 with 1 claims",
    ),
    (
        "fewer than commits wait for",
        |seen| {
            seen.cluster.spec.instances = 2;
            seen.cluster.spec.max_sync_replicas = Some(2);
        },
        "Cluster in healthy state: ask for 3",
    ),
    (
        "a replica is given up",
        |seen| mark(&mut seen.pods[1]),
        "Cluster in healthy state: delete pg-2 with 1 claims",
    ),
    ("the primary is given up", |seen| mark(&mut seen.pods[0]), "Cluster in healthy state"),
    (
        "volumes are to grow",
        |seen| seen.cluster.spec.storage.size = Some("2Gi".to_owned()),
        "Cluster in healthy state: resize pg-1 to 2Gi, resize pg-2 to 2Gi, resize pg-3 to 2Gi",
    ),
    (
        "volumes are to shrink",
        |seen| seen.cluster.spec.storage.size = Some("512Mi".to_owned()),
        "Cluster in healthy state",
    ),
    (
        "a label is inherited",
        |seen| {
            let inherited = json!({"labels": {"team": "a"}});
            seen.cluster.spec.inherited_metadata = serde_json::from_value(inherited).unwrap();
        },
        "Cluster in healthy state: label pg-1 , patch pg-1, label pg-2 , patch pg-2, label pg-3 , \
         patch pg-3",
    ),
    (
        "a replica waits for a restart",
        |seen| reported(seen, "pg-3").pending_restart = true,
        "Upgrading cluster: delete pod pg-3 Usual Rollout",
    ),
    (
        "it is fenced",
        |seen| {
            reported(seen, "pg-3").pending_restart = true;
            annotate(seen, annotations::FENCED_INSTANCES, "[\"pg-3\"]");
        },
        "Cluster in healthy state",
    ),
    (
        "another rollout was just before",
        |seen| {
            reported(seen, "pg-3").pending_restart = true;
            seen.operator.rollout_in = Duration::from_secs(60);
        },
        "Cluster upgrade delayed",
    ),
    (
        "the primary waits for a restart",
        |seen| reported(seen, "pg-1").pending_restart = true,
        "Primary instance is being restarted in-place",
    ),
    (
        "its restart is under way, and a replica waits for one, too",
        |seen| {
            reported(seen, "pg-1").pending_restart = true;
            reported(seen, "pg-3").pending_restart = true;
            let status = seen.cluster.status.as_mut().unwrap();
            status.phase = Some("Primary instance is being restarted in-place".to_owned());
        },
        "Primary instance is being restarted in-place",
    ),
    (
        "a restart in place answers the one that was asked for",
        |seen| {
            annotate(seen, annotations::RESTARTED_AT, "now");
            let status = seen.cluster.status.as_mut().unwrap();
            status.phase = Some("Primary instance is being restarted in-place".to_owned());
        },
        "Primary instance is being restarted in-place: label pg-1 ",
    ),
    (
        "settings have not reached all",
        |seen| {
            reported(seen, "pg-1").pending_restart = true;
            reported(seen, "pg-1").loaded_configuration_hash = "new".to_owned();
            reported(seen, "pg-2").loaded_configuration_hash = "old".to_owned();
        },
        "Cluster in healthy state",
    ),
    (
        "a restart for lower settings is up to the manager",
        |seen| {
            reported(seen, "pg-1").pending_restart = true;
            reported(seen, "pg-1").pending_restart_for_decrease = true;
        },
        "Applying configuration",
    ),
    (
        "or to the user",
        |seen| {
            reported(seen, "pg-1").pending_restart = true;
            reported(seen, "pg-1").pending_restart_for_decrease = true;
            seen.cluster.spec.primary_update_strategy = Some(PrimaryUpdateStrategy::Supervised);
        },
        "Waiting for user action",
    ),
    (
        "and for a person",
        |seen| {
            reported(seen, "pg-1").pending_restart = true;
            seen.cluster.spec.primary_update_strategy = Some(PrimaryUpdateStrategy::Supervised);
        },
        "Waiting for user action",
    ),
    (
        "another image of the same version",
        |seen| seen.cluster.spec.image_name = Some("pg:17.2".to_owned()),
        "Cluster in healthy state",
    ),
    (
        "an older version",
        |seen| seen.cluster.spec.image_name = Some("pg:16".to_owned()),
        "Cluster has incomplete or invalid image catalog",
    ),
    (
        "a catalog without the version",
        |seen| {
            let reference = json!({"kind": "ImageCatalog", "name": "c", "major": 17});
            seen.cluster.spec.image_catalog_ref = serde_json::from_value(reference).unwrap();
            seen.catalog =
                Some(vec![CatalogImage { major: 16, image: "a".to_owned(), extensions: vec![] }]);
        },
        "Cluster has incomplete or invalid image catalog",
    ),
    (
        "a newer manager",
        |seen| {
            seen.operator.in_place_updates = true;
            let known = json!([{"goArch": "amd64", "hash": "newer"}]);
            seen.operator.architectures = serde_json::from_value(known).unwrap();
        },
        "Online upgrade in progress: send newer to pg-3",
    ),
    (
        "an architecture without a manager",
        |seen| {
            seen.operator.in_place_updates = true;
            reported(seen, "pg-2").executable_hash = "other".to_owned();
        },
        "Cluster cannot execute instance online upgrade due to missing architecture binary",
    ),
    (
        "sleep",
        |seen| annotate(seen, annotations::HIBERNATION, annotations::ON),
        "Cluster in healthy state: delete pod pg-1 Usual Hibernation",
    ),
    (
        "sleep, but not well",
        |seen| {
            annotate(seen, annotations::HIBERNATION, annotations::ON);
            seen.cluster.status.as_mut().unwrap().phase = Some(phases::FAILING_OVER.to_owned());
            without_pod(seen, "pg-2");
        },
        "Failing over: create pod 2",
    ),
];

#[test]
fn a_pass_over_a_healthy_cluster_with_one_change() {
    let base = healthy();
    for (name, change, expected) in ROWS {
        let mut seen = base.clone();
        change(&mut seen);
        assert_eq!(brief(&plan(&seen)), *expected, "{name}");
    }
}

#[test]
fn a_clock_that_is_ahead_does_not_keep_a_failing_primary() {
    let mut seen = healthy();
    silent(&mut seen);
    let ahead = "2030-01-01T00:00:00.000000Z".to_owned();
    seen.cluster.status.as_mut().unwrap().target_primary_timestamp = Some(ahead.clone());
    let noted = plan(&seen).status.current_primary_failing_since_timestamp;
    assert_eq!(noted, Some(ahead), "a note from before would be about another target");
}

#[test]
fn why_a_recovery_failed_is_told_until_there_is_a_primary() {
    let said = api::conditions::Said {
        kind: api::conditions::RECOVERY_FAILING,
        status: "True",
        reason: "TargetNotReached",
        message: "the archive ends",
    };
    let mut seen = healthy();
    let now = seen.now;
    let status = seen.cluster.status.as_mut().unwrap();
    status.conditions = api::conditions::with(&status.conditions, said, now).unwrap();
    let told = |plan: &Plan| plan.status.conditions.iter().any(|one| one.type_ == said.kind);
    assert!(!told(&plan(&seen)), "it has a primary");

    seen.cluster.status.as_mut().unwrap().current_primary = None;
    let failed = json!({
        "metadata": {"name": "pg-1-full-recovery"},
        "status": {"conditions": [{"type": "Failed", "status": "True"}]},
    });
    seen.jobs = vec![serde_json::from_value(failed).unwrap()];
    seen.leadership = None;
    let plan = plan(&seen);
    let reason = plan.status.phase_reason.clone().unwrap_or_default();
    assert!(told(&plan) && reason.ends_with("pg-1-full-recovery: the archive ends"), "{reason}");
}
