//! Between the JSON of a request and the types: reads tolerantly, writes back without losses.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use crate::duration::Span;
use crate::quantity;

/// Reads an object; nulls count as absent, and whole numbers are accepted as quantities.
pub(super) fn read<T: DeserializeOwned>(object: &Value) -> Result<T, serde_json::Error> {
    let mut tidy = object.clone();
    tidy_up(&mut tidy);
    serde_json::from_value(tidy)
}

/// The object with all that its typed form shows, as it is stored, and all that only the object
/// knew.
pub(super) fn write_over<T: Serialize>(object: &Value, typed: &T) -> Option<Value> {
    let mut whole = object.clone();
    let mut typed = serde_json::to_value(typed).ok()?;
    spell_out(&mut typed);
    overlay(&mut whole, typed);
    Some(whole)
}

/// Maps whose values are quantities, and single fields that are.
const QUANTITY_MAPS: &[&str] = &["limits", "requests"];
const QUANTITIES: &[&str] = &["divisor", "maximumLag", "shm", "sizeLimit", "temporaryData"];

/// Fields that are spans of time.
const SPANS: &[&str] = &["metricsQueriesTTL", "minApplyDelay"];

/// Spells amounts and spans the one way in which they are stored, and shows the members of
/// Kubernetes types that are never left out.
fn spell_out(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                spell_out_member(name, member);
                spell_out(member);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(spell_out),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn spell_out_member(name: &str, member: &mut Value) {
    match (name, member) {
        (name, Value::String(text)) if QUANTITIES.contains(&name) => spell_amount(text),
        (name, Value::String(text)) if SPANS.contains(&name) => {
            if let Ok(span) = text.parse::<Span>() {
                *text = span.to_string();
            }
        }
        (name, Value::Object(amounts)) if QUANTITY_MAPS.contains(&name) => {
            for amount in amounts.values_mut() {
                if let Value::String(text) = amount {
                    spell_amount(text);
                }
            }
        }
        ("pvcTemplate", Value::Object(claim)) => show(claim, "resources", json!({})),
        ("volumeClaimTemplate", Value::Object(template)) => {
            show(template, "metadata", json!({}));
            if let Some(Value::Object(claim)) = template.get_mut("spec") {
                show(claim, "resources", json!({}));
            }
        }
        ("resourceFieldRef", Value::Object(field)) => show(field, "divisor", json!("0")),
        ("ports", Value::Array(ports)) => {
            for port in ports.iter_mut().filter_map(Value::as_object_mut) {
                show(port, "targetPort", json!(0));
            }
        }
        (_, _) => {}
    }
}

fn spell_amount(text: &mut String) {
    if let Some(stored) = quantity::canonical(text) {
        *text = stored;
    }
}

fn show(members: &mut Map<String, Value>, name: &str, value: Value) {
    members.entry(name).or_insert(value);
}

fn tidy_up(value: &mut Value) {
    match value {
        Value::Object(members) => tidy_up_members(members),
        Value::Array(items) => items.iter_mut().for_each(tidy_up),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn tidy_up_members(members: &mut Map<String, Value>) {
    members.retain(|_, member| !member.is_null());
    for (name, member) in members {
        if QUANTITIES.contains(&name.as_str()) {
            number_to_text(member);
        } else if let (true, Value::Object(amounts)) =
            (QUANTITY_MAPS.contains(&name.as_str()), &mut *member)
        {
            amounts.values_mut().for_each(number_to_text);
        }
        tidy_up(member);
    }
}

fn number_to_text(value: &mut Value) {
    if let Value::Number(number) = value
        && number.is_i64()
    {
        *value = Value::String(number.to_string());
    }
}

/// Puts `typed` on top: members are added or replaced, never removed.
fn overlay(whole: &mut Value, typed: Value) {
    match (whole, typed) {
        (Value::Object(members), Value::Object(typed)) => {
            for (name, value) in typed {
                match members.get_mut(&name) {
                    Some(member) => overlay(member, value),
                    None => drop(members.insert(name, value)),
                }
            }
        }
        (Value::Array(items), Value::Array(mut typed)) => {
            // A default may stand before or after what the owner listed.
            if let Some(start) = offset(items, &typed) {
                for (item, value) in items.iter_mut().zip(&mut typed[start..]) {
                    let typed_item = std::mem::replace(value, std::mem::take(item));
                    overlay(value, typed_item);
                }
            }
            *items = typed;
        }
        (whole, typed) => *whole = typed,
    }
}

/// Where the owner's items start in a list that may have grown at one end.
fn offset(items: &[Value], typed: &[Value]) -> Option<usize> {
    let added = typed.len().checked_sub(items.len())?;
    let same = |(item, typed): (&Value, &Value)| match (item, typed) {
        (Value::Object(item), Value::Object(typed)) => item.get("name") == typed.get("name"),
        (item, typed) => item == typed,
    };
    let fits = |start: &usize| items.iter().zip(&typed[*start..]).all(same);
    if added == 0 { Some(0) } else { [0, added].into_iter().find(fits) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn nothing_the_owner_wrote_is_lost() {
        let mut whole = json!({"a": {"x": 1, "y": 2}, "l": [{"name": "m", "x": 1}], "n": ""});
        overlay(&mut whole, json!({"a": {"y": 3}, "l": [{"name": "d"}, {"name": "m", "z": 1}]}));
        assert_eq!(
            whole,
            json!({
                "a": {"x": 1, "y": 3},
                "l": [{"name": "d"}, {"name": "m", "x": 1, "z": 1}],
                "n": "",
            })
        );
    }

    #[test]
    fn amounts_and_spans_have_one_spelling() {
        let mut value = json!({
            "limits": {"cpu": "0.5", "memory": "1024Mi"},
            "shm": "x",
            "minApplyDelay": "8h",
            "pvcTemplate": {},
            "ports": [{"port": 1, "targetPort": "a"}, {"port": 2}],
        });
        spell_out(&mut value);
        assert_eq!(
            value,
            json!({
                "limits": {"cpu": "500m", "memory": "1Gi"},
                "shm": "x",
                "minApplyDelay": "8h0m0s",
                "pvcTemplate": {"resources": {}},
                "ports": [{"port": 1, "targetPort": "a"}, {"port": 2, "targetPort": 0}],
            })
        );
    }

    #[test]
    fn whole_numbers_are_quantities() {
        let mut value = json!({"resources": {"limits": {"cpu": 2, "memory": null}}, "shm": 1});
        tidy_up(&mut value);
        assert_eq!(value, json!({"resources": {"limits": {"cpu": "2"}}, "shm": "1"}));
    }
}
