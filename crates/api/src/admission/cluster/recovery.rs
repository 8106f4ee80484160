//! Recovery from a backup: where from, and how far.

use k8s_openapi::api::core::v1::TypedLocalObjectReference;
use postgres::lsn::Lsn;
use postgres::recovery_target;

use super::View;
use crate::admission::Errors;
use crate::cluster::recovery::{Recovery, RecoverySnapshots, RecoveryTarget};

const RECOVERY: &str = "spec.bootstrap.recovery";
const TARGET: &str = "spec.bootstrap.recovery.recoveryTarget";
const SNAPSHOT_GROUP: &str = "snapshot.storage.k8s.io";

pub(super) fn check(view: &View<'_>, errors: &mut Errors) {
    let recovery = view.spec.bootstrap.as_ref().and_then(|bootstrap| bootstrap.recovery.as_ref());
    let Some(recovery) = recovery else { return };
    check_source(view, recovery, errors);
    if let Some(snapshots) = &recovery.volume_snapshots {
        check_snapshots(view, recovery, snapshots, errors);
    }
    if let Some(target) = &recovery.recovery_target {
        check_target(target, recovery, errors);
    }
}

fn check_source(view: &View<'_>, recovery: &Recovery, errors: &mut Errors) {
    let Some(source) = &recovery.source else { return };
    let path = format!("{RECOVERY}.source");
    let found = view.spec.external_clusters.iter().find(|external| external.name == *source);
    if found.is_none() {
        errors.invalid(
            path.as_str(),
            source,
            "spec.externalClusters has no server of this name",
            "add it there, or name another",
        );
    }
    let usable = found.is_some_and(|external| {
        !external.connection_parameters.is_empty()
            || external.barman_object_store.is_some()
            || external.plugin.is_some()
    });
    if !usable {
        errors.invalid(
            path,
            source,
            "nothing tells how to reach the backups of this server",
            "give it connectionParameters, barmanObjectStore or plugin",
        );
    }
}

fn check_snapshots(
    view: &View<'_>,
    recovery: &Recovery,
    snapshots: &RecoverySnapshots,
    errors: &mut Errors,
) {
    if recovery.backup.is_some() {
        errors.invalid(
            format!("{RECOVERY}.dataSource"),
            recovery,
            "a backup and volume snapshots are both given",
            "keep one of backup and volumeSnapshots",
        );
        return;
    }
    check_volume(format!("{RECOVERY}.storage"), &snapshots.storage, errors);
    if let Some(wal) = &snapshots.wal_storage {
        let path = format!("{RECOVERY}.dataSource.walStorage");
        if view.spec.wal_storage.is_none() {
            errors.invalid(
                path.as_str(),
                wal,
                "the cluster has no volume for WAL",
                "configure spec.walStorage, or remove it",
            );
        }
        check_volume(path, wal, errors);
    }
}

fn check_volume(path: String, volume: &TypedLocalObjectReference, errors: &mut Errors) {
    let group = volume.api_group.as_deref().unwrap_or_default();
    let known = [(SNAPSHOT_GROUP, "VolumeSnapshot"), ("", "PersistentVolumeClaim")];
    if !known.contains(&(group, &volume.kind)) {
        errors.invalid(
            path,
            volume,
            "volumes are made from snapshots and claims only",
            "name a VolumeSnapshot of snapshot.storage.k8s.io or a PersistentVolumeClaim",
        );
    }
}

fn check_target(target: &RecoveryTarget, recovery: &Recovery, errors: &mut Errors) {
    let immediate = target.target_immediate == Some(true);
    let given = [
        target.target_xid.is_some(),
        target.target_name.is_some(),
        target.target_lsn.is_some(),
        target.target_time.is_some(),
        immediate,
    ];
    if given.into_iter().filter(|given| *given).count() > 1 {
        errors.invalid(
            TARGET,
            target,
            "there is more than one target",
            "keep one of targetXID, targetName, targetLSN, targetTime and targetImmediate",
        );
    }
    check_values(target, errors);
    let unordered = target.target_name.is_some() || target.target_xid.is_some() || immediate;
    match (&target.backup_id, recovery.volume_snapshots.is_some()) {
        (None, false) if unordered => errors.required(
            TARGET,
            "such a target does not tell which backup to start from",
            "set backupID",
        ),
        (Some(id), true) => errors.invalid(
            format!("{TARGET}.backupID"),
            id,
            "the recovery starts from volume snapshots",
            "remove it",
        ),
        (None | Some(_), _) => {}
    }
}

fn check_values(target: &RecoveryTarget, errors: &mut Errors) {
    if let Some(time) = &target.target_time
        && let Err(error) = recovery_target::parse_time(time)
    {
        let remedy = "write a time such as 2026-01-31T12:00:00Z";
        errors.invalid(TARGET, time, error.to_string(), remedy);
    }
    if let Some(lsn) = &target.target_lsn
        && let Err(error) = lsn.parse::<Lsn>()
    {
        errors.invalid(TARGET, lsn, error.to_string(), "write a position such as 16/B374D848");
    }
    if let Some(timeline) = &target.target_tli
        && !recovery_target::is_timeline(timeline)
    {
        errors.invalid(
            format!("{TARGET}.targetTLI"),
            timeline,
            "it is neither `latest` nor a positive number",
            "write one of them",
        );
    }
    if let Some(transaction) = &target.target_xid
        && !recovery_target::is_transaction(transaction)
    {
        errors.invalid(
            format!("{TARGET}.targetXID"),
            transaction,
            "it is not a number of 32 bits",
            "write the transaction as a decimal number",
        );
    }
    if let Some(name) = &target.target_name
        && !recovery_target::is_restore_point(name)
    {
        errors.invalid(
            format!("{TARGET}.targetName"),
            name,
            "no restore point can be called so",
            "use less than 64 bytes and no control characters",
        );
    }
}
