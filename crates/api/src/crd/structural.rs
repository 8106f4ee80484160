//! From the schema that the types derive to the structural schema that an API server wants.
//!
//! References are put in place, `null` is no value (it means "unset, the default applies"), and
//! two marks of our own are taken in: `x-default` is the default the API server fills in, where
//! serde's `default` only says how to read an absent field, and `x-required` names a field that
//! the schema requires although reading it does not.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

/// Where Kubernetes types are embedded: path to the name of the type.
pub(super) type Embedded = BTreeMap<String, String>;

/// The schema of a whole object, made from the derived one.
pub(super) fn structural(derived: &Value) -> (Value, Embedded) {
    let mut definitions = definitions(derived);
    super::core_types::complete(&mut definitions);
    let mut builder = Builder { definitions: &definitions, embedded: Embedded::new() };
    let mut schema = builder.build(derived, "");
    let embedded = builder.embedded;
    let fields = schema["properties"].as_object_mut().expect("an object has fields");
    for (name, description) in TYPE {
        fields.insert((*name).into(), json!({"type": "string", "description": description}));
    }
    // The API server allows no word about it, not even a description.
    fields.insert("metadata".into(), json!({"type": "object"}));
    let required = [json!("metadata")].into_iter().chain(
        schema["required"].as_array().into_iter().flatten().filter(|it| *it == "spec").cloned(),
    );
    schema["required"] = required.collect();
    (schema, embedded)
}

/// The fields by which every object of Kubernetes says what it is.
const TYPE: &[(&str, &str)] = &[
    ("apiVersion", "Group and version of the API: postgresql.cnpg.io/v1."),
    ("kind", "The kind of the object."),
];

/// The named types that a derived schema refers to.
pub(super) fn definitions(derived: &Value) -> Map<String, Value> {
    derived["$defs"].as_object().cloned().unwrap_or_default()
}

struct Builder<'a> {
    definitions: &'a Map<String, Value>,
    embedded: Embedded,
}

impl Builder<'_> {
    fn build(&mut self, derived: &Value, path: &str) -> Value {
        let mut schema = self.flatten(derived, path);
        for unwanted in ["$defs", "$schema", "title", "default"] {
            schema.remove(unwanted);
        }
        without_null(&mut schema);
        if let Some(default) = schema.remove("x-default") {
            schema.insert("default".into(), default);
        }
        if let Some(Value::String(text)) = schema.get_mut("description") {
            *text = unwrapped(text);
        }
        self.build_children(&mut schema, path);
        Value::Object(schema)
    }

    /// Follows references and optional types; what stands beside a reference wins.
    fn flatten(&mut self, derived: &Value, path: &str) -> Map<String, Value> {
        let mut schema = derived.as_object().cloned().unwrap_or_default();
        loop {
            let target = if let Some(Value::String(reference)) = schema.remove("$ref") {
                let name = reference.trim_start_matches("#/$defs/");
                if let Some(name) = name.strip_prefix("io.k8s.") {
                    self.embedded.insert(path.to_owned(), name.to_owned());
                }
                self.definitions.get(name).expect("a derived schema defines what it refers to")
            } else if let Some(only) = optional(&schema) {
                schema.remove("anyOf");
                &only.clone()
            } else {
                return schema;
            };
            for (key, value) in target.as_object().into_iter().flatten() {
                schema.entry(key.clone()).or_insert_with(|| value.clone());
            }
        }
    }

    fn build_children(&mut self, schema: &mut Map<String, Value>, path: &str) {
        for (key, mark) in [("items", "[]"), ("additionalProperties", "{}")] {
            if let Some(child) = schema.get_mut(key) {
                *child = self.build(child, &format!("{path}{mark}"));
            }
        }
        let Some(Value::Object(fields)) = schema.get_mut("properties") else { return };
        let mut required = Vec::new();
        for (name, field) in fields {
            let dot = if path.is_empty() { "" } else { "." };
            *field = self.build(field, &format!("{path}{dot}{name}"));
            let marked = field.as_object_mut().and_then(|field| field.remove("x-required"));
            if marked.is_some() {
                required.push(name.clone());
            }
        }
        let known = schema.get("required").and_then(Value::as_array).into_iter().flatten();
        required.extend(known.filter_map(Value::as_str).map(str::to_owned));
        required.sort();
        required.dedup();
        schema.remove("required");
        if !required.is_empty() {
            schema.insert("required".into(), json!(required));
        }
    }
}

/// The type inside an optional one: `anyOf` a type and null.
fn optional(schema: &Map<String, Value>) -> Option<Value> {
    let choices = schema.get("anyOf")?.as_array()?;
    let null = json!({"type": "null"});
    let [only] = choices.iter().filter(|choice| **choice != null).collect::<Vec<_>>()[..] else {
        return None;
    };
    Some(only.clone())
}

fn without_null(schema: &mut Map<String, Value>) {
    if let Some(Value::Array(types)) = schema.get_mut("type") {
        types.retain(|it| it != "null");
        if let [only] = &types[..] {
            let only = only.clone();
            schema.insert("type".into(), only);
        }
    }
    if let Some(Value::Array(words)) = schema.get_mut("enum") {
        words.retain(|word| !word.is_null());
    }
}

/// Undoes the line breaks of a doc comment; paragraphs and list items keep theirs.
fn unwrapped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        let starts_anew = line.is_empty() || line.starts_with("- ") || out.ends_with('\n');
        match (out.is_empty(), starts_anew) {
            (true, _) => {}
            (false, true) => out.push('\n'),
            (false, false) => out.push(' '),
        }
        out.push_str(line);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn optional_types_and_references_are_put_in_place() {
        let derived = json!({
            "type": "object", "title": "Thing", "required": ["spec"],
            "$defs": {"Inner": {"type": "object", "description": "of the type",
                "properties": {"word":
                    {"type": ["string", "null"], "enum": ["a", null], "default": null}}}},
            "properties": {"spec": {"anyOf": [{"$ref": "#/$defs/Inner"}, {"type": "null"}],
                "description": "of\nthe field", "x-required": true, "x-default": {}}},
        });
        let (schema, _) = structural(&derived);
        assert_eq!(
            schema["properties"]["spec"],
            json!({"type": "object", "description": "of the field", "default": {},
                "properties": {"word": {"type": "string", "enum": ["a"]}}})
        );
        assert_eq!(schema["required"], json!(["metadata", "spec"]));
        assert_eq!(schema.get("title"), None);
    }

    #[test]
    fn descriptions_keep_paragraphs_and_lists() {
        assert_eq!(unwrapped("one\ntwo\n\nthree\n- a\n- b"), "one two\n\nthree\n- a\n- b");
    }
}
