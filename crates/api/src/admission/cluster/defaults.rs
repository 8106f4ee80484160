//! The defaults of a cluster.

use std::collections::BTreeMap;

use postgres::settings;
use serde::Deserialize;

use super::view;
use crate::admission::{OperatorDefaults, annotation};
use crate::annotations;
use crate::backup::BackupTarget;
use crate::cluster::bootstrap::Bootstrap;
use crate::cluster::initdb::{ImportType, InitDb};
use crate::cluster::probes::IsolationCheck;
use crate::cluster::slots::{HighAvailabilitySlots, SynchronizedSlots};
use crate::cluster::synchronous::DataDurability;
use crate::cluster::{Cluster, ClusterSpec, LogLevel};
use crate::plugin::PluginConfiguration;
use crate::references::SecretKeyRef;

/// What becomes of settings that only the operator may set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::admission) enum Fixed {
    /// They stay, so that the checks can refuse them.
    Keep,
    /// They make way for the operator's values.
    Drop,
}

/// The database and its owner when nobody names them.
const APP: &str = "app";
/// Prefix of the replication slots of instances.
const SLOT_PREFIX: &str = "_cnpg_";
/// Key of the metric queries in what the operator hands to every cluster.
const QUERIES_KEY: &str = "queries";
/// ConfigMap and Secret that every namespace gets a copy of.
const QUERIES_NAME: &str = "cnpg-default-monitoring";
/// Milliseconds that the check of an isolated primary waits for an answer.
const ISOLATION_TIMEOUT: i64 = 1000;

/// Fills in what is missing. Doing it twice changes nothing more.
pub(in crate::admission) fn apply(cluster: &mut Cluster, given: &OperatorDefaults, fixed: Fixed) {
    let spec = &mut cluster.spec;
    if spec.image_name.is_none() && spec.image_catalog_ref.is_none() {
        spec.image_name = Some(given.postgres_image.clone());
    }
    bootstrap(spec.bootstrap.get_or_insert_default());
    if spec.affinity.enable_pod_anti_affinity != Some(false) {
        spec.affinity.pod_anti_affinity_type.get_or_insert_with(|| "preferred".to_owned());
    }
    if let Some(backup) = &mut spec.backup {
        backup.target.take_if(|target| target.as_str().is_empty());
        backup.target.get_or_insert(BackupTarget::PreferStandby);
    }
    parameters(cluster, fixed);
    let spec = &mut cluster.spec;
    spec.log_level.take_if(|level| level.as_str().is_empty());
    spec.log_level.get_or_insert(LogLevel::Info);
    monitoring(spec, given);
    replication_slots(spec);
    tablespace_owners(spec);
    if let Some(synchronous) = &mut spec.postgresql.synchronous {
        synchronous.data_durability.take_if(|durability| durability.as_str().is_empty());
        synchronous.data_durability.get_or_insert(DataDurability::Required);
    }
    plugins(spec, given);
    isolation_check(cluster);
    failover_quorum(cluster);
}

fn bootstrap(bootstrap: &mut Bootstrap) {
    if let Some(recovery) = &mut bootstrap.recovery {
        application(&mut recovery.database, &mut recovery.owner);
    } else if let Some(copy) = &mut bootstrap.pg_basebackup {
        application(&mut copy.database, &mut copy.owner);
    } else {
        initdb(bootstrap.initdb.get_or_insert_default());
    }
}

fn application(database: &mut Option<String>, owner: &mut Option<String>) {
    let database = database.get_or_insert_with(|| APP.to_owned());
    owner.get_or_insert_with(|| database.clone());
}

fn initdb(initdb: &mut InitDb) {
    // A monolith brings its own databases: nobody asked for one more.
    let monolith =
        initdb.import.as_ref().is_some_and(|import| import.r#type == ImportType::Monolith);
    if !monolith {
        initdb.database.get_or_insert_with(|| APP.to_owned());
    }
    if initdb.owner.is_none() {
        initdb.owner.clone_from(&initdb.database);
    }
    initdb.encoding.get_or_insert_with(|| "UTF8".to_owned());
    initdb.locale_collate.get_or_insert_with(|| "C".to_owned());
    initdb.locale_c_type.get_or_insert_with(|| "C".to_owned());
}

fn parameters(cluster: &mut Cluster, fixed: Fixed) {
    if view::version(cluster).is_err() {
        return;
    }
    let archive_mode = view::archive_mode(cluster).as_str();
    let parameters: &mut BTreeMap<String, String> = &mut cluster.spec.postgresql.parameters;
    if fixed == Fixed::Drop {
        parameters.retain(|name, _| settings::reserved(name).is_none());
    }
    for (name, value) in settings::DEFAULTS {
        parameters.entry((*name).to_owned()).or_insert_with(|| (*value).to_owned());
    }
    parameters.insert(settings::ARCHIVE_MODE.to_owned(), archive_mode.to_owned());
}

fn monitoring(spec: &mut ClusterSpec, given: &OperatorDefaults) {
    let unwanted = |monitoring: &crate::cluster::monitoring::ClusterMonitoring| {
        monitoring.disable_default_queries == Some(true)
    };
    if spec.monitoring.as_ref().is_some_and(unwanted) {
        return;
    }
    let monitoring = spec.monitoring.get_or_insert_default();
    let present = |name: &Option<String>| name.as_ref().is_some_and(|name| !name.is_empty());
    if present(&given.monitoring_queries_config_map) {
        put_first(&mut monitoring.custom_queries_config_map);
    }
    if present(&given.monitoring_queries_secret) {
        put_first(&mut monitoring.custom_queries_secret);
    }
}

fn put_first(list: &mut Vec<SecretKeyRef>) {
    if list.iter().all(|entry| entry.name != QUERIES_NAME) {
        let first = SecretKeyRef { key: QUERIES_KEY.to_owned(), name: QUERIES_NAME.to_owned() };
        list.insert(0, first);
    }
}

fn replication_slots(spec: &mut ClusterSpec) {
    let slots = spec.replication_slots.get_or_insert_default();
    slots.high_availability.get_or_insert_with(|| HighAvailabilitySlots {
        enabled: Some(true),
        slot_prefix: Some(SLOT_PREFIX.to_owned()),
        ..HighAvailabilitySlots::default()
    });
    slots
        .synchronize_replicas
        .get_or_insert_with(|| SynchronizedSlots { enabled: true, exclude_patterns: Vec::new() });
}

fn tablespace_owners(spec: &mut ClusterSpec) {
    let owner = spec.bootstrap.as_ref().and_then(application_owner);
    let owner = owner.unwrap_or_else(|| "postgres".to_owned());
    for tablespace in &mut spec.tablespaces {
        tablespace.owner.name.get_or_insert_with(|| owner.clone());
    }
}

fn application_owner(bootstrap: &Bootstrap) -> Option<String> {
    let Bootstrap { initdb, recovery, pg_basebackup } = bootstrap;
    let recovery = recovery.as_ref().map(|recovery| &recovery.owner);
    let copy = pg_basebackup.as_ref().map(|copy| &copy.owner);
    let initdb = initdb.as_ref().map(|initdb| &initdb.owner);
    recovery.or(copy).or(initdb).cloned().flatten()
}

fn plugins(spec: &mut ClusterSpec, given: &OperatorDefaults) {
    for name in &given.plugins {
        if spec.plugins.iter().all(|plugin| plugin.name != *name) {
            let enabled = Some(true);
            let name = name.clone();
            spec.plugins.push(PluginConfiguration { enabled, name, ..Default::default() });
        }
    }
}

/// What the older annotation may say about the check of an isolated primary.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct LivenessPinger {
    enabled: bool,
    request_timeout: Option<i64>,
    connection_timeout: Option<i64>,
}

/// Reads the annotation; its `enabled` is mandatory.
pub(super) fn liveness_pinger(text: &str) -> Result<IsolationCheck, serde_json::Error> {
    let read: LivenessPinger = serde_json::from_str(text)?;
    Ok(IsolationCheck {
        enabled: Some(read.enabled),
        request_timeout: Some(read.request_timeout.unwrap_or(ISOLATION_TIMEOUT)),
        connection_timeout: Some(read.connection_timeout.unwrap_or(ISOLATION_TIMEOUT)),
    })
}

fn isolation_check(cluster: &mut Cluster) {
    let asked = annotation::get(&cluster.metadata, annotations::LIVENESS_PINGER);
    let asked = asked.and_then(|text| liveness_pinger(text).ok());
    let liveness = cluster.spec.probes.get_or_insert_default().liveness.get_or_insert_default();
    liveness.isolation_check.get_or_insert_with(|| {
        asked.unwrap_or(IsolationCheck {
            enabled: Some(true),
            request_timeout: Some(ISOLATION_TIMEOUT),
            connection_timeout: Some(ISOLATION_TIMEOUT),
        })
    });
}

fn failover_quorum(cluster: &mut Cluster) {
    let asked = annotation::get(&cluster.metadata, annotations::FAILOVER_QUORUM);
    if let Some(asked) = asked.and_then(annotation::boolean)
        && let Some(synchronous) = &mut cluster.spec.postgresql.synchronous
    {
        synchronous.failover_quorum = asked;
    }
}
