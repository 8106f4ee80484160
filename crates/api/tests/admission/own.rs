//! Samples kept with the code, each with its verdict.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::admission::recorded::is_about_us;
use crate::admission::server::{self, Answer};

/// A case a line: `stored` is a merge patch over the plain cluster, or over the input of other
/// kinds and over the old object of changes; `fields` are those that a refusal names.
const CASES: &str = include_str!("cases.jsonl");
const PLAIN_CLUSTER: &str = include_str!("plain-cluster.json");

fn patched(base: &Value, patch: &Value) -> Value {
    let mut object = base.clone();
    json_patch::merge(&mut object, patch);
    object
}

#[test]
fn samples_are_judged_as_they_are_noted() {
    let plain: Value = serde_json::from_str(PLAIN_CLUSTER).unwrap();
    let mut count = 0;
    for line in CASES.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let name = case["name"].as_str().unwrap();
        let (base, answer) = match case.get("old") {
            Some(old) => {
                let old = patched(&plain, old);
                let answer = server::update(&old, &case["patch"], &server::context());
                (old, answer)
            }
            None => {
                let input = &case["input"];
                let base = if input["kind"] == "Cluster" { &plain } else { input };
                (base.clone(), server::create(input, &server::context()))
            }
        };
        check(name, &case, &base, &answer);
        count += 1;
    }
    assert_eq!(count, 181, "the list of cases is whole");
}

fn check(name: &str, case: &Value, base: &Value, answer: &Answer) {
    match (&answer.stored, case["fields"].as_array()) {
        (Ok(stored), None) => assert_eq!(*stored, patched(base, &case["stored"]), "{name}"),
        (Err(paths), Some(fields)) => {
            let noted: BTreeSet<_> = fields.iter().map(|it| it.as_str().unwrap()).collect();
            assert_eq!(paths.iter().map(String::as_str).collect::<BTreeSet<_>>(), noted, "{name}");
        }
        (stored, fields) => panic!("{name}: noted {fields:?}, got {stored:?} {:?}", answer.told),
    }
    let warnings = case["warnings"].as_u64().unwrap_or_default();
    let told = answer.warnings.iter().filter(|told| !is_about_us(told)).count() as u64;
    assert_eq!(told, warnings, "{name}: {:?}", answer.warnings);
}
