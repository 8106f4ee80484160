//! The objects of a pgAdmin.

use std::collections::BTreeMap;

use k8s_openapi::api::apps::v1::{Deployment, DeploymentSpec};
use k8s_openapi::api::core::v1::{
    ConfigMap, ConfigMapVolumeSource, Container, ContainerPort, EmptyDirVolumeSource, EnvVar,
    EnvVarSource, HTTPGetAction, PodSecurityContext, PodSpec, PodTemplateSpec, Probe,
    SeccompProfile, Secret, SecretKeySelector, SecretVolumeSource, Service, ServicePort,
    ServiceSpec, Volume, VolumeMount,
};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use kube::api::ObjectMeta;
use planner::manifests::names::read_write_service;
use serde_json::json;

use super::Mode;

const PORT: i32 = 80;

/// A pgAdmin for one cluster.
#[derive(Debug)]
pub struct Wanted<'a> {
    pub cluster: &'a str,
    pub namespace: &'a str,
    /// Of all its objects.
    pub name: String,
    pub mode: Mode,
    pub image: &'a str,
    pub database: String,
    pub user: String,
    /// Where the password of `user` is.
    pub secret: String,
}

impl Wanted<'_> {
    fn metadata(&self) -> ObjectMeta {
        ObjectMeta {
            name: Some(self.name.clone()),
            namespace: Some(self.namespace.to_owned()),
            ..ObjectMeta::default()
        }
    }

    fn labels(&self) -> BTreeMap<String, String> {
        BTreeMap::from([("app".to_owned(), self.name.clone())])
    }

    /// The one server that it knows.
    pub fn config_map(&self) -> ConfigMap {
        let mut server = json!({
            "Name": self.cluster,
            "Group": "Servers",
            "Host": read_write_service(self.cluster),
            "Port": 5432,
            "MaintenanceDB": self.database,
            "Username": self.user,
            "UseSSHTunnel": 0,
            "TunnelPort": "22",
            "TunnelAuthentication": 0,
            "KerberosAuthentication": false,
            "ConnectionParameters": {
                "sslmode": "prefer",
                "connect_timeout": 10,
                "sslcert": "<STORAGE_DIR>/.postgresql/postgresql.crt",
                "sslkey": "<STORAGE_DIR>/.postgresql/postgresql.key",
            },
        });
        if self.mode == Mode::Desktop {
            server["PasswordExecCommand"] = json!("cat /secret/password");
        }
        let text = serde_json::to_string_pretty(&json!({ "Servers": { "1": server } }))
            .expect("its keys are text");
        ConfigMap {
            metadata: self.metadata(),
            data: Some(BTreeMap::from([("servers.json".to_owned(), text + "\n")])),
            ..ConfigMap::default()
        }
    }

    /// The web server.
    pub fn deployment(&self) -> Deployment {
        let pod = PodSpec {
            containers: vec![self.container()],
            security_context: Some(PodSecurityContext {
                run_as_non_root: Some(true),
                seccomp_profile: Some(SeccompProfile {
                    type_: "RuntimeDefault".to_owned(),
                    localhost_profile: None,
                }),
                ..PodSecurityContext::default()
            }),
            volumes: Some(self.volumes()),
            ..PodSpec::default()
        };
        Deployment {
            metadata: self.metadata(),
            spec: DeploymentSpec {
                replicas: Some(1),
                selector: LabelSelector {
                    match_labels: Some(self.labels()),
                    ..LabelSelector::default()
                },
                template: PodTemplateSpec {
                    metadata: Some(ObjectMeta {
                        labels: Some(self.labels()),
                        ..ObjectMeta::default()
                    }),
                    spec: Some(pod),
                },
                ..DeploymentSpec::default()
            },
            ..Deployment::default()
        }
    }

    fn container(&self) -> Container {
        let plain = |name: &str, value: &str| EnvVar {
            name: name.to_owned(),
            value: Some(value.to_owned()),
            ..EnvVar::default()
        };
        let from_secret = |name: &str, key: &str| EnvVar {
            name: name.to_owned(),
            value_from: Some(EnvVarSource {
                secret_key_ref: Some(SecretKeySelector {
                    name: self.name.clone(),
                    key: key.to_owned(),
                    optional: None,
                }),
                ..EnvVarSource::default()
            }),
            ..EnvVar::default()
        };
        let server_mode = if self.mode == Mode::Server { "True" } else { "False" };
        let mounts = self.mounts().into_iter().map(|(name, path)| VolumeMount {
            name: name.to_owned(),
            mount_path: path.to_owned(),
            ..VolumeMount::default()
        });
        Container {
            name: "pgadmin4".to_owned(),
            image: Some(self.image.to_owned()),
            env: Some(vec![
                plain("PGADMIN_SERVER_JSON_FILE", "/config/servers.json"),
                plain("PGADMIN_CONFIG_SERVER_MODE", server_mode),
                plain("PGADMIN_CONFIG_MASTER_PASSWORD_REQUIRED", "False"),
                from_secret("PGADMIN_DEFAULT_EMAIL", "username"),
                from_secret("PGADMIN_DEFAULT_PASSWORD", "password"),
                plain("PGADMIN_DISABLE_POSTFIX", "True"),
            ]),
            ports: Some(vec![ContainerPort {
                name: Some("http".to_owned()),
                container_port: PORT,
                ..ContainerPort::default()
            }]),
            readiness_probe: Some(Probe {
                http_get: Some(HTTPGetAction {
                    path: Some("/".to_owned()),
                    port: IntOrString::Int(PORT),
                    ..HTTPGetAction::default()
                }),
                ..Probe::default()
            }),
            volume_mounts: Some(mounts.collect()),
            ..Container::default()
        }
    }

    /// The password of the application is only where it is used.
    fn mounts(&self) -> Vec<(&'static str, &'static str)> {
        let secret = (self.mode == Mode::Desktop).then_some(("app-secret", "/secret"));
        let others = [("tmp", "/tmp"), ("home", "/home/pgadmin")];
        [("pgadmin-cfg", "/config")].into_iter().chain(secret).chain(others).collect()
    }

    fn volumes(&self) -> Vec<Volume> {
        let named = |name: &str| Volume { name: name.to_owned(), ..Volume::default() };
        let config =
            ConfigMapVolumeSource { name: self.name.clone(), ..ConfigMapVolumeSource::default() };
        let secret = SecretVolumeSource {
            secret_name: Some(self.secret.clone()),
            ..SecretVolumeSource::default()
        };
        let memory = EmptyDirVolumeSource {
            medium: Some("Memory".to_owned()),
            size_limit: Some(Quantity("100Mi".to_owned())),
            ..EmptyDirVolumeSource::default()
        };
        let mut volumes = vec![Volume { config_map: Some(config), ..named("pgadmin-cfg") }];
        if self.mode == Mode::Desktop {
            volumes.push(Volume { secret: Some(secret), ..named("app-secret") });
        }
        volumes.push(Volume { empty_dir: Some(EmptyDirVolumeSource::default()), ..named("home") });
        volumes.push(Volume { empty_dir: Some(memory), ..named("tmp") });
        volumes
    }

    /// What leads to the web server.
    pub fn service(&self) -> Service {
        Service {
            metadata: self.metadata(),
            spec: Some(ServiceSpec {
                ports: Some(vec![ServicePort {
                    port: PORT,
                    protocol: Some("TCP".to_owned()),
                    target_port: Some(IntOrString::Int(PORT)),
                    ..ServicePort::default()
                }]),
                selector: Some(self.labels()),
                ..ServiceSpec::default()
            }),
            ..Service::default()
        }
    }

    /// What a person logs in with.
    pub fn login(&self, name: &str, password: &str) -> Secret {
        Secret {
            metadata: self.metadata(),
            string_data: Some(BTreeMap::from([
                ("username".to_owned(), name.to_owned()),
                ("password".to_owned(), password.to_owned()),
            ])),
            ..Secret::default()
        }
    }
}
