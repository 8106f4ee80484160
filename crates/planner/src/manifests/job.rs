//! The jobs that fill the volumes of an instance.

mod initdb;
mod recovery;
mod sources;
mod upgrade;

use api::{annotations, labels};
use k8s_openapi::api::batch::v1::{Job, JobSpec};
use k8s_openapi::api::core::v1::{Container, PodSpec, PodTemplateSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use super::container::{BOOTSTRAP, MANAGER};
use super::metadata::map;
use super::volumes::WAL;
use super::{Manifests, names};

pub use recovery::EndpointCa;
pub use sources::Sources;
pub use upgrade::Upgrade;

/// What a job does.
#[derive(Debug, Clone, PartialEq)]
pub enum Work {
    /// Makes a new, empty database system.
    InitDb,
    /// Makes a new database system and imports databases into it.
    Import,
    /// Copies a running server elsewhere.
    PgBaseBackup,
    /// Restores a base backup and replays WAL.
    FullRecovery { endpoint_ca: Option<EndpointCa> },
    /// Makes a primary of a snapshot of volumes.
    SnapshotRecovery {
        /// The `backup_label` of a hot snapshot, base64.
        backup_label: Option<String>,
        /// The `tablespace_map` of a hot snapshot, base64.
        tablespace_map: Option<String>,
        endpoint_ca: Option<EndpointCa>,
    },
    /// Makes a replica of a snapshot of volumes.
    SnapshotReplica,
    /// Copies the primary.
    Join,
    /// Moves the data to another major version.
    MajorUpgrade(Upgrade),
}

impl Work {
    /// The word by which the job, its container and its label are named.
    #[must_use]
    pub fn role(&self) -> &'static str {
        match self {
            Self::InitDb => "initdb",
            Self::Import => "import",
            Self::PgBaseBackup => "pgbasebackup",
            Self::FullRecovery { .. } => "full-recovery",
            Self::SnapshotRecovery { .. } | Self::SnapshotReplica => "snapshot-recovery",
            Self::Join => "join",
            Self::MajorUpgrade(_) => "major-upgrade",
        }
    }
}

impl Manifests<'_> {
    /// Name of the job that does some work for an instance.
    #[must_use]
    pub fn job_name(&self, serial: u32, work: &Work) -> String {
        format!("{}-{}", self.instance(serial), work.role())
    }

    /// The job that does some work for an instance.
    #[must_use]
    pub fn job(&self, serial: u32, work: &Work) -> Job {
        let instance = self.instance(serial);
        let name = self.job_name(serial, work);
        let mut pod = PodSpec {
            hostname: Some(name.clone()),
            restart_policy: Some("Never".to_owned()),
            init_containers: Some(vec![self.bootstrap_container()]),
            containers: vec![self.job_container(&name, work)],
            ..self.pod_frame(&instance)
        };
        match work {
            Work::InitDb => self.add_initdb(&mut pod),
            Work::Import => self.add_app_user(&mut pod),
            Work::FullRecovery { endpoint_ca } | Work::SnapshotRecovery { endpoint_ca, .. } => {
                recovery::add_endpoint_ca(&mut pod, endpoint_ca.as_ref());
            }
            Work::MajorUpgrade(upgrade) => self.add_upgrade(&mut pod, upgrade),
            Work::PgBaseBackup | Work::SnapshotReplica | Work::Join => {}
        }
        let metadata = self.job_metadata(name, &instance, work);
        let mut template = ObjectMeta {
            labels: metadata.labels.clone(),
            annotations: metadata.annotations.clone(),
            ..ObjectMeta::default()
        };
        template
            .annotations
            .get_or_insert_default()
            .extend(self.app_armor([BOOTSTRAP, work.role()]));
        if matches!(work, Work::MajorUpgrade(_)) {
            template.labels.get_or_insert_default().extend(map([
                (labels::INSTANCE_ROLE, labels::ROLE_PRIMARY),
                (labels::LEGACY_INSTANCE_ROLE, labels::ROLE_PRIMARY),
            ]));
        }
        Job {
            metadata,
            spec: Some(JobSpec {
                // An upgrade that failed is looked at by a person before it is tried again.
                backoff_limit: matches!(work, Work::MajorUpgrade(_)).then_some(0),
                template: PodTemplateSpec { metadata: Some(template), spec: Some(pod) },
                ..JobSpec::default()
            }),
            ..Job::default()
        }
    }

    fn job_metadata(&self, name: String, instance: &str, work: &Work) -> ObjectMeta {
        let mut own = self.database_labels();
        own.extend(map([(labels::INSTANCE_NAME, instance), (labels::JOB_ROLE, work.role())]));
        let mut metadata = self.metadata(name, own);
        // A job is no instance: what restarts those must not tell one job from another.
        metadata.annotations.get_or_insert_default().remove(annotations::RESTARTED_AT);
        metadata
    }

    fn job_container(&self, job: &str, work: &Work) -> Container {
        let mut command = vec![MANAGER.to_owned(), "instance".to_owned()];
        command.extend(self.arguments(work));
        command.extend(self.log_flags());
        Container {
            name: work.role().to_owned(),
            image: self.image(),
            command: Some(command),
            env: Some(self.env(job)),
            env_from: self.env_from(),
            volume_mounts: Some(self.mounts()),
            ..self.container()
        }
    }

    fn arguments(&self, work: &Work) -> Vec<String> {
        let plain = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        let mut all: Vec<String> = match work {
            Work::InitDb => return self.initdb_arguments(initdb::Refs::Mounted),
            Work::Import => return self.initdb_arguments(initdb::Refs::None),
            Work::MajorUpgrade(_) => return upgrade::arguments(),
            Work::PgBaseBackup => plain(&["pgbasebackup"]),
            Work::FullRecovery { .. } => plain(&["restore"]),
            Work::SnapshotReplica => plain(&["restoresnapshot", "--immediate"]),
            Work::SnapshotRecovery { backup_label, tablespace_map, .. } => {
                let mut all = plain(&["restoresnapshot"]);
                all.extend(backup_label.as_ref().map(|it| format!("--backuplabel={it}")));
                all.extend(tablespace_map.as_ref().map(|it| format!("--tablespacemap={it}")));
                all
            }
            Work::Join => {
                let primary = names::read_write_service(self.cluster_name());
                plain(&["join", "--parent-node", &primary])
            }
        };
        all.extend(self.wal_arguments());
        all
    }

    /// Where the WAL goes, when it has a volume of its own.
    fn wal_arguments(&self) -> Vec<String> {
        match self.cluster.spec.wal_storage {
            Some(_) => vec!["--pg-wal".to_owned(), format!("{WAL}/pg_wal")],
            None => Vec::new(),
        }
    }
}
