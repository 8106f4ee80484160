//! Admission as users meet it: a real API server asks the installed operator.
//!
//! Objects are only tried (`dryRun`), so nothing of them stays. These tests use the rig of this
//! checkout, which `cargo xtask test` brings up.

mod case;

use std::collections::BTreeSet;

use anyhow::{Context, Result, ensure};
use api::crd::{self, Definition};
use kube::Client;
use kube::client::Body;
use serde_json::Value;
use testkit::rig::scratch::Scratch;

use case::{Case, Request};

/// Cases that a real API server answers otherwise than noted, each with its reason.
const EXCEPTIONS: &[(&str, &str)] = &[];

#[tokio::test]
async fn samples_are_judged_as_they_are_noted() -> Result<()> {
    verify("samples", &case::ours()).await
}

#[tokio::test]
async fn recorded_objects_are_judged_as_recorded() -> Result<()> {
    let cases = case::recorded()?;
    if cases.is_empty() {
        println!("left out: judging recorded objects, there is no folder with recordings");
        return Ok(());
    }
    verify("recorded", &cases).await
}

async fn verify(word: &str, cases: &[Case]) -> Result<()> {
    let rig = crate::operator::shared().await?;
    let scratch = Scratch::create(&rig, word).await?;
    let server = Server { client: rig.client(), scratch, definitions: crd::all() };
    let mut differences = Vec::new();
    for case in cases {
        if EXCEPTIONS.iter().all(|(name, _)| *name != case.name) {
            let answer = server.answer(&case.request).await.with_context(|| case.name.clone())?;
            let found = case.differences(&answer);
            differences.extend(found.into_iter().map(|what| format!("{}: {what}", case.name)));
        }
    }
    let all = cases.len();
    ensure!(differences.is_empty(), "of {all} cases differ:\n{}", differences.join("\n"));
    Ok(())
}

/// What the API server said.
#[derive(Debug)]
pub struct Answer {
    /// The object as it would be stored, or the fields for which it was refused.
    pub stored: Result<Value, BTreeSet<String>>,
    /// The refusal in full, for messages of tests.
    pub told: String,
    pub warnings: usize,
}

struct Server {
    client: Client,
    scratch: Scratch,
    definitions: Vec<Definition>,
}

impl Server {
    async fn answer(&self, request: &Request) -> Result<Answer> {
        match request {
            Request::Create(object) => {
                let path = self.path(object, None)?;
                self.send("POST", &format!("{path}?dryRun=All&{STRICT}"), JSON, object).await
            }
            Request::Change { old, patch } => {
                let (list, one) =
                    (self.path(old, None)?, self.path(old, old["metadata"]["name"].as_str())?);
                let stored = self.send("POST", &format!("{list}?{STRICT}"), JSON, old).await?;
                ensure!(stored.stored.is_ok(), "the old object is refused: {}", stored.told);
                let path = format!("{one}?dryRun=All&{STRICT}");
                let answer = self.send("PATCH", &path, MERGE_PATCH, patch).await?;
                self.send("DELETE", &one, JSON, &Value::Object(serde_json::Map::new())).await?;
                Ok(answer)
            }
        }
    }

    fn path(&self, object: &Value, name: Option<&str>) -> Result<String> {
        let kind = object["kind"].as_str().context("a case has a kind")?;
        let definition = self.definitions.iter().find(|it| it.kind == kind);
        let Definition { plural, object, .. } = definition.context("its kind is known")?;
        let namespace = match object["spec"]["scope"].as_str() {
            Some("Cluster") => String::new(),
            _ => format!("/namespaces/{}", self.scratch.name()),
        };
        let name = name.map(|name| format!("/{name}")).unwrap_or_default();
        Ok(format!("/apis/{}/{}{namespace}/{plural}{name}", api::GROUP, api::VERSION))
    }

    async fn send(&self, method: &str, path: &str, kind: &str, body: &Value) -> Result<Answer> {
        let mut body = body.clone();
        if let Some(metadata) = body.get_mut("metadata").and_then(Value::as_object_mut) {
            metadata.remove("namespace");
        }
        let request = http::Request::builder()
            .method(method)
            .uri(path)
            .header("content-type", kind)
            .body(Body::from(serde_json::to_vec(&body)?))?;
        let response = self.client.send(request).await?;
        let warnings = response.headers().get_all("warning").iter();
        let warnings = warnings.filter(|told| !is_about_us(told.to_str().unwrap_or_default()));
        let warnings = warnings.count();
        let accepted = response.status().is_success();
        let answer: Value = serde_json::from_slice(&response.into_body().collect_bytes().await?)?;
        let told = answer["message"].as_str().unwrap_or_default().to_owned();
        let stored = if accepted { Ok(answer) } else { Err(refused_fields(&answer)) };
        Ok(Answer { stored, told, warnings })
    }
}

/// What only we have a reason to warn of: see the tests of `api`.
fn is_about_us(warning: &str) -> bool {
    ["this version speaks S3 only", " has no effect: "].iter().any(|piece| warning.contains(piece))
}

const STRICT: &str = "fieldValidation=Strict";
const JSON: &str = "application/json";
const MERGE_PATCH: &str = "application/merge-patch+json";

/// The fields that a refusal names, in its causes or, when it has none, in its sentence.
fn refused_fields(status: &Value) -> BTreeSet<String> {
    let causes = status["details"]["causes"].as_array().into_iter().flatten();
    let mut fields: BTreeSet<_> = causes
        .filter_map(|cause| cause["field"].as_str())
        .filter(|field| !field.is_empty() && *field != "<nil>")
        .map(|field| field.trim_start_matches('.').to_owned())
        .collect();
    if fields.is_empty() {
        fields = case::unknown_fields(status["message"].as_str().unwrap_or_default());
    }
    fields
}
