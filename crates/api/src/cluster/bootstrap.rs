//! How the first instance comes to life.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::cluster::initdb::InitDb;
use crate::cluster::recovery::Recovery;
use crate::references::LocalRef;
use crate::text;

/// The one way in which the first instance comes to life.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Bootstrap {
    /// Make a new database with `initdb`; the default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub initdb: Option<InitDb>,
    /// Copy a running server.
    #[serde(rename = "pg_basebackup", default, skip_serializing_if = "Option::is_none")]
    pub pg_basebackup: Option<PgBaseBackup>,
    /// Restore a backup, up to a chosen point in time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recovery: Option<Recovery>,
}

/// A physical copy of a running server.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PgBaseBackup {
    /// Database of the application; `app` when unset.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub database: Option<String>,
    /// Owner of that database; named like the database when unset.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Secret with the credentials of the owner; generated when unset.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<LocalRef>,
    /// Name of the external cluster to copy.
    #[serde(default)]
    #[schemars(extend("x-required" = true, "minLength" = 1))]
    pub source: String,
}
