//! Rules for clusters that the samples leave out, a table for each concern.

mod database;
mod pods;

use serde_json::Value;

use crate::admission::server::{self, Answer};

fn patched(base: &Value, patch: &Value) -> Value {
    let mut object = base.clone();
    json_patch::merge(&mut object, patch);
    object
}

fn paths(answer: &Answer) -> Vec<&str> {
    answer.stored.as_ref().err().into_iter().flatten().map(String::as_str).collect()
}

/// Rows: what is merged over the spec of a plain cluster, and the fields for which it is refused.
fn verify_specs(rows: &[(&str, Value, &[&str])]) {
    for (row, spec, fields) in rows {
        let answer = server::create(&server::cluster(spec), &server::context());
        assert_eq!(paths(&answer), *fields, "{row}: {:?}", answer.told);
    }
}
