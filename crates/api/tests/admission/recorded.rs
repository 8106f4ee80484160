//! The recorded cases of the original system: same verdict, same stored object, same meaning.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::admission::server::{self, Answer};
use crate::shared;

/// Texts of warnings: a piece of the original's and a piece of ours that mean the same.
const WARNINGS: &[(&str, &str)] = &[
    ("no synchronous replication configured", "has no synchronous replication"),
    ("Native support for Barman Cloud", "the built-in object store is deprecated"),
    ("instead of the node maintenance window", "spec.nodeMaintenanceWindow"),
    ("won't handle the Pooler", "is not set up in the cluster"),
    ("authQuerySecret field has been deprecated", "authQuerySecret is deprecated"),
    ("may not have the right number of arguments", "has not six fields"),
    ("is missing a unit", "without a unit"),
    ("validation webhook is disabled", "the checks of this object are turned off"),
    ("are both specified", "are both given"),
];

/// Warnings of ours that the original has no reason for: what is not there yet, or without effect
/// in a native archive, is told when it is asked for and not when a backup is needed.
const ABOUT_US: &[&str] = &["this version speaks S3 only", " has no effect: "];

pub fn is_about_us(warning: &str) -> bool {
    ABOUT_US.iter().any(|piece| warning.contains(piece))
}

/// Recorded cases that we answer otherwise, each with its reason.
const EXCEPTIONS: &[(&str, &str)] = &[];

fn compare(name: &str, case: &Value, answer: &Answer) -> Vec<String> {
    let mut differences = Vec::new();
    let mut differ = |what: String| differences.push(format!("{name}: {what}"));
    let recorded_error = case["error"].as_str().unwrap_or_default();
    match (&answer.stored, case["accepted"] == Value::Bool(true)) {
        (Ok(stored), true) => {
            for change in json_patch::diff(stored, &case["output"]).0 {
                differ(format!("stored otherwise: {change}"));
            }
        }
        (Err(paths), false) => {
            let ours: BTreeSet<String> = paths.iter().cloned().collect();
            let theirs = paths_in(recorded_error);
            if ours != theirs {
                differ(format!("fields {ours:?}, recorded {theirs:?}: {:?}", answer.told));
            }
        }
        (Ok(_), false) => differ(format!("accepted, recorded {recorded_error}")),
        (Err(paths), true) => differ(format!("refused for {paths:?}: {:?}", answer.told)),
    }
    let theirs: Vec<String> = match case["warnings"].as_array() {
        Some(warnings) => warnings.iter().map(|it| it.as_str().unwrap().to_owned()).collect(),
        None => recorded_error
            .lines()
            .filter(|it| it.starts_with("Warning: "))
            .map(Into::into)
            .collect(),
    };
    let ours: Vec<String> = answer.warnings.iter().filter(|it| !is_about_us(it)).cloned().collect();
    if !same_meaning(&ours, &theirs) {
        differ(format!("warnings {ours:?}, recorded {theirs:?}"));
    }
    differences
}

/// The fields an error of the API server names.
fn paths_in(error: &str) -> BTreeSet<String> {
    if error.contains("strict decoding error") {
        let quoted = error.split("unknown field \"").skip(1);
        return quoted.filter_map(|rest| Some(rest.split_once('"')?.0.to_owned())).collect();
    }
    let told = error.lines().filter(|line| !line.starts_with("Warning: "));
    let mut paths = BTreeSet::new();
    for line in told {
        let fault = line.strip_prefix("* ").or_else(|| Some(line.split_once(" is invalid: ")?.1));
        let path = fault.and_then(|fault| Some(fault.split_once(": ")?.0)).unwrap_or_default();
        if !path.is_empty() && path != "<nil>" {
            paths.insert(path.trim_start_matches('.').to_owned());
        }
    }
    paths
}

fn same_meaning(ours: &[String], theirs: &[String]) -> bool {
    let meanings = |texts: &[String], side: fn(&(&'static str, &'static str)) -> &'static str| {
        let of = |text: &String| WARNINGS.iter().position(|pair| text.contains(side(pair)));
        texts.iter().map(of).collect::<BTreeSet<_>>()
    };
    let (ours_mean, theirs_mean) = (meanings(ours, |it| it.1), meanings(theirs, |it| it.0));
    let stores = |texts: &[String]| -> BTreeSet<String> {
        let words = texts.iter().flat_map(|text| text.split([' ', ',']));
        let words = words.map(|word| word.trim_end_matches('.'));
        words.filter(|word| word.ends_with(".barmanObjectStore")).map(str::to_owned).collect()
    };
    ours.len() == theirs.len()
        && !ours_mean.contains(&None)
        && ours_mean == theirs_mean
        && stores(ours) == stores(theirs)
}

fn verify(folder: &str, answer: fn(&Value) -> Answer) {
    let Some(folder) = shared::compat(folder, "judging recorded objects") else { return };
    let files = shared::files(&folder, "json");
    let mut differences = Vec::new();
    let mut differing = 0;
    for path in &files {
        let name = path.file_stem().unwrap().to_string_lossy();
        if EXCEPTIONS.iter().any(|(exception, _)| *exception == name) {
            continue;
        }
        let case = shared::json(path);
        let found = compare(&name, &case, &answer(&case));
        differing += usize::from(!found.is_empty());
        differences.extend(found);
    }
    let (all, excepted) = (files.len(), EXCEPTIONS.len());
    assert!(
        differences.is_empty(),
        "{differing} of {all} cases ({excepted} exceptions) differ:\n{}",
        differences.join("\n")
    );
}

#[test]
fn objects_are_judged_as_recorded() {
    verify("admission", |case| server::create(&case["input"], &server::context()));
}

#[test]
fn changes_are_judged_as_recorded() {
    verify("admission-update", |case| {
        server::update(&case["old"], &case["patch"], &server::context())
    });
}

#[test]
fn paths_are_found_in_errors() {
    let found = paths_in(
        "Warning: a: b\nThe Cluster \"c\" is invalid: \n* spec.a[0]: Invalid value: 1: x\n* <nil>: y\n",
    );
    assert_eq!(found, BTreeSet::from(["spec.a[0]".to_owned()]));
    let found =
        paths_in("... strict decoding error: unknown field \"spec.a\", unknown field \"b\"");
    assert_eq!(found, BTreeSet::from(["spec.a".to_owned(), "b".to_owned()]));
}
