use serde_json::Value;

use super::*;

fn manifest(definitions: &[(PathBuf, String)]) -> (String, Vec<Value>) {
    let (_, text) = files(definitions).expect("generated").remove(0);
    let documents = text.split("---\n").filter(|part| !part.is_empty());
    let parsed = documents.map(|text| serde_saphyr::from_str(text).expect("YAML")).collect();
    (text, parsed)
}

fn find<'a>(documents: &'a [Value], kind: &str) -> &'a Value {
    documents.iter().find(|document| document["kind"] == kind).expect(kind)
}

#[test]
fn every_object_is_named_and_in_its_place() {
    let definition =
        (PathBuf::from("x"), "kind: CustomResourceDefinition\nmetadata:\n  name: x\n".to_owned());
    let (_, documents) = manifest(&[definition]);
    let kinds: Vec<_> = documents.iter().filter_map(|document| document["kind"].as_str()).collect();
    assert_eq!(
        kinds,
        [
            "Namespace",
            "CustomResourceDefinition",
            "ServiceAccount",
            "ClusterRole",
            "ClusterRoleBinding",
            "ClusterRole",
            "ClusterRole",
            "ConfigMap",
            "Deployment",
            "Service",
            "MutatingWebhookConfiguration",
            "ValidatingWebhookConfiguration"
        ]
    );
    for document in &documents {
        assert!(document["metadata"]["name"].is_string(), "{document}");
    }
}

#[test]
fn the_image_is_one_text_that_can_be_replaced() {
    let (text, documents) = manifest(&[]);
    assert_eq!(text.matches(IMAGE).count(), 2, "the container, and what it gives to instances");
    let container = &find(&documents, "Deployment")["spec"]["template"]["spec"]["containers"][0];
    assert_eq!(container["image"], IMAGE);
    assert_eq!(container["env"][0]["value"], IMAGE);
}

#[test]
fn the_pod_is_fit_for_the_strictest_namespaces() {
    let (_, documents) = manifest(&[]);
    let pod = &find(&documents, "Deployment")["spec"]["template"]["spec"];
    let context = &pod["containers"][0]["securityContext"];
    assert_eq!(context["readOnlyRootFilesystem"], true);
    assert_eq!(context["allowPrivilegeEscalation"], false);
    assert_eq!(context["capabilities"]["drop"][0], "ALL");
    assert_eq!(context["seccompProfile"]["type"], "RuntimeDefault");
    assert_eq!(pod["securityContext"]["runAsNonRoot"], true);
}

#[test]
fn webhooks_have_their_known_names_and_paths() {
    let (_, documents) = manifest(&[]);
    let hooks = |kind: &str| {
        let hooks = find(&documents, kind)["webhooks"].as_array().expect("a list").clone();
        hooks
            .iter()
            .map(|hook| {
                assert_eq!(hook["failurePolicy"], "Fail");
                assert_eq!(hook["sideEffects"], "None");
                let text = |value: &Value| value.as_str().expect("text").to_owned();
                let resource = text(&hook["rules"][0]["resources"][0]);
                (text(&hook["name"]), text(&hook["clientConfig"]["service"]["path"]), resource)
            })
            .collect::<Vec<_>>()
    };
    let mutating = hooks("MutatingWebhookConfiguration");
    assert_eq!(mutating.len(), 4);
    assert!(mutating.contains(&(
        "mcluster.cnpg.io".into(),
        "/mutate-postgresql-cnpg-io-v1-cluster".into(),
        "clusters".into()
    )));
    let validating = hooks("ValidatingWebhookConfiguration");
    assert_eq!(validating.len(), 5);
    assert!(validating.contains(&(
        "vpooler.cnpg.io".into(),
        "/validate-postgresql-cnpg-io-v1-pooler".into(),
        "poolers".into()
    )));
}
