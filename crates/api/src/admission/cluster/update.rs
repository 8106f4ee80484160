//! What may not change in a cluster that exists.

use std::cmp::Ordering;

use postgres::version::Version;

use super::{View, parameters, storage, view};
use crate::admission::{Errors, FieldError};
use crate::cluster::Cluster;
use crate::cluster::primary::PrimaryUpdateMethod;
use crate::cluster::storage::Storage;

/// A rule compares the cluster as it was, with its defaults, with what it shall become.
type Rule = fn(&Cluster, &View<'_>, &mut Errors);

const RULES: &[Rule] = &[
    major_version,
    image_and_parameters,
    volumes,
    tablespaces,
    users,
    replication_slots,
    wal_level,
    role,
];

/// Everything about the change that is wrong.
pub(super) fn errors(old: &Cluster, new: &View<'_>) -> Vec<FieldError> {
    let mut errors = Errors::default();
    for rule in RULES {
        rule(old, new, &mut errors);
    }
    errors.into_vec()
}

/// The data directory remembers the version that last ran on it.
fn major_version(old: &Cluster, new: &View<'_>, errors: &mut Errors) {
    let status = old.status.as_ref().or(new.cluster.status.as_ref());
    let Some(data) = status.and_then(|status| status.pgdata_image_info.as_ref()) else { return };
    let Some(version) = new.version else { return };
    let major = i64::from(version.major());
    let (path, value) = match (&new.spec.image_name, &new.spec.image_catalog_ref) {
        (None, Some(_)) => ("spec.imageCatalogRef.major", serde_json::json!(major)),
        (image, _) => ("spec.imageName", serde_json::json!(image)),
    };
    match major.cmp(&data.major_version) {
        Ordering::Less => errors.invalid(
            path,
            value,
            format!("the data is of PostgreSQL {} and cannot go back", data.major_version),
            format!("use an image of version {} or newer", data.major_version),
        ),
        Ordering::Greater if version.major() < Version::OLDEST_UPGRADE_TARGET => errors.invalid(
            path,
            value,
            format!("no upgrade leads to PostgreSQL {major}"),
            format!("upgrade to version {} or newer", Version::OLDEST_UPGRADE_TARGET),
        ),
        Ordering::Equal | Ordering::Greater => {}
    }
}

fn image_and_parameters(old: &Cluster, new: &View<'_>, errors: &mut Errors) {
    let switchover = new.spec.primary_update_method == Some(PrimaryUpdateMethod::Switchover);
    let parameters = old.spec.postgresql.parameters != new.spec.postgresql.parameters;
    if switchover && parameters && old.spec.image_name != new.spec.image_name {
        errors.invalid(
            "spec.imageName",
            &new.spec.image_name,
            "with primaryUpdateMethod switchover the image and the parameters cannot change at once",
            "change one, wait for the rollout, then change the other",
        );
    }
}

fn volumes(old: &Cluster, new: &View<'_>, errors: &mut Errors) {
    check_shrink("spec.storage", &old.spec.storage, &new.spec.storage, errors);
    match (&old.spec.wal_storage, &new.spec.wal_storage) {
        (Some(old), Some(new)) => check_shrink("spec.walStorage", old, new, errors),
        (Some(_), None) => errors.invalid(
            "spec.walStorage",
            serde_json::Value::Null,
            "a volume for WAL stays once it is there",
            "keep walStorage",
        ),
        (None, Some(_) | None) => {}
    }
}

fn check_shrink(path: &str, old: &Storage, new: &Storage, errors: &mut Errors) {
    if let (Some(was), Some(shall)) = (storage::size(old), storage::size(new))
        && shall < was
    {
        errors.invalid(path, new, "a volume cannot shrink", "keep its size, or enlarge it");
    }
}

fn tablespaces(old: &Cluster, new: &View<'_>, errors: &mut Errors) {
    let now = &new.spec.tablespaces;
    let (problem, remedy) = ("a tablespace stays once it is there", "keep it in the list");
    if now.is_empty() && !old.spec.tablespaces.is_empty() {
        errors.invalid("spec.tablespaces", now, problem, remedy);
        return;
    }
    for (index, was) in old.spec.tablespaces.iter().enumerate() {
        let path = format!("spec.tablespaces[{index}]");
        match now.iter().find(|tablespace| tablespace.name == was.name) {
            Some(shall) => check_shrink(&path, &was.storage, &shall.storage, errors),
            None => errors.invalid(path, &was.name, problem, remedy),
        }
    }
}

fn users(old: &Cluster, new: &View<'_>, errors: &mut Errors) {
    for (path, was, shall) in [
        ("spec.postgresUID", old.spec.postgres_uid, new.spec.postgres_uid),
        ("spec.postgresGID", old.spec.postgres_gid, new.spec.postgres_gid),
    ] {
        if was != shall {
            let problem = "the files of the cluster belong to the user it was created with";
            let remedy = match was {
                Some(was) => format!("keep {was}"),
                None => "remove it".to_owned(),
            };
            errors.invalid(path, shall, problem, remedy);
        }
    }
}

fn replication_slots(old: &Cluster, new: &View<'_>, errors: &mut Errors) {
    let Some(was) = &old.spec.replication_slots else { return };
    let shall = new.spec.replication_slots.as_ref();
    if let Some(was) = &was.high_availability
        && was.enabled != Some(false)
    {
        let path = "spec.replicationSlots.highAvailability";
        match shall.and_then(|slots| slots.high_availability.as_ref()) {
            None => errors.invalid(
                path,
                serde_json::Value::Null,
                "slots are in use and would be left behind",
                "set enabled to false instead",
            ),
            Some(shall) if shall.slot_prefix != was.slot_prefix => errors.invalid(
                format!("{path}.slotPrefix"),
                &shall.slot_prefix,
                "slots with the old prefix are in use and would be left behind",
                "disable highAvailability first, then change the prefix",
            ),
            Some(_) => {}
        }
    }
    let synchronized = was.synchronize_replicas.as_ref().is_some_and(|slots| slots.enabled);
    let removed = shall.is_none_or(|slots| slots.synchronize_replicas.is_none());
    if synchronized && removed {
        errors.invalid(
            "spec.replicationSlots.synchronizeReplicas",
            serde_json::Value::Null,
            "slots are in use and would be left behind",
            "set enabled to false instead",
        );
    }
}

fn wal_level(old: &Cluster, new: &View<'_>, errors: &mut Errors) {
    let was = old.spec.postgresql.parameters.get("wal_level").map(String::as_str);
    let shall = new.parameter("wal_level");
    if let (Some(was), Some("minimal")) = (was, shall)
        && was != "minimal"
    {
        errors.invalid(
            parameters::path("wal_level"),
            "minimal",
            format!("an existing cluster with wal_level {was} cannot go there"),
            format!("keep {was}"),
        );
    }
}

fn role(old: &Cluster, new: &View<'_>, errors: &mut Errors) {
    let status = old.status.as_ref().or(new.cluster.status.as_ref());
    let switching = status
        .and_then(|status| status.switch_replica_cluster_status.as_ref())
        .is_some_and(|switch| switch.in_progress == Some(true));
    if switching && view::role(old) != new.role {
        let enabled = new.spec.replica.as_ref().and_then(|replica| replica.enabled);
        errors.invalid(
            "spec.replica.enabled",
            enabled,
            "the cluster is changing its part already",
            "wait until status.switchReplicaClusterStatus is over",
        );
    }
}
