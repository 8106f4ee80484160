//! cluster/postgresql

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::cel;
use crate::cluster::ldap::Ldap;
use crate::cluster::synchronous::{SyncReplicaElectionConstraint, Synchronous};
use crate::extension::Extension;

/// Postgresql
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-validations" = cel::POSTGRESQL))]
pub struct Postgresql {
    /// Allow ALTER SYSTEM (GUC allow_alter_system on ≥17, file mode of postgresql.auto.conf
    /// before)
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enable_alter_system: Option<bool>,
    /// Image-volume extensions; without catalog each needs `image.reference`; names (after
    /// `_`→`-`) unique; the PostgreSQL major is not checked at admission
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-kubernetes-list-type" = "map", "x-kubernetes-list-map-keys" = ["name"]))]
    pub extensions: Vec<Extension>,
    /// LDAP authentication; webhook: server required, bindAsAuth and bindSearchAuth exclude each
    /// other
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ldap: Option<Ldap>,
    /// GUC name → value. Names match an identifier with at most one dot. Fixed/blocked GUCs
    /// rejected. Webhook fills the defaults in (see Defaulting)
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub parameters: BTreeMap<String, String>,
    /// Lines inserted between the fixed rules and the default rule. At most one
    /// `${podselector:NAME}` per line, NAME must be in podSelectorRefs; other `${x:y}` refused
    #[serde(rename = "pg_hba", default, skip_serializing_if = "Vec::is_empty")]
    pub pg_hba: Vec<String>,
    /// Lines appended to pg_ident.conf
    #[serde(rename = "pg_ident", default, skip_serializing_if = "Vec::is_empty")]
    pub pg_ident: Vec<String>,
    /// pg_ctl promote timeout in s; 0 = 40000000
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promotion_timeout: Option<i32>,
    /// Libraries added before the managed ones, duplicates dropped, order kept
    #[serde(rename = "shared_preload_libraries", default, skip_serializing_if = "Vec::is_empty")]
    pub shared_preload_libraries: Vec<String>,
    /// Legacy topology constraint on sync standbys
    #[serde(default)]
    pub sync_replica_election_constraint: SyncReplicaElectionConstraint,
    /// New-style synchronous replication. CEL: `preferred` needs empty standbyNamesPre/Post;
    /// non-empty pod and node failure-domain keys exclude each other **[post-1.30.0]**
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub synchronous: Option<Synchronous>,
}
