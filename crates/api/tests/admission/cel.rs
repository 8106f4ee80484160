//! Validation rules of a schema, evaluated.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use ::cel::objects::{Key, Map};
use ::cel::{Context, Program, Value as Cel};
use serde_json::Value;

/// Whether a rule holds; a rule that cannot be evaluated does not.
pub fn holds(rule: &str, value: &Value, old: Option<&Value>) -> bool {
    let mut context = Context::default();
    context.add_variable_from_value("self", convert(value));
    if let Some(old) = old {
        context.add_variable_from_value("oldSelf", convert(old));
    }
    PROGRAMS.with_borrow_mut(|programs| {
        let program = programs.entry(rule.to_owned()).or_insert_with(|| {
            Program::compile(rule).unwrap_or_else(|error| panic!("{rule}: {error}"))
        });
        matches!(program.execute(&context), Ok(Cel::Bool(true)))
    })
}

thread_local! {
    /// Rules are few and values many.
    static PROGRAMS: RefCell<HashMap<String, Program>> = RefCell::default();
}

/// Whether a rule compares with the stored value.
pub fn is_transition(rule: &str) -> bool {
    rule.contains("oldSelf")
}

/// All numbers of our schemas are whole, and CEL keeps signed and unsigned ones apart.
fn convert(value: &Value) -> Cel {
    match value {
        Value::Null => Cel::Null,
        Value::Bool(it) => Cel::Bool(*it),
        Value::Number(it) => it.as_i64().map_or(Cel::Null, Cel::Int),
        Value::String(it) => Cel::String(Arc::new(it.clone())),
        Value::Array(items) => Cel::List(Arc::new(items.iter().map(convert).collect())),
        Value::Object(members) => {
            let key = |name: &String| Key::String(Arc::new(name.clone()));
            let members: HashMap<_, _> =
                members.iter().map(|(name, member)| (key(name), convert(member))).collect();
            Cel::Map(Map { map: Arc::new(members) })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_absent_key_breaks_a_rule() {
        let rule = "!has(self.a) || self.b == 'x'";
        assert!(holds(rule, &json!({}), None));
        assert!(holds(rule, &json!({"a": 1, "b": "x"}), None));
        assert!(!holds(rule, &json!({"a": 1, "b": "y"}), None));
        assert!(!holds(rule, &json!({"a": 1}), None));
    }

    #[test]
    fn lists_are_searched() {
        let unique = "self.all(e, self.filter(f, f.key==e.key).size() == 1)";
        assert!(holds(unique, &json!([{"key": "a"}, {"key": "b"}]), None));
        assert!(!holds(unique, &json!([{"key": "a"}, {"key": "a"}]), None));
        assert!(!holds("self == oldSelf", &json!("a"), Some(&json!("b"))));
    }
}
