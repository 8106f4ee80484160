//! Whether Kubernetes, the operator and one's own rights are as they should be.

use futures::future::join_all;
use k8s_openapi::api::admissionregistration::v1::ValidatingWebhookConfiguration;
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::authorization::v1::{
    ResourceAttributes, SelfSubjectAccessReview, SelfSubjectAccessReviewSpec,
};
use k8s_openapi::api::core::v1::Node;
use k8s_openapi::api::storage::v1::StorageClass;
use kube::ResourceExt as _;
use kube::api::{Api, ListParams, ObjectMeta};
use serde_json::Value;

use super::Finding;
use crate::context::Ask;
use crate::error::chain;
use crate::values::Values as _;
use crate::{CommandContext, CommandError};

/// The oldest Kubernetes whose web sockets carry `kubectl exec`, by its minor version.
const OLDEST: u32 = 29;

/// What people need, besides reading clusters: group, resource, subresource, verb, and for what.
const RIGHTS: &[(&str, &str, &str, &str, &str)] = &[
    ("postgresql.cnpg.io", "clusters", "", "get", "everything"),
    ("postgresql.cnpg.io", "clusters", "", "patch", "restart, reload, fencing, hibernate"),
    ("postgresql.cnpg.io", "clusters", "status", "patch", "promote"),
    ("postgresql.cnpg.io", "backups", "", "create", "backup"),
    ("", "pods", "", "list", "status, psql, logs"),
    ("", "pods", "proxy", "get", "status"),
    ("", "pods", "exec", "create", "psql, the size in status"),
    ("", "pods", "log", "get", "logs"),
];

/// All checks of the environment.
pub(super) async fn check(cx: &CommandContext) -> Result<Vec<Finding>, CommandError> {
    let client = cx.client().await?;
    let version = async {
        let ask = Ask::new("", "get", "version", "");
        Ok(match cx.call(ask, client.apiserver_version()).await {
            Ok(info) => {
                let minor = info.minor.trim_end_matches('+').parse().unwrap_or(OLDEST);
                let found = format!("Kubernetes {}", info.git_version);
                if minor < OLDEST {
                    Finding::warning("API server", found, "Kubernetes 1.29 or later is needed")
                } else {
                    Finding::fine("API server", found)
                }
            }
            // Without an API server no other check has an answer.
            Err(error) => return Err(error),
        })
    };
    let mut findings = vec![version.await?];
    let (kinds, operator, webhook, nodes, storage, rights) =
        futures::join!(kinds(cx), operator(cx), webhook(cx), nodes(cx), storage(cx), rights(cx),);
    findings.extend([kinds, operator, webhook, nodes, storage, rights]);
    Ok(findings)
}

async fn kinds(cx: &CommandContext) -> Finding {
    const CHECK: &str = "API kinds";
    let ask = Ask::new("", "get", "customresourcedefinitions.apiextensions.k8s.io", "");
    let request = http::Request::get("/apis/postgresql.cnpg.io/v1").body(Vec::new());
    let request = request.expect("a path makes a request");
    let Ok(client) = cx.client().await else { return Finding::fine(CHECK, "") };
    match cx.call(ask, client.request::<Value>(request)).await {
        Ok(list) => {
            let count = list["resources"].as_array().map_or(0, |resources| {
                let plain = |it: &&Value| it["name"].as_str().is_some_and(|it| !it.contains('/'));
                resources.iter().filter(plain).count()
            });
            Finding::fine(CHECK, format!("{count} kinds of postgresql.cnpg.io/v1"))
        }
        Err(error) if error.is_missing() => Finding::problem(
            CHECK,
            "postgresql.cnpg.io/v1 is not installed",
            "kubectl cnpg install generate | kubectl apply --server-side -f -",
        ),
        Err(error) => Finding::unknown(CHECK, &error),
    }
}

async fn operator(cx: &CommandContext) -> Finding {
    const CHECK: &str = "operator";
    let Ok(client) = cx.client().await else { return Finding::fine(CHECK, "") };
    let deployments: Api<Deployment> = Api::all(client);
    let labelled = ListParams::default().labels("app.kubernetes.io/name=cloudnative-pg");
    let ask = Ask::new("", "list", "deployments.apps", "");
    let found = match cx.call(ask, deployments.all(&labelled)).await {
        Ok(found) => found,
        Err(error) => return Finding::unknown(CHECK, &error),
    };
    let Some(deployment) = found.first() else {
        return Finding::problem(
            CHECK,
            "no Deployment of an operator",
            "kubectl cnpg install generate | kubectl apply --server-side -f -",
        );
    };
    let place = format!("{}/{}", deployment.namespace().unwrap_or_default(), deployment.name_any());
    let status = deployment.status.clone().unwrap_or_default();
    let ready = status.ready_replicas.unwrap_or_default();
    let containers = deployment.spec.template.spec.iter();
    let image = containers
        .flat_map(|pod| &pod.containers)
        .find_map(|container| container.image.clone())
        .unwrap_or_default();
    if ready == 0 {
        return Finding::problem(
            CHECK,
            format!("{place} has no ready pod ({image})"),
            format!(
                "kubectl describe deployment {} -n {}",
                deployment.name_any(),
                deployment.namespace().unwrap_or_default()
            ),
        );
    }
    if found.len() > 1 {
        let remedy = "two operators write the same clusters unless each watches other namespaces";
        return Finding::warning(CHECK, format!("{} operators", found.len()), remedy);
    }
    Finding::fine(CHECK, format!("{place}, {ready} ready ({image})"))
}

async fn webhook(cx: &CommandContext) -> Finding {
    const CHECK: &str = "admission";
    const NAME: &str = "cnpg-validating-webhook-configuration";
    let Ok(client) = cx.client().await else { return Finding::fine(CHECK, "") };
    let hooks: Api<ValidatingWebhookConfiguration> = Api::all(client);
    let resource = "validatingwebhookconfigurations.admissionregistration.k8s.io";
    match cx.call(Ask::new("", "get", resource, NAME), hooks.fetch(NAME)).await {
        Ok(hook) => {
            let hooks = hook.webhooks.unwrap_or_default();
            let trusted = hooks.iter().all(|hook| {
                hook.client_config.ca_bundle.as_ref().is_some_and(|bundle| !bundle.0.is_empty())
            });
            if trusted {
                Finding::fine(CHECK, format!("{} webhooks", hooks.len()))
            } else {
                Finding::problem(
                    CHECK,
                    "a webhook has no authority: writes are refused or unchecked",
                    "the operator writes it when it starts: look at its logs",
                )
            }
        }
        Err(error) if error.is_missing() => Finding::warning(
            CHECK,
            "no webhooks: wrong specifications are not refused at once",
            "kubectl cnpg install generate | kubectl apply --server-side -f -",
        ),
        Err(error) => Finding::unknown(CHECK, &error),
    }
}

async fn nodes(cx: &CommandContext) -> Finding {
    const CHECK: &str = "nodes";
    let Ok(client) = cx.client().await else { return Finding::fine(CHECK, "") };
    let nodes: Api<Node> = Api::all(client);
    let ask = Ask::new("", "list", "nodes", "");
    let nodes = match cx.call(ask, nodes.all(&ListParams::default())).await {
        Ok(nodes) => nodes,
        Err(error) => return Finding::unknown(CHECK, &error),
    };
    let is_ready = |node: &&Node| {
        let conditions = node.status.iter().flat_map(|status| status.conditions.iter().flatten());
        conditions.into_iter().any(|it| it.type_ == "Ready" && it.status == "True")
    };
    let ready = nodes.iter().filter(is_ready).count();
    let found = format!("{ready} of {} ready", nodes.len());
    if ready < nodes.len() {
        Finding::warning(CHECK, found, "kubectl get nodes shows which are not")
    } else if ready < 2 {
        let remedy = "a lost node takes every instance with it: add nodes";
        Finding::warning(CHECK, found, remedy)
    } else {
        Finding::fine(CHECK, found)
    }
}

async fn storage(cx: &CommandContext) -> Finding {
    const CHECK: &str = "storage";
    const DEFAULT: &str = "storageclass.kubernetes.io/is-default-class";
    let Ok(client) = cx.client().await else { return Finding::fine(CHECK, "") };
    let classes: Api<StorageClass> = Api::all(client);
    let ask = Ask::new("", "list", "storageclasses.storage.k8s.io", "");
    let classes = match cx.call(ask, classes.all(&ListParams::default())).await {
        Ok(classes) => classes,
        Err(error) => return Finding::unknown(CHECK, &error),
    };
    let is_default = |class: &&StorageClass| {
        class.annotations().get(DEFAULT).is_some_and(|value| value == "true")
    };
    match classes.iter().find(is_default) {
        None if classes.is_empty() => Finding::problem(
            CHECK,
            "no storage class",
            "install a storage provisioner: instances need volumes",
        ),
        None => Finding::warning(
            CHECK,
            "no default storage class",
            "name one in spec.storage.storageClass of every cluster",
        ),
        Some(class) if class.allow_volume_expansion != Some(true) => Finding::warning(
            CHECK,
            format!("{} is the default and cannot grow volumes", class.name_any()),
            "use a class with allowVolumeExpansion, or plan the size with care",
        ),
        Some(class) => Finding::fine(CHECK, format!("{} is the default", class.name_any())),
    }
}

async fn rights(cx: &CommandContext) -> Finding {
    const CHECK: &str = "your rights";
    let (Ok(client), Ok(namespace)) = (cx.client().await, cx.namespace().await) else {
        return Finding::fine(CHECK, "");
    };
    let reviews: Api<SelfSubjectAccessReview> = Api::all(client);
    let answers = RIGHTS.iter().map(async |&(group, resource, part, verb, purpose)| {
        let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let review = SelfSubjectAccessReview {
            metadata: ObjectMeta::default(),
            spec: SelfSubjectAccessReviewSpec {
                resource_attributes: Some(ResourceAttributes {
                    group: text(group),
                    resource: text(resource),
                    subresource: text(part),
                    verb: text(verb),
                    namespace: text(namespace),
                    ..ResourceAttributes::default()
                }),
                ..SelfSubjectAccessReviewSpec::default()
            },
            status: None,
        };
        let resource_name = "selfsubjectaccessreviews.authorization.k8s.io";
        let ask = Ask::new("", "create", resource_name, "");
        let answer = cx.call(ask, reviews.post(&review)).await;
        let slash = if part.is_empty() { "" } else { "/" };
        let right = format!("{verb} {resource}{slash}{part} (for {purpose})");
        answer.map(|review| (right, review.status.is_some_and(|status| status.allowed)))
    });
    let answers: Result<Vec<_>, _> = join_all(answers).await.into_iter().collect();
    let answers = match answers {
        Ok(answers) => answers,
        Err(error) => {
            return Finding { found: chain(&error), ..Finding::unknown(CHECK, &error) };
        }
    };
    let missing: Vec<_> =
        answers.into_iter().filter(|(_, allowed)| !allowed).map(|(right, _)| right).collect();
    if missing.is_empty() {
        return Finding::fine(CHECK, format!("all that the plugin needs in {namespace}"));
    }
    Finding::warning(
        CHECK,
        format!("missing in {namespace}: {}", missing.join(", ")),
        "ask an administrator for a Role with these verbs",
    )
}
