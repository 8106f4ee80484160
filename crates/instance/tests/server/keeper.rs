//! What a primary keeps right: roles, passwords, slots, extensions; and a standby's slots.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use anyhow::Result;
use api::cluster::Cluster;
use http::{Method, Request, Response};
use http_body_util::BodyExt as _;
use instance::bootstrap::join::{self, JoinOptions};
use instance::bootstrap::temporary_server::TemporaryServer;
use instance::sql::keeper::{Again, Keeper};
use instance::sql::{clients, slots};
use kube::client::Body;
use pgkit::connection::Connection;
use postgres::conninfo::Conninfo;
use serde_json::{Value, json};
use tower::service_fn;

use crate::fixture::{Bench, LIMIT, cluster, site};

/// An API server with some Secrets, which keeps what it is sent.
#[derive(Clone, Default)]
struct Api {
    secrets: Arc<Mutex<BTreeMap<String, Value>>>,
    patches: Arc<Mutex<Vec<Value>>>,
}

impl Api {
    fn secret(&self, name: &str, version: &str, username: &str, password: &str) {
        use base64::Engine as _;
        let encode = |text: &str| base64::engine::general_purpose::STANDARD.encode(text);
        let secret = json!({"apiVersion": "v1", "kind": "Secret",
            "metadata": {"name": name, "resourceVersion": version},
            "data": {"username": encode(username), "password": encode(password)}});
        self.secrets.lock().expect("a lock").insert(name.to_owned(), secret);
    }

    fn client(&self) -> kube::Client {
        let api = self.clone();
        let answer = move |request: Request<Body>| {
            let api = api.clone();
            async move { Ok::<_, Infallible>(api.answer(request).await) }
        };
        kube::Client::new(service_fn(answer), "default")
    }

    async fn answer(&self, request: Request<Body>) -> Response<Body> {
        let name = request.uri().path().rsplit('/').next().unwrap_or_default().to_owned();
        let found = if request.method() == Method::PATCH {
            let body = request.into_body().collect().await.expect("a body").to_bytes();
            let patch = serde_json::from_slice(&body).expect("JSON");
            self.patches.lock().expect("a lock").push(patch);
            Some(serde_json::to_value(cluster(json!({}))).expect("JSON"))
        } else {
            self.secrets.lock().expect("a lock").get(&name).cloned()
        };
        let (code, body) = match found {
            Some(found) => (200, found),
            None => (
                404,
                json!({"kind": "Status", "status": "Failure", "code": 404,
                "message": "not found", "reason": "NotFound"}),
            ),
        };
        let body = Body::from(body.to_string().into_bytes());
        Response::builder().status(code).body(body).expect("an answer")
    }

    fn patches(&self) -> Vec<Value> {
        std::mem::take(&mut self.patches.lock().expect("a lock"))
    }
}

struct Primary {
    bench: Bench,
    server: TemporaryServer,
    api: Api,
    keeper: Keeper,
}

async fn primary() -> Result<Primary> {
    let bench = Bench::new()?;
    bench.home.initdb("pgdata", &[])?;
    let settings = ["log_statement=all", "log_min_duration_statement=0", "wal_level=logical"];
    let server = TemporaryServer::start(&bench.site, &[], &settings).await?;
    let api = Api::default();
    let keeper = Keeper::new(&api.client(), "default", server.target().clone());
    Ok(Primary { bench, server, api, keeper })
}

impl Primary {
    async fn text(&self, sql: &str) -> Result<String> {
        let session = self.server.connect("postgres").await?;
        let row = session.client().query_one(&format!("select ({sql})::text"), &[]).await?;
        Ok(row.get::<_, Option<String>>(0).unwrap_or_default())
    }
}

/// The Cluster with a status that was patched into it.
fn with_status(cluster: &Cluster, patches: &[Value]) -> Cluster {
    let mut cluster = cluster.clone();
    let patch = patches.last().expect("a patch").clone();
    cluster.status = serde_json::from_value(patch["status"].clone()).expect("a status");
    cluster
}

const ROLE: &str = "select rolpassword like 'SCRAM-SHA-256$4096:%' from pg_authid where rolname";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn roles_and_passwords_are_as_the_cluster_says() -> Result<()> {
    let mut primary = primary().await?;
    let session = primary.server.connect("postgres").await?;
    let made = "create role app login; create role old; create role owner; create role parent; \
                create table public.kept (x int); alter table public.kept owner to owner";
    session.client().batch_execute(made).await?;
    drop(session);
    primary.api.secret("pg-app", "1", "app", "sesame one");
    primary.api.secret("pg-superuser", "1", "postgres", "sesame two");
    primary.api.secret("bob", "7", "bob", "sesame three");
    let spec = json!({"enableSuperuserAccess": true,
    "bootstrap": {"initdb": {"database": "app", "owner": "app"}},
    "managed": {"roles": [
        {"name": "bob", "login": true, "comment": "it's me", "inRoles": ["parent"],
            "passwordSecret": {"name": "bob"}, "connectionLimit": 4},
        {"name": "old", "ensure": "absent"},
        {"name": "owner", "ensure": "absent"},
        {"name": "eve", "passwordSecret": {"name": "none"}},
    ]}});
    let wanted = cluster(spec);
    assert_eq!(primary.keeper.pass(&wanted).await, Again::Later);
    for role in ["app", "postgres", "bob"] {
        assert_eq!(primary.text(&format!("{ROLE} = '{role}'")).await?, "true", "{role}");
    }
    let bob = "select rolname || ' ' || rolconnlimit || ' ' || pg_has_role('bob', 'parent', 'member') \
               || ' ' || shobj_description(oid, 'pg_authid') from pg_authid where rolname = 'bob'";
    assert_eq!(primary.text(bob).await?, "bob 4 true it's me");
    let monitor = "select pg_has_role('cnpg_metrics_exporter', 'pg_monitor', 'member') \
                   and has_function_privilege('streaming_replica', 'pg_ls_dir(text, boolean, boolean)', 'execute')";
    assert_eq!(primary.text(monitor).await?, "true");
    let patches = primary.api.patches();
    let status = &patches[0]["status"]["managedRolesStatus"];
    assert_eq!(status["byStatus"]["reconciled"], json!(["bob", "old"]));
    assert_eq!(status["byStatus"]["pending-reconciliation"], json!(["eve", "owner"]));
    assert_eq!(status["byStatus"]["not-managed"], json!(["app", "parent"]));
    assert_eq!(
        status["cannotReconcile"],
        json!({
            "eve": ["there is no Secret none: create it, or correct its name in the Cluster"],
            "owner": ["could not perform DELETE on role owner: owner of table kept"],
        })
    );
    assert_eq!(status["passwordStatus"]["bob"]["resourceVersion"], "7");
    // Nothing has changed: nothing is done, and nothing told.
    let wanted = with_status(&wanted, &patches);
    let before =
        primary.text("select string_agg(xmin::text, ',' order by oid) from pg_authid").await?;
    assert_eq!(primary.keeper.pass(&wanted).await, Again::Later);
    let after =
        primary.text("select string_agg(xmin::text, ',' order by oid) from pg_authid").await?;
    assert_eq!((after, primary.api.patches()), (before, vec![]));
    // A change by hand is undone; a superuser without access has no password.
    let session = primary.server.connect("postgres").await?;
    session.client().batch_execute("alter role bob superuser").await?;
    drop(session);
    let mut wanted = wanted;
    wanted.spec.enable_superuser_access = None;
    let _ = primary.keeper.pass(&wanted).await;
    let seen = "select (select rolpassword is null from pg_authid where rolname = 'postgres') || ' ' \
                || (select rolsuper from pg_authid where rolname = 'bob')";
    assert_eq!(primary.text(seen).await?, "true false");
    primary.server.stop().await?;
    let said = primary.bench.said().replace("SCRAM-SHA-256$4096:%", "our own question");
    assert!(said.contains("create role old"), "the log tells of other statements");
    assert!(!said.contains("sesame") && !said.contains("SCRAM-SHA-256$"), "{said}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn extensions_and_the_role_of_pgbouncer_come_and_go() -> Result<()> {
    let mut primary = primary().await?;
    let parameters = json!({"pg_stat_statements.max": "100", "auto_explain.log_analyze": "on"});
    let mut wanted = cluster(json!({"postgresql": {"parameters": parameters}}));
    wanted.status = serde_json::from_value(json!({"poolerIntegrations":
        {"pgBouncerIntegration": {"secrets": ["pooler"]}}}))?;
    assert_eq!(primary.keeper.pass(&wanted).await, Again::OnChange);
    let installed =
        "select string_agg(extname::text, ' ') from pg_extension where extname <> 'plpgsql'";
    assert_eq!(primary.text(installed).await?, "pg_stat_statements");
    let call = "select count(*) from public.user_search('postgres')";
    assert_eq!(primary.text(call).await?, "1");
    let function = "select xmin::text from pg_proc where proname = 'user_search'";
    let before = primary.text(function).await?;
    wanted.spec.postgresql.parameters.clear();
    assert_eq!(primary.keeper.pass(&wanted).await, Again::OnChange);
    assert_eq!(
        (primary.text(installed).await?, primary.text(function).await?),
        (String::new(), before)
    );
    primary.server.stop().await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slots_are_kept_on_the_primary_and_followed_by_a_standby() -> Result<()> {
    let mut primary = primary().await?;
    let mut wanted = cluster(json!({"replicationSlots": {"highAvailability": {}}}));
    wanted.status = serde_json::from_value(json!({"currentPrimary": "pg-1",
        "instanceNames": ["pg-1", "pg-2", "pg-3"]}))?;
    assert_eq!(primary.keeper.pass(&wanted).await, Again::OnChange);
    let names = "select string_agg(slot_name, ' ' order by 1) from pg_replication_slots";
    let session = primary.server.connect("postgres").await?;
    let sql = "select pg_create_physical_replication_slot('mine', true)";
    session.client().execute(sql, &[]).await?;
    assert_eq!(primary.text(names).await?, "_cnpg_pg_2 _cnpg_pg_3 mine");
    let replica = site(&primary.bench.home, "replica", "c2", primary.bench.site.sink.clone())?;
    let options = JoinOptions { pod: "pg-2-join".into(), ..JoinOptions::default() };
    let sockets = primary.bench.site.paths.socket_directory().display().to_string();
    let conninfo = Conninfo::default().with("host", sockets.as_str()).with("user", "postgres");
    join::make(&replica, &wanted, &options, conninfo).await?;
    let follow = format!("primary_conninfo=host={sockets} user=postgres");
    let settings = [follow.as_str(), "restore_command="];
    let standby = TemporaryServer::start(&replica, &[], &settings).await?;
    let local = standby.connect("postgres").await?;
    for _ in 0..2 {
        slots::follow(local.client(), session.client(), &wanted, "pg-2").await?;
        let row = local.client().query_one(names, &[]).await?;
        assert_eq!(row.get::<_, &str>(0), "mine");
    }
    // One is gone on the primary, and one instance too.
    session.client().execute("select pg_drop_replication_slot('mine')", &[]).await?;
    slots::follow(local.client(), session.client(), &wanted, "pg-2").await?;
    assert_eq!(local.client().query_one(names, &[]).await?.get::<_, Option<&str>>(0), None);
    if let Some(status) = &mut wanted.status {
        status.instance_names.retain(|name| name != "pg-3");
    }
    assert_eq!(primary.keeper.pass(&wanted).await, Again::OnChange);
    assert_eq!(primary.text(names).await?, "_cnpg_pg_2");
    // The sessions of others end, ours go on.
    let mut other = primary.server.target().clone();
    other.application_name = "someone".to_owned();
    let other = Connection::open(&other, LIMIT).await?;
    assert_eq!(clients::terminate_all(session.client()).await?, 1);
    assert!(other.client().query_one("select 1", &[]).await.is_err());
    drop(local);
    standby.stop().await?;
    primary.server.stop().await?;
    Ok(())
}
