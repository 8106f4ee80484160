//! cluster

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

/// ClusterSpec
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
    doc = "Cluster of the PostgreSQL operator.",
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
    /// Scheduling
    #[serde(default)]
    pub affinity: Affinity,
    /// Backup settings
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backup: Option<BackupConfiguration>,
    /// How the first instance is made; webhook: at most one method; default initdb
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bootstrap: Option<Bootstrap>,
    /// User-given PKI
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificates: Option<Certificates>,
    /// Free text
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Manage PodDisruptionBudgets
    #[serde(rename = "enablePDB", default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = true))]
    pub enable_pdb: Option<bool>,
    /// Whether the postgres user has a password
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = false))]
    pub enable_superuser_access: Option<bool>,
    /// Extra env, duplicates not refused; reserved names refused: `CNPG_*`, `PG*`, `POD_NAME`,
    /// `NAMESPACE`, `CLUSTER_NAME` (case-insensitive)
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub env: Vec<EnvVar>,
    /// Extra env sources
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub env_from: Vec<EnvFromSource>,
    /// Replaces the scratch-data emptyDir; excludes ephemeralVolumesSizeLimit.temporaryData
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ephemeral_volume_source: Option<EphemeralVolumeSource>,
    /// emptyDir limits
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ephemeral_volumes_size_limit: Option<EphemeralVolumesSizeLimit>,
    /// Other servers; unique names; each needs connectionParameters, barmanObjectStore or plugin
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub external_clusters: Vec<ExternalCluster>,
    /// Seconds the primary must stay unhealthy before failover
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = 0))]
    pub failover_delay: Option<i32>,
    /// Pick the image of a major version from a catalog. CEL: kind is `ImageCatalog` or
    /// `ClusterImageCatalog`, apiGroup is `postgresql.cnpg.io`
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image_catalog_ref: Option<ImageCatalogRef>,
    /// Operand image; needs a tag that starts with a PostgreSQL version, `latest` or digest-only
    /// refused. Defaulted to the operator default image when no catalog is referenced
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub image_name: Option<String>,
    /// Webhook: `Always`, `Never`, `IfNotPresent` or empty; used by all containers incl. the init
    /// container
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub image_pull_policy: Option<String>,
    /// Added to the ServiceAccount
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub image_pull_secrets: Vec<LocalRef>,
    /// Labels and annotations copied on every generated object (see Inheritance)
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inherited_metadata: Option<InheritedMetadata>,
    /// Wanted number of instances; target of the scale sub-resource
    #[serde(default)]
    #[schemars(with = "PlainInt", extend("x-required" = true, "x-default" = 1, "minimum" = 1))]
    pub instances: i64,
    /// Liveness failureThreshold = ceil(this/period)
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub liveness_probe_timeout: Option<i32>,
    /// Level of managers
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = "info"))]
    pub log_level: Option<LogLevel>,
    /// Things kept in sync in PostgreSQL and Kubernetes
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub managed: Option<Managed>,
    /// Legacy sync replication upper bound; < instances. Excludes `postgresql.synchronous` if
    /// either is > 0
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<PlainInt>", extend("x-default" = 0, "minimum" = 0))]
    pub max_sync_replicas: Option<i64>,
    /// Legacy sync replication lower bound; ≤ maxSyncReplicas
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<PlainInt>", extend("x-default" = 0, "minimum" = 0))]
    pub min_sync_replicas: Option<i64>,
    /// Metrics
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub monitoring: Option<ClusterMonitoring>,
    /// Node maintenance (webhook warning: prefer enablePDB)
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub node_maintenance_window: Option<NodeMaintenanceWindow>,
    /// CNPG-I plugins; at most one enabled isWALArchiver, none when in-tree store is set
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub plugins: Vec<PluginConfiguration>,
    /// Replaces the default; unset runAsUser, runAsGroup, seccompProfile are filled from the
    /// default. Ignored when OpenShift SCC exist
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pod_security_context: Option<PodSecurityContext>,
    /// Named pod selectors usable in pg_hba
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-kubernetes-list-type" = "map", "x-kubernetes-list-map-keys" = ["name"]))]
    pub pod_selector_refs: Vec<PodSelectorRef>,
    /// GID (also fsGroup); webhook: immutable
    #[serde(rename = "postgresGID", default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = 26))]
    pub postgres_gid: Option<i64>,
    /// UID of postgres in pods; webhook: immutable
    #[serde(rename = "postgresUID", default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = 26))]
    pub postgres_uid: Option<i64>,
    /// Server configuration. CEL **[post-1.30.0]**: `syncReplicaElectionConstraint.enabled`
    /// excludes non-empty failure-domain keys
    #[serde(default)]
    pub postgresql: Postgresql,
    /// Timings of the primary Lease; webhook: leaseDuration > renewDeadline and 5·renewDeadline >
    /// 6·retryPeriod
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub primary_lease: Option<PrimaryLease>,
    /// Restart the primary or switch over first; with `switchover` image and parameters cannot
    /// change together
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = "restart"))]
    pub primary_update_method: Option<PrimaryUpdateMethod>,
    /// Automatic or user-driven primary update; supervised refused with 1 instance
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = "unsupervised"))]
    pub primary_update_strategy: Option<PrimaryUpdateStrategy>,
    /// Copied
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub priority_class_name: Option<String>,
    /// Probe overrides
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probes: Option<Probes>,
    /// Mounted at `/projected`
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub projected_volume_template: Option<ProjectedVolumeSource>,
    /// Replica-cluster mode
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replica: Option<Replica>,
    /// Slot management
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = {"highAvailability": {"enabled": true}}))]
    pub replication_slots: Option<ReplicationSlots>,
    /// For postgres, init and job containers; requests ≤ limits (cpu, memory, ephemeral-storage),
    /// hugepages equal and need cpu or memory, memory request ≥ shared_buffers unless hugepages
    /// cover it
    #[serde(default)]
    pub resources: ResourceRequirements,
    /// Pod scheduler
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub scheduler_name: Option<String>,
    /// Pod and containers; default RuntimeDefault
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seccomp_profile: Option<SeccompProfile>,
    /// Replaces the container default; each unset field is filled from the default
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub security_context: Option<SecurityContext>,
    /// Existing ServiceAccount to use; excludes serviceAccountTemplate
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("maxLength" = 253, "pattern" = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", "x-kubernetes-validations" = cel::IMMUTABLE))]
    pub service_account_name: Option<String>,
    /// Metadata of the generated ServiceAccount
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_account_template: Option<ServiceAccountTemplate>,
    /// Seconds of smart shutdown before fast
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = 180))]
    pub smart_shutdown_timeout: Option<i32>,
    /// Seconds to start; startup probe failureThreshold = ceil(startDelay/period)
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = 3600))]
    pub start_delay: Option<i32>,
    /// terminationGracePeriodSeconds of the pod
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = 1800))]
    pub stop_delay: Option<i32>,
    /// PGDATA volume
    #[serde(default)]
    pub storage: Storage,
    /// User-given postgres credentials; webhook: non-empty name
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub superuser_secret: Option<LocalRef>,
    /// Seconds for the old primary fast shutdown in a switchover
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = 3600))]
    pub switchover_delay: Option<i32>,
    /// Declarative tablespaces; never removable; names valid identifiers, no `pg_` prefix, ≤63,
    /// case-insensitively unique, unique volume name
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tablespaces: Vec<Tablespace>,
    /// Copied to pods
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub topology_spread_constraints: Vec<TopologySpreadConstraint>,
    /// Separate WAL volume; can be added later, never removed
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wal_storage: Option<Storage>,
}

string_enum! {
    /// LogLevel
    pub enum LogLevel {
        /// error
        Error = "error",
        /// warning
        Warning = "warning",
        /// info
        Info = "info",
        /// debug
        Debug = "debug",
        /// trace
        Trace = "trace",
    }
}
