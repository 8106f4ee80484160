//! What follows from what was read: who is the primary, in which order instances are shown, and
//! how the cluster is.

use std::cmp::Reverse;

use api::cluster::ClusterSpec;
use api::cluster::status::ClusterStatus;
use api::{Cluster, annotations, conditions, phases};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Condition;
use kube::ResourceExt as _;
use postgres::lsn::Lsn;
use protocol::status::{PostgresqlStatus, Replica};
use serde::Serialize;

use super::gather::{Gathered, Instance};
use crate::instance::{BadFence, Fenced, is_ready, is_replica_cluster, role};

/// How a cluster is, in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Health {
    Healthy,
    /// Put to sleep on purpose.
    Hibernated,
    /// It works, but not as it should.
    Degraded,
    /// It cannot be written, or nobody knows.
    Failing,
}

impl Health {
    pub fn word(self) -> &'static str {
        match self {
            Self::Healthy => "healthy",
            Self::Hibernated => "hibernated",
            Self::Degraded => "degraded",
            Self::Failing => "failing",
        }
    }

    /// What `--exit-code` ends with; 1 stays for commands that failed.
    pub fn code(self) -> u8 {
        match self {
            Self::Healthy | Self::Hibernated => 0,
            Self::Degraded => 2,
            Self::Failing => 3,
        }
    }

    /// As far as the cluster's own status tells.
    pub fn of(cluster: &Cluster) -> Self {
        let status = cluster.status.clone().unwrap_or_default();
        if is_hibernated(&status) {
            return Self::Hibernated;
        }
        let ready = status.ready_instances.unwrap_or_default();
        let primary = status.current_primary.as_deref();
        let fenced = Fenced::of(cluster);
        let primary_fenced = match (&fenced, primary) {
            (Ok(fenced), Some(primary)) => fenced.contains(primary),
            _ => false,
        };
        let lost = matches!(
            status.phase.as_deref(),
            Some(phases::cluster::UNRECOVERABLE | phases::cluster::FAILING_OVER)
        );
        if primary.is_none() || ready == 0 || primary_fenced || lost {
            return Self::Failing;
        }
        let wanted = cluster.spec.instances;
        let archiving = condition(&status, conditions::CONTINUOUS_ARCHIVING);
        let healthy = status.phase.as_deref() == Some(phases::cluster::HEALTHY)
            && ready == wanted
            && status.current_primary == status.target_primary
            && fenced.is_ok_and(|fenced| fenced.is_empty())
            && archiving.is_none_or(|condition| condition.status != "False");
        if healthy { Self::Healthy } else { Self::Degraded }
    }
}

/// The condition of a type.
pub fn condition<'a>(status: &'a ClusterStatus, kind: &str) -> Option<&'a Condition> {
    status.conditions.iter().find(|condition| condition.type_ == kind)
}

/// Whether all instances were stopped on purpose.
pub fn is_hibernated(status: &ClusterStatus) -> bool {
    condition(status, conditions::HIBERNATION).is_some_and(|it| it.status == "True")
}

/// What was read, in the order in which it is shown.
#[derive(Debug)]
pub struct Facts<'a> {
    pub gathered: &'a Gathered,
    pub status: ClusterStatus,
    /// Sorted for people.
    pub instances: Vec<&'a Instance>,
    pub hibernated: bool,
    pub replica_cluster: bool,
    pub fenced: Result<Fenced, BadFence>,
}

impl<'a> Facts<'a> {
    pub fn new(gathered: &'a Gathered) -> Self {
        let status = gathered.cluster.status.clone().unwrap_or_default();
        let spec = &gathered.cluster.spec;
        let replica_cluster = is_replica_cluster(&gathered.name, spec);
        let current = status.current_primary.clone().unwrap_or_default();
        let mut instances: Vec<_> = gathered.instances.iter().collect();
        instances.sort_by_cached_key(|instance| {
            let name = instance.name();
            let Ok(report) = &instance.reached.report else {
                return (true, true, String::new(), Reverse((Lsn(0), Lsn(0))), true, name);
            };
            let report = &report.status;
            let first = if report.is_primary { name.clone() } else { String::new() };
            let lsn = |lsn: Option<Lsn>| lsn.unwrap_or(Lsn(0));
            let wal = Reverse((lsn(report.received_lsn), lsn(report.replay_lsn)));
            let designated = replica_cluster && name == current;
            (false, !report.is_primary, first, wal, !designated, name)
        });
        Self {
            gathered,
            hibernated: is_hibernated(&status),
            replica_cluster,
            fenced: Fenced::of(&gathered.cluster),
            instances,
            status,
        }
    }

    pub fn spec(&self) -> &ClusterSpec {
        &self.gathered.cluster.spec
    }

    /// The word of the instance that leads.
    pub fn primary(&self) -> Option<(&'a Instance, &'a PostgresqlStatus)> {
        self.instances.iter().find_map(|instance| {
            let report = &instance.reached.report.as_ref().ok()?.status;
            let leads = report.is_primary
                || !report.replication_info.is_empty()
                || (self.replica_cluster && role(&instance.pod) == api::labels::ROLE_PRIMARY);
            leads.then_some((*instance, report))
        })
    }

    pub fn primary_fenced(&self) -> bool {
        let current = self.status.current_primary.as_deref().unwrap_or_default();
        self.fenced.as_ref().is_ok_and(|fenced| fenced.contains(current))
    }

    /// The prefix of the slots that the operator keeps; `None` when it keeps none.
    pub fn slot_prefix(&self) -> Option<String> {
        let slots = self.spec().replication_slots.as_ref()?.high_availability.as_ref()?;
        let prefix = slots.slot_prefix.clone().unwrap_or_else(|| "_cnpg_".to_owned());
        (slots.enabled != Some(false)).then_some(prefix)
    }

    /// The rows of the primary's standbys, the most important ones first.
    pub fn replicas(&self) -> Vec<&'a Replica> {
        let mut rows: Vec<_> =
            self.primary().iter().flat_map(|(_, report)| &report.replication_info).collect();
        rows.sort_by_key(|row| {
            (
                row.sync_state.clone(),
                row.state.clone(),
                Reverse(row.sent_lsn),
                Reverse(row.write_lsn),
                row.application_name.clone(),
            )
        });
        rows
    }

    /// The role an instance plays, in the words that people know.
    pub fn role(&self, instance: &Instance, report: &PostgresqlStatus) -> &'static str {
        let name = instance.name();
        if report.might_be_unavailable {
            return "Fenced";
        }
        if report.is_primary {
            return "Primary";
        }
        if self.replica_cluster && role(&instance.pod) == api::labels::ROLE_PRIMARY {
            return "Designated primary";
        }
        if !report.is_wal_receiver_active {
            return if is_ready(&instance.pod) {
                "Standby (file based)"
            } else if report.is_pg_rewind_running {
                "Standby (pg_rewind)"
            } else {
                "Standby (starting up)"
            };
        }
        if report.replay_paused {
            return "Standby (paused)";
        }
        let Some((_, primary)) = self.primary() else { return "Unknown" };
        let row = primary
            .replication_info
            .iter()
            .find(|row| row.application_name == name && row.state == "streaming");
        match row.map(|row| row.sync_state.as_str()) {
            Some("quorum" | "sync") => "Standby (sync)",
            Some("potential") => "Standby (potential sync)",
            Some("async") => "Standby (async)",
            None if primary.replication_info.is_empty() => "Standby (in Replica Cluster)",
            _ => "Unknown",
        }
    }

    /// How the cluster is, by its status and by what its instances say.
    pub fn health(&self) -> Health {
        let health = Health::of(&self.gathered.cluster);
        if self.hibernated {
            return health;
        }
        let reached = self.instances.iter().filter(|it| it.reached.report.is_ok()).count();
        // A person without rights to the pods is told what the API knows.
        let asked = self.instances.iter().any(|it| match &it.reached.report {
            Ok(_) => true,
            Err(unreachable) => unreachable.reason != "Forbidden",
        });
        if !asked {
            return health;
        }
        let seen = match self.primary() {
            None => Health::Failing,
            Some(_) if reached < self.instances.len() => Health::Degraded,
            Some((_, primary)) if self.archiving_fails(primary) => Health::Degraded,
            Some(_) => Health::Healthy,
        };
        health.max(seen)
    }

    fn archiving_fails(&self, primary: &PostgresqlStatus) -> bool {
        let skipped = self.gathered.cluster.annotations().get(annotations::SKIP_WAL_ARCHIVING);
        let configured = self.spec().backup.is_some() || self.gathered.store.is_some();
        configured
            && skipped.map(String::as_str) != Some(annotations::ENABLED)
            && !primary.is_archiving_wal
            && !primary.last_failed_wal.is_empty()
    }
}

/// The slot of an instance, as the operator names it.
pub fn slot_name(prefix: &str, instance: &str) -> String {
    let mut name = String::new();
    for letter in format!("{prefix}{instance}").to_lowercase().chars() {
        let plain = letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_';
        if plain {
            name.push(letter);
        } else if !name.ends_with('_') {
            name.push('_');
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_have_plain_names() {
        for (instance, expected) in [("pg-1", "_cnpg_pg_1"), ("My.pg--2", "_cnpg_my_pg_2")] {
            assert_eq!(slot_name("_cnpg_", instance), expected);
        }
    }

    #[test]
    fn how_a_cluster_is() {
        let cluster = |change: fn(&mut Cluster)| {
            let mut cluster = Cluster::default();
            cluster.spec.instances = 2;
            cluster.status = Some(ClusterStatus {
                phase: Some(phases::cluster::HEALTHY.to_owned()),
                ready_instances: Some(2),
                current_primary: Some("pg-1".to_owned()),
                target_primary: Some("pg-1".to_owned()),
                ..ClusterStatus::default()
            });
            change(&mut cluster);
            cluster
        };
        fn status(cluster: &mut Cluster) -> &mut ClusterStatus {
            cluster.status.as_mut().unwrap()
        }
        fn fence(cluster: &mut Cluster, text: &str) {
            let key = annotations::FENCED_INSTANCES.to_owned();
            cluster.annotations_mut().insert(key, text.to_owned());
        }
        for (name, change, expected) in [
            ("as it should be", (|_| {}) as fn(&mut Cluster), Health::Healthy),
            ("a replica less", |it| status(it).ready_instances = Some(1), Health::Degraded),
            ("switching", |it| status(it).target_primary = Some("pg-2".into()), Health::Degraded),
            ("no primary", |it| status(it).current_primary = None, Health::Failing),
            ("nobody ready", |it| status(it).ready_instances = None, Health::Failing),
            (
                "failing over",
                |it| status(it).phase = Some(phases::cluster::FAILING_OVER.into()),
                Health::Failing,
            ),
            ("a replica fenced", |it| fence(it, r#"["pg-2"]"#), Health::Degraded),
            ("the primary fenced", |it| fence(it, r#"["pg-1"]"#), Health::Failing),
            ("no status yet", |it| it.status = None, Health::Failing),
        ] {
            assert_eq!(Health::of(&cluster(change)), expected, "{name}");
        }
    }
}
