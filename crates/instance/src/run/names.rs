//! What commits wait for: the names in the server, and the record that a failover is judged by.
//!
//! The order of the steps is `planner::leadership::sync_names`; here they are seen and done. The
//! names lie in `override.conf`, which wins over `custom.conf`: there the names that are wanted
//! stand the same in every instance, here those that are safe now.

use std::collections::BTreeSet;
use std::time::Duration;

use api::{Cluster, FailoverQuorum};
use kube::Api;
use kube::api::PostParams;
use kubekit::calls;
use pgkit::connection::{Connection, Target};
use pgkit::data_directory::FileError;
use planner::leadership::instance::Role;
use planner::leadership::quorum::Rule;
use planner::leadership::records::{InstanceName, QuorumRecord, Version};
use planner::leadership::sync_names::{CaughtUp, Loaded, NamesSeen, NamesStep, next_names_step};
use postgres::lsn::Lsn;

use super::follow::{self, Override, Receiving};
use super::leader::{Leader, Process};
use super::server::Order;
use super::{Happening, boot_clock};
use crate::files::synchronous;
use crate::state::State;

/// How long one step may take before it is tried anew.
const LIMIT: Duration = Duration::from_secs(5);

/// What this instance wants commits to wait for; nothing when they need not.
pub fn wanted(cluster: &Cluster, me: &str) -> Option<Rule> {
    let wanted = synchronous::standbys(cluster)?;
    let others = wanted.standby_names.iter().filter(|name| *name != me);
    let mut names: BTreeSet<InstanceName> = others.map(|name| name.as_str().into()).collect();
    if names.is_empty() {
        // There is no standby yet, and commits shall not pass without one.
        let cluster = cluster.metadata.name.as_deref().unwrap_or_default();
        names.insert(format!("{cluster}-placeholder").as_str().into());
    }
    Some(Rule { names, number: wanted.number })
}

/// What is known about the names of our server.
#[derive(Debug, Default)]
pub struct Names {
    /// A step is under way.
    busy: bool,
    /// There is more to do: look again.
    open: bool,
    in_doubt: Option<Version>,
    /// Where the log was when the present names were loaded.
    loaded_at: Option<Lsn>,
    first_look: bool,
}

/// What a look at names and record found.
#[derive(Debug)]
pub struct NamesLook {
    quorum: Option<FailoverQuorum>,
    loaded: Loaded,
    now_at: Lsn,
    caught: BTreeSet<InstanceName>,
}

/// What has come of a step.
#[derive(Debug)]
pub enum NamesEvent {
    Looked(Option<Box<NamesLook>>),
    Written,
    Loaded(Option<Lsn>),
}

impl Names {
    /// Of a server that another image of this program has started.
    pub fn found() -> Self {
        Self { open: true, first_look: true, ..Self::default() }
    }

    /// Before a primary starts: where commits wait and nothing was loaded yet, nothing passes.
    pub fn at_start(&mut self, role: Role, state: &State) -> Result<(), FileError> {
        *self = Self { open: true, first_look: true, ..Self::default() };
        let Some(cluster) = state.cluster().filter(|_| role == Role::Primary) else {
            return Ok(());
        };
        let instance = &state.identity().pod;
        let path = state.paths().data.join(postgres::conf::OVERRIDE);
        let present = std::fs::read_to_string(path).unwrap_or_default();
        if wanted(&cluster, instance).is_none() || present.contains(follow::NAMES) {
            return Ok(());
        }
        let names = Some(&Loaded::Blocking);
        let receiving = Receiving::On;
        let written = Override { cluster: &cluster, instance, receiving, names };
        written.write(&state.paths().data_directory()).map(|_| ())
    }
}

impl Leader {
    /// Makes sure that a standby which is promoted blocks, where commits wait. Returns the value
    /// that the server has to show before.
    pub(super) fn block_names(&mut self) -> Option<String> {
        let cluster = self.state.cluster()?;
        wanted(&cluster, &self.state.identity().pod)?;
        self.names = Names { open: true, first_look: true, ..Names::default() };
        if let Err(error) = self.write_override(Receiving::Off) {
            tracing::error!(error = super::chain(&error), "cannot have commits wait");
        }
        if let Process::Server(running) = &self.process {
            running.life.order(Order::Reload);
        }
        Some(follow::value(&Loaded::Blocking, &cluster))
    }

    /// Begins a look at the names, unless one is under way.
    pub(super) fn names_work(&mut self) {
        let Some(cluster) = self.state.cluster() else { return };
        let managed = wanted(&cluster, &self.state.identity().pod).is_some();
        let may = self.member.may_set_names(boot_clock::now());
        if self.names.busy || !may || !(managed || self.has_names()) {
            return;
        }
        self.names.busy = true;
        let (state, inbox) = (self.state.clone(), self.inbox.clone());
        let since = self.names.loaded_at;
        tokio::spawn(async move {
            let look = tokio::time::timeout(LIMIT, look(&state, since)).await.ok().flatten();
            inbox.send(Happening::Names(NamesEvent::Looked(look.map(Box::new))));
        });
    }

    /// Looks again, while something is left to do.
    pub(super) fn names_again(&mut self) {
        if self.names.open {
            self.names_work();
        }
    }

    pub(super) fn names_done(&mut self, event: NamesEvent) {
        self.names.busy = false;
        match event {
            NamesEvent::Looked(Some(look)) => self.names_step(*look),
            NamesEvent::Looked(None) => self.names.open = true,
            NamesEvent::Written => self.names_work(),
            NamesEvent::Loaded(at) => {
                self.names.loaded_at = at.or(self.names.loaded_at);
                self.names_work();
            }
        }
    }

    fn names_step(&mut self, look: NamesLook) {
        let me: InstanceName = self.state.identity().pod.as_str().into();
        let Some(cluster) = self.state.cluster() else { return };
        let asked = wanted(&cluster, &self.state.identity().pod);
        let wanted = asked.clone().unwrap_or_default();
        if !self.member.may_set_names(boot_clock::now()) {
            return;
        }
        if asked.is_some() && !self.has_names() {
            // From now on what is loaded is what we say, and not what is wanted.
            self.write_names(&cluster, Some(&look.loaded));
        }
        let since = *self.names.loaded_at.get_or_insert(look.now_at);
        let record = look.quorum.as_ref().and_then(QuorumRecord::read);
        let version = look.quorum.as_ref().map(|object| Version::of(&object.metadata));
        if std::mem::take(&mut self.names.first_look) {
            self.names.in_doubt = version; // an earlier life may have written, without an answer
        }
        let enough = wanted.names.intersection(&look.caught).count() >= wanted.number;
        let caught_up =
            if enough && since <= look.now_at { CaughtUp::Yes } else { CaughtUp::NotYet };
        let seen = NamesSeen {
            me: &me,
            record: record.as_ref(),
            loaded: &look.loaded,
            wanted: &wanted,
            caught_up,
            in_doubt: self.names.in_doubt,
        };
        let step = match &look.quorum {
            Some(_) => next_names_step(&seen),
            None if is_recorded(&cluster) => NamesStep::AwaitStandbys, // the operator makes it
            None if look.loaded == Loaded::Rule(wanted.clone()) => NamesStep::Done,
            None => NamesStep::Load(wanted.clone()),
        };
        self.names.open = step != NamesStep::Done;
        match step {
            NamesStep::Done if asked.is_none() => {
                self.write_names(&cluster, None);
                if let Process::Server(running) = &self.process {
                    running.life.order(Order::Reload);
                }
            }
            NamesStep::Done | NamesStep::AwaitStandbys => {}
            NamesStep::WriteRecord(rule) => {
                let Some(object) = look.quorum else { return };
                self.names.busy = true;
                self.names.in_doubt = version;
                tracing::info!(?rule, "the record of what commits wait for");
                let (state, inbox) = (self.state.clone(), self.inbox.clone());
                tokio::spawn(async move {
                    write_record(&state, object, &me, &rule).await;
                    inbox.send(Happening::Names(NamesEvent::Written));
                });
            }
            NamesStep::Load(rule) => self.load_names(&cluster, Loaded::Rule(rule)),
        }
    }

    /// Whether the file that wins says what commits wait for.
    fn has_names(&self) -> bool {
        let path = self.state.paths().data.join(postgres::conf::OVERRIDE);
        std::fs::read_to_string(path).is_ok_and(|text| text.contains(follow::NAMES))
    }

    fn write_names(&mut self, cluster: &Cluster, names: Option<&Loaded>) -> bool {
        let (instance, receiving) = (&self.state.identity().pod, Receiving::On);
        let written = Override { cluster, instance, receiving, names }.write(&self.data());
        if let Err(error) = &written {
            let error = super::chain(error);
            tracing::error!(error, "cannot change what commits wait for");
        }
        written.is_ok()
    }

    fn load_names(&mut self, cluster: &Cluster, names: Loaded) {
        let value = follow::value(&names, cluster);
        if !self.write_names(cluster, Some(&names)) {
            return;
        }
        let Process::Server(running) = &self.process else { return };
        tracing::info!(names = value, "commits wait for others than before");
        running.life.order(Order::Reload);
        self.names.busy = true;
        let (target, inbox) = (self.state.superuser(), self.inbox.clone());
        tokio::spawn(async move {
            let at = tokio::time::timeout(LIMIT, loaded(&target, &value)).await.ok().flatten();
            inbox.send(Happening::Names(NamesEvent::Loaded(at)));
        });
    }
}

/// Whether the operator keeps a record for this cluster.
fn is_recorded(cluster: &Cluster) -> bool {
    let spec = cluster.spec.postgresql.synchronous.as_ref();
    let annotations = cluster.metadata.annotations.as_ref();
    let annotated = annotations.and_then(|all| all.get(api::annotations::FAILOVER_QUORUM));
    spec.is_some_and(|spec| spec.failover_quorum)
        || annotated.is_some_and(|value| value == api::annotations::TRUE)
}

async fn look(state: &State, since: Option<Lsn>) -> Option<NamesLook> {
    let quorum = match super::calls::read_quorum(state).await {
        Ok(quorum) => quorum,
        Err(error) => {
            tracing::warn!(%error, "cannot read what commits waited for");
            return None;
        }
    };
    let session = Connection::open(&state.superuser(), LIMIT).await.ok()?;
    let row = session
        .client()
        .query_one(
            "select current_setting('synchronous_standby_names'), pg_current_wal_insert_lsn()::text",
            &[],
        )
        .await
        .ok()?;
    let (names, now_at): (String, String) = (row.try_get(0).ok()?, row.try_get(1).ok()?);
    let now_at: Lsn = now_at.parse().ok()?;
    let since = since.unwrap_or(now_at).to_string();
    let caught = session
        .client()
        .query(
            "select application_name from pg_stat_replication \
             where flush_lsn >= ($1::text)::pg_lsn and usename = 'streaming_replica'",
            &[&since],
        )
        .await
        .ok()?;
    let caught = caught.iter().filter_map(|row| row.try_get::<_, String>(0).ok());
    let caught = caught.map(|name| name.as_str().into()).collect();
    Some(NamesLook { quorum, loaded: parse(&names), now_at, caught })
}

/// The names of a running server, as a rule.
fn parse(value: &str) -> Loaded {
    let number = value.split_whitespace().nth(1).and_then(|number| number.parse().ok());
    let names: BTreeSet<InstanceName> =
        value.split('"').skip(1).step_by(2).map(InstanceName::from).collect();
    if names.contains(&follow::NOBODY.into()) {
        return Loaded::Blocking;
    }
    Loaded::Rule(Rule { names, number: number.unwrap_or(0) })
}

async fn loaded(target: &Target, value: &str) -> Option<Lsn> {
    let session = Connection::open(target, LIMIT).await.ok()?;
    let query =
        "select current_setting('synchronous_standby_names'), pg_current_wal_insert_lsn()::text";
    loop {
        let row = session.client().query_one(query, &[]).await.ok()?;
        if row.try_get::<_, String>(0).ok()? == value {
            return row.try_get::<_, String>(1).ok()?.parse().ok();
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

async fn write_record(state: &State, object: FailoverQuorum, me: &InstanceName, rule: &Rule) {
    let method = state
        .cluster()
        .and_then(|cluster| synchronous::standbys(&cluster))
        .map_or_else(|| "ANY".to_owned(), |wanted| wanted.method);
    let status = QuorumRecord::status(me, rule, &method);
    let object = FailoverQuorum { status: Some(status), ..object };
    let quorums: Api<FailoverQuorum> =
        Api::namespaced(state.client().clone(), &state.identity().namespace);
    let plain = PostParams::default();
    let write = quorums.replace_status(&state.identity().cluster, &plain, &object);
    if let Err(error) = calls::within(LIMIT, write).await {
        tracing::warn!(%error, "the record of what commits wait for was not written");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_primary_alone_waits_for_somebody_to_come() {
        let cluster: Cluster = serde_json::from_value(serde_json::json!({
            "apiVersion": "postgresql.cnpg.io/v1", "kind": "Cluster",
            "metadata": {"name": "pg"},
            "spec": {
                "instances": 3,
                "storage": {"size": "1Gi"},
                "postgresql": {"synchronous": {"method": "any", "number": 1}},
            },
            "status": {"instanceNames": ["pg-1"], "currentPrimary": "pg-1"},
        }))
        .unwrap();
        let rule = wanted(&cluster, "pg-1").unwrap();
        assert_eq!(rule, Rule { names: ["pg-placeholder".into()].into(), number: 1 });
    }

    #[test]
    fn the_names_of_a_server_are_read_as_they_are_written() {
        let rule = Rule { names: ["pg-2".into(), "pg-3".into()].into(), number: 1 };
        for loaded in [Loaded::Rule(rule), Loaded::Rule(Rule::default()), Loaded::Blocking] {
            let value = follow::value(&loaded, &Cluster::default());
            assert_eq!(parse(&value), loaded, "{value}");
        }
    }
}
