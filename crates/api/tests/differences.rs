//! Where two objects differ: a line for each place.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

/// Every place where our definition is not theirs, as `path: ours, not theirs`.
pub fn between_definitions(ours: &Value, theirs: &Value) -> Vec<String> {
    between(&normal(ours), &normal(theirs))
}

/// Every place where `ours` is not `theirs`, to the letter.
pub fn between(ours: &Value, theirs: &Value) -> Vec<String> {
    let mut found = Vec::new();
    walk(ours, theirs, "", &mut found);
    found
}

fn walk(ours: &Value, theirs: &Value, path: &str, found: &mut Vec<String>) {
    match (ours, theirs) {
        (Value::Object(a), Value::Object(b)) => {
            for key in a.keys().chain(b.keys()).collect::<BTreeSet<_>>() {
                let path = format!("{path}/{key}");
                match (a.get(key), b.get(key)) {
                    (Some(a), Some(b)) => walk(a, b, &path, found),
                    (Some(a), None) => found.push(format!("{path}: {a}, not there in theirs")),
                    (None, b) => found.push(format!("{path}: missing {}", b.unwrap())),
                }
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            for (index, (a, b)) in a.iter().zip(b).enumerate() {
                walk(a, b, &format!("{path}/{index}"), found);
            }
        }
        _ if ours == theirs => {}
        _ => found.push(format!("{path}: {ours}, not {theirs}")),
    }
}

/// The same without what may be ours: descriptions, the messages of rules, blanks in rules, the
/// order of required fields and of words, and whether numbers are written with a point.
fn normal(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            map.iter().filter_map(|(key, value)| entry(map, key, value)).collect()
        }
        Value::Array(list) => list.iter().map(normal).collect(),
        Value::Number(number) => number.as_f64().map_or_else(|| value.clone(), Value::from),
        plain => plain.clone(),
    }
}

fn entry(map: &Map<String, Value>, key: &str, value: &Value) -> Option<(String, Value)> {
    let is_schema = map.get("type").is_none_or(Value::is_string);
    let value = match key {
        "description" if value.is_string() && is_schema => return None,
        "x-kubernetes-validations" => rules(value),
        "required" | "enum" if value.is_array() => sorted(value),
        _ => normal(value),
    };
    Some((key.to_owned(), value))
}

fn rules(value: &Value) -> Value {
    let rules = value.as_array().into_iter().flatten();
    rules
        .map(|rule| rule["rule"].as_str().unwrap().split_whitespace().collect::<String>())
        .collect()
}

fn sorted(value: &Value) -> Value {
    let mut words: Vec<_> = value.as_array().into_iter().flatten().cloned().collect();
    words.sort_by_key(Value::to_string);
    words.into()
}
