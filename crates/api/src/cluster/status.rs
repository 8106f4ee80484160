//! cluster/status

pub mod instances;
pub mod integrations;
pub mod managed;
pub mod secrets;

use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::{Condition, Time};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::cluster::status::instances::{
    AvailableArchitecture, ImageInfo, PodSelectorStatus, ReportedState, Topology,
};
use crate::cluster::status::integrations::{PluginStatus, PoolerIntegrations, SwitchReplicaStatus};
use crate::cluster::status::managed::{ManagedRolesStatus, TablespaceState};
use crate::cluster::status::secrets::{CertificatesStatus, ConfigMapVersions, SecretVersions};
use crate::schema::PlainInt;
use crate::text;

/// ClusterStatus
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClusterStatus {
    /// Available architectures.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub available_architectures: Vec<AvailableArchitecture>,
    /// Effective PKI names
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificates: Option<CertificatesStatus>,
    /// Build commit of the operator
    #[serde(
        rename = "cloudNativePGCommitHash",
        default,
        deserialize_with = "text::or_unset",
        skip_serializing_if = "Option::is_none"
    )]
    pub cloudnativepg_commit_hash: Option<String>,
    /// SHA-256 of the manager binary for the operator architecture
    #[serde(
        rename = "cloudNativePGOperatorHash",
        default,
        deserialize_with = "text::or_unset",
        skip_serializing_if = "Option::is_none"
    )]
    pub cloudnativepg_operator_hash: Option<String>,
    /// See Conditions
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<Condition>,
    /// Config map resource version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub config_map_resource_version: Option<ConfigMapVersions>,
    /// Instance acting as primary (written by its instance manager)
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub current_primary: Option<String>,
    /// RFC3339 micro; start of failover delay
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub current_primary_failing_since_timestamp: Option<String>,
    /// RFC3339 micro; when promotion happened
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub current_primary_timestamp: Option<String>,
    /// No pod, no running job
    #[serde(rename = "danglingPVC", default, skip_serializing_if = "Vec::is_empty")]
    pub dangling_pvc: Vec<String>,
    /// base64 JSON token, see Replica clusters
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub demotion_token: Option<String>,
    /// Earliest over methods, RFC3339 (deprecated)
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub first_recoverability_point: Option<String>,
    /// Method → time (deprecated)
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub first_recoverability_point_by_method: BTreeMap<String, Time>,
    /// Used by a pod
    #[serde(rename = "healthyPVC", default, skip_serializing_if = "Vec::is_empty")]
    pub healthy_pvc: Vec<String>,
    /// Image pods should run
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// Used by an unfinished job
    #[serde(rename = "initializingPVC", default, skip_serializing_if = "Vec::is_empty")]
    pub initializing_pvc: Vec<String>,
    /// Sorted instance names
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub instance_names: Vec<String>,
    /// Number of instances = number of PVC groups found
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<PlainInt>")]
    pub instances: Option<i64>,
    /// Per pod, from the status endpoint
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub instances_reported_state: BTreeMap<String, ReportedState>,
    /// Keys `healthy`, `replicating`, `failed` → pod names
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub instances_status: BTreeMap<String, Vec<String>>,
    /// Owned jobs
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job_count: Option<i32>,
    /// RFC3339 (deprecated)
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub last_failed_backup: Option<String>,
    /// Last token consumed
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub last_promotion_token: Option<String>,
    /// Latest over methods (deprecated)
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub last_successful_backup: Option<String>,
    /// Method → time (deprecated)
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub last_successful_backup_by_method: BTreeMap<String, Time>,
    /// Obsolete, only read for old clusters
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<PlainInt>")]
    pub latest_generated_node: Option<i64>,
    /// Declarative roles
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub managed_roles_status: Option<ManagedRolesStatus>,
    /// Copy of ENABLE_INSTANCE_MANAGER_INPLACE_UPDATES
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub online_update_enabled: Option<bool>,
    /// SHA-256 hex of the SPKI of the operator client certificate
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub operator_certificate_fingerprint: Option<String>,
    /// Image that last ran on PGDATA
    #[serde(rename = "pgDataImageInfo", default, skip_serializing_if = "Option::is_none")]
    pub pgdata_image_info: Option<ImageInfo>,
    /// See Phases
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub phase: Option<String>,
    /// Detail
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub phase_reason: Option<String>,
    /// Loaded plugins
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub plugin_status: Vec<PluginStatus>,
    /// Resolved selectors
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-kubernetes-list-type" = "map", "x-kubernetes-list-map-keys" = ["name"]))]
    pub pod_selector_refs: Vec<PodSelectorStatus>,
    /// Pooler integrations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pooler_integrations: Option<PoolerIntegrations>,
    /// Owned PVCs
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pvc_count: Option<i32>,
    /// `<name>-r`
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub read_service: Option<String>,
    /// Pods active and Ready
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<PlainInt>")]
    pub ready_instances: Option<i64>,
    /// With a pod and condition Resizing
    #[serde(rename = "resizingPVC", default, skip_serializing_if = "Vec::is_empty")]
    pub resizing_pvc: Vec<String>,
    /// resourceVersions watched by the instance manager
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secrets_resource_version: Option<SecretVersions>,
    /// `cnpg.io/cluster=<name>,cnpg.io/podRole=instance`; for the scale sub-resource
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub selector: Option<String>,
    /// Switch replica cluster status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub switch_replica_cluster_status: Option<SwitchReplicaStatus>,
    /// System identifier when all instances agree
    #[serde(
        rename = "systemID",
        default,
        deserialize_with = "text::or_unset",
        skip_serializing_if = "Option::is_none"
    )]
    pub system_id: Option<String>,
    /// Declarative tablespaces
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tablespaces_status: Vec<TablespaceState>,
    /// Target of a running major upgrade
    #[serde(rename = "targetPgDataImageInfo", default, skip_serializing_if = "Option::is_none")]
    pub target_pgdata_image_info: Option<ImageInfo>,
    /// Instance that should be primary; `pending` while a failover waits for WAL receivers
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub target_primary: Option<String>,
    /// RFC3339 micro; when the target was set
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub target_primary_timestamp: Option<String>,
    /// Last timeline seen on a primary; set to 1 after a major upgrade
    #[serde(rename = "timelineID", default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<PlainInt>")]
    pub timeline_id: Option<i64>,
    /// Topology.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topology: Option<Topology>,
    /// In an incomplete or unexpected group
    #[serde(rename = "unusablePVC", default, skip_serializing_if = "Vec::is_empty")]
    pub unusable_pvc: Vec<String>,
    /// `<name>-rw`
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub write_service: Option<String>,
}
