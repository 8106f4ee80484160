//! A recorded cluster of the original, served again: the same text, and no field less.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use regex::Regex;
use serde_json::{Value, json};

use super::World;
use super::server::Answer;

#[test]
fn a_cluster_of_the_original_is_shown_as_the_original_shows_it() {
    let shared = std::env::var_os("CNPG_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    let recorded = shared.join("compat/recorded/full");
    if !recorded.is_dir() {
        // Written past the capture of the test runner, so that it is seen.
        let _ = writeln!(std::io::stderr(), "left out: no recordings at {}", recorded.display());
        return;
    }
    let read = |name: &str| std::fs::read_to_string(recorded.join(name)).expect("readable");
    let document: Value = serde_json::from_str(&read("status.json")).expect("JSON");
    let world = serve(&document);

    let said = world.run("status full -v -n default");
    assert_eq!(said.code, 0, "{said:?}");
    let (ours, theirs) = (comparable(&said.out), comparable(&read("status-v.txt")));
    assert_eq!(ours, theirs);

    let said = world.run("status full -o json -n default");
    let ours: Value = serde_json::from_str(&said.out).expect("JSON");
    for (key, value) in document.as_object().expect("an object") {
        match key.as_str() {
            // Where the original says nothing, ours says something.
            "TotalClusterSize" | "ErrorList" => assert!(ours.get(key).is_some(), "{key}"),
            _ => assert_within(key, value, &ours[key]),
        }
    }
}

fn serve(document: &Value) -> World {
    let world = World::empty();
    let put = |object: &Value, version: &str, kind: &str| {
        let mut object = object.clone();
        object["apiVersion"] = json!(version);
        object["kind"] = json!(kind);
        world.server.put(object);
    };
    put(&document["cluster"], "postgresql.cnpg.io/v1", "Cluster");
    for item in document["instanceStatus"]["items"].as_array().expect("instances") {
        put(&item["pod"], "v1", "Pod");
        let name = item["pod"]["metadata"]["name"].as_str().expect("a name");
        let path = format!("/api/v1/namespaces/default/pods/https:{name}:8000/proxy/pg/status");
        world.server.answer(&path, Answer::ok(item.to_string()));
    }
    for budget in document["PodDisruptionBudgetList"]["items"].as_array().expect("budgets") {
        put(budget, "policy/v1", "PodDisruptionBudget");
    }
    world.server.command("full-1", "du -sLh", "135M\t/var/lib/postgresql/data/pgdata\n", 0);
    world
}

/// The text without ages, positions that moved between two runs, and trailing blanks; names of one
/// row in one order.
fn comparable(text: &str) -> Vec<String> {
    let age = Regex::new(r"\((\d+h)?(\d+m)?\d+s\)").expect("a pattern");
    let lsn = Regex::new(r"0/[0-9A-F]+").expect("a pattern");
    text.lines()
        .map(|line| {
            let line = age.replace_all(line, "(AGE)");
            let line = lsn.replace_all(&line, "LSN");
            let words = line.split_whitespace().map(|word| {
                let mut names: Vec<_> = word.split(',').collect();
                names.sort_unstable();
                names.join(",")
            });
            words.collect::<Vec<_>>().join(" ")
        })
        .filter(|line| !line.chars().all(|letter| "- ".contains(letter)))
        .collect()
}

/// Everything of `theirs` is in `ours`; ours may have more, and other versions of objects.
fn assert_within(path: &str, theirs: &Value, ours: &Value) {
    match (theirs, ours) {
        (Value::Object(theirs), Value::Object(_)) => {
            for (key, value) in theirs {
                assert_within(&format!("{path}.{key}"), value, &ours[key]);
            }
        }
        (Value::Array(theirs), Value::Array(ours)) => {
            assert_eq!(theirs.len(), ours.len(), "{path}");
            for (index, value) in theirs.iter().enumerate() {
                assert_within(&format!("{path}[{index}]"), value, &ours[index]);
            }
        }
        _ if path.ends_with("resourceVersion") => {}
        _ => assert_eq!(theirs, ours, "{path}"),
    }
}
