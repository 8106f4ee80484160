//! The reference for users is complete: every field of ours is described.

use api::crd;
use serde_json::Value;

#[test]
fn every_field_has_a_description() {
    for definition in crd::all() {
        let mut without = Vec::new();
        let schema = definition.schema();
        assert!(sentence(schema), "{}: the kind itself", definition.kind);
        for part in ["spec", "status"] {
            if let Some(field) = schema["properties"].get(part) {
                walk(field, part.to_owned(), &definition, &mut without);
            }
        }
        assert!(without.is_empty(), "{}: {without:?}", definition.kind);
    }
}

fn walk(schema: &Value, path: String, definition: &crd::Definition, without: &mut Vec<String>) {
    for (name, field) in schema["properties"].as_object().into_iter().flatten() {
        let path = format!("{path}.{name}");
        if !sentence(field) {
            without.push(path.clone());
        }
        inner(field, path, definition, without);
    }
}

fn inner(field: &Value, path: String, definition: &crd::Definition, without: &mut Vec<String>) {
    if definition.embedded.contains_key(&path) {
        return;
    }
    walk(field, path.clone(), definition, without);
    for (key, mark) in [("items", "[]"), ("additionalProperties", "{}")] {
        if let Some(child) = field.get(key) {
            inner(child, format!("{path}{mark}"), definition, without);
        }
    }
}

/// A description is a sentence: it begins like one and ends like one.
fn sentence(field: &Value) -> bool {
    let text = field["description"].as_str().unwrap_or_default();
    let begins = text.starts_with(|first: char| first.is_uppercase() || first == '`');
    let words = text.split_whitespace().count();
    begins && words > 1 && text.ends_with('.')
}
