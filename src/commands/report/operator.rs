//! `kubectl cnpg report operator`: the deployment is needed, everything else as far as it can be read.

use std::fmt::Display;

use api::labels::{MANAGER, NAME};
use jiff::Timestamp;
use k8s_openapi::api::admissionregistration::v1::{
    MutatingWebhookConfiguration, ValidatingWebhookConfiguration,
};
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::{ConfigMap, Event, Pod, Secret, Service};
use kube::api::{GetParams, ListParams};
use kube::core::Request;
use kube::{Resource, ResourceExt as _};
use serde_json::{Value, json};

use super::Options;
use super::bundle::Bundle;
use super::cluster::{items, list};
use super::container_logs::{self, Previous};
use super::redaction::Redaction;
use crate::context::Ask;
use crate::{CommandContext, CommandError};

/// The name of the operator's configuration, unless its arguments say otherwise.
const CONFIGURATION: &str = "cnpg-controller-manager-config";
/// The secrets that the operator makes for itself.
const SECRETS: [&str; 2] = ["cnpg-webhook-cert", "cnpg-ca-secret"];

/// What has been collected so far, and for whom.
struct Report<'a> {
    cx: &'a CommandContext,
    namespace: String,
    redaction: Redaction,
    bundle: Bundle,
}

/// Collects the report and writes it.
pub async fn run(
    cx: &CommandContext,
    options: &Options,
    redaction: Redaction,
) -> Result<(), CommandError> {
    if redaction == Redaction::Off {
        cx.out().line(format_args!("WARNING: secret Redaction is OFF. Use it with caution"))?;
    }
    let bundle = Bundle::new("operator", options, Timestamp::now())?;
    let namespace = cx.namespace().await?.to_owned();
    let mut report = Report { cx, namespace, redaction, bundle };
    let deployment = report.deployment().await?;
    report.bundle.object("manifests", "deployment", &deployment);
    let pods = report.pods().await?;
    report.secrets(&deployment).await?;
    report.configuration(&deployment).await?;
    report.events().await?;
    report.webhooks().await?;
    if options.logs {
        let bar = cx.out().progress("reading the logs of the operator");
        report.bundle.folder("operator-logs");
        for pod in &pods {
            let mut log = Vec::new();
            for container in container_logs::containers(pod) {
                let more = container_logs::read(cx, pod, &container, Previous::Wanted, options);
                log.extend(more.await?);
            }
            report.bundle.add("operator-logs", format!("{}-logs.jsonl", pod.name_any()), log);
        }
        bar.finish_and_clear();
    }
    report.lifecycle_manager().await?;
    report.bundle.write(cx)
}

impl Report<'_> {
    async fn list<K: Resource<DynamicType = ()>>(
        &self,
        doing: &str,
        resource: &'static str,
        namespace: Option<&str>,
        selector: &str,
    ) -> Result<Value, CommandError> {
        let params = ListParams::default().labels(selector);
        let path = K::url_path(&(), namespace);
        list(self.cx, Ask::new(doing, "list", resource, ""), &path, &params).await
    }

    /// An object of the operator's namespace; `None` where there is none.
    async fn get<K: Resource<DynamicType = ()>>(
        &self,
        resource: &'static str,
        name: &str,
    ) -> Result<Option<Value>, CommandError> {
        let client = self.cx.client().await?;
        let request = Request::new(K::url_path(&(), Some(&self.namespace)))
            .get(name, &GetParams::default())
            .map_err(kube::Error::BuildRequest);
        let ask = Ask::new("", "get", resource, name);
        match self.cx.call(ask, async { client.request::<Value>(request?).await }).await {
            Ok(object) => Ok(Some(object)),
            Err(error) if error.is_missing() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Says that something is left out, and what that means.
    fn left_out(&self, what: &str, cause: &dyn Display, means: &str) -> Result<(), CommandError> {
        self.cx.out().line(format_args!("WARNING: {what}: {cause}"))?;
        self.cx.out().line(format_args!("         {means}"))
    }

    async fn deployment(&self) -> Result<Value, CommandError> {
        let namespace = self.namespace.as_str();
        let doing = format!(
            "could not get operator deployment: could not get operator in namespace '{namespace}'"
        );
        let selector = format!("{NAME}={MANAGER}");
        let found =
            self.list::<Deployment>(&doing, "deployments.apps", Some(namespace), &selector).await?;
        match found["items"].as_array().map(Vec::as_slice) {
            Some([deployment]) => {
                let mut deployment = deployment.clone();
                deployment["apiVersion"] = json!("apps/v1");
                deployment["kind"] = json!("Deployment");
                Ok(deployment)
            }
            Some([]) | None => Err(CommandError::refused(
                "no deployment found\nHINT: Operator might be installed in another namespace.Specify a namespace using the '-n' option",
            )),
            Some(_) => Err(CommandError::refused(format!(
                "could not get operator deployment: in namespace '{namespace}': number of operator deployments bigger than 1"
            ))),
        }
    }

    async fn pods(&mut self) -> Result<Vec<Pod>, CommandError> {
        let selector = format!("{NAME}={MANAGER}");
        let namespace = self.namespace.clone();
        match self.list::<Pod>("", "pods", Some(&namespace), &selector).await {
            Ok(pods) => {
                self.bundle.object("manifests", "operator-pods", &pods);
                Ok(items(&pods))
            }
            Err(error) => {
                self.left_out(
                    "could not get operator pods",
                    &error,
                    "Continuing without pod information. This is expected if you don't have permissions to list pods.",
                )?;
                Ok(Vec::new())
            }
        }
    }

    async fn secrets(&mut self, deployment: &Value) -> Result<(), CommandError> {
        let named = argument(deployment, "--secret-name=");
        let mut secrets = Vec::new();
        for name in SECRETS.into_iter().chain([named.as_str()]) {
            match self.get::<Secret>("secrets", name).await {
                Ok(Some(secret)) => secrets.push((name, self.redaction.of_values(secret))),
                Ok(None) => {}
                Err(error) => {
                    return self.left_out(
                        "could not get operator secrets",
                        &error,
                        "Continuing without secrets information. This is expected if you don't have permissions to list secrets.",
                    );
                }
            }
        }
        for (name, secret) in secrets {
            self.bundle.object("manifests", &format!("{name}(secret)"), &secret);
        }
        Ok(())
    }

    async fn configuration(&mut self, deployment: &Value) -> Result<(), CommandError> {
        let name = argument(deployment, "--config-map-name=");
        match self.get::<ConfigMap>("configmaps", &name).await {
            Ok(Some(map)) => {
                let map = self.redaction.of_values(map);
                self.bundle.object("manifests", &name, &map);
                Ok(())
            }
            Ok(None) => Ok(()),
            Err(error) => self.left_out(
                "could not get operator configmaps",
                &error,
                "Continuing without configmap information. This is expected if you don't have permissions to list configmaps.",
            ),
        }
    }

    async fn events(&mut self) -> Result<(), CommandError> {
        let namespace = self.namespace.clone();
        match self.list::<Event>("", "events", Some(&namespace), "").await {
            Ok(events) => {
                if !is_empty(&events) {
                    self.bundle.object("manifests", "events", &events);
                }
                Ok(())
            }
            Err(error) => self.left_out(
                "could not get events",
                &error,
                "Continuing without events information. This is expected if you don't have permissions to list events.",
            ),
        }
    }

    async fn webhooks(&mut self) -> Result<(), CommandError> {
        if let Err(error) = self.try_webhooks().await {
            self.left_out(
                "could not get webhooks",
                &error,
                "Continuing without webhook information. This is expected if you don't have cluster-level permissions.",
            )?;
        }
        Ok(())
    }

    async fn try_webhooks(&mut self) -> Result<(), CommandError> {
        let doing = |kind: &str| format!("insufficient permissions to list {kind} webhooks");
        let mutating = self
            .list::<MutatingWebhookConfiguration>(
                &doing("mutating"),
                "mutatingwebhookconfigurations.admissionregistration.k8s.io",
                None,
                "",
            )
            .await?;
        let validating = self
            .list::<ValidatingWebhookConfiguration>(
                &doing("validating"),
                "validatingwebhookconfigurations.admissionregistration.k8s.io",
                None,
                "",
            )
            .await?;
        let (mutating, validating) = (ours(mutating), ours(validating));
        let service = mutating.pointer("/items/0/webhooks/0/clientConfig/service/name");
        if let Some(name) = service.and_then(Value::as_str)
            && let Some(service) = self.get::<Service>("services", name).await?
        {
            self.bundle.object("manifests", "webhook-service", &service);
        }
        for (name, list) in [
            ("validating-webhook-configuration", validating),
            ("mutating-webhook-configuration", mutating),
        ] {
            if !is_empty(&list) {
                let list = self.redaction.of_webhooks(list);
                self.bundle.object("manifests", name, &list);
            }
        }
        Ok(())
    }

    /// What the Operator Lifecycle Manager knows of the operator, where there is one.
    async fn lifecycle_manager(&mut self) -> Result<(), CommandError> {
        let client = self.cx.client().await?;
        let ask = Ask::new("", "get", "", "");
        let resources = client.list_api_group_resources("operators.coreos.com/v1");
        let known = match self.cx.call(ask, resources).await {
            Ok(list) => list.resources.iter().any(|resource| resource.name == "operators"),
            Err(error) if error.is_missing() => false,
            Err(error) => {
                return self.left_out(
                    "could not tell whether there is an Operator Lifecycle Manager",
                    &error,
                    "Continuing without its information.",
                );
            }
        };
        if !known {
            return Ok(());
        }
        self.bundle.folder("olm");
        let params = ListParams::default()
            .labels(&format!("operators.coreos.com/cloudnative-pg.{}", self.namespace));
        for (resource, file) in [
            ("clusterserviceversions.operators.coreos.com", "clusterserviceversions"),
            ("installplans.operators.coreos.com", "installplans"),
            ("subscriptions.operators.coreos.com", "subscriptions"),
        ] {
            let namespace = &self.namespace;
            let path = format!("/apis/operators.coreos.com/v1alpha1/namespaces/{namespace}/{file}");
            match list(self.cx, Ask::new("", "list", resource, ""), &path, &params).await {
                Ok(found) => self.bundle.object("olm", file, &found),
                Err(error) => self.left_out(
                    &format!("could not get {file}"),
                    &error,
                    "Continuing without this information of the Operator Lifecycle Manager.",
                )?,
            }
        }
        Ok(())
    }
}

/// The value of an argument of the operator's container.
fn argument(deployment: &Value, flag: &str) -> String {
    let containers = deployment.pointer("/spec/template/spec/containers").and_then(Value::as_array);
    let manager = containers.into_iter().flatten().find(|it| it["name"] == "manager");
    let words = manager.and_then(|it| it["args"].as_array()).into_iter().flatten();
    let mut values = words.filter_map(|word| word.as_str()?.strip_prefix(flag));
    values.next().unwrap_or(CONFIGURATION).to_owned()
}

/// The webhook configurations for the resources of the operator.
fn ours(mut list: Value) -> Value {
    if let Some(items) = list["items"].as_array_mut() {
        items.retain(|item| {
            let webhooks = item["webhooks"].as_array().into_iter().flatten();
            webhooks.into_iter().any(|webhook| {
                webhook.pointer("/rules/0/apiGroups/0").is_some_and(|group| group == api::GROUP)
            })
        });
    }
    list
}

fn is_empty(list: &Value) -> bool {
    list["items"].as_array().is_none_or(Vec::is_empty)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_from_the_arguments() {
        let deployment = json!({ "spec": { "template": { "spec": { "containers": [
            { "name": "proxy", "args": ["--secret-name=no"] },
            { "name": "manager", "args": ["controller", "--secret-name=own"] },
        ] } } } });
        assert_eq!(argument(&deployment, "--secret-name="), "own");
        assert_eq!(argument(&deployment, "--config-map-name="), CONFIGURATION);
        assert_eq!(argument(&Value::Null, "--config-map-name="), CONFIGURATION);
    }

    #[test]
    fn only_the_own_webhooks_are_reported() {
        let of = |group: &str| json!({ "webhooks": [{ "rules": [{ "apiGroups": [group] }] }] });
        let list = ours(json!({ "items": [of("apps"), of("postgresql.cnpg.io"), json!({})] }));
        assert_eq!(list["items"].as_array().map(Vec::len), Some(1));
    }
}
