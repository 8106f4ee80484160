//! Between the JSON of a request and the types: reads tolerantly, writes back without losses.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// Reads an object; nulls count as absent, and whole numbers are accepted as quantities.
pub(super) fn read<T: DeserializeOwned>(object: &Value) -> Result<T, serde_json::Error> {
    let mut tidy = object.clone();
    tidy_up(&mut tidy);
    serde_json::from_value(tidy)
}

/// The object with all that its typed form shows, and all that only the object knew.
pub(super) fn write_over<T: Serialize>(object: &Value, typed: &T) -> Option<Value> {
    let mut whole = object.clone();
    overlay(&mut whole, serde_json::to_value(typed).ok()?);
    Some(whole)
}

/// Maps whose values are quantities, and single fields that are.
const QUANTITY_MAPS: &[&str] = &["limits", "requests"];
const QUANTITIES: &[&str] = &["divisor", "maximumLag", "shm", "sizeLimit", "temporaryData"];

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
    fn whole_numbers_are_quantities() {
        let mut value = json!({"resources": {"limits": {"cpu": 2, "memory": null}}, "shm": 1});
        tidy_up(&mut value);
        assert_eq!(value, json!({"resources": {"limits": {"cpu": "2"}}, "shm": "1"}));
    }
}
