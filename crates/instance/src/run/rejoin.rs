//! A former primary becomes a replica again: as it is, rewound, or cloned anew.

use std::path::PathBuf;
use std::time::Duration;

use api::Cluster;
use pgkit::account::RunAs;
use pgkit::data_directory::{FileError, Role};
use pgkit::tool::{Tool, ToolError};
use planner::leadership::instance::Role as MemberRole;
use planner::leadership::records::InstanceName;
use planner::leadership::rejoin::{Fork, LogEnd, Rejoin, RejoinSeen, WhyClone, rejoin};
use postgres::control_data::ControlData;
use postgres::history::{History, HistoryError};
use postgres::lsn::LsnError;
use postgres::replica::RestoreFor;
use postgres::wal_name::Timeline;
use thiserror::Error;

use super::control;
use super::follow::{Override, Receiving};
use super::leader::{Leader, Process};
use super::server::Maker;
use crate::archive::{ArchiveError, Caller};
use crate::bootstrap::Site;
use crate::bootstrap::join::{self, JoinError, JoinOptions};
use crate::files::replica::Follower;
use crate::state::State;

/// How long questions to the new primary may take.
const ASK: Duration = Duration::from_secs(10);

/// A mark beside the data directory: it is neither what it was nor what it shall be.
pub const UNFINISHED: &str = "cnpg-rewinding";

/// All that a rejoin needs.
#[derive(Debug)]
pub struct Job {
    pub state: State,
    pub maker: Maker,
    pub with: InstanceName,
    pub failed_rewinds: u32,
}

/// Why it has not become a replica.
#[derive(Debug, Error)]
pub enum RejoinError {
    #[error("the cluster has not been seen yet")]
    NoCluster,
    #[error("the new primary does not answer")]
    Primary(#[source] ToolError),
    #[error("the new primary told no timeline: {0:?}")]
    Timeline(String),
    #[error("the history of the new primary cannot be read")]
    History(#[from] HistoryError),
    #[error("the position of the new primary cannot be read")]
    Position(#[from] LsnError),
    #[error("the WAL that was not archived yet cannot be archived before it is rewound")]
    Archive(#[source] ArchiveError),
    #[error("pg_rewind failed")]
    Rewind(#[source] ToolError),
    #[error("cannot keep {0} from harm")]
    ControlFile(PathBuf, #[source] std::io::Error),
    #[error("cannot write into the data directory")]
    File(#[from] FileError),
    #[error("cannot mark the data directory as unfinished")]
    Mark(#[source] std::io::Error),
    #[error("the old data directory was put aside, and its clone failed")]
    Clone(#[from] JoinError),
}

/// Becomes a replica.
pub async fn run(job: &Job) -> Result<Rejoin, RejoinError> {
    let cluster = job.state.cluster().ok_or(RejoinError::NoCluster)?;
    let instance = job.state.identity().pod.clone();
    let mut follower = Follower::new(&cluster, &instance);
    let timeout = std::env::var(crate::files::replica::TCP_USER_TIMEOUT_VARIABLE).ok();
    follower.tcp_user_timeout = timeout.as_deref();
    let (timeline, history) = ask(job, &follower.conninfo()).await?;
    let forks: Vec<Fork> = history
        .ancestors
        .iter()
        .map(|ancestor| Fork { timeline: ancestor.timeline.0, left_at: ancestor.end })
        .collect();
    let data = job.state.paths().data_directory();
    let unfinished = job.state.paths().beside_data(UNFINISHED);
    let control = control::read(&job.maker).await;
    let end = if super::disk::databases_lost(data.path()) {
        LogEnd::Damaged // though the log may go well with that of the new primary
    } else if unfinished.exists() {
        // The control file is the only part that may still be whole.
        control.as_ref().map_or(LogEnd::Damaged, crashed)
    } else {
        control.as_ref().map_or(LogEnd::Damaged, end_of_log)
    };
    let seen = RejoinSeen {
        end,
        primary_timeline: timeline,
        history: &forks,
        failed_rewinds: job.failed_rewinds,
    };
    let how = rejoin(&seen);
    tracing::info!(?how, ?end, timeline, with = %job.with, "becoming a replica");
    match how {
        // Said by the name of the program, as where it runs: people look there for what became of
        // a former primary.
        Rejoin::Follow => tracing::info!(target: "pg_rewind", "no rewind required"),
        Rejoin::Rewind => {
            save_wal(job).await?;
            rewind(job, &follower).await?;
        }
        Rejoin::Clone(why) => clone(job, &cluster, why).await?,
    }
    Override {
        cluster: &cluster,
        instance: &instance,
        receiving: Receiving::On,
        names: super::names::wanted(&cluster, &instance)
            .is_some()
            .then_some(&planner::leadership::sync_names::Loaded::Blocking),
    }
    .write(&data)
    .map(|_| ())?;
    let _ = data.demote()?;
    let _ = std::fs::remove_file(&unfinished);
    Ok(how)
}

fn crashed(control: &ControlData) -> LogEnd {
    control.timeline().map_or(LogEnd::Damaged, |timeline| LogEnd::Crashed { timeline: timeline.0 })
}

fn end_of_log(control: &ControlData) -> LogEnd {
    control::clean_end(control).map_or_else(|| crashed(control), LogEnd::Clean)
}

/// The timeline of the new primary and how it came to it.
async fn ask(job: &Job, conninfo: &str) -> Result<(u32, History), RejoinError> {
    let identity = replication(job, conninfo, "IDENTIFY_SYSTEM").await?;
    let timeline = identity.trim().split('|').nth(1).and_then(|text| text.parse::<u32>().ok());
    let timeline = timeline.ok_or_else(|| RejoinError::Timeline(identity.clone()))?;
    if timeline < 2 {
        return Ok((timeline, History::first(Timeline(timeline))));
    }
    let history = replication(job, conninfo, &format!("TIMELINE_HISTORY {timeline}")).await?;
    let content = history.split_once('|').map_or("", |(_, content)| content);
    Ok((timeline, History::parse(Timeline(timeline), content)?))
}

async fn replication(job: &Job, conninfo: &str, command: &str) -> Result<String, RejoinError> {
    let conninfo = format!("{conninfo} replication=true connect_timeout=5");
    let tool = Tool::new(job.maker.programs.get("psql"))
        .args(["-X", "-A", "-t", "-w", "-c", command, "-d", &conninfo])
        .run_as(RunAs::Ourselves)
        .within(ASK);
    Ok(tool.run(&job.maker.children).await.map_err(RejoinError::Primary)?.stdout)
}

async fn rewind(job: &Job, follower: &Follower<'_>) -> Result<(), RejoinError> {
    let data = job.state.paths().data_directory();
    protect_control_file(data.path())?;
    let text = follower.text(RestoreFor::Rewind);
    let _ = data.write(postgres::conf::OVERRIDE, &text)?;
    if let Err(error) = crate::files::configuration::release_auto_conf(&data) {
        tracing::warn!(error = super::chain(&error), "cannot open the file of ALTER SYSTEM");
    }
    let mark = job.state.paths().beside_data(UNFINISHED);
    std::fs::File::create(&mark).and_then(|file| file.sync_all()).map_err(RejoinError::Mark)?;
    let conninfo = follower.conninfo();
    let mut tool = Tool::new(job.maker.programs.get("pg_rewind"))
        .args(["-P", "--source-server", &conninfo, "--target-pgdata"])
        .arg(data.path())
        .run_as(RunAs::Ourselves)
        .log_to(job.state.log().clone());
    if has_archive(&job.state) {
        tool = tool.arg("--restore-target-wal");
    }
    tool.run(&job.maker.children).await.map_err(RejoinError::Rewind)?;
    let _ = std::fs::remove_file(data.path().join("global/pg_control.old"));
    Ok(())
}

/// What waits for the archiver may be nowhere else, and is gone after a rewind.
async fn save_wal(job: &Job) -> Result<(), RejoinError> {
    let caller = Caller::new(job.state.paths());
    let swept = tokio::task::spawn_blocking(move || caller.sweep()).await;
    match swept {
        Ok(swept) => swept.map_err(RejoinError::Archive),
        Err(panic) => std::panic::resume_unwind(panic.into_panic()),
    }
}

fn has_archive(state: &State) -> bool {
    let cluster = state.cluster();
    cluster.is_some_and(|cluster| {
        let backup = cluster.spec.backup.as_ref();
        backup.is_some_and(|backup| backup.barman_object_store.is_some())
    })
}

/// A rewind that is cut short may leave the control file empty: an old one is better than none.
fn protect_control_file(data: &std::path::Path) -> Result<(), RejoinError> {
    let (present, old) = (data.join("global/pg_control"), data.join("global/pg_control.old"));
    let of = |source| RejoinError::ControlFile(present.clone(), source);
    let empty = std::fs::metadata(&present).map_err(of)?.len() == 0;
    let (from, to) = if empty { (&old, &present) } else { (&present, &old) };
    let content = std::fs::read(from).map_err(of)?;
    let _ = pgkit::data_directory::write(to, &content, 0o600)?;
    Ok(())
}

/// The old directory stays beside the new one: what was on it only is for a person to judge.
async fn clone(job: &Job, cluster: &Cluster, why: WhyClone) -> Result<(), RejoinError> {
    tracing::warn!(?why, "the data directory is put aside and cloned anew");
    let (state, identity) = (&job.state, job.state.identity());
    let paths = state.paths().clone();
    let wal = paths.wal_volume.exists().then(|| paths.wal_directory());
    let site = Site::of_pod(paths, wal, state.log().clone(), state.children().clone());
    let options = JoinOptions {
        cluster: identity.cluster.clone(),
        namespace: identity.namespace.clone(),
        pod: format!("{}-join", identity.pod),
        parent: format!("{}-rw", identity.cluster),
    };
    join::make(&site, cluster, &options, join::conninfo(&options)).await?;
    Ok(())
}

impl Leader {
    pub(super) fn rejoin_job(&self, with: InstanceName) -> Job {
        Job {
            state: self.state.clone(),
            maker: self.maker.clone(),
            with,
            failed_rewinds: self.failed_rewinds,
        }
    }

    pub(super) async fn rejoined(&mut self, outcome: Result<Rejoin, RejoinError>) {
        if self.rejoining.take().is_none() {
            return;
        }
        let end = match self.data().role() {
            Ok(Role::Primary) => self.end_of_log().await,
            Ok(Role::Standby) | Err(_) => None,
        };
        self.process = Process::Down { end };
        match outcome {
            Ok(how) => {
                tracing::info!(?how, "the data directory is that of a replica now");
                self.failed_rewinds = 0;
            }
            Err(error @ RejoinError::Primary(_)) => {
                tracing::info!(why = super::chain(&error), "not a replica yet: trying again");
            }
            Err(error) => {
                tracing::error!(error = super::chain(&error), "not a replica yet");
                if matches!(error, RejoinError::Rewind(_)) {
                    self.failed_rewinds += 1;
                }
            }
        }
        self.state.set_flags(|flags| flags.rewinding = false);
        self.look_at_server();
    }

    /// A directory that is half rewound, or not there, is nobody's.
    pub(super) fn is_whole(&self, role: MemberRole) -> bool {
        let unfinished = self.state.paths().beside_data(UNFINISHED).exists();
        let made = self.state.paths().data.join("PG_VERSION").exists();
        made && (role == MemberRole::Standby || !unfinished)
    }
}
