//! WAL goes to a store that fails, and comes from it, by processes that are killed again and again.
//!
//! ```text
//!  PostgreSQL -> command -> socket -> service, killed 100 times -> proxy with faults -> SeaweedFS
//! ```

#[path = "store_faults/archived.rs"]
mod archived;
#[path = "store_faults/fetched.rs"]
mod fetched;
#[path = "store_faults/told.rs"]
mod told;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use instance::archive::{Caller, RecoveryService};
use instance::paths::Paths;
use instance::state::{Identity, State};
use objectstore::settings::Timeouts;
use objectstore::wal::Places;
use objectstore::{Codec, Credentials, Keys, Location, Settings, Store};
use pgkit::children::Children;
use postgres::wal_name::SegmentSize;
use serde_json::{Value, json};
use testkit::rig::s3::{ACCESS_KEY, SECRET_KEY};
use testkit::rig::slot;
use testkit::s3::Server;
use testkit::victim;

use crate::manager::{Api, CLUSTER};

const VICTIM: &str = "store_faults::victim";
const BUCKET: &str = "bucket";

/// The small segments of these tests.
const SEGMENT: u32 = 1 << 20;

/// The process that is killed, or a command of the server.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn victim() -> Result<()> {
    let Some(task) = victim::task() else { return Ok(()) };
    let word = |name: &str| task[name].as_str().map(str::to_owned).context("a word");
    let home = PathBuf::from(word("home")?);
    match word("do")?.as_str() {
        "archive" => {
            let _service = archive(&home, &word("endpoint")?)?;
            std::future::pending().await
        }
        "recover" => {
            let places = Places::new(open(&word("endpoint")?), Codec::Gzip);
            let size = SegmentSize::new(SEGMENT).context("a size")?;
            let _service = RecoveryService::start(&paths(&home), places, 4, size)?;
            std::future::pending().await
        }
        "ask" => {
            let (caller, path) = (Caller::new(&paths(&home)), word("path")?);
            Ok(tokio::task::spawn_blocking(move || caller.archive(&path)).await??)
        }
        other => bail!("{other} is nothing to do"),
    }
}

fn paths(home: &Path) -> Paths {
    Paths { controller: home.to_owned(), ..Paths::new(home.join("data")) }
}

/// The service of an instance that is the primary of a cluster, and has been told so; the API server
/// that it speaks to.
fn archive(home: &Path, endpoint: &str) -> Result<Api> {
    let _ = rustls::crypto::ring::default_provider().install_default(); // by any other test
    let key = |key: &str| json!({"name": "s3", "key": key});
    let store = json!({
        "destinationPath": format!("s3://{BUCKET}/"),
        "endpointURL": endpoint,
        "s3Credentials": {"accessKeyId": key("id"), "secretAccessKey": key("secret")},
        "wal": {
            "compression": "gzip",
            "maxParallel": 4,
            "archiveAdditionalCommandArgs": ["--read-timeout=1"],
        },
    });
    let cluster = json!({
        "apiVersion": "postgresql.cnpg.io/v1", "kind": "Cluster",
        "metadata": {"name": "pg", "namespace": "default", "uid": "u", "resourceVersion": "1"},
        "spec": {"backup": {"barmanObjectStore": store}},
        "status": {"currentPrimary": "pg-1", "targetPrimary": "pg-1", "conditions": []},
    });
    let encoded = |text: &str| serde_json::to_value(k8s_openapi::ByteString(text.into()));
    let secret = json!({
        "apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s3", "namespace": "default"},
        "data": {"id": encoded(ACCESS_KEY)?, "secret": encoded(SECRET_KEY)?},
    });
    let api = Api::default();
    api.put(CLUSTER, cluster.clone());
    api.put("/api/v1/namespaces/default/secrets/s3", secret);
    let identity =
        Identity { pod: "pg-1".into(), cluster: "pg".into(), namespace: "default".into() };
    let (sink, _log) = tokio::sync::mpsc::channel(1000);
    let (state, _requests) =
        State::new(identity, paths(home), api.client(), Children::default(), sink);
    state.publish(Arc::new(serde_json::from_value(cluster)?));
    instance::archive::start(state)?;
    Ok(api)
}

async fn server() -> Result<Server> {
    let server = Server::start(&slot::cache()?).await?;
    server.client().create_bucket(BUCKET).await?;
    Ok(server)
}

fn open(endpoint: &str) -> Store {
    let _ = rustls::crypto::ring::default_provider().install_default(); // by any other test
    let location = Location::parse(&format!("s3://{BUCKET}/"), "pg").expect("a location");
    let credentials = Credentials::Keys(Keys {
        id: ACCESS_KEY.to_owned(),
        secret: SECRET_KEY.to_owned().into(),
        session_token: None,
    });
    let settings = Settings {
        endpoint: Some(endpoint.to_owned()),
        credentials,
        timeouts: Timeouts { attempt: Duration::from_secs(1), ..Timeouts::default() },
        ..Settings::default()
    };
    Store::open(&settings, &location).expect("opened")
}

fn task(what: &str, home: &Path, endpoint: &str) -> Value {
    json!({"do": what, "home": home, "endpoint": endpoint})
}
