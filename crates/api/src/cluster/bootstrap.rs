//! cluster/bootstrap

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::cluster::initdb::InitDb;
use crate::cluster::recovery::Recovery;
use crate::references::LocalRef;
use crate::text;

/// Bootstrap
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Bootstrap {
    /// New database. CEL: builtinLocale needs localeProvider=builtin, icuLocale/icuRules need icu
    /// (absent provider refused too); provider `icu` without icuLocale is accepted
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub initdb: Option<InitDb>,
    /// Physical copy of a live server
    #[serde(rename = "pg_basebackup", default, skip_serializing_if = "Option::is_none")]
    pub pg_basebackup: Option<PgBaseBackup>,
    /// From a physical backup
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recovery: Option<Recovery>,
}

/// PgBaseBackup
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PgBaseBackup {
    /// App database, default `app`
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub database: Option<String>,
    /// Owner, default = database
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Owner credentials
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<LocalRef>,
    /// External cluster, must exist
    #[serde(default)]
    #[schemars(extend("x-required" = true, "minLength" = 1))]
    pub source: String,
}
