//! State of roles and tablespaces.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::text;

/// State of the managed roles.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ManagedRolesStatus {
    /// Roles by their state.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub by_status: BTreeMap<String, Vec<String>>,
    /// Roles that could not be brought in line, and why.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub cannot_reconcile: BTreeMap<String, Vec<String>>,
    /// Which password each role was given last.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub password_status: BTreeMap<String, PasswordState>,
}

/// The password that a role was given last.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PasswordState {
    /// Version of the Secret that it came from.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub resource_version: Option<String>,
    /// Transaction that set it.
    #[serde(rename = "transactionID", default, skip_serializing_if = "Option::is_none")]
    pub transaction_id: Option<i64>,
}

/// State of a declared tablespace.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TablespaceState {
    /// What went wrong last.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Name of the tablespace.
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub name: String,
    /// Role that owns it.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Whether it is `reconciled` or still `pending`.
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub state: String,
}
