//! The definitions in a real API server: what it stores, fills in and refuses.
//!
//! These tests use the rig of this checkout, which `cargo xtask test` brings up.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use api::crd::{self, Definition};
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use kube::api::{Patch, PatchParams, PostParams, Request};
use kube::runtime::wait::{await_condition, conditions};
use kube::{Api, Client};
use serde_json::{Value, json};
use testkit::rig::{Rig, scratch::Scratch};
use tokio::sync::OnceCell;

/// Made once: making them takes long without optimisation.
static DEFINITIONS: LazyLock<Vec<Definition>> = LazyLock::new(crd::all);

const PATIENCE: Duration = Duration::from_secs(60);

#[tokio::test]
async fn definitions_are_accepted_as_they_are() -> Result<()> {
    let server = Server::prepare("definitions").await?;
    let all: Api<CustomResourceDefinition> = Api::all(server.client.clone());
    for definition in DEFINITIONS.iter() {
        let stored = all.get(&definition.name).await?;
        let conditions = stored.status.as_ref().and_then(|status| status.conditions.as_ref());
        let complaint = conditions.into_iter().flatten().find(|it| {
            it.type_ == "NonStructuralSchema" || it.type_ == "NamesAccepted" && it.status != "True"
        });
        assert!(complaint.is_none(), "{}: {complaint:?}", definition.name);
        let ours: CustomResourceDefinition = serde_json::from_value(definition.object.clone())?;
        assert_eq!(stored.spec.names, ours.spec.names, "{}", definition.name);
        assert_eq!(stored.spec.versions, ours.spec.versions, "{}", definition.name);
    }
    Ok(())
}

#[tokio::test]
async fn samples_are_stored_as_the_original_stores_them() -> Result<()> {
    let Some(folder) = recordings("storing samples") else { return Ok(()) };
    let server = Server::prepare("samples").await?;
    let mut stored = 0;
    let mut paths: Vec<_> = std::fs::read_dir(folder)?.collect::<Result<_, _>>()?;
    paths.sort_by_key(std::fs::DirEntry::path);
    for path in paths {
        let case: Value = serde_json::from_slice(&std::fs::read(path.path())?)?;
        let name = path.file_name().to_string_lossy().into_owned();
        let output = &case["output"];
        if output["kind"].is_null() {
            continue;
        }
        // The original fills in a Cluster before its schema does; for all others the schema is all.
        let given = if output["kind"] == "Cluster" { output } else { &case["input"] };
        let answer = server.create(given).await.with_context(|| name.clone())?;
        assert_eq!(answer["spec"], output["spec"], "{name}");
        stored += 1;
    }
    assert!(stored > 150, "only {stored} samples were stored");
    Ok(())
}

#[tokio::test]
async fn fields_that_do_not_exist_are_named() -> Result<()> {
    let server = Server::prepare("unknown").await?;
    for (name, object, field) in [
        ("beside", json!({"instances": 1, "sotrage": {"size": "1Gi"}}), "spec.sotrage"),
        ("inside", json!({"instances": 1, "postgresql": {"pgHba": []}}), "spec.postgresql.pgHba"),
        (
            "in a list",
            json!({"instances": 1, "externalClusters": [{"name": "a", "ssl": true}]}),
            "spec.externalClusters[0].ssl",
        ),
        (
            "in a Kubernetes type",
            json!({"instances": 1, "resources": {"request": {}}}),
            "spec.resources.request",
        ),
    ] {
        let refusal = server.refusal(&object_of("Cluster", &object)).await;
        let refusal = refusal.with_context(|| name)?;
        assert!(refusal.contains(&format!("unknown field \"{field}\"")), "{name}: {refusal}");
    }
    Ok(())
}

#[tokio::test]
async fn schemas_refuse_what_they_must() -> Result<()> {
    let server = Server::prepare("schema").await?;
    let cluster = |spec: Value| {
        let mut whole = json!({"instances": 1, "storage": {"size": "1Gi"}});
        merge(&mut whole, spec);
        ("Cluster", whole)
    };
    let role = |spec: Value| {
        let mut whole = json!({"name": "r", "cluster": {"name": "c"}});
        merge(&mut whole, spec);
        ("DatabaseRole", whole)
    };
    let publication = |target: Value| {
        let spec =
            json!({"name": "p", "dbname": "app", "cluster": {"name": "c"}, "target": target});
        ("Publication", spec)
    };
    for (name, (kind, spec), words) in [
        (
            "two images",
            cluster(json!({
                "imageName": "postgresql:17",
                "imageCatalogRef":
                    {"apiGroup": api::GROUP, "kind": "ImageCatalog", "name": "c", "major": 17},
            })),
            "set either imageName or imageCatalogRef",
        ),
        ("no instances", cluster(json!({"instances": 0})), "spec.instances"),
        ("a level that is none", cluster(json!({"logLevel": "loud"})), "spec.logLevel"),
        (
            "no standby",
            cluster(json!({"postgresql": {"synchronous":
                    {"method": "any", "number": 0, "dataDurability": "required"}}})),
            "must be positive",
        ),
        (
            "an ICU locale without its provider",
            cluster(json!({"bootstrap": {"initdb": {"icuLocale": "de"}}})),
            "spec.bootstrap.initdb",
        ),
        (
            "extensions of one name",
            cluster(json!({"postgresql": {"extensions": [{"name": "a"}, {"name": "a"}]}})),
            "spec.postgresql.extensions[1]",
        ),
        ("a reserved role", role(json!({"name": "pg_read"})), "reserved by PostgreSQL"),
        (
            "two opinions of the password",
            role(json!({"disablePassword": true, "passwordSecret": {"name": "s"}})),
            "set either passwordSecret or disablePassword",
        ),
        (
            "a certificate without login",
            role(json!({"clientCertificate": {"enabled": true}, "login": false})),
            "needs login",
        ),
        (
            "a publication of nothing",
            publication(json!({})),
            "exactly one of allTables and objects",
        ),
        (
            "columns beside schemas",
            publication(json!({"objects": [
                {"table": {"name": "t", "columns": ["a"]}}, {"tablesInSchema": "s"}]})),
            "column list cannot be combined",
        ),
        (
            "a database of PostgreSQL itself",
            ("Database", json!({"name": "postgres", "owner": "o", "cluster": {"name": "c"}})),
            "database postgres cannot be managed",
        ),
        (
            "a catalog with a major twice",
            (
                "ImageCatalog",
                json!({"images": [{"major": 17, "image": "a"}, {"major": 17, "image": "b"}]}),
            ),
            "every major version may appear only once",
        ),
        (
            "a pooler without its configuration",
            ("Pooler", json!({"cluster": {"name": "c"}})),
            "spec.pgbouncer",
        ),
    ] {
        let refusal = server.refusal(&object_of(kind, &spec)).await.with_context(|| name)?;
        assert!(refusal.contains(words), "{name}: {refusal}");
    }
    Ok(())
}

#[tokio::test]
async fn what_must_not_change_cannot() -> Result<()> {
    let server = Server::prepare("immutable").await?;
    let database = json!({"name": "d", "owner": "o", "cluster": {"name": "c"}, "encoding": "UTF8"});
    let publication = json!({
        "name": "p", "dbname": "d", "cluster": {"name": "c"}, "target": {"allTables": true},
    });
    for (name, kind, spec, change, words) in [
        (
            "a backup",
            "Backup",
            json!({"cluster": {"name": "c"}, "method": "plugin",
                "pluginConfiguration": {"name": "x"}}),
            json!({"target": "primary"}),
            "cannot be changed after its creation",
        ),
        ("the name of a database", "Database", database.clone(), json!({"name": "e"}), "spec.name"),
        (
            "its cluster",
            "Database",
            database.clone(),
            json!({"cluster": {"name": "o"}}),
            "spec.cluster",
        ),
        ("its encoding", "Database", database, json!({"encoding": "LATIN1"}), "spec.encoding"),
        (
            "the tables of a publication",
            "Publication",
            publication,
            json!({"target": {"allTables": false}}),
            "spec.target.allTables",
        ),
        (
            "the name of a role",
            "DatabaseRole",
            json!({"name": "r", "cluster": {"name": "c"}}),
            json!({"name": "s"}),
            "the role name cannot be changed",
        ),
        (
            "the cluster of a schedule",
            "ScheduledBackup",
            json!({"cluster": {"name": "c"}, "schedule": "0 0 0 * * *"}),
            json!({"cluster": {"name": "d"}}),
            "spec.cluster",
        ),
    ] {
        let stored = server.create(&object_of(kind, &spec)).await.with_context(|| name)?;
        let Err(error) = server.change(&stored, &json!({"spec": change})).await else {
            bail!("{name}: the change was accepted");
        };
        let refusal = error.to_string();
        assert!(refusal.contains(words), "{name}: {refusal}");
    }
    Ok(())
}

/// The rig's API server with our definitions, and a namespace of it.
struct Server {
    client: Client,
    scratch: Scratch,
}

impl Server {
    async fn prepare(word: &str) -> Result<Self> {
        static INSTALLED: OnceCell<()> = OnceCell::const_new();
        let rig = Rig::attach().await?;
        INSTALLED.get_or_try_init(|| install(rig.client())).await?;
        let scratch = Scratch::create(&rig, word).await?;
        Ok(Self { client: rig.client(), scratch })
    }

    /// Stores an object under a name of its own and reads what was stored.
    async fn create(&self, object: &Value) -> Result<Value> {
        let definition = definition_of(object)?;
        let path = self.path(definition);
        let mut object = object.clone();
        let name = format!("{}-x", object["metadata"]["name"].as_str().unwrap_or("sample"));
        // Names of samples may be too long or meant to be refused: that is not what we look at.
        let mut metadata = json!({
            "generateName": &name[..name.len().min(20)],
            "annotations": {"cnpg.io/reconciliationLoop": "disabled"},
        });
        // Some ask admission, where an operator is installed, to look away.
        let annotations = object["metadata"]["annotations"].take();
        if annotations.is_object() {
            merge(&mut metadata["annotations"], annotations);
        }
        object["metadata"] = metadata;
        let body = serde_json::to_vec(&object)?;
        let mut request = Request::new(&path).create(&PostParams::default(), body)?;
        *request.uri_mut() = format!("{path}?fieldValidation=Strict").parse()?;
        let created: Value = self.client.request(request).await?;
        let name = created["metadata"]["name"].as_str().context("a stored object has a name")?;
        let stored =
            self.client.request(Request::new(&path).get(name, &Default::default())?).await?;
        if definition.object["spec"]["scope"] == "Cluster" {
            let gone = Request::new(&path).delete(name, &Default::default())?;
            let _: Value = self.client.request(gone).await?;
        }
        Ok(stored)
    }

    /// What the server says when it refuses an object.
    async fn refusal(&self, object: &Value) -> Result<String> {
        match self.create(object).await {
            Ok(stored) => bail!("accepted: {}", stored["spec"]),
            Err(error) => Ok(error.to_string()),
        }
    }

    async fn change(&self, stored: &Value, patch: &Value) -> Result<Value> {
        let path = self.path(definition_of(stored)?);
        let name = stored["metadata"]["name"].as_str().context("a stored object has a name")?;
        let patch = Patch::Merge(patch);
        let request = Request::new(&path).patch(name, &PatchParams::default(), &patch)?;
        Ok(self.client.request(request).await?)
    }

    fn path(&self, definition: &Definition) -> String {
        let base = format!("/apis/{}/{}", api::GROUP, api::VERSION);
        if definition.object["spec"]["scope"] == "Cluster" {
            return format!("{base}/{}", definition.plural);
        }
        format!("{base}/namespaces/{}/{}", self.scratch.name(), definition.plural)
    }
}

/// Applies the definitions and waits until the server serves them.
async fn install(client: Client) -> Result<()> {
    let all: Api<CustomResourceDefinition> = Api::all(client);
    for definition in DEFINITIONS.iter() {
        let params = PatchParams::apply("api-server-tests").force();
        all.patch(&definition.name, &params, &Patch::Apply(&definition.object)).await?;
        let established =
            await_condition(all.clone(), &definition.name, conditions::is_crd_established());
        let in_time = tokio::time::timeout(PATIENCE, established).await;
        in_time.with_context(|| format!("{} is never established", definition.name))??;
    }
    Ok(())
}

fn definition_of(object: &Value) -> Result<&'static Definition> {
    let found = DEFINITIONS.iter().find(|it| object["kind"] == *it.kind);
    found.with_context(|| format!("no kind of ours: {}", object["kind"]))
}

fn object_of(kind: &str, spec: &Value) -> Value {
    let version = format!("{}/{}", api::GROUP, api::VERSION);
    json!({"apiVersion": version, "kind": kind, "metadata": {"name": "sample"}, "spec": spec})
}

fn merge(whole: &mut Value, part: Value) {
    let (Value::Object(whole), Value::Object(part)) = (whole, part) else { return };
    whole.extend(part);
}

/// The recorded cases of admission; without them says so in one line.
#[expect(clippy::print_stdout, reason = "a test that is left out must be seen")]
fn recordings(test: &str) -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let shared = std::env::var_os("CNPG_SHARED").map_or_else(beside, PathBuf::from);
    let folder = shared.join("compat/admission");
    if !folder.is_dir() {
        println!("left out: {test}, because {} is not there", folder.display());
        return None;
    }
    Some(folder)
}
