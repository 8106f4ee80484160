//! The reference of the API for its users: a page for each kind, made from its definition.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use api::crd::Definition;
use serde_json::{Map, Value};

/// `docs/reference/<kind>.md` and a page that lists them.
pub(super) fn files() -> Vec<(PathBuf, String)> {
    let folder = Path::new("docs/reference");
    let all = api::crd::all();
    let mut files: Vec<_> = all
        .iter()
        .map(|it| (folder.join(format!("{}.md", it.kind.to_lowercase())), page(it)))
        .collect();
    files.push((folder.join("README.md"), index(&all)));
    files
}

fn index(all: &[Definition]) -> String {
    let mut out = format!(
        "# API reference\n\nThe kinds of `{}/{}`. These pages are generated from the types.\n\n\
         | Kind | Meaning |\n|---|---|\n",
        api::GROUP,
        api::VERSION
    );
    for definition in all {
        let (kind, about) = (&definition.kind, text(definition.schema(), "description"));
        line(&mut out, &format!("| [{kind}]({}.md) | {} |", kind.to_lowercase(), cell(about)));
    }
    out
}

fn page(definition: &Definition) -> String {
    let schema = definition.schema();
    let spec = &definition.object["spec"];
    let mut out = format!("# {}\n\n{}\n\n", definition.kind, text(schema, "description"));
    line(&mut out, &format!("- API: `{}/{}`", api::GROUP, api::VERSION));
    line(&mut out, &format!("- Plural: `{}`", definition.plural));
    line(&mut out, &format!("- Scope: {}", text(spec, "scope")));
    let version = &spec["versions"][0];
    if let Some(subresources) = version["subresources"].as_object() {
        let names: Vec<_> = subresources.keys().map(String::as_str).collect();
        line(&mut out, &format!("- Subresources: {}", names.join(", ")));
    }
    columns(version, &mut out);
    let mut pages = Sections { definition, out };
    for part in ["spec", "status"] {
        if let Some(field) = schema["properties"].get(part) {
            pages.section(part, field);
        }
    }
    pages.out
}

fn columns(version: &Value, out: &mut String) {
    let Some(columns) = version["additionalPrinterColumns"].as_array() else { return };
    out.push_str("\n| Column | Shows |\n|---|---|\n");
    for column in columns {
        let wide = if column["priority"].is_null() { "" } else { " (with `-o wide`)" };
        let (name, path) = (text(column, "name"), text(column, "jsonPath"));
        line(out, &format!("| {name} | `{path}`{wide} |"));
    }
}

struct Sections<'a> {
    definition: &'a Definition,
    out: String,
}

impl Sections<'_> {
    /// A table of the fields of one object, then a section for each object in it.
    fn section(&mut self, path: &str, schema: &Value) {
        let about = text(schema, "description");
        let _ = write!(self.out, "\n## {path}\n\n{about}\n");
        rules(schema, &mut self.out);
        self.out.push_str("\n| Field | Type | Constraints | Meaning |\n|---|---|---|---|\n");
        let none = Map::new();
        let fields = schema["properties"].as_object().unwrap_or(&none);
        let required = schema["required"].as_array().map(Vec::as_slice).unwrap_or_default();
        let mut inner = Vec::new();
        for (name, field) in fields {
            let path = format!("{path}.{name}");
            let constraints = constraints(field, required.iter().any(|it| it == name));
            let meaning = cell(text(field, "description"));
            let shown = self.type_of(&path, field);
            line(&mut self.out, &format!("| `{name}` | {shown} | {constraints} | {meaning} |"));
            inner.extend(self.object_in(path, field));
        }
        for (path, object) in inner {
            self.section(&path, object);
        }
    }

    /// The object of our own that a field holds, directly or in a list or map.
    fn object_in<'v>(&self, path: String, field: &'v Value) -> Option<(String, &'v Value)> {
        if self.definition.embedded.contains_key(&path) {
            return None;
        }
        if field["properties"].is_object() {
            return Some((path, field));
        }
        let list = field.get("items").map(|it| (format!("{path}[]"), it));
        let map = field.get("additionalProperties").map(|it| (format!("{path}{{}}"), it));
        list.or(map).and_then(|(path, it)| self.object_in(path, it))
    }

    fn type_of(&self, path: &str, field: &Value) -> String {
        if let Some(name) = self.definition.embedded.get(path) {
            let short = name.rsplit('.').next().unwrap_or(name);
            return match short {
                "Quantity" => "quantity".to_owned(),
                "Time" => "date-time".to_owned(),
                kubernetes => format!("[{kubernetes}]({DOCS})"),
            };
        }
        if let Some(items) = field.get("items") {
            return format!("list of {}", self.type_of(&format!("{path}[]"), items));
        }
        if let Some(values) = field.get("additionalProperties") {
            return format!("map to {}", self.type_of(&format!("{path}{{}}"), values));
        }
        match (text(field, "type"), text(field, "format")) {
            (plain, "") => plain.to_owned(),
            (_, format) => format.to_owned(),
        }
    }
}

/// Where Kubernetes describes its own types.
const DOCS: &str = "https://kubernetes.io/docs/reference/kubernetes-api/";

fn rules(schema: &Value, out: &mut String) {
    let Some(rules) = schema["x-kubernetes-validations"].as_array() else { return };
    out.push_str("\nRules:\n\n");
    for rule in rules {
        line(out, &format!("- {}", text(rule, "message")));
    }
}

fn constraints(field: &Value, required: bool) -> String {
    let mut parts = Vec::new();
    if required {
        parts.push("**required**".to_owned());
    }
    for (key, says) in [
        ("default", "default"),
        ("minimum", "at least"),
        ("maximum", "at most"),
        ("minLength", "min. length"),
        ("maxLength", "max. length"),
        ("minItems", "min. items"),
        ("maxItems", "max. items"),
        ("pattern", "pattern"),
    ] {
        if let Some(value) = field.get(key) {
            let shown = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            parts.push(format!("{says} `{}`", shown.replace('|', "\\|")));
        }
    }
    let words = field.get("enum").or_else(|| field.get("items")?.get("enum"));
    if let Some(words) = words.and_then(Value::as_array) {
        let words: Vec<_> =
            words.iter().filter_map(Value::as_str).map(|word| format!("`{word}`")).collect();
        parts.push(format!("one of {}", words.join(", ")));
    }
    if let Some(keys) = field["x-kubernetes-list-map-keys"].as_array() {
        let keys: Vec<_> = keys.iter().filter_map(Value::as_str).collect();
        parts.push(format!("unique by `{}`", keys.join("`, `")));
    }
    if field["properties"].is_null() {
        let rules = field["x-kubernetes-validations"].as_array().into_iter().flatten();
        parts.extend(rules.map(|rule| text(rule, "message").to_owned()));
    }
    parts.join("; ")
}

/// Text as one cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace("\n\n", "<br>").replace('\n', "<br>")
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_default()
}

fn line(out: &mut String, text: &str) {
    out.push_str(text);
    out.push('\n');
}
