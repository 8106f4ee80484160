//! The embedded Kubernetes types: what their published schemas say and `k8s-openapi` leaves out.
//!
//! List and map types, defaults and a few bounds are facts of the type, so they are kept by type
//! and field, not by the places where we embed it.

use serde_json::{Map, Value, json};

/// One fact a line: type, field, key, value; `.` for the type itself.
const FACTS: &str = include_str!("core_types.tsv");

/// Completes the definitions of embedded Kubernetes types in place.
pub(super) fn complete(definitions: &mut Map<String, Value>) {
    for fact in facts() {
        if let Some(definition) = definitions.get_mut(&format!("io.k8s.{}", fact.of)) {
            fact.apply(definition);
        }
    }
    // Half a page on the notation of numbers, wherever one stands, helps nobody.
    for scalar in ["api.resource.Quantity", "util.intstr.IntOrString", "apis.meta.v1.Time"] {
        let name = format!("io.k8s.apimachinery.pkg.{scalar}");
        if let Some(Value::Object(definition)) = definitions.get_mut(&name) {
            definition.remove("description");
        }
    }
    // Metadata inside a template is not described: the API server checks it by itself.
    if let Some(metadata) = definitions.get_mut("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta") {
        *metadata = json!({"type": "object"});
    }
}

struct Fact {
    of: &'static str,
    field: &'static str,
    key: &'static str,
    value: &'static str,
}

fn facts() -> impl Iterator<Item = Fact> {
    FACTS.lines().filter(|line| !line.starts_with('#')).map(|line| {
        let mut columns = line.splitn(4, '\t');
        let mut next = || columns.next().expect("every line of the table has four columns");
        Fact { of: next(), field: next(), key: next(), value: next() }
    })
}

impl Fact {
    fn apply(&self, definition: &mut Value) {
        let place = if self.field == "." {
            definition
        } else {
            let Some(fields) = definition.get_mut("properties").and_then(Value::as_object_mut)
            else {
                return;
            };
            if self.key == "remove" {
                fields.remove(self.field);
                return;
            }
            let Some(field) = fields.get_mut(self.field) else { return };
            field
        };
        let value = serde_json::from_str(self.value).expect("the values of the table are JSON");
        // Defaults go the way of our own: see `structural`.
        let key = if self.key == "default" { "x-default" } else { self.key };
        place[key] = value;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fact_meets_a_type_that_we_embed() {
        let mut definitions = Map::new();
        for kind in super::super::KINDS {
            definitions.append(&mut super::super::structural::definitions(&(kind.schema)()));
        }
        for Fact { of, field, key, value } in facts() {
            let definition = definitions.get(&format!("io.k8s.{of}"));
            let found =
                definition.is_some_and(|it| field == "." || !it["properties"][field].is_null());
            assert!(found, "{of}.{field} is not there any more: drop the line");
            assert!(
                key == "remove" || serde_json::from_str::<Value>(value).is_ok(),
                "{of}.{field}: {value} is no JSON"
            );
        }
    }
}
