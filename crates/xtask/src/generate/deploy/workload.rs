//! The operator itself.

use std::collections::BTreeMap;

use anyhow::Result;
use k8s_openapi::api::apps::v1::{
    Deployment, DeploymentSpec, DeploymentStrategy, RollingUpdateDeployment,
};
use k8s_openapi::api::core::v1::{
    Affinity, Capabilities, Container, ContainerPort, EnvVar, EnvVarSource, HTTPGetAction,
    ObjectFieldSelector, PodAffinityTerm, PodAntiAffinity, PodSecurityContext, PodSpec,
    PodTemplateSpec, Probe, ResourceRequirements, SeccompProfile, SecurityContext,
    WeightedPodAffinityTerm,
};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, ObjectMeta};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::{ACCOUNT, DEPLOYMENT, IMAGE, SETTINGS, document, labels, namespaced};

const USER: i64 = 10001;
const WEBHOOKS: i32 = 9443;
const METRICS: i32 = 8080;

pub(super) fn documents() -> Result<Vec<String>> {
    Ok(vec![document(&deployment())?])
}

fn deployment() -> Deployment {
    Deployment {
        metadata: namespaced(DEPLOYMENT),
        spec: DeploymentSpec {
            // As the original: programs look for one pod. Who scales it up has one that leads, and
            // all answer the API server.
            replicas: Some(1),
            selector: selector(),
            strategy: Some(DeploymentStrategy {
                type_: Some("RollingUpdate".to_owned()),
                rolling_update: Some(RollingUpdateDeployment {
                    max_surge: Some(IntOrString::Int(1)),
                    max_unavailable: Some(IntOrString::Int(0)),
                }),
            }),
            template: PodTemplateSpec {
                metadata: Some(ObjectMeta { labels: Some(labels()), ..ObjectMeta::default() }),
                spec: Some(pod()),
            },
            ..DeploymentSpec::default()
        },
        ..Deployment::default()
    }
}

fn selector() -> LabelSelector {
    LabelSelector { match_labels: Some(labels()), ..LabelSelector::default() }
}

fn pod() -> PodSpec {
    let apart = PodAffinityTerm {
        label_selector: Some(selector()),
        topology_key: "kubernetes.io/hostname".to_owned(),
        ..PodAffinityTerm::default()
    };
    PodSpec {
        service_account_name: Some(ACCOUNT.to_owned()),
        security_context: Some(PodSecurityContext {
            run_as_non_root: Some(true),
            seccomp_profile: Some(seccomp()),
            ..PodSecurityContext::default()
        }),
        affinity: Some(Affinity {
            pod_anti_affinity: Some(PodAntiAffinity {
                preferred_during_scheduling_ignored_during_execution: Some(vec![
                    WeightedPodAffinityTerm { weight: 100, pod_affinity_term: apart },
                ]),
                ..PodAntiAffinity::default()
            }),
            ..Affinity::default()
        }),
        termination_grace_period_seconds: Some(10),
        containers: vec![container()],
        ..PodSpec::default()
    }
}

fn container() -> Container {
    Container {
        name: "manager".to_owned(),
        image: Some(IMAGE.to_owned()),
        command: Some(vec!["/manager".to_owned()]),
        args: Some(arguments()),
        env: Some(vec![
            variable("OPERATOR_IMAGE_NAME", IMAGE),
            own_namespace(),
            variable("MONITORING_QUERIES_CONFIGMAP", "cnpg-default-monitoring"),
        ]),
        ports: Some(vec![port("metrics", METRICS), port("webhook-server", WEBHOOKS)]),
        startup_probe: Some(Probe {
            failure_threshold: Some(6),
            period_seconds: Some(5),
            ..probe()
        }),
        readiness_probe: Some(probe()),
        liveness_probe: Some(probe()),
        resources: Some(ResourceRequirements {
            requests: Some(amounts("100m", "100Mi")),
            limits: Some(amounts("100m", "200Mi")),
            ..ResourceRequirements::default()
        }),
        security_context: Some(SecurityContext {
            allow_privilege_escalation: Some(false),
            capabilities: Some(Capabilities {
                drop: Some(vec!["ALL".to_owned()]),
                ..Capabilities::default()
            }),
            privileged: Some(false),
            read_only_root_filesystem: Some(true),
            run_as_group: Some(USER),
            run_as_user: Some(USER),
            seccomp_profile: Some(seccomp()),
            ..SecurityContext::default()
        }),
        ..Container::default()
    }
}

fn arguments() -> Vec<String> {
    let named = |flag: &str| format!("--{flag}={SETTINGS}");
    vec![
        "controller".to_owned(),
        "--leader-elect".to_owned(),
        "--max-concurrent-reconciles=10".to_owned(),
        named("config-map-name"),
        named("secret-name"),
        format!("--webhook-port={WEBHOOKS}"),
    ]
}

fn variable(name: &str, value: &str) -> EnvVar {
    EnvVar { name: name.to_owned(), value: Some(value.to_owned()), ..EnvVar::default() }
}

fn own_namespace() -> EnvVar {
    let field =
        ObjectFieldSelector { field_path: "metadata.namespace".to_owned(), ..Default::default() };
    EnvVar {
        name: "OPERATOR_NAMESPACE".to_owned(),
        value_from: Some(EnvVarSource { field_ref: Some(field), ..EnvVarSource::default() }),
        ..EnvVar::default()
    }
}

fn port(name: &str, port: i32) -> ContainerPort {
    ContainerPort {
        name: Some(name.to_owned()),
        container_port: port,
        protocol: Some("TCP".to_owned()),
        ..ContainerPort::default()
    }
}

fn probe() -> Probe {
    Probe {
        http_get: Some(HTTPGetAction {
            path: Some("/readyz".to_owned()),
            port: IntOrString::Int(WEBHOOKS),
            scheme: Some("HTTPS".to_owned()),
            ..HTTPGetAction::default()
        }),
        timeout_seconds: Some(5),
        ..Probe::default()
    }
}

fn seccomp() -> SeccompProfile {
    SeccompProfile { type_: "RuntimeDefault".to_owned(), ..SeccompProfile::default() }
}

fn amounts(cpu: &str, memory: &str) -> BTreeMap<String, Quantity> {
    [("cpu", cpu), ("memory", memory)]
        .into_iter()
        .map(|(name, amount)| (name.to_owned(), Quantity(amount.to_owned())))
        .collect()
}
