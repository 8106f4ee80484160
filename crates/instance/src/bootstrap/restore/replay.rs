//! The replay: a server that nobody but us can reach, until it has come to the target.

use std::time::Duration;

use api::cluster::Cluster;
use pgkit::connection::Connection;
use pgkit::control_data;
use pgkit::postmaster::machine::Exit;
use pgkit::tool::ToolError;
use postgres::control_data::ControlDataError;
use postgres::settings::default_of;
use thiserror::Error;
use tokio::time::sleep;

use super::super::Site;
use super::super::temporary_server::{ServerError, TemporaryServer};
use super::heard::{Heard, Listener};

/// How often the server is asked whether its recovery is over, and how often the log says where
/// it is.
const LOOK: Duration = Duration::from_millis(200);
const TELL_EVERY: u32 = 150;
const CONNECT: Duration = Duration::from_secs(10);

/// Why the recovery did not end.
#[derive(Debug, Error)]
pub enum ReplayError {
    #[error("cannot read the control file of the restored data")]
    Control(#[source] ToolError),
    #[error("the control file of the restored data is strange")]
    Strange(#[from] ControlDataError),
    #[error("PostgreSQL ended before it reached the target: {}", words(.exit, .heard))]
    Ended { exit: Exit, heard: Heard },
    #[error(transparent)]
    Server(#[from] ServerError),
}

fn words(exit: &Exit, heard: &Heard) -> String {
    heard.fatal.clone().unwrap_or_else(|| format!("its log says why ({exit:?})"))
}

/// What fetches WAL for the server, by asking us.
const RESTORE_COMMAND: &str = "/controller/manager wal-restore --or-stop %f %p";

/// Replays, and gives back the server once it is a primary.
pub(super) async fn run(
    site: &Site,
    cluster: &Cluster,
    target: Vec<(&'static str, String)>,
) -> Result<TemporaryServer, ReplayError> {
    let program = site.programs.get("pg_controldata");
    let (_, control) = control_data::read(program, &site.paths.data, site.run_as, &site.children)
        .await
        .map_err(ReplayError::Control)?;
    let mut settings = vec![
        "ssl=off".to_owned(),
        format!("restore_command={RESTORE_COMMAND}"),
        "hot_standby=on".to_owned(),
        // We listen to what it says.
        "lc_messages=C".to_owned(),
    ];
    // Lower values than the WAL was written with would stop the replay.
    for (name, least) in control.standby_settings()? {
        settings.push(format!("{name}={}", least.max(asked(cluster, name))));
    }
    settings.extend(target.iter().map(|(name, value)| format!("{name}={value}")));
    tracing::info!(?target, "the WAL is replayed");
    let words: Vec<&str> = settings.iter().map(String::as_str).collect();
    let (sink, listener) = Listener::before(site.sink.clone());
    let site = Site { sink, ..site.clone() };
    let started = TemporaryServer::start(&site, &[], &words).await;
    drop(site);
    let mut server = match started {
        Ok(server) => server,
        Err(ServerError::Ended(exit)) => {
            return Err(ReplayError::Ended { exit, heard: listener.end().await });
        }
        Err(error) => return Err(error.into()),
    };
    let target = server.target().clone();
    let over = async {
        let mut looks: u32 = 0;
        loop {
            if let Ok(session) = Connection::open(&target, CONNECT).await {
                while let Ok(at) = look(&session).await {
                    let Some(at) = at else { return };
                    looks = looks.wrapping_add(1);
                    if looks.is_multiple_of(TELL_EVERY) {
                        tracing::info!(at, "replaying");
                    }
                    sleep(LOOK).await;
                }
            }
            sleep(LOOK).await;
        }
    };
    let exit = tokio::select! {
        exit = server.wait() => Some(exit),
        () = over => None,
    };
    match exit {
        None => Ok(server),
        Some(exit) => {
            drop(server);
            Err(ReplayError::Ended { exit, heard: listener.end().await })
        }
    }
}

/// Where the replay is; none when it is over.
async fn look(session: &Connection) -> Result<Option<String>, tokio_postgres::Error> {
    let sql = "select case when pg_is_in_recovery() \
         then coalesce(pg_last_wal_replay_lsn()::text, '') end";
    session.client().query_one(sql, &[]).await?.try_get(0)
}

/// What the cluster sets, which may be more than the WAL needs.
fn asked(cluster: &Cluster, name: &str) -> u32 {
    let given = cluster.spec.postgresql.parameters.get(name).map(String::as_str);
    let value = given.or_else(|| default_of(name));
    value.and_then(|value| value.trim().parse().ok()).unwrap_or(0)
}
