//! The objects of a measurement.

use std::collections::BTreeMap;

use k8s_openapi::api::apps::v1::{Deployment, DeploymentSpec};
use k8s_openapi::api::core::v1::{
    Affinity, Capabilities, ConfigMap, ConfigMapVolumeSource, Container, ContainerPort,
    EmptyDirVolumeSource, EnvVar, KeyToPath, PersistentVolumeClaim, PersistentVolumeClaimSpec,
    PersistentVolumeClaimVolumeSource, PodAffinityTerm, PodAntiAffinity, PodSecurityContext,
    PodSpec, PodTemplateSpec, Probe, ResourceRequirements, SeccompProfile, SecurityContext,
    TCPSocketAction, Volume, VolumeMount, VolumeResourceRequirements,
};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, LabelSelectorRequirement};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use kube::api::ObjectMeta;

use super::{FioArgs, Platform};

const IMAGE: &str = "docker.io/wallnerryan/fiotools-aio:v2";
const PORT: i32 = 8000;
/// The user and group outside OpenShift, which chooses them itself.
const USER: i64 = 10001;

/// Sequential reads in pages of PostgreSQL, without the cache of the system.
const JOB: &str = "[read]
    direct=1
    bs=8k
    size=1G
    time_based=1
    runtime=60
    ioengine=libaio
    iodepth=32
    end_fsync=1
    log_avg_msec=1000
    directory=/data
    rw=read
    write_bw_log=read
    write_lat_log=read
    write_iops_log=read";

fn metadata(args: &FioArgs, namespace: &str) -> ObjectMeta {
    ObjectMeta {
        name: Some(args.name.clone()),
        namespace: Some(namespace.to_owned()),
        ..ObjectMeta::default()
    }
}

/// The volume that is measured.
pub fn claim(args: &FioArgs, namespace: &str) -> PersistentVolumeClaim {
    let size = Quantity(args.pvc_size.clone());
    PersistentVolumeClaim {
        metadata: metadata(args, namespace),
        spec: Some(PersistentVolumeClaimSpec {
            access_modes: Some(vec!["ReadWriteOnce".to_owned()]),
            storage_class_name: (!args.storage_class.is_empty())
                .then(|| args.storage_class.clone()),
            resources: Some(VolumeResourceRequirements {
                requests: Some(BTreeMap::from([("storage".to_owned(), size)])),
                ..VolumeResourceRequirements::default()
            }),
            ..PersistentVolumeClaimSpec::default()
        }),
        ..PersistentVolumeClaim::default()
    }
}

/// What fio is to do.
pub fn config_map(args: &FioArgs, namespace: &str) -> ConfigMap {
    ConfigMap {
        metadata: metadata(args, namespace),
        data: Some(BTreeMap::from([("job".to_owned(), JOB.to_owned())])),
        ..ConfigMap::default()
    }
}

/// What runs fio and serves its results.
pub fn deployment(args: &FioArgs, namespace: &str, platform: Platform) -> Deployment {
    let labels = BTreeMap::from([
        ("app.kubernetes.io/name".to_owned(), "fio".to_owned()),
        ("app.kubernetes.io/instance".to_owned(), args.name.clone()),
    ]);
    let pod = PodSpec {
        affinity: Some(apart()),
        security_context: (platform == Platform::Kubernetes)
            .then(|| PodSecurityContext { fs_group: Some(USER), ..PodSecurityContext::default() }),
        volumes: Some(volumes(&args.name)),
        containers: vec![container(platform)],
        ..PodSpec::default()
    };
    Deployment {
        metadata: metadata(args, namespace),
        spec: DeploymentSpec {
            selector: LabelSelector {
                match_labels: Some(labels.clone()),
                ..LabelSelector::default()
            },
            template: PodTemplateSpec {
                metadata: Some(ObjectMeta { labels: Some(labels), ..ObjectMeta::default() }),
                spec: Some(pod),
            },
            ..DeploymentSpec::default()
        },
        ..Deployment::default()
    }
}

/// Two measurements on one node would measure each other.
fn apart() -> Affinity {
    let fio = LabelSelectorRequirement {
        key: "app.kubernetes.io/name".to_owned(),
        operator: "In".to_owned(),
        values: Some(vec!["fio".to_owned()]),
    };
    Affinity {
        pod_anti_affinity: Some(PodAntiAffinity {
            required_during_scheduling_ignored_during_execution: Some(vec![PodAffinityTerm {
                label_selector: Some(LabelSelector {
                    match_expressions: Some(vec![fio]),
                    ..LabelSelector::default()
                }),
                topology_key: "kubernetes.io/hostname".to_owned(),
                ..PodAffinityTerm::default()
            }]),
            ..PodAntiAffinity::default()
        }),
        ..Affinity::default()
    }
}

fn volumes(name: &str) -> Vec<Volume> {
    let data = PersistentVolumeClaimVolumeSource { claim_name: name.to_owned(), read_only: None };
    let job = ConfigMapVolumeSource {
        name: name.to_owned(),
        items: Some(vec![KeyToPath {
            key: "job".to_owned(),
            path: "job.fio".to_owned(),
            ..KeyToPath::default()
        }]),
        ..ConfigMapVolumeSource::default()
    };
    vec![
        Volume {
            name: "data".to_owned(),
            persistent_volume_claim: Some(data),
            ..Volume::default()
        },
        Volume { name: "job".to_owned(), config_map: Some(job), ..Volume::default() },
        Volume {
            name: "tmp".to_owned(),
            empty_dir: Some(EmptyDirVolumeSource::default()),
            ..Volume::default()
        },
    ]
}

fn container(platform: Platform) -> Container {
    let variable = |name: &str, value: &str| EnvVar {
        name: name.to_owned(),
        value: Some(value.to_owned()),
        ..EnvVar::default()
    };
    let mount = |name: &str, path: &str| VolumeMount {
        name: name.to_owned(),
        mount_path: path.to_owned(),
        ..VolumeMount::default()
    };
    let quantity = |text: &str| Quantity(text.to_owned());
    Container {
        name: "fio".to_owned(),
        image: Some(IMAGE.to_owned()),
        env: Some(vec![variable("JOBFILES", "/job/job.fio"), variable("PLOTNAME", "job")]),
        ports: Some(vec![ContainerPort { container_port: PORT, ..ContainerPort::default() }]),
        readiness_probe: Some(Probe {
            initial_delay_seconds: Some(60),
            period_seconds: Some(10),
            tcp_socket: Some(TCPSocketAction { port: IntOrString::Int(PORT), host: None }),
            ..Probe::default()
        }),
        resources: Some(ResourceRequirements {
            requests: Some(BTreeMap::from([
                ("cpu".to_owned(), quantity("1")),
                ("memory".to_owned(), quantity("100M")),
            ])),
            ..ResourceRequirements::default()
        }),
        security_context: Some(security(platform)),
        volume_mounts: Some(vec![
            mount("data", "/data"),
            mount("job", "/job"),
            mount("tmp", "/tmp/fio-data"),
        ]),
        ..Container::default()
    }
}

fn security(platform: Platform) -> SecurityContext {
    let least = SecurityContext {
        allow_privilege_escalation: Some(false),
        run_as_non_root: Some(true),
        read_only_root_filesystem: Some(true),
        capabilities: Some(Capabilities { drop: Some(vec!["ALL".to_owned()]), add: None }),
        ..SecurityContext::default()
    };
    match platform {
        Platform::OpenShift => least,
        Platform::Kubernetes => SecurityContext {
            run_as_user: Some(USER),
            run_as_group: Some(USER),
            seccomp_profile: Some(SeccompProfile {
                type_: "RuntimeDefault".to_owned(),
                localhost_profile: None,
            }),
            ..least
        },
    }
}
