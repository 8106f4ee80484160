//! Copies of a running server: as a replica, as a cluster of its own, as a follower.

use anyhow::Result;
use instance::bootstrap::init::{InitOptions, make as initialize};
use instance::bootstrap::join::{self, JoinOptions};
use instance::bootstrap::temporary_server::TemporaryServer;
use instance::bootstrap::{pgbasebackup, split_words};
use postgres::conninfo::Conninfo;
use serde_json::json;

use crate::fixture::{Bench, cluster, site};

fn reach(server: &Bench) -> Conninfo {
    let sockets = server.site.paths.socket_directory().display().to_string();
    Conninfo::default()
        .with("host", sockets)
        .with("user", "postgres")
        .with("dbname", "postgres")
        .sorted()
}

async fn source() -> Result<(Bench, TemporaryServer)> {
    let bench = Bench::new()?;
    let options = InitOptions {
        flags: split_words("--no-sync --no-locale")?,
        pod: "pg-1-initdb".into(),
        ..InitOptions::default()
    };
    initialize(&bench.site, &cluster(json!({})), &options).await?;
    let server = TemporaryServer::start(&bench.site, &[], &[]).await?;
    let session = server.connect("postgres").await?;
    session.client().batch_execute("create table public.kept as select 42 as answer").await?;
    Ok((bench, server))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replica_waits_for_its_primary_and_is_a_standby() -> Result<()> {
    let (mut bench, server) = source().await?;
    let mut replica = site(&bench.home, "replica", "controller2", bench.site.sink.clone())?;
    replica.wal = Some(bench.home.directory("wal2")?.join("pg_wal"));
    let options = JoinOptions {
        cluster: "pg".into(),
        namespace: "default".into(),
        pod: "pg-2-join".into(),
        parent: "pg-rw".into(),
    };
    let conninfo = reach(&bench).with("application_name", "pg-2-join");
    server.stop().await?;
    let cluster = cluster(json!({"replicationSlots": {"highAvailability": {}}}));
    let joined = tokio::spawn({
        let replica = replica.clone();
        async move { join::make(&replica, &cluster, &options, conninfo).await }
    });
    // It has met nobody before the server is up again.
    bench.until_said("pg_basebackup: error: connection to server").await;
    let server = TemporaryServer::start(&bench.site, &[], &[]).await?;
    joined.await??;
    server.stop().await?;
    assert!(replica.paths.data.join("standby.signal").is_file());
    assert!(replica.paths.data.join("pg_wal").is_symlink());
    let text = std::fs::read_to_string(replica.paths.data.join("override.conf"))?;
    assert!(text.contains("primary_slot_name = '_cnpg_pg_2'\n"), "{text}");
    assert!(text.contains(" application_name=pg-2 "), "{text}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_of_a_server_elsewhere_is_a_cluster_of_its_own() -> Result<()> {
    let (mut bench, server) = source().await?;
    let copy = site(&bench.home, "copy", "controller2", bench.site.sink.clone())?;
    let wanted = json!({"pg_basebackup": {"source": "old", "database": "app", "owner": "app"}});
    let cluster_of_its_own = cluster(json!({"bootstrap": wanted,
        "postgresql": {"parameters": {"work_mem": "7MB"}}}));
    let made = pgbasebackup::make(&copy, &cluster_of_its_own, "pg-1-pgbasebackup", reach(&bench));
    if let Err(error) = made.await {
        panic!("{error:?}\n{}", bench.said());
    }
    // Unknown to the copy: it was made after it.
    server.connect("postgres").await?.client().batch_execute("drop table public.kept").await?;
    let paths = &copy.paths;
    assert!(paths.empty_archive_marker().is_file() && !paths.data.join("standby.signal").exists());
    assert!(!paths.recovery().join("datadir_scratch").exists());
    let started = TemporaryServer::start(&copy, &[], &["ssl=off"]).await?;
    let session = started.connect("postgres").await?;
    let row = session
        .client()
        .query_one(
            "select (select answer from kept), current_setting('work_mem'), \
             (select pg_get_userbyid(datdba)::text from pg_database where datname = 'app')",
            &[],
        )
        .await?;
    assert_eq!(row.get::<_, i32>(0), 42);
    assert_eq!((row.get::<_, &str>(1), row.get::<_, &str>(2)), ("7MB", "app"));
    drop(session);
    started.stop().await?;
    // The same as a replica cluster: it goes on following.
    let follower = site(&bench.home, "follower", "controller3", bench.site.sink.clone())?;
    let replica_cluster = cluster(json!({"bootstrap": wanted,
        "replica": {"enabled": true, "source": "old"}}));
    pgbasebackup::make(&follower, &replica_cluster, "pg-1-pgbasebackup", reach(&bench)).await?;
    let text = std::fs::read_to_string(follower.paths.data.join("override.conf"))?;
    assert!(text.starts_with("primary_conninfo = 'dbname=''postgres'' host="), "{text}");
    assert!(!text.contains("slot") && follower.paths.data.join("standby.signal").is_file());
    server.stop().await?;
    Ok(())
}
