//! The containers of an instance: environment, command, ports.

use api::annotations;
use k8s_openapi::api::core::v1::{Container, ContainerPort, EnvFromSource, EnvVar};

use super::Manifests;
use super::volumes::{ACCESS_VOLUME, DATA};

/// The container that PostgreSQL runs in.
pub(super) const POSTGRES: &str = "postgres";
/// The init container that brings the instance manager.
pub(super) const BOOTSTRAP: &str = "bootstrap-controller";
/// Where the instance manager lies in a pod.
pub(super) const MANAGER: &str = "/controller/manager";
/// Port of the server for status, probes and requests of the operator.
pub(super) const STATUS_PORT: i32 = 8000;

const POSTGRES_PORT: i32 = 5432;
const METRICS_PORT: i32 = 9187;
const PPROF_PORT: i32 = 6060;

impl Manifests<'_> {
    /// The init container that copies the instance manager into the pod.
    pub(super) fn bootstrap_container(&self) -> Container {
        let mut command = vec!["/manager".to_owned(), "bootstrap".to_owned(), MANAGER.to_owned()];
        command.extend(self.log_flags());
        let mut mounts = self.mounts();
        mounts.retain(|mount| mount.name != ACCESS_VOLUME);
        Container {
            name: BOOTSTRAP.to_owned(),
            image: Some(self.installation.image.clone()),
            command: Some(command),
            volume_mounts: Some(mounts),
            ..self.container()
        }
    }

    /// The container that an instance lives in.
    pub(super) fn postgres_container(&self, pod: &str) -> Container {
        let mut command: Vec<String> = [MANAGER, "instance", "run"].map(str::to_owned).into();
        let mut ports = vec![
            port("postgresql", POSTGRES_PORT),
            port("metrics", METRICS_PORT),
            port("status", STATUS_PORT),
        ];
        if self.profiled() {
            command.push("--pprof-server".to_owned());
            ports.push(port("pprof", PPROF_PORT));
        }
        command.push("--status-port-tls".to_owned());
        if self.metrics_tls() {
            command.push("--metrics-port-tls".to_owned());
        }
        command.extend(self.log_flags());
        Container {
            name: POSTGRES.to_owned(),
            image: self.image(),
            command: Some(command),
            ports: Some(ports),
            env: Some(self.env(pod)),
            env_from: self.env_from(),
            volume_mounts: Some(self.mounts()),
            startup_probe: Some(self.startup_probe()),
            readiness_probe: Some(self.readiness_probe()),
            liveness_probe: Some(self.liveness_probe()),
            ..self.container()
        }
    }

    /// What all containers have in common.
    pub(super) fn container(&self) -> Container {
        let spec = &self.cluster.spec;
        Container {
            image_pull_policy: spec.image_pull_policy.clone(),
            resources: Some(spec.resources.clone()),
            security_context: Some(self.container_security_context()),
            ..Container::default()
        }
    }

    /// The environment of a container that runs the instance manager; later entries win.
    pub(super) fn env(&self, pod: &str) -> Vec<EnvVar> {
        let pgdata = format!("{DATA}/pgdata");
        let mut all: Vec<_> = [
            ("PGDATA", pgdata.as_str()),
            ("POD_NAME", pod),
            ("NAMESPACE", self.namespace()),
            ("CLUSTER_NAME", self.cluster_name()),
            ("PSQL_HISTORY", "/controller/tmp/.psql_history"),
            ("PGPORT", "5432"),
            ("PGHOST", "/controller/run"),
            ("TMPDIR", "/controller/tmp"),
        ]
        .into_iter()
        .map(|(name, value)| variable(name, value))
        .collect();
        all.extend(self.cluster.spec.env.iter().cloned());
        let timeout = self.installation.standby_tcp_user_timeout;
        all.extend(
            timeout.map(|timeout| variable("CNPG_STANDBY_TCP_USER_TIMEOUT", &timeout.to_string())),
        );
        all
    }

    pub(super) fn env_from(&self) -> Option<Vec<EnvFromSource>> {
        let sources = &self.cluster.spec.env_from;
        (!sources.is_empty()).then(|| sources.clone())
    }

    /// Flags that say how much is logged, and under which names.
    pub(super) fn log_flags(&self) -> Vec<String> {
        let level = self.cluster.spec.log_level.as_ref().map(|level| level.as_str());
        let fields = &self.installation.log_fields;
        [
            ("--log-level", level),
            ("--log-field-level", fields.level.as_deref()),
            ("--log-field-timestamp", fields.timestamp.as_deref()),
        ]
        .into_iter()
        .filter_map(|(flag, value)| {
            let value = value.filter(|value| !value.is_empty())?;
            Some(format!("{flag}={value}"))
        })
        .collect()
    }

    fn profiled(&self) -> bool {
        let asked = self.cluster.metadata.annotations.as_ref();
        let asked = asked.and_then(|all| all.get(annotations::ENABLE_INSTANCE_PPROF));
        asked.is_some_and(|value| value == annotations::TRUE)
    }

    pub(super) fn metrics_tls(&self) -> bool {
        let monitoring = self.cluster.spec.monitoring.as_ref();
        monitoring.and_then(|it| it.tls.as_ref()).is_some_and(|tls| tls.enabled == Some(true))
    }
}

pub(super) fn variable(name: &str, value: &str) -> EnvVar {
    EnvVar { name: name.to_owned(), value: Some(value.to_owned()), ..EnvVar::default() }
}

fn port(name: &str, number: i32) -> ContainerPort {
    ContainerPort {
        name: Some(name.to_owned()),
        container_port: number,
        protocol: Some("TCP".to_owned()),
        ..ContainerPort::default()
    }
}
