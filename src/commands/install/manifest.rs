//! The manifest of the operator, and what may be changed in it.

use std::io::Read as _;

use flate2::read::DeflateDecoder;
use serde_json::{Value, json};

use super::GenerateArgs;
use crate::CommandError;
use crate::output::yaml;

static PACKED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/cnpg.yaml.deflate"));

const CONTROL_PLANE: &str = "node-role.kubernetes.io/control-plane";

/// The manifest as it was packed.
///
/// # Errors
/// The program is damaged.
pub fn packed() -> Result<String, CommandError> {
    let mut text = String::new();
    let read = DeflateDecoder::new(PACKED).read_to_string(&mut text);
    let what = "failed to unpack the manifest in this program".to_owned();
    read.map(|_| text).map_err(|cause| CommandError::Io { what, cause })
}

/// The manifest with what was asked for; each document with a line `---` after it.
///
/// # Errors
/// A document that cannot be read.
pub fn render(
    text: &str,
    args: &GenerateArgs,
    namespace: Option<&str>,
) -> Result<String, CommandError> {
    let mut out = String::with_capacity(text.len());
    for document in documents(text) {
        // Nothing can be asked for that changes a definition, and they are nearly all of the text.
        if document.contains("\nkind: CustomResourceDefinition\n") {
            out.push_str(document);
            out.push('\n');
        } else {
            let mut object: Value = serde_saphyr::from_str(document).map_err(|error| {
                CommandError::refused(format!("failed to read the packed manifest: {error}"))
            })?;
            change(&mut object, args, namespace);
            out.push_str(&yaml(&object));
        }
        out.push_str("---\n");
    }
    Ok(out)
}

/// The documents of a YAML text, without the lines between them.
fn documents(text: &str) -> impl Iterator<Item = &str> {
    let text = text.strip_prefix("---\n").unwrap_or(text);
    text.split("\n---\n")
        .map(|document| document.trim_end_matches('\n'))
        .filter(|it| !it.is_empty())
}

fn change(object: &mut Value, args: &GenerateArgs, namespace: Option<&str>) {
    let kind = object["kind"].as_str().unwrap_or_default().to_owned();
    if let Some(namespace) = namespace {
        change_namespace(object, &kind, namespace);
    }
    if kind == "Deployment" {
        change_deployment(object, args);
    }
}

fn change_namespace(object: &mut Value, kind: &str, namespace: &str) {
    match kind {
        "Namespace" => {
            object["metadata"]["name"] = json!(namespace);
            if let Some(label) = object.pointer_mut("/metadata/labels/kubernetes.io~1metadata.name")
            {
                *label = json!(namespace);
            }
        }
        "ClusterRoleBinding" => {
            for subject in object["subjects"].as_array_mut().into_iter().flatten() {
                subject["namespace"] = json!(namespace);
            }
        }
        "MutatingWebhookConfiguration" | "ValidatingWebhookConfiguration" => {
            for webhook in object["webhooks"].as_array_mut().into_iter().flatten() {
                if let Some(service) = webhook.pointer_mut("/clientConfig/service") {
                    service["namespace"] = json!(namespace);
                }
            }
        }
        "ClusterRole" => {}
        _ => object["metadata"]["namespace"] = json!(namespace),
    }
}

fn change_deployment(object: &mut Value, args: &GenerateArgs) {
    if args.replicas > 0 {
        object["spec"]["replicas"] = json!(args.replicas);
    }
    let pod = &mut object["spec"]["template"]["spec"];
    if args.control_plane {
        pod["affinity"]["nodeAffinity"] = json!({
            "requiredDuringSchedulingIgnoredDuringExecution": { "nodeSelectorTerms": [{
                "matchExpressions": [{ "key": CONTROL_PLANE, "operator": "Exists" }],
            }] },
        });
        push(
            &mut pod["tolerations"],
            json!({ "key": CONTROL_PLANE, "operator": "Exists", "effect": "NoSchedule" }),
        );
    }
    let containers = pod["containers"].as_array_mut().into_iter().flatten();
    for container in containers.filter(|container| container["name"] == "manager") {
        for (name, value) in
            [("WATCH_NAMESPACE", &args.watch_namespace), ("POSTGRES_IMAGE_NAME", &args.image)]
        {
            if !value.is_empty() {
                push(&mut container["env"], json!({ "name": name, "value": value }));
            }
        }
        let level = format!("--log-field-level={}", args.log_field_level);
        push(&mut container["args"], json!(level));
        let timestamp = format!("--log-field-timestamp={}", args.log_field_timestamp);
        push(&mut container["args"], json!(timestamp));
    }
}

fn push(list: &mut Value, item: Value) {
    match list {
        Value::Array(items) => items.push(item),
        other => *other = json!([item]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn objects(args: &GenerateArgs, namespace: Option<&str>) -> Vec<Value> {
        let text = render(&packed().unwrap(), args, namespace).unwrap();
        let documents = documents(&text).filter(|it| *it != "---").map(|document| {
            let document = document.trim_end_matches("\n---");
            serde_saphyr::from_str(document).unwrap()
        });
        documents.collect()
    }

    fn of_kind<'a>(objects: &'a [Value], kind: &str) -> &'a Value {
        objects.iter().find(|object| object["kind"] == kind).expect(kind)
    }

    #[test]
    fn nothing_of_the_manifest_is_lost() {
        let whole = packed().unwrap();
        let objects = objects(&GenerateArgs::default(), None);
        assert_eq!(objects.len(), documents(&whole).count());
        assert!(objects.iter().filter(|it| it["kind"] == "CustomResourceDefinition").count() > 5);
        assert_eq!(of_kind(&objects, "Namespace")["metadata"]["name"], "cnpg-system");
    }

    #[test]
    fn what_is_asked_for_reaches_the_operator() {
        let args = GenerateArgs {
            replicas: 5,
            control_plane: true,
            watch_namespace: "a,b".to_owned(),
            image: "pg:18".to_owned(),
            log_field_level: "severity".to_owned(),
            log_field_timestamp: "ts".to_owned(),
            ..GenerateArgs::default()
        };
        let objects = objects(&args, Some("here"));
        let deployment = of_kind(&objects, "Deployment");
        assert_eq!(deployment["metadata"]["namespace"], "here");
        assert_eq!(deployment["spec"]["replicas"], 5);
        let pod = &deployment["spec"]["template"]["spec"];
        let container = &pod["containers"][0];
        let env = container["env"].as_array().unwrap();
        for (name, value) in [("WATCH_NAMESPACE", "a,b"), ("POSTGRES_IMAGE_NAME", "pg:18")] {
            assert!(env.contains(&json!({ "name": name, "value": value })), "{name}: {env:?}");
        }
        let words = container["args"].as_array().unwrap();
        assert!(words.contains(&json!("--log-field-level=severity")), "{words:?}");
        assert_eq!(pod["tolerations"][0]["key"], CONTROL_PLANE);
        assert!(pod["affinity"]["podAntiAffinity"].is_object(), "the old affinity is kept");
        assert_eq!(of_kind(&objects, "Namespace")["metadata"]["name"], "here");
        assert_eq!(of_kind(&objects, "ClusterRoleBinding")["subjects"][0]["namespace"], "here");
        let webhook = &of_kind(&objects, "MutatingWebhookConfiguration")["webhooks"][0];
        assert_eq!(webhook["clientConfig"]["service"]["namespace"], "here");
        assert_eq!(of_kind(&objects, "ClusterRole")["metadata"]["namespace"], Value::Null);
    }
}
