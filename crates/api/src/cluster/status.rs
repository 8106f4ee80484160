//! What was last seen of a cluster.

pub mod election;
pub mod instances;
pub mod integrations;
pub mod managed;
pub mod secrets;

use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::{Condition, Time};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::cluster::status::election::ElectionStatus;
use crate::cluster::status::instances::{
    AvailableArchitecture, ImageInfo, PodSelectorStatus, ReportedState, Topology,
};
use crate::cluster::status::integrations::{PluginStatus, PoolerIntegrations, SwitchReplicaStatus};
use crate::cluster::status::managed::{ManagedRolesStatus, TablespaceState};
use crate::cluster::status::secrets::{CertificatesStatus, ConfigMapVersions, SecretVersions};
use crate::schema::PlainInt;
use crate::text;

/// What the operator and the instances last saw of a cluster.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClusterStatus {
    /// Processor architectures that the operator has an instance manager for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub available_architectures: Vec<AvailableArchitecture>,
    /// Secrets with the certificates in use, and when they expire.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificates: Option<CertificatesStatus>,
    /// Commit that the operator was built from.
    #[serde(
        rename = "cloudNativePGCommitHash",
        default,
        deserialize_with = "text::or_unset",
        skip_serializing_if = "Option::is_none"
    )]
    pub cloudnativepg_commit_hash: Option<String>,
    /// SHA-256 of the instance manager that the operator brings.
    #[serde(
        rename = "cloudNativePGOperatorHash",
        default,
        deserialize_with = "text::or_unset",
        skip_serializing_if = "Option::is_none"
    )]
    pub cloudnativepg_operator_hash: Option<String>,
    /// Conditions of the cluster, such as `Ready` and `ContinuousArchiving`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<Condition>,
    /// Versions of the ConfigMaps in use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub config_map_resource_version: Option<ConfigMapVersions>,
    /// Instance that acts as the primary, as it wrote itself.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub current_primary: Option<String>,
    /// Since when the primary is unhealthy, while the failover delay runs.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub current_primary_failing_since_timestamp: Option<String>,
    /// When the current primary was promoted.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub current_primary_timestamp: Option<String>,
    /// Volume claims without a pod or running job.
    #[serde(rename = "danglingPVC", default, skip_serializing_if = "Vec::is_empty")]
    pub dangling_pvc: Vec<String>,
    /// Token for promoting another cluster of the topology, left by this one when it was demoted.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub demotion_token: Option<String>,
    /// How the target was chosen after its predecessor was lost. A switchover that somebody asked
    /// for leaves none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub election: Option<ElectionStatus>,
    /// Earliest time that can be recovered to, over all methods. Deprecated.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub first_recoverability_point: Option<String>,
    /// Earliest time that can be recovered to, by backup method. Deprecated.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub first_recoverability_point_by_method: BTreeMap<String, Time>,
    /// Volume claims that a pod uses.
    #[serde(rename = "healthyPVC", default, skip_serializing_if = "Vec::is_empty")]
    pub healthy_pvc: Vec<String>,
    /// PostgreSQL image that the pods should run.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// Volume claims that an unfinished job works on.
    #[serde(rename = "initializingPVC", default, skip_serializing_if = "Vec::is_empty")]
    pub initializing_pvc: Vec<String>,
    /// Names of the instances.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub instance_names: Vec<String>,
    /// Number of instances.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<PlainInt>")]
    pub instances: Option<i64>,
    /// What each instance last told about itself, by its name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub instances_reported_state: BTreeMap<String, ReportedState>,
    /// Names of the instances by their state.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub instances_status: BTreeMap<String, Vec<String>>,
    /// Number of jobs of the cluster.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job_count: Option<i32>,
    /// When a backup failed last. Deprecated.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub last_failed_backup: Option<String>,
    /// Promotion token that was used last.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub last_promotion_token: Option<String>,
    /// When a backup succeeded last, over all methods. Deprecated.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub last_successful_backup: Option<String>,
    /// When a backup succeeded last, by backup method. Deprecated.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub last_successful_backup_by_method: BTreeMap<String, Time>,
    /// Serial number given out last. Obsolete; only read for old clusters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<PlainInt>")]
    pub latest_generated_node: Option<i64>,
    /// State of the managed roles.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub managed_roles_status: Option<ManagedRolesStatus>,
    /// Whether instance managers are updated without restarting PostgreSQL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub online_update_enabled: Option<bool>,
    /// Fingerprint of the public key that the operator proves itself to instances with.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub operator_certificate_fingerprint: Option<String>,
    /// Image that the data directory was last used with.
    #[serde(rename = "pgDataImageInfo", default, skip_serializing_if = "Option::is_none")]
    pub pgdata_image_info: Option<ImageInfo>,
    /// What is going on, in one line.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub phase: Option<String>,
    /// Why, or what exactly.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub phase_reason: Option<String>,
    /// Plugins in use and what they can do.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub plugin_status: Vec<PluginStatus>,
    /// Addresses of the pods that the selectors found.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-kubernetes-list-type" = "map", "x-kubernetes-list-map-keys" = ["name"]))]
    pub pod_selector_refs: Vec<PodSelectorStatus>,
    /// Poolers that serve this cluster.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pooler_integrations: Option<PoolerIntegrations>,
    /// Number of volume claims of the cluster.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pvc_count: Option<i32>,
    /// Name of the Service for reading from any instance.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub read_service: Option<String>,
    /// Number of instances that are ready.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<PlainInt>")]
    pub ready_instances: Option<i64>,
    /// Volume claims that are being resized.
    #[serde(rename = "resizingPVC", default, skip_serializing_if = "Vec::is_empty")]
    pub resizing_pvc: Vec<String>,
    /// Versions of the Secrets in use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secrets_resource_version: Option<SecretVersions>,
    /// Label selector of the instances, for the scale subresource.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub selector: Option<String>,
    /// Progress of becoming a replica cluster.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub switch_replica_cluster_status: Option<SwitchReplicaStatus>,
    /// Identifier of the database system, when all instances agree on it.
    #[serde(
        rename = "systemID",
        default,
        deserialize_with = "text::or_unset",
        skip_serializing_if = "Option::is_none"
    )]
    pub system_id: Option<String>,
    /// State of the declared tablespaces.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tablespaces_status: Vec<TablespaceState>,
    /// Image that a running major upgrade leads to.
    #[serde(rename = "targetPgDataImageInfo", default, skip_serializing_if = "Option::is_none")]
    pub target_pgdata_image_info: Option<ImageInfo>,
    /// Instance that should be the primary; `pending` while a failover waits.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub target_primary: Option<String>,
    /// When the target was chosen.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub target_primary_timestamp: Option<String>,
    /// Timeline of the primary.
    #[serde(rename = "timelineID", default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<PlainInt>")]
    pub timeline_id: Option<i64>,
    /// Where the instances run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topology: Option<Topology>,
    /// Volume claims that belong to an incomplete set.
    #[serde(rename = "unusablePVC", default, skip_serializing_if = "Vec::is_empty")]
    pub unusable_pvc: Vec<String>,
    /// Name of the Service for reading and writing.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub write_service: Option<String>,
}
