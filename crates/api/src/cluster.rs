//! The kind `Cluster`; its parts are in the modules below.

pub mod affinity;
pub mod backup;
pub mod bootstrap;
pub mod certificates;
pub mod external;
pub mod image;
pub mod initdb;
pub mod ldap;
pub mod maintenance;
pub mod managed;
pub mod monitoring;
pub mod pod_selector;
pub mod postgresql;
pub mod primary;
pub mod probes;
pub mod recovery;
pub mod replica;
pub mod slots;
pub mod status;
pub mod storage;
pub mod synchronous;

use k8s_openapi::api::core::v1::{
    EnvFromSource, EnvVar, EphemeralVolumeSource, PodSecurityContext, ProjectedVolumeSource,
    ResourceRequirements, SeccompProfile, SecurityContext, TopologySpreadConstraint,
};
use kube::CustomResource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::cluster::affinity::Affinity;
use crate::cluster::backup::BackupConfiguration;
use crate::cluster::bootstrap::Bootstrap;
use crate::cluster::certificates::Certificates;
use crate::cluster::external::ExternalCluster;
use crate::cluster::image::ImageCatalogRef;
use crate::cluster::maintenance::NodeMaintenanceWindow;
use crate::cluster::managed::Managed;
use crate::cluster::monitoring::ClusterMonitoring;
use crate::cluster::pod_selector::PodSelectorRef;
use crate::cluster::postgresql::Postgresql;
use crate::cluster::primary::{PrimaryLease, PrimaryUpdateMethod, PrimaryUpdateStrategy};
use crate::cluster::probes::Probes;
use crate::cluster::replica::Replica;
use crate::cluster::slots::ReplicationSlots;
use crate::cluster::status::ClusterStatus;
use crate::cluster::storage::{EphemeralVolumesSizeLimit, Storage, Tablespace};
use crate::metadata::{InheritedMetadata, ServiceAccountTemplate};
use crate::plugin::PluginConfiguration;
use crate::references::LocalRef;
use crate::schema::PlainInt;
use crate::string_enum::string_enum;
use crate::{cel, text};

/// A PostgreSQL cluster: one primary, its replicas, and everything around them.
#[derive(CustomResource, Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[kube(
    group = "postgresql.cnpg.io",
    version = "v1",
    kind = "Cluster",
    plural = "clusters",
    namespaced,
    status = "ClusterStatus",
    derive = "Default",
    derive = "PartialEq",
    doc = "A PostgreSQL cluster: one primary, its replicas, and everything around them.",
    scale(
        spec_replicas_path = ".spec.instances",
        status_replicas_path = ".status.instances",
        label_selector_path = ".status.selector",
    ),
    printcolumn(name = "Age", type_ = "date", json_path = ".metadata.creationTimestamp"),
    printcolumn(name = "Instances", type_ = "integer", json_path = ".status.instances"),
    printcolumn(name = "Ready", type_ = "integer", json_path = ".status.readyInstances"),
    printcolumn(name = "Status", type_ = "string", json_path = ".status.phase"),
    printcolumn(name = "Primary", type_ = "string", json_path = ".status.currentPrimary"),
    printcolumn(
        name = "SyncTopology",
        type_ = "string",
        json_path = ".status.conditions[?(@.type=='SyncReplicationTopologySatisfied')].reason",
        priority = 1
    )
)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-validations" = cel::CLUSTER))]
pub struct ClusterSpec {
    /// Where the instances may run.
    #[serde(default)]
    pub affinity: Affinity,
    /// How backups of the cluster are taken and where they go.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backup: Option<BackupConfiguration>,
    /// How the first instance comes to life; a new, empty database when unset. At most one method
    /// may be given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bootstrap: Option<Bootstrap>,
    /// Certificates of your own to use instead of generated ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificates: Option<Certificates>,
    /// Free text about the cluster.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Whether PodDisruptionBudgets protect the cluster from node drains.
    #[serde(rename = "enablePDB", default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = true))]
    pub enable_pdb: Option<bool>,
    /// Whether the user `postgres` has a password and may log in over the network.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = false))]
    pub enable_superuser_access: Option<bool>,
    /// Further environment variables of the instances. Names that the operator or PostgreSQL use
    /// are refused.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub env: Vec<EnvVar>,
    /// Secrets and ConfigMaps whose keys become environment variables of the instances.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub env_from: Vec<EnvFromSource>,
    /// Volume for temporary files, instead of an emptyDir. It excludes
    /// `ephemeralVolumesSizeLimit.temporaryData`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ephemeral_volume_source: Option<EphemeralVolumeSource>,
    /// Limits for the emptyDir volumes of an instance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ephemeral_volumes_size_limit: Option<EphemeralVolumesSizeLimit>,
    /// Other PostgreSQL servers, or their backups, that this cluster may copy, follow or import
    /// from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub external_clusters: Vec<ExternalCluster>,
    /// Seconds that the primary must be unhealthy before another instance takes over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = 0))]
    pub failover_delay: Option<i32>,
    /// Catalog to take the image of a PostgreSQL major version from. Excludes `imageName`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image_catalog_ref: Option<ImageCatalogRef>,
    /// PostgreSQL image. Its tag has to start with the version; `latest` and a digest without a
    /// tag are refused. A default is filled in when there is no catalog either.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub image_name: Option<String>,
    /// When the image is pulled: `Always`, `Never` or `IfNotPresent`.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub image_pull_policy: Option<String>,
    /// Secrets with credentials for pulling images.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub image_pull_secrets: Vec<LocalRef>,
    /// Labels and annotations that all generated objects receive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inherited_metadata: Option<InheritedMetadata>,
    /// Number of instances, the primary included.
    #[serde(default)]
    #[schemars(with = "PlainInt", extend("x-required" = true, "x-default" = 1, "minimum" = 1))]
    pub instances: i64,
    /// Seconds that an instance may fail its liveness probe before it is restarted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub liveness_probe_timeout: Option<i32>,
    /// How much the instance managers write to their logs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = "info"))]
    pub log_level: Option<LogLevel>,
    /// Roles and Services that the operator keeps in sync.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub managed: Option<Managed>,
    /// Most standbys that a commit waits for, in the older way of synchronous replication; below
    /// the number of instances. Prefer `postgresql.synchronous`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<PlainInt>", extend("x-default" = 0, "minimum" = 0))]
    pub max_sync_replicas: Option<i64>,
    /// Fewest standbys that a commit waits for, in the older way of synchronous replication; at
    /// most `maxSyncReplicas`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<PlainInt>", extend("x-default" = 0, "minimum" = 0))]
    pub min_sync_replicas: Option<i64>,
    /// Metrics of the instances.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub monitoring: Option<ClusterMonitoring>,
    /// What to do while nodes are under maintenance. Prefer `enablePDB`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub node_maintenance_window: Option<NodeMaintenanceWindow>,
    /// CNPG-I plugins that take part in running this cluster.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub plugins: Vec<PluginConfiguration>,
    /// Security context of the pods. What it leaves out is filled in; on OpenShift it is ignored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pod_security_context: Option<PodSecurityContext>,
    /// Named sets of pods whose addresses may be used in `postgresql.pg_hba`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-kubernetes-list-type" = "map", "x-kubernetes-list-map-keys" = ["name"]))]
    pub pod_selector_refs: Vec<PodSelectorRef>,
    /// Group id of PostgreSQL inside the pods, and owner of its volumes. It cannot be changed.
    #[serde(rename = "postgresGID", default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = 26))]
    pub postgres_gid: Option<i64>,
    /// User id of PostgreSQL inside the pods. It cannot be changed.
    #[serde(rename = "postgresUID", default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = 26))]
    pub postgres_uid: Option<i64>,
    /// Configuration of PostgreSQL.
    #[serde(default)]
    pub postgresql: Postgresql,
    /// Timings of the lease that an instance holds while it is the primary.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub primary_lease: Option<PrimaryLease>,
    /// How the primary is updated, after all replicas: restarted in its place, or after a
    /// switchover to an updated replica. With `switchover`, image and parameters cannot change in
    /// one step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = "restart"))]
    pub primary_update_method: Option<PrimaryUpdateMethod>,
    /// Whether the operator updates the primary by itself, or waits for a switchover by hand; the
    /// latter needs more than one instance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = "unsupervised"))]
    pub primary_update_strategy: Option<PrimaryUpdateStrategy>,
    /// Priority class of the pods.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub priority_class_name: Option<String>,
    /// Changes to the probes of the instances.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probes: Option<Probes>,
    /// A projected volume to mount at `/projected` in every instance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub projected_volume_template: Option<ProjectedVolumeSource>,
    /// Makes this a replica cluster, which follows a server elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replica: Option<Replica>,
    /// How replication slots are kept on the instances.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = {"highAvailability": {"enabled": true}}))]
    pub replication_slots: Option<ReplicationSlots>,
    /// CPU, memory and other resources of an instance, also used for its init containers and
    /// jobs. Requests may not exceed limits, and the memory has to hold `shared_buffers`.
    #[serde(default)]
    pub resources: ResourceRequirements,
    /// Scheduler of the pods, when it is not the default one.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub scheduler_name: Option<String>,
    /// Seccomp profile of pods and containers; `RuntimeDefault` when unset.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seccomp_profile: Option<SeccompProfile>,
    /// Security context of the containers. Each field it leaves out is filled in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub security_context: Option<SecurityContext>,
    /// Existing ServiceAccount to run the pods with, instead of a generated one. It cannot be
    /// changed.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    #[schemars(extend(
        "maxLength" = 253,
        "pattern" = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$",
        "x-kubernetes-validations" = cel::IMMUTABLE,
    ))]
    pub service_account_name: Option<String>,
    /// Labels and annotations for the generated ServiceAccount. Excludes `serviceAccountName`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_account_template: Option<ServiceAccountTemplate>,
    /// Seconds of a stop in which clients may finish, before they are disconnected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = 180))]
    pub smart_shutdown_timeout: Option<i32>,
    /// Seconds that an instance may take to start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = 3600))]
    pub start_delay: Option<i32>,
    /// Seconds that an instance may take to stop, before it is killed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = 1800))]
    pub stop_delay: Option<i32>,
    /// Volume for the data directory.
    #[serde(default)]
    pub storage: Storage,
    /// Secret with the credentials of the user `postgres`, instead of a generated one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub superuser_secret: Option<LocalRef>,
    /// Seconds that the old primary may take to shut down in a switchover.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = 3600))]
    pub switchover_delay: Option<i32>,
    /// Tablespaces, each on a volume of its own. They can be added, but never removed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tablespaces: Vec<Tablespace>,
    /// How the pods are spread over nodes and zones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub topology_spread_constraints: Vec<TopologySpreadConstraint>,
    /// Separate volume for the WAL. It can be added later, but never removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wal_storage: Option<Storage>,
}

string_enum! {
    /// How much is written to a log.
    pub enum LogLevel {
        /// Only what a person must act on.
        Error = "error",
        /// Also what is degraded.
        Warning = "warning",
        /// Also what changes.
        Info = "info",
        /// Also why.
        Debug = "debug",
        /// Everything.
        Trace = "trace",
    }
}
