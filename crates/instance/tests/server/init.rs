//! A new data directory: what is in it, in which order it is filled, and what was there before.

use anyhow::Result;
use instance::bootstrap::init::{Application, InitOptions, make};
use instance::bootstrap::temporary_server::TemporaryServer;
use instance::bootstrap::{PostInit, Scripts, split_words};
use serde_json::json;

use crate::fixture::{Bench, beside, cluster};

fn scripts(statements: &[&str]) -> Scripts {
    Scripts { statements: statements.iter().map(|&s| s.to_owned()).collect(), folder: None }
}

fn options() -> InitOptions {
    InitOptions {
        cluster: "pg".to_owned(),
        namespace: "default".to_owned(),
        pod: "pg-1-initdb".to_owned(),
        flags: split_words("-k --encoding=UTF8 --lc-collate=C --lc-ctype=C --no-sync")
            .expect("words"),
        application: Some(Application { database: "app".into(), owner: "o\"wner".into() }),
        ..InitOptions::default()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_users_sql_runs_in_its_databases_in_order() -> Result<()> {
    let mut bench = Bench::new()?;
    bench.site.wal = Some(bench.home.directory("wal")?.join("pg_wal"));
    let folder = bench.home.directory("refs")?;
    std::fs::write(folder.join("1.sql"), "insert into seen values ('ref 1', session_user)")?;
    std::fs::write(folder.join("0.sql"), "select 1; insert into seen values ('ref 0')")?;
    let mut options = options();
    options.post_init = PostInit {
        postgres: Scripts {
            statements: vec![
                "create table seen (what text, who text, at int generated always as identity)"
                    .into(),
                "insert into seen select 'owner ' || count(*) from pg_roles where rolname like 'o%'"
                    .into(),
            ],
            folder: Some(folder),
        },
        template: scripts(&["create table in_template as select 1"]),
        application: scripts(&["create table in_app as select * from in_template"]),
    };
    let cluster = cluster(json!({"postgresql": {"parameters": {"work_mem": "5MB"},
        "synchronous": {"method": "any", "number": 1}}}));
    if let Err(error) = make(&bench.site, &cluster, &options).await {
        panic!("{error:?}\n{}", bench.said());
    }
    let (paths, wal) = (&bench.site.paths, bench.site.wal.as_ref());
    assert!(paths.empty_archive_marker().is_file() && wal.unwrap().is_dir());
    assert!(paths.data.join("pg_wal").is_symlink());
    assert!(!paths.data.join("standby.signal").exists());
    let text = std::fs::read_to_string(paths.data.join("override.conf"))?;
    assert!(text.contains("application_name=pg-1-initdb ") && !text.contains("slot"), "{text}");
    let server = TemporaryServer::start(&bench.site, &[], &[]).await?;
    let session = server.connect("postgres").await?;
    let row = session
        .client()
        .query_one(
            "select string_agg(what, ', ' order by at), current_setting('work_mem') from seen",
            &[],
        )
        .await?;
    assert_eq!(row.get::<_, &str>(0), "owner 1, ref 0, ref 1");
    assert_eq!(row.get::<_, &str>(1), "5MB");
    let session = server.connect("app").await?;
    let row = session
        .client()
        .query_one(
            "select pg_get_userbyid(datdba)::text, (select count(*) from in_app) \
                    from pg_database where datname = 'app'",
            &[],
        )
        .await?;
    assert_eq!((row.get::<_, &str>(0), row.get::<_, i64>(1)), ("o\"wner", 1));
    drop(session);
    server.stop().await?;
    let said = bench.said();
    assert!(said.contains("initdb: ") && said.contains("postgres: "), "{said}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn data_that_is_there_is_moved_aside_and_remains_are_removed() -> Result<()> {
    let bench = Bench::new()?;
    let (cluster, mut options) = (cluster(json!({})), options());
    options.post_init.application = scripts(&["select 1", "select no_such_column"]);
    let error = make(&bench.site, &cluster, &options).await.unwrap_err();
    assert_eq!(error.to_string(), "statement 2 of postInitApplicationSQL failed in database app");
    // The server is down: the next attempt finds a complete database and keeps it.
    options.post_init = PostInit::default();
    make(&bench.site, &cluster, &options).await?;
    let kept = beside(&bench.home.path(""), "pgdata_2");
    assert_eq!(kept.len(), 1, "{kept:?}");
    assert!(kept[0].join("global/pg_control").is_file());
    // Without a control file it is no database.
    std::fs::remove_file(bench.site.paths.data.join("global/pg_control"))?;
    make(&bench.site, &cluster, &options).await?;
    assert_eq!(beside(&bench.home.path(""), "pgdata_2").len(), 1);
    assert!(bench.site.paths.data.join("global/pg_control").is_file());
    Ok(())
}
