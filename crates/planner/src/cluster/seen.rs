//! What one pass of the operator saw of one cluster. Everything in here was read, nothing decided.

use std::collections::BTreeMap;
use std::time::Duration;

use api::cluster::Cluster;
use api::cluster::status::instances::{AvailableArchitecture, PodSelectorStatus};
use api::cluster::status::integrations::PluginStatus;
use api::cluster::status::secrets::{CertificatesStatus, ConfigMapVersions, SecretVersions};
use api::image_catalog::CatalogImage;
use jiff::Timestamp;
use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::core::v1::{Node, PersistentVolumeClaim, Pod};
use postgres::lsn::Lsn;

use crate::leadership;
use crate::manifests::Installation;

/// What a pass saw of a cluster.
#[derive(Debug, Clone)]
pub struct Seen {
    /// The cluster with its defaults, as read; its status is what earlier passes wrote.
    pub cluster: Cluster,
    /// The wall clock, for times that people read and for the waits they configure.
    pub now: Timestamp,
    /// What stopped the pass before it looked any further; the rest may then be empty.
    pub trouble: Option<Trouble>,
    /// Pods with an owner reference to the cluster, by name.
    pub pods: Vec<Pod>,
    /// Volume claims with an owner reference to the cluster, by name.
    pub claims: Vec<PersistentVolumeClaim>,
    /// Jobs with an owner reference to the cluster, by name.
    pub jobs: Vec<Job>,
    /// Volume claims labelled with the cluster's name that nobody owns, by name.
    pub orphan_claims: Vec<PersistentVolumeClaim>,
    /// Pods labelled with the cluster's name that nobody owns, by name.
    pub orphan_pods: Vec<Pod>,
    /// All nodes of the Kubernetes, by name.
    pub nodes: Vec<Node>,
    /// What `/pg/status` gave, by pod name; every active pod was asked.
    pub answers: BTreeMap<String, Answer>,
    /// The records about leadership, from live reads. `None` while there is no primary to talk
    /// about, and for replica clusters.
    pub leadership: Option<leadership::operator::Seen>,
    /// What becomes of the objects around the cluster, as far as its status tells it.
    pub objects: Objects,
    pub operator: Operator,
    /// What the operator adds to the objects of every cluster.
    pub installation: Installation,
    pub kubernetes: Kubernetes,
    /// What the first instance is made from.
    pub source: Source,
    /// The images of the catalog that the cluster refers to; `None` when there is no such catalog.
    pub catalog: Option<Vec<CatalogImage>>,
}

/// Why a pass cannot look at the instances at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// The definition was refused by the operator's own checks.
    Invalid(String),
    /// Certificates, secrets, services or permissions could not be made.
    Objects(String),
    /// A plugin that the cluster names is not there.
    UnknownPlugin(String),
    /// A plugin answered with an error.
    Plugin(String),
}

/// What the first instance is made from, as far as it lies outside the cluster.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Source {
    /// What the spec says is all there is to know.
    #[default]
    Direct,
    /// Volume snapshots, which are there.
    Snapshots,
    /// Not yet there: a backup that has not completed, snapshots that do not fit together.
    NotReady(String),
}

/// What came of asking an instance for its status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    Reported(Box<Reported>),
    /// The manager answered, with an error: PostgreSQL is down, starting, or fenced.
    Refused(String),
    /// No HTTP answer: connection, TLS or deadline.
    Unreachable(String),
}

/// The parts of an instance's own status that decisions or the cluster's status need.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reported {
    pub is_primary: bool,
    pub system_id: String,
    /// 0: not told.
    pub timeline_id: u32,
    pub current_lsn: Option<Lsn>,
    pub received_lsn: Option<Lsn>,
    pub replay_lsn: Option<Lsn>,
    pub pending_restart: bool,
    pub pending_restart_for_decrease: bool,
    pub is_wal_receiver_active: bool,
    pub is_pg_rewind_running: bool,
    /// A restart is on its way, or the instance is fenced.
    pub might_be_unavailable: bool,
    pub loaded_configuration_hash: String,
    pub executable_hash: String,
    pub instance_manager_version: String,
    /// By its Go name, such as `amd64`.
    pub instance_arch: String,
    pub is_instance_manager_upgrading: bool,
    pub session_id: String,
}

/// Names and versions of the objects around a cluster, ready for its status.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Objects {
    pub certificates: CertificatesStatus,
    pub secret_versions: SecretVersions,
    pub config_map_versions: ConfigMapVersions,
    /// Secrets of the poolers that log in with a certificate of the cluster.
    pub pooler_secrets: Vec<String>,
    pub pod_selector_refs: Vec<PodSelectorStatus>,
    pub plugins: Vec<PluginStatus>,
}

/// What is known of the operator itself.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Operator {
    pub commit_hash: String,
    /// SHA-256 of the manager for the operator's own architecture.
    pub hash: String,
    pub architectures: Vec<AvailableArchitecture>,
    /// Fingerprint of the key that the operator proves itself to instances with.
    pub certificate_fingerprint: String,
    /// `ENABLE_INSTANCE_MANAGER_INPLACE_UPDATES`.
    pub in_place_updates: bool,
    /// Taints that mean that a node is being emptied.
    pub drain_taints: Vec<String>,
    /// How long the rollout delays still forbid this cluster to replace a pod; zero: it may now.
    pub rollout_in: Duration,
}

/// What the Kubernetes around has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Kubernetes {
    /// OpenShift's SecurityContextConstraints: pods get no security context of their own.
    pub security_context_constraints: bool,
    /// The definitions of volume snapshots.
    pub volume_snapshots: bool,
}
