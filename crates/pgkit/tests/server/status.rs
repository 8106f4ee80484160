//! Facts of a real primary and its standby, and the promotion of the standby.

use anyhow::{Result, bail, ensure};
use pgkit::children::Children;
use pgkit::data_directory::{DataDirectory, Role};
use pgkit::postmaster::machine::{Command, End, Haste};
use pgkit::promote::promote;
use pgkit::status::{self, Facts, RoleFacts, Streaming, any_decrease};
use pgkit::tool::Tool;
use postgres::conf;
use postgres::replica::{RestoreFor, override_settings};

use crate::fixture::{LIMIT, Supervised, run_as};
use crate::postgres_server::PostgresHome;

async fn facts_of(server: &Supervised) -> Result<Facts> {
    let session = server.connect().await?;
    Ok(status::facts(session.client(), "pg", LIMIT).await?)
}

/// Asks until the facts are as wanted.
async fn until(server: &Supervised, what: &str, wanted: impl Fn(&Facts) -> bool) -> Result<Facts> {
    crate::until::until(what, LIMIT, async || {
        let facts = facts_of(server).await?;
        ensure!(wanted(&facts), "{facts:#?}");
        Ok(facts)
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn settings_that_wait_for_a_restart() -> Result<()> {
    let home = PostgresHome::new()?;
    let mut server = Supervised::new(&home)?;
    server.running().await?;
    let facts = facts_of(&server).await?;
    assert_eq!(
        (facts.timeline, facts.pending.len(), facts.configuration_hash.as_str()),
        (1, 0, "")
    );
    assert!(!facts.archiver.working && facts.archiver.last_archived.is_none());
    let settings = [("max_connections", "50"), ("work_mem", "5MB")];
    let settings = settings.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    let custom = conf::custom(&settings);
    let directory = DataDirectory::new(server.data());
    let _ = directory.write(conf::CUSTOM, &custom.text)?;
    let _ = directory.write(conf::OVERRIDE, "")?;
    let _ = directory.include_ours()?;
    server.ask(Command::Reload).await;
    let facts = until(&server, "reloaded", |facts| !facts.pending.is_empty()).await?;
    assert_eq!(facts.configuration_hash, custom.hash);
    assert_eq!(facts.pending[0].name, "max_connections");
    assert_eq!(
        (facts.pending[0].running.as_str(), facts.pending[0].wanted.as_deref()),
        ("100", Some("50"))
    );
    assert!(any_decrease(&facts.pending));
    server.ask(Command::Restart(Haste::Quick)).await;
    server.until("down", |phase| *phase == pgkit::postmaster::Phase::Stopping).await?;
    server.running().await?;
    let facts = facts_of(&server).await?;
    assert_eq!((facts.pending.len(), facts.configuration_hash), (0, custom.hash));
    server.ask(Command::Terminate(Haste::Quick)).await;
    assert_eq!(server.end().await?, End::Terminated);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_standby_streams_and_is_promoted() -> Result<()> {
    let home = PostgresHome::new()?;
    let mut primary = Supervised::new(&home)?;
    primary.running().await?;
    let session = primary.connect().await?;
    session
        .client()
        .batch_execute(
            "create role streaming_replica login replication;
             select pg_create_physical_replication_slot('_cnpg_pg_2', true)",
        )
        .await?;
    let socket = primary.config.socket_directory.display().to_string();
    let data = home.path("standby");
    Tool::new(home.program("pg_basebackup"))
        .args(["--checkpoint=fast", "--no-sync", "-U", "streaming_replica", "-h", &socket, "-D"])
        .arg(&data)
        .run_as(run_as(&home))
        .within(LIMIT)
        .run(&Children::default())
        .await?;
    let directory = DataDirectory::new(&data);
    assert_eq!(directory.role()?, Role::Primary, "a copy, until it is told");
    let conninfo = format!("host={socket} user=streaming_replica application_name=pg-2");
    let settings = override_settings(&conninfo, Some("_cnpg_pg_2"), RestoreFor::Standby);
    let _ =
        directory.write(conf::CUSTOM, "cluster_name = 'pg'\nwal_receiver_status_interval = 1\n")?;
    let without_archive: conf::Settings =
        settings.into_iter().filter(|(name, _)| name != "restore_command").collect();
    let _ = directory.write(conf::OVERRIDE, &conf::render(&without_archive))?;
    let _ = directory.include_ours()?;
    let _ = directory.demote()?;
    assert_eq!(directory.role()?, Role::Standby);
    let mut standby = Supervised::of(&home, &data)?;
    standby.running().await?;

    session
        .client()
        .batch_execute("create table public.t as select generate_series(1, 1000)")
        .await?;
    let seen = until(&primary, "streaming", |facts| match &facts.role {
        RoleFacts::Primary { current, replicas, .. } => {
            replicas.first().is_some_and(|replica| replica.replayed >= Some(*current))
        }
        RoleFacts::Standby { .. } => false,
    })
    .await?;
    let RoleFacts::Primary { current, current_wal, replicas, slots } = &seen.role else {
        bail!("{seen:?}")
    };
    assert_eq!((replicas.len(), slots.len()), (1, 1));
    let replica = &replicas[0];
    assert_eq!((replica.application_name.as_str(), replica.state.as_str()), ("pg-2", "streaming"));
    assert_eq!((replica.sync_state.as_str(), replica.sync_priority.as_str()), ("async", "0"));
    assert!(
        protocol::status::Interval::new(&replica.write_lag).duration().is_some(),
        "{replica:?}"
    );
    assert_eq!((slots[0].name.as_str(), slots[0].kind.as_str()), ("_cnpg_pg_2", "physical"));
    assert!(slots[0].active && slots[0].plugin.is_empty() && slots[0].wal_status == "reserved");
    let expected = postgres::wal_name::Segment::before(
        postgres::wal_name::Timeline(1),
        *current,
        postgres::wal_name::SegmentSize::DEFAULT,
    );
    assert_eq!(*current_wal, expected.to_string());

    let behind = facts_of(&standby).await?;
    assert_eq!(behind.system_identifier, seen.system_identifier);
    let RoleFacts::Standby { received, replayed, replay_paused, wal_receiver } = behind.role else {
        bail!("{behind:?}")
    };
    assert!(received >= replayed && replayed >= Some(*current), "{received:?} {replayed:?}");
    assert!(wal_receiver && !replay_paused);
    let on_standby = standby.connect().await?;
    let lag = status::streaming(on_standby.client(), LIMIT).await?;
    assert!(matches!(lag, Streaming::Behind(_)), "{lag:?}");
    assert_eq!(status::streaming(session.client(), LIMIT).await?, Streaming::Primary);

    primary.ask(Command::Terminate(Haste::Quick)).await;
    assert_eq!(primary.end().await?, End::Terminated);
    let took = promote(&on_standby, LIMIT).await?;
    println!("promoted in {took:?}");
    assert_eq!(directory.role()?, Role::Primary);
    on_standby.client().batch_execute("insert into public.t values (0)").await?;
    assert!(matches!(facts_of(&standby).await?.role, RoleFacts::Primary { .. }));
    drop(on_standby);
    standby.ask(Command::Terminate(Haste::Quick)).await;
    assert_eq!(standby.end().await?, End::Terminated);
    Ok(())
}
