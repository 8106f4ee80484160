//! What the API server does with a structural schema: unknown fields, defaults, checks.

use std::cell::RefCell;
use std::collections::HashMap;

use regex::Regex;
use serde_json::{Map, Value};

use crate::admission::cel;

/// Paths of fields that the schema does not know. Metadata is not looked at.
pub fn unknown_fields(schema: &Value, value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    for (name, member) in members(value) {
        if !["apiVersion", "kind", "metadata"].contains(&name.as_str()) {
            match schema["properties"].get(name) {
                Some(schema) => unknown(schema, member, name, &mut found),
                None => found.push(name.clone()),
            }
        }
    }
    found
}

fn unknown(schema: &Value, value: &Value, path: &str, found: &mut Vec<String>) {
    if schema["x-kubernetes-preserve-unknown-fields"] == Value::Bool(true) {
        return;
    }
    let map = schema.get("additionalProperties");
    for (name, member) in members(value) {
        let path = format!("{path}.{name}");
        match schema["properties"].get(name).or(map) {
            Some(schema) => unknown(schema, member, &path, found),
            None if schema["type"] == "object" && !has_fields(schema) => {}
            None => found.push(path),
        }
    }
    for (index, item) in value.as_array().into_iter().flatten().enumerate() {
        unknown(&schema["items"], item, &format!("{path}[{index}]"), found);
    }
}

/// An object without described fields, such as metadata in a template, is described elsewhere.
fn has_fields(schema: &Value) -> bool {
    schema.get("properties").is_some()
}

/// Fills in the defaults of the schema, also inside defaults.
pub fn apply_defaults(schema: &Value, value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, schema) in members(&schema["properties"]) {
                if let Some(default) = schema.get("default")
                    && fields.get(name).is_none_or(Value::is_null)
                {
                    fields.insert(name.clone(), default.clone());
                }
            }
            for (name, member) in fields {
                let map = &schema["additionalProperties"];
                apply_defaults(schema["properties"].get(name).unwrap_or(map), member);
            }
        }
        Value::Array(items) => {
            items.iter_mut().for_each(|item| apply_defaults(&schema["items"], item));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Paths of fields that break the schema, by its plain rules first and then by CEL.
pub fn broken_fields(schema: &Value, value: &Value, old: Option<&Value>) -> Vec<String> {
    let mut found = Vec::new();
    check(schema, value, "", &mut found);
    if found.is_empty() {
        check_rules(schema, value, old, "", &mut found);
    }
    found
}

fn check(schema: &Value, value: &Value, path: &str, found: &mut Vec<String>) {
    if !has_type(schema, value) || !in_bounds(schema, value) {
        found.push(path.to_owned());
        return;
    }
    for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        if value.is_object()
            && value.get(name).is_none()
            && !(path.is_empty() && name == "metadata")
        {
            found.push(join(path, name));
        }
    }
    for (name, member) in members(value) {
        if !(path.is_empty() && name == "metadata") {
            let map = &schema["additionalProperties"];
            let schema = schema["properties"].get(name).unwrap_or(map);
            check(schema, member, &join(path, name), found);
        }
    }
    for (index, item) in value.as_array().into_iter().flatten().enumerate() {
        let path = format!("{path}[{index}]");
        if is_repeated(schema, value, index) {
            found.push(path.clone());
        }
        check(&schema["items"], item, &path, found);
    }
}

fn has_type(schema: &Value, value: &Value) -> bool {
    if schema["x-kubernetes-int-or-string"] == Value::Bool(true) {
        return value.is_i64() || value.is_string();
    }
    match schema["type"].as_str() {
        Some("object") => value.is_object(),
        Some("array") => value.is_array(),
        Some("string") => value.is_string(),
        Some("boolean") => value.is_boolean(),
        Some("integer") => value.is_i64() || value.is_u64(),
        Some("number") => value.is_number(),
        _ => true,
    }
}

fn in_bounds(schema: &Value, value: &Value) -> bool {
    let bound = |name: &str| schema[name].as_i64();
    let within = |size: usize, least: &str, most: &str| {
        let size = i64::try_from(size).unwrap();
        bound(least).is_none_or(|it| size >= it) && bound(most).is_none_or(|it| size <= it)
    };
    let known = schema["enum"].as_array().is_none_or(|words| words.contains(value));
    known
        && match value {
            Value::String(text) => {
                within(text.chars().count(), "minLength", "maxLength")
                    && schema["pattern"].as_str().is_none_or(|pattern| fits(pattern, text))
            }
            Value::Number(number) => number.as_i64().is_none_or(|number| {
                bound("minimum").is_none_or(|it| number >= it)
                    && bound("maximum").is_none_or(|it| number <= it)
            }),
            Value::Array(items) => within(items.len(), "minItems", "maxItems"),
            Value::Null | Value::Bool(_) | Value::Object(_) => true,
        }
}

fn fits(pattern: &str, text: &str) -> bool {
    thread_local! {
        static PATTERNS: RefCell<HashMap<String, Regex>> = RefCell::default();
    }
    PATTERNS.with_borrow_mut(|patterns| {
        let known = patterns.entry(pattern.to_owned());
        known.or_insert_with(|| Regex::new(pattern).unwrap()).is_match(text)
    })
}

fn is_repeated(schema: &Value, list: &Value, index: usize) -> bool {
    schema["x-kubernetes-list-type"] == "map"
        && (0..index).any(|before| same_key(schema, &list[before], &list[index]))
}

fn same_key(schema: &Value, one: &Value, other: &Value) -> bool {
    let keys = schema["x-kubernetes-list-map-keys"].as_array().into_iter().flatten();
    keys.filter_map(Value::as_str).all(|key| one[key] == other[key])
}

fn check_rules(
    schema: &Value,
    value: &Value,
    old: Option<&Value>,
    path: &str,
    found: &mut Vec<String>,
) {
    for rule in schema["x-kubernetes-validations"].as_array().into_iter().flatten() {
        let rule = rule["rule"].as_str().unwrap();
        let skipped = cel::is_transition(rule) && old.is_none();
        if !skipped && !cel::holds(rule, value, old) {
            found.push(path.to_owned());
        }
    }
    for (name, member) in members(value) {
        let map = &schema["additionalProperties"];
        let schema = schema["properties"].get(name).unwrap_or(map);
        let old = old.and_then(|old| old.get(name));
        check_rules(schema, member, old, &join(path, name), found);
    }
    for (index, item) in value.as_array().into_iter().flatten().enumerate() {
        // Only the items of a list with keys have a past.
        let keyed = schema["x-kubernetes-list-type"] == "map";
        let past = old.and_then(Value::as_array).filter(|_| keyed).into_iter().flatten();
        let old = past.into_iter().find(|old| same_key(schema, old, item));
        check_rules(&schema["items"], item, old, &format!("{path}[{index}]"), found);
    }
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter)
}
