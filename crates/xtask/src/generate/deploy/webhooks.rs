//! What the API server asks the operator about.

use anyhow::Result;
use k8s_openapi::api::admissionregistration::v1::{
    MutatingWebhook, MutatingWebhookConfiguration, RuleWithOperations, ServiceReference,
    ValidatingWebhook, ValidatingWebhookConfiguration, WebhookClientConfig,
};
use k8s_openapi::api::core::v1::{Service, ServicePort, ServiceSpec};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::{NAMESPACE, SERVICE, cluster_wide, document, labels, namespaced};

/// Kinds that get defaults; all of [`VALIDATED`] are checked.
const MUTATED: &[&str] = &["backup", "cluster", "database", "scheduledbackup"];
const VALIDATED: &[&str] = &["backup", "cluster", "database", "pooler", "scheduledbackup"];

const SECONDS: i32 = 10;

pub(super) fn documents() -> Result<Vec<String>> {
    let mutating = MutatingWebhookConfiguration {
        metadata: cluster_wide("cnpg-mutating-webhook-configuration"),
        webhooks: Some(MUTATED.iter().map(|kind| mutating(kind)).collect()),
    };
    let validating = ValidatingWebhookConfiguration {
        metadata: cluster_wide("cnpg-validating-webhook-configuration"),
        webhooks: Some(VALIDATED.iter().map(|kind| validating(kind)).collect()),
    };
    Ok(vec![document(&service())?, document(&mutating)?, document(&validating)?])
}

fn service() -> Service {
    Service {
        metadata: namespaced(SERVICE),
        spec: Some(ServiceSpec {
            selector: Some(labels()),
            ports: Some(vec![ServicePort {
                port: 443,
                target_port: Some(IntOrString::Int(9443)),
                ..ServicePort::default()
            }]),
            ..ServiceSpec::default()
        }),
        ..Service::default()
    }
}

fn mutating(kind: &str) -> MutatingWebhook {
    MutatingWebhook {
        name: format!("m{kind}.cnpg.io"),
        client_config: client(&format!("/mutate-postgresql-cnpg-io-v1-{kind}")),
        rules: Some(vec![rule(kind)]),
        failure_policy: Some("Fail".to_owned()),
        side_effects: "None".to_owned(),
        admission_review_versions: vec!["v1".to_owned()],
        timeout_seconds: Some(SECONDS),
        ..MutatingWebhook::default()
    }
}

fn validating(kind: &str) -> ValidatingWebhook {
    ValidatingWebhook {
        name: format!("v{kind}.cnpg.io"),
        client_config: client(&format!("/validate-postgresql-cnpg-io-v1-{kind}")),
        rules: Some(vec![rule(kind)]),
        failure_policy: Some("Fail".to_owned()),
        side_effects: "None".to_owned(),
        admission_review_versions: vec!["v1".to_owned()],
        timeout_seconds: Some(SECONDS),
        ..ValidatingWebhook::default()
    }
}

/// Without a CA: the operator adds its own when it starts.
fn client(path: &str) -> WebhookClientConfig {
    WebhookClientConfig {
        service: Some(ServiceReference {
            name: SERVICE.to_owned(),
            namespace: NAMESPACE.to_owned(),
            path: Some(path.to_owned()),
            port: Some(443),
        }),
        ..WebhookClientConfig::default()
    }
}

fn rule(kind: &str) -> RuleWithOperations {
    let one = |text: &str| Some(vec![text.to_owned()]);
    RuleWithOperations {
        api_groups: one("postgresql.cnpg.io"),
        api_versions: one("v1"),
        operations: Some(vec!["CREATE".to_owned(), "UPDATE".to_owned()]),
        resources: one(&format!("{kind}s")),
        scope: Some("Namespaced".to_owned()),
    }
}
