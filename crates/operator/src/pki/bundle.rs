//! What to change in a webhook configuration so that the API server trusts our CA. Pure.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use json_patch::{AddOperation, Patch, PatchOperation, TestOperation, jsonptr::PointerBuf};
use serde_json::Value;

/// The changes to `configuration`, or `None` when every webhook of it trusts `ca` already.
///
/// They apply only to the version that was read, so that what others changed meanwhile stays.
pub fn patch(configuration: &Value, ca: &str) -> Option<Patch> {
    let wanted = Value::String(STANDARD.encode(ca));
    let webhooks = configuration.get("webhooks")?.as_array()?;
    let changes: Vec<_> = webhooks
        .iter()
        .enumerate()
        .filter(|(_, webhook)| webhook.pointer("/clientConfig/caBundle") != Some(&wanted))
        .map(|(index, _)| {
            let path = ["webhooks", &index.to_string(), "clientConfig", "caBundle"];
            PatchOperation::Add(AddOperation {
                path: PointerBuf::from_tokens(path),
                value: wanted.clone(),
            })
        })
        .collect();
    if changes.is_empty() {
        return None;
    }
    let version = configuration.pointer("/metadata/resourceVersion")?.clone();
    let unchanged = TestOperation {
        path: PointerBuf::from_tokens(["metadata", "resourceVersion"]),
        value: version,
    };
    Some(Patch([vec![PatchOperation::Test(unchanged)], changes].concat()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn configuration(bundles: &[Option<&str>]) -> Value {
        let webhooks: Vec<_> = bundles
            .iter()
            .map(|bundle| match bundle {
                None => json!({"name": "a", "clientConfig": {"service": {"name": "s"}}}),
                Some(text) => json!({"clientConfig": {"caBundle": STANDARD.encode(text)}}),
            })
            .collect();
        json!({"metadata": {"resourceVersion": "5"}, "webhooks": webhooks, "other": [1]})
    }

    #[test]
    fn every_webhook_gets_the_bundle_and_nothing_else_changes() {
        let before = configuration(&[None, Some("CA"), Some("old")]);
        let mut after = before.clone();
        let patch = patch(&before, "CA").expect("something to do");
        json_patch::patch(&mut after, &patch).expect("applies");
        for index in 0..3 {
            let path = format!("/webhooks/{index}/clientConfig/caBundle");
            assert_eq!(after.pointer(&path), Some(&json!("Q0E=")), "{index}");
        }
        assert_eq!(after["webhooks"][0]["clientConfig"]["service"]["name"], "s");
        assert_eq!(after["other"], before["other"]);
        assert_eq!(super::patch(&after, "CA"), None, "and then there is nothing left to do");
    }

    #[test]
    fn a_configuration_changed_meanwhile_is_left_alone() {
        let before = configuration(&[None]);
        let patch = patch(&before, "CA").expect("something to do");
        let mut newer = before.clone();
        newer["metadata"]["resourceVersion"] = json!("6");
        let result = json_patch::patch(&mut newer, &patch);
        assert!(result.is_err());
    }

    #[test]
    fn a_configuration_without_webhooks_needs_nothing() {
        assert_eq!(patch(&json!({"metadata": {}}), "CA"), None);
    }
}
