//! The table of all facts about our fields, which is kept by hand beside the types.
//!
//! A line is the path of a field, its type and its constraints as JSON. `facts/fields.tsv` is not
//! generated: a change of the API is a change of two places that must agree.

use std::collections::BTreeMap;
use std::path::Path;

use api::crd::{self, Definition};
use serde_json::{Map, Value, json};

#[test]
fn fields_are_those_of_the_table() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("facts/fields.tsv");
    let table = std::fs::read_to_string(path).unwrap();
    let wanted = by_path(table.lines().filter(|line| !line.starts_with('#')).map(str::to_owned));
    let found = by_path(crd::all().iter().flat_map(facts));
    let mut wrong = Vec::new();
    for (path, fact) in &found {
        match wanted.get(path) {
            Some(wanted) if wanted == fact => {}
            Some(wanted) => wrong.push(format!("{path}: {fact}, the table says {wanted}")),
            None => wrong.push(format!("{path}: {fact}, not in the table")),
        }
    }
    wrong.extend(
        wanted.keys().filter(|path| !found.contains_key(*path)).map(|it| format!("{it}: missing")),
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(found.len() > 900, "only {} fields were looked at", found.len());
}

fn by_path(lines: impl Iterator<Item = String>) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    for line in lines {
        let (path, fact) = line.split_once('\t').unwrap_or_else(|| panic!("no tab in {line}"));
        let twice = all.insert(path.to_owned(), fact.to_owned());
        assert_eq!(twice, None, "{path} stands there twice");
    }
    all
}

/// The kind itself, then its fields from the outside in.
fn facts(definition: &Definition) -> Vec<String> {
    let spec = &definition.object["spec"];
    let version = &spec["versions"][0];
    let columns: Vec<_> = version["additionalPrinterColumns"].as_array().unwrap().iter().collect();
    let columns = columns.iter().map(|it| {
        let text = |key: &str| it[key].as_str().unwrap().to_owned();
        let wide = if it["priority"].is_null() { "" } else { " wide" };
        format!("{}={} {}{wide}", text("name"), text("jsonPath"), text("type"))
    });
    let kind = sorted(json!({
        "columns": columns.collect::<Vec<_>>(),
        "names": spec["names"],
        "scope": spec["scope"],
        "subresources": version.get("subresources").unwrap_or(&json!({})),
        "required": definition.schema()["required"],
    }));
    let mut lines = vec![format!("{}\tkind\t{kind}", definition.kind)];
    for part in ["spec", "status"] {
        if let Some(field) = definition.schema()["properties"].get(part) {
            field_facts(definition, field, part, false, &mut lines);
        }
    }
    lines
}

fn field_facts(
    definition: &Definition,
    field: &Value,
    path: &str,
    required: bool,
    lines: &mut Vec<String>,
) {
    let embedded = definition.embedded.get(path);
    let type_ = embedded.cloned().unwrap_or_else(|| type_of(field));
    let constraints = constraints(field, required, embedded.is_some());
    lines.push(format!("{}.{path}\t{type_}\t{constraints}", definition.kind));
    if embedded.is_some() {
        return;
    }
    let required = field["required"].as_array().map(Vec::as_slice).unwrap_or_default();
    for (name, inner) in field["properties"].as_object().into_iter().flatten() {
        let required = required.iter().any(|it| it == name);
        field_facts(definition, inner, &format!("{path}.{name}"), required, lines);
    }
    for (key, mark) in [("items", "[]"), ("additionalProperties", "{}")] {
        if let Some(inner) = field.get(key) {
            field_facts(definition, inner, &format!("{path}{mark}"), false, lines);
        }
    }
}

fn type_of(field: &Value) -> String {
    let type_ = field["type"].as_str().unwrap_or("any");
    field["format"].as_str().map_or(type_.to_owned(), |format| format!("{type_}/{format}"))
}

/// What a value must fulfil; of a Kubernetes type only what its place adds.
fn constraints(field: &Value, required: bool, embedded: bool) -> String {
    const OF_A_PLACE: &[&str] = &["default"];
    const OF_A_TYPE: &[&str] = &[
        "description",
        "type",
        "format",
        "properties",
        "items",
        "additionalProperties",
        "required",
    ];
    let mut facts = Map::new();
    for (key, value) in field.as_object().unwrap() {
        let kept =
            if embedded { OF_A_PLACE.contains(&&**key) } else { !OF_A_TYPE.contains(&&**key) };
        if kept {
            let value =
                if key == "x-kubernetes-validations" { rules(value) } else { value.clone() };
            facts.insert(key.trim_start_matches("x-kubernetes-").to_owned(), value);
        }
    }
    if required {
        facts.insert("required".into(), true.into());
    }
    sorted(facts.into()).to_string()
}

fn rules(value: &Value) -> Value {
    value.as_array().into_iter().flatten().map(|rule| rule["rule"].clone()).collect()
}

fn sorted(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let map: BTreeMap<_, _> = map.into_iter().map(|(k, v)| (k, sorted(v))).collect();
            map.into_iter().collect::<Map<_, _>>().into()
        }
        other => other,
    }
}
