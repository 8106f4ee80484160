//! Configuration of PostgreSQL.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::cel;
use crate::cluster::ldap::Ldap;
use crate::cluster::synchronous::{SyncReplicaElectionConstraint, Synchronous};
use crate::extension::Extension;

/// Configuration of PostgreSQL.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-validations" = cel::POSTGRESQL))]
pub struct Postgresql {
    /// Whether `ALTER SYSTEM` is allowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enable_alter_system: Option<bool>,
    /// Extensions that come as images of their own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-kubernetes-list-type" = "map", "x-kubernetes-list-map-keys" = ["name"]))]
    pub extensions: Vec<Extension>,
    /// LDAP server that checks passwords.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ldap: Option<Ldap>,
    /// Settings of PostgreSQL. Those that the operator rules over are refused, and defaults are
    /// filled in.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub parameters: BTreeMap<String, String>,
    /// Rules of who may connect and how, placed between the fixed rules and the default one. A
    /// rule may contain one `${podselector:NAME}`.
    #[serde(rename = "pg_hba", default, skip_serializing_if = "Vec::is_empty")]
    pub pg_hba: Vec<String>,
    /// Lines for `pg_ident.conf`, which map system users to roles.
    #[serde(rename = "pg_ident", default, skip_serializing_if = "Vec::is_empty")]
    pub pg_ident: Vec<String>,
    /// Seconds that a promotion may take; 0 for practically no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promotion_timeout: Option<i32>,
    /// Libraries to load at start, before those that the operator adds.
    #[serde(rename = "shared_preload_libraries", default, skip_serializing_if = "Vec::is_empty")]
    pub shared_preload_libraries: Vec<String>,
    /// Where synchronous standbys must run, in the older way of synchronous replication.
    #[serde(default)]
    pub sync_replica_election_constraint: SyncReplicaElectionConstraint,
    /// Synchronous replication.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub synchronous: Option<Synchronous>,
}
