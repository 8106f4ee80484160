//! The status document, made of what the server tells and what the manager knows.

use std::time::Duration;

use api::Cluster;
use pgkit::connection::{ConnectError, Connection};
use pgkit::data_directory::{DataDirectory, FileError, Role};
use pgkit::status::{Archiver, Basebackup, Facts, Replica, RoleFacts, Slot, StatusError};
use pgkit::status::{any_decrease, facts};
use postgres::control_data::STANDBY_SETTINGS;
use protocol::status::{
    BasebackupProgress, Interval, PodReference, PostgresqlStatus, Replica as SaidReplica,
    ReplicationSlot, WalTime,
};
use thiserror::Error;

use super::leadership;
use super::program::{Program, VERSION, architecture};
use crate::state::State;

/// Whoever asks has less patience than this for all instances together.
const LIMIT: Duration = Duration::from_secs(5);

/// Why the server tells nothing.
#[derive(Debug, Error)]
pub enum DocumentError {
    #[error("failed to connect to PostgreSQL")]
    Connect(#[from] ConnectError),
    #[error("failed to read the status of PostgreSQL")]
    Status(#[from] StatusError),
    #[error("failed to look into the data directory")]
    Data(#[from] FileError),
    #[error("failed to read the control file")]
    ControlData(#[from] pgkit::tool::ToolError),
}

/// The document of this moment.
///
/// A server that is expected to be down is no error: while it rewinds, restarts or is fenced, and
/// whenever this instance has something to say about leadership, there is a document that carries
/// the error.
///
/// # Errors
/// When the server tells nothing, and nobody said that this was to be expected.
pub async fn document(state: &State, program: &Program) -> Result<PostgresqlStatus, DocumentError> {
    let mut document = identity(state, program).await;
    if document.is_pg_rewind_running {
        return Ok(document);
    }
    match ask(state, &mut document).await {
        Ok(()) => Ok(document),
        Err(error) if document.might_be_unavailable || document.leadership.is_some() => {
            let role = DataDirectory::new(&state.paths().data).role();
            document.is_primary = matches!(role, Ok(Role::Primary));
            document.might_be_unavailable_masked_error = chain(&error);
            Ok(document)
        }
        Err(error) => Err(error),
    }
}

/// All causes of an error in one line.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

async fn identity(state: &State, program: &Program) -> PostgresqlStatus {
    let flags = state.flags();
    PostgresqlStatus {
        pod: PodReference { name: state.identity().pod.clone() },
        is_pg_rewind_running: flags.rewinding,
        might_be_unavailable: flags.might_be_unavailable || flags.fenced,
        is_instance_manager_upgrading: flags.upgrading,
        executable_hash: program.hash().await.to_owned(),
        instance_manager_version: VERSION.to_owned(),
        instance_arch: architecture().to_owned(),
        session_id: state.session().to_owned(),
        leadership: state.leadership().as_deref().map(leadership::said),
        ..PostgresqlStatus::default()
    }
}

async fn ask(state: &State, document: &mut PostgresqlStatus) -> Result<(), DocumentError> {
    let session = Connection::open(&state.superuser(), LIMIT).await?;
    let facts = facts(session.client(), &state.identity().cluster, LIMIT).await?;
    drop(session);
    let is_standby = matches!(facts.role, RoleFacts::Standby { .. });
    let decrease = any_decrease(&facts.pending);
    document.pending_restart_for_decrease = decrease;
    document.pending_restart = !facts.pending.is_empty();
    // A standby may only follow once its primary has the lower values.
    let cluster = state.cluster();
    let follows_primary = !cluster.as_deref().is_some_and(Cluster::is_replica_cluster);
    if decrease && is_standby && follows_primary {
        document.pending_restart = primary_went_first(state, &facts).await?;
    }
    if !is_standby {
        document.ready_wal_files = DataDirectory::new(&state.paths().data).ready_wal_files()?;
    }
    fill(document, facts);
    Ok(())
}

/// Whether the control file, which follows the primary, has all the values that are waited for.
async fn primary_went_first(state: &State, facts: &Facts) -> Result<bool, DocumentError> {
    let (program, run_as) = ("pg_controldata", pgkit::account::RunAs::default());
    let data = &state.paths().data;
    let (_, control) = pgkit::control_data::read(program, data, run_as, state.children()).await?;
    let pending = facts.pending.iter().filter_map(|setting| {
        let label = STANDBY_SETTINGS.iter().find(|(name, _)| *name == setting.name)?;
        Some((label.1, setting.wanted.as_deref()?))
    });
    Ok(pending.into_iter().all(|(label, wanted)| control.get(label) == Some(wanted)))
}

fn fill(document: &mut PostgresqlStatus, facts: Facts) {
    document.system_id = facts.system_identifier;
    document.timeline_id = facts.timeline;
    document.loaded_configuration_hash = facts.configuration_hash;
    let Archiver { working, last_archived, last_failed } = facts.archiver;
    (document.last_archived_wal, document.last_archived_wal_time) = archived(last_archived);
    (document.last_failed_wal, document.last_failed_wal_time) = archived(last_failed);
    document.basebackups = facts.basebackups.into_iter().map(basebackup).collect();
    match facts.role {
        RoleFacts::Primary { current, current_wal, replicas, slots } => {
            document.is_primary = true;
            document.is_archiving_wal = working;
            document.current_lsn = Some(current);
            document.current_wal = current_wal;
            document.replication_info = replicas.into_iter().map(replica).collect();
            document.replication_slots_info = slots.into_iter().map(slot).collect();
        }
        RoleFacts::Standby { received, replayed, replay_paused, wal_receiver } => {
            document.received_lsn = received;
            document.replay_lsn = replayed;
            document.replay_paused = replay_paused;
            document.is_wal_receiver_active = wal_receiver;
        }
    }
}

fn archived(last: Option<(String, jiff::Timestamp)>) -> (String, Option<WalTime>) {
    match last {
        Some((name, time)) => (name, Some(WalTime::At(time))),
        None => (String::new(), Some(WalTime::Never)),
    }
}

fn replica(seen: Replica) -> SaidReplica {
    SaidReplica {
        application_name: seen.application_name,
        state: seen.state,
        sent_lsn: seen.sent,
        write_lsn: seen.written,
        flush_lsn: seen.flushed,
        replay_lsn: seen.replayed,
        write_lag: Interval::new(seen.write_lag),
        flush_lag: Interval::new(seen.flush_lag),
        replay_lag: Interval::new(seen.replay_lag),
        sync_state: seen.sync_state,
        sync_priority: seen.sync_priority,
    }
}

fn slot(seen: Slot) -> ReplicationSlot {
    ReplicationSlot {
        slot_name: seen.name,
        plugin: seen.plugin,
        slot_type: seen.kind,
        datoid: seen.datoid,
        database: seen.database,
        xmin: seen.xmin,
        catalog_xmin: seen.catalog_xmin,
        restart_lsn: seen.restart,
        wal_status: seen.wal_status,
        safe_wal_size: seen.safe_wal_size,
        active: seen.active,
    }
}

fn basebackup(seen: Basebackup) -> BasebackupProgress {
    BasebackupProgress {
        usename: seen.user,
        application_name: seen.application_name,
        backend_start: seen.backend_start.to_string(),
        phase: seen.phase,
        backup_total: seen.total,
        backup_streamed: seen.streamed,
        backup_total_pretty: seen.total_pretty,
        backup_streamed_pretty: seen.streamed_pretty,
        tablespaces_total: seen.tablespaces_total,
        tablespaces_streamed: seen.tablespaces_streamed,
    }
}
