//! What must not leave the cluster by way of a report.

use serde_json::{Value, json};

/// Whether values are left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Redaction {
    On,
    Off,
}

/// The annotation in which `kubectl apply` repeats a whole object.
const APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";
/// One dash in base64, in place of a bundle of authorities.
const DASH: &str = "LQ==";

impl Redaction {
    /// A Secret or ConfigMap with its keys and without their values.
    pub fn of_values(self, mut object: Value) -> Value {
        if self == Self::Off {
            return object;
        }
        for field in ["data", "stringData", "binaryData"] {
            for (_, value) in object[field].as_object_mut().into_iter().flatten() {
                *value = json!("");
            }
        }
        without_copy(&mut object);
        // Reading a field of what has none adds it as null.
        if let Some(fields) = object.as_object_mut() {
            fields.retain(|_, value| !value.is_null());
        }
        object
    }

    /// Webhook configurations without the authorities they trust.
    pub fn of_webhooks(self, mut list: Value) -> Value {
        if self == Self::Off {
            return list;
        }
        for object in list["items"].as_array_mut().into_iter().flatten() {
            for webhook in object["webhooks"].as_array_mut().into_iter().flatten() {
                if let Some(bundle) = webhook.pointer_mut("/clientConfig/caBundle") {
                    *bundle = json!(DASH);
                }
            }
            without_copy(object);
        }
        list
    }
}

fn without_copy(object: &mut Value) {
    if let Some(Value::Object(annotations)) = object.pointer_mut("/metadata/annotations") {
        annotations.remove(APPLIED);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_left_out_and_keys_stay() {
        let secret = json!({
            "kind": "Secret",
            "metadata": { "name": "s", "annotations": { APPLIED: "all again", "other": "kept" } },
            "data": { "password": "c2VjcmV0" },
            "stringData": { "token": "secret" },
        });
        let redacted = Redaction::On.of_values(secret.clone());
        assert_eq!(
            redacted,
            json!({
                "kind": "Secret",
                "metadata": { "name": "s", "annotations": { "other": "kept" } },
                "data": { "password": "" },
                "stringData": { "token": "" },
            })
        );
        assert_eq!(Redaction::Off.of_values(secret.clone()), secret);
        let list = json!({ "items": [{ "webhooks": [
            { "clientConfig": { "caBundle": "bG9uZw==" } }, { "clientConfig": {} },
        ] }] });
        let redacted = Redaction::On.of_webhooks(list);
        assert_eq!(
            redacted["items"][0]["webhooks"],
            json!([{ "clientConfig": { "caBundle": "LQ==" } }, { "clientConfig": {} }])
        );
    }
}
