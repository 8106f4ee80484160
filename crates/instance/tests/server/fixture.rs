//! A site of jobs in a throw-away place.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;
use api::cluster::Cluster;
use instance::bootstrap::Site;
use instance::paths::Paths;
use pgkit::account::{Account, RunAs};
use pgkit::children::Children;
use pgkit::log::Entry;
use pgkit::programs::Programs;
use serde_json::json;
use tokio::sync::mpsc;

use crate::postgres_server::{PostgresHome, programs};

pub const LIMIT: Duration = Duration::from_secs(60);

/// A place for jobs and instances.
pub struct Bench {
    pub home: PostgresHome,
    pub site: Site,
    pub entries: mpsc::Receiver<Entry>,
}

impl Bench {
    pub fn new() -> Result<Self> {
        let home = PostgresHome::new()?;
        let (sink, entries) = mpsc::channel(100_000);
        let site = site(&home, "pgdata", "controller", sink)?;
        Ok(Self { home, site, entries })
    }

    /// Waits until a program says something.
    pub async fn until_said(&mut self, words: &str) {
        let said = async {
            while let Some(entry) = self.entries.recv().await {
                if matches!(entry, Entry::Line { text, .. } if text.contains(words)) {
                    return;
                }
            }
        };
        tokio::time::timeout(LIMIT, said).await.expect("it is said in time");
    }

    /// All that programs said so far.
    pub fn said(&mut self) -> String {
        let mut said = String::new();
        while let Ok(entry) = self.entries.try_recv() {
            if let Entry::Line { logger, text, .. } = entry {
                said.push_str(&format!("{logger}: {text}\n"));
            }
        }
        said
    }
}

/// A site beside others in one home.
pub fn site(
    home: &PostgresHome,
    data: &str,
    controller: &str,
    sink: mpsc::Sender<Entry>,
) -> Result<Site> {
    let controller = home.directory(controller)?;
    let name = controller.file_name().expect("it has a name").to_string_lossy().into_owned();
    home.directory(&format!("{name}/run"))?;
    let run_as =
        home.account().map_or(RunAs::Ourselves, |(uid, gid)| RunAs::Other(Account { uid, gid }));
    Ok(Site {
        paths: Paths { controller, ..Paths::new(home.path(data)) },
        wal: None,
        programs: Programs::of(programs()?),
        run_as,
        sink,
        children: Children::default(),
    })
}

/// A cluster with a spec.
pub fn cluster(spec: serde_json::Value) -> Cluster {
    let cluster = serde_json::from_value(json!({
        "apiVersion": "postgresql.cnpg.io/v1", "kind": "Cluster",
        "metadata": {"name": "pg", "namespace": "default"}, "spec": spec,
    }));
    cluster.expect("a cluster")
}

/// The files of a directory whose name begins so.
pub fn beside(path: &std::path::Path, start: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(path).expect("it can be read");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let named = |path: &PathBuf| {
        path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(start))
    };
    paths.filter(named).collect()
}
