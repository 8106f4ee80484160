//! One object or change with the answer it must get.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::Value;

use super::Answer;

/// The samples of `api`, a case a line; its own tests say how they are written.
const OURS: &str = include_str!("../../crates/api/tests/admission/cases.jsonl");
const PLAIN_CLUSTER: &str = include_str!("../../crates/api/tests/admission/plain-cluster.json");

#[derive(Debug)]
pub struct Case {
    pub name: String,
    pub request: Request,
    pub expected: Expected,
    pub warnings: usize,
}

#[derive(Debug)]
pub enum Request {
    Create(Value),
    Change { old: Value, patch: Value },
}

#[derive(Debug)]
pub enum Expected {
    /// The spec of the stored object.
    Stored(Value),
    /// The fields for which it is refused.
    Refused(BTreeSet<String>),
}

impl Case {
    /// How an answer differs from what must be answered.
    pub fn differences(&self, answer: &Answer) -> Vec<String> {
        let mut found = Vec::new();
        match (&self.expected, &answer.stored) {
            (Expected::Stored(spec), Ok(stored)) if *spec != stored["spec"] => {
                found.push(format!("stored {}, expected {spec}", stored["spec"]));
            }
            (Expected::Refused(fields), Err(refused)) if fields != refused => {
                found
                    .push(format!("refused for {refused:?}, expected {fields:?}: {}", answer.told));
            }
            (Expected::Stored(_), Err(fields)) => {
                found.push(format!("refused for {fields:?}: {}", answer.told));
            }
            (Expected::Refused(fields), Ok(_)) => {
                found.push(format!("accepted, expected a refusal for {fields:?}"));
            }
            (Expected::Stored(_), Ok(_)) | (Expected::Refused(_), Err(_)) => {}
        }
        if self.warnings != answer.warnings {
            found.push(format!("{} warnings, expected {}", answer.warnings, self.warnings));
        }
        found
    }
}

fn merged(base: &Value, patch: &Value) -> Value {
    let mut whole = base.clone();
    merge(&mut whole, patch);
    whole
}

/// Applies a merge patch (RFC 7386).
fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = Value::Object(serde_json::Map::new());
    }
    let members = target.as_object_mut().expect("it was just made an object");
    for (name, value) in patch {
        if value.is_null() {
            members.remove(name);
        } else {
            merge(members.entry(name.clone()).or_insert(Value::Null), value);
        }
    }
}

/// The samples that are kept with the code.
pub fn ours() -> Vec<Case> {
    let plain: Value = serde_json::from_str(PLAIN_CLUSTER).expect("it is checked in");
    OURS.lines().map(|line| our_case(&plain, line)).collect()
}

fn our_case(plain: &Value, line: &str) -> Case {
    let case: Value = serde_json::from_str(line).expect("it is checked in");
    let (request, base) = match case.get("old") {
        Some(old) => {
            let old = merged(plain, old);
            (Request::Change { old: old.clone(), patch: case["patch"].clone() }, old)
        }
        None => {
            let input = case["input"].clone();
            let base = if input["kind"] == "Cluster" { plain.clone() } else { input.clone() };
            (Request::Create(input), base)
        }
    };
    let expected = match case["fields"].as_array() {
        Some(fields) => {
            let texts = fields.iter().filter_map(Value::as_str);
            Expected::Refused(texts.map(str::to_owned).collect())
        }
        None => Expected::Stored(merged(&base, &case["stored"])["spec"].clone()),
    };
    let warnings = case["warnings"].as_u64().unwrap_or_default();
    let warnings = usize::try_from(warnings).expect("there are few");
    let name = case["name"].as_str().unwrap_or_default().to_owned();
    Case { name, request, expected, warnings }
}

/// The recordings of the original beside this checkout; none where they are not there.
pub fn recorded() -> Result<Vec<Case>> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let shared = std::env::var_os("CNPG_SHARED").map_or_else(beside, PathBuf::from);
    let mut cases = Vec::new();
    for folder in ["admission", "admission-update"] {
        let folder = shared.join("compat").join(folder);
        if folder.is_dir() {
            let mut paths: Vec<_> = folder
                .read_dir()?
                .map(|entry| entry.map(|entry| entry.path()))
                .collect::<Result<_, _>>()?;
            paths.sort();
            for path in paths {
                cases.push(recorded_case(&path).with_context(|| path.display().to_string())?);
            }
        }
    }
    Ok(cases)
}

fn recorded_case(path: &Path) -> Result<Case> {
    let case: Value = serde_json::from_slice(&std::fs::read(path)?)?;
    let error = case["error"].as_str().unwrap_or_default();
    let expected = if case["accepted"] == Value::Bool(true) {
        Expected::Stored(case["output"]["spec"].clone())
    } else {
        Expected::Refused(fields_in(error))
    };
    let request = match case.get("old") {
        Some(old) => Request::Change { old: old.clone(), patch: case["patch"].clone() },
        None => Request::Create(case["input"].clone()),
    };
    let told = error.lines().filter(|line| line.starts_with("Warning: ")).count();
    let warnings = case["warnings"].as_array().map_or(told, Vec::len);
    let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    Ok(Case { name, request, expected, warnings })
}

/// The fields that an error names as `kubectl` prints it.
fn fields_in(error: &str) -> BTreeSet<String> {
    let lines = error.lines().filter(|line| !line.starts_with("Warning: "));
    let faults = lines.filter_map(|line| {
        line.strip_prefix("* ").or_else(|| Some(line.split_once(" is invalid: ")?.1))
    });
    let fields = faults.filter_map(|fault| Some(fault.split_once(": ")?.0));
    let fields = fields.filter(|field| !field.is_empty() && *field != "<nil>");
    let mut fields: BTreeSet<_> =
        fields.map(|field| field.trim_start_matches('.').to_owned()).collect();
    fields.extend(unknown_fields(error));
    fields
}

/// The fields that strict decoding does not know.
pub fn unknown_fields(error: &str) -> BTreeSet<String> {
    let quoted = error.split("unknown field \"").skip(1);
    quoted.filter_map(|rest| Some(rest.split_once('"')?.0.to_owned())).collect()
}
