//! cluster/initdb

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::references::{LocalRef, SqlRefs};
use crate::schema::PlainInt;
use crate::string_enum::string_enum;
use crate::{cel, text};

/// InitDb
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-validations" = cel::LOCALE))]
pub struct InitDb {
    /// --builtin-locale
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub builtin_locale: Option<String>,
    /// -k
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data_checksums: Option<bool>,
    /// App database; default `app` (no default with a monolith import). Needs owner and vice
    /// versa
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub database: Option<String>,
    /// --encoding; webhook default `UTF8`
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
    /// --icu-locale
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub icu_locale: Option<String>,
    /// --icu-rules
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub icu_rules: Option<String>,
    /// Logical import (pg_dump/pg_restore)
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub import: Option<Import>,
    /// --locale
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    /// --lc-ctype; webhook default `C`
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub locale_c_type: Option<String>,
    /// --lc-collate; webhook default `C`
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub locale_collate: Option<String>,
    /// --locale-provider
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub locale_provider: Option<String>,
    /// Deprecated raw initdb flags; when non-empty all explicit options are ignored
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<String>,
    /// App owner; default = database
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Superuser SQL run in the app database
    #[serde(rename = "postInitApplicationSQL", default, skip_serializing_if = "Vec::is_empty")]
    pub post_init_application_sql: Vec<String>,
    /// SQL files for the app database; webhook: name and key non-empty
    #[serde(
        rename = "postInitApplicationSQLRefs",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub post_init_application_sql_refs: Option<SqlRefs>,
    /// Superuser SQL run in `postgres`
    #[serde(rename = "postInitSQL", default, skip_serializing_if = "Vec::is_empty")]
    pub post_init_sql: Vec<String>,
    /// SQL files for postgres
    #[serde(rename = "postInitSQLRefs", default, skip_serializing_if = "Option::is_none")]
    pub post_init_sql_refs: Option<SqlRefs>,
    /// Superuser SQL run in `template1`
    #[serde(rename = "postInitTemplateSQL", default, skip_serializing_if = "Vec::is_empty")]
    pub post_init_template_sql: Vec<String>,
    /// SQL files for template1
    #[serde(rename = "postInitTemplateSQLRefs", default, skip_serializing_if = "Option::is_none")]
    pub post_init_template_sql_refs: Option<SqlRefs>,
    /// Credentials of the owner; unset = `<cluster>-app` is created
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<LocalRef>,
    /// --wal-segsize in MB; webhook: power of two
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<PlainInt>", extend("minimum" = 1, "maximum" = 1024))]
    pub wal_segment_size: Option<i64>,
}

/// Import
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Import {
    /// Databases to import
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub databases: Vec<String>,
    /// Extra pg_dump flags
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pg_dump_extra_options: Vec<String>,
    /// Replaces the generic flags for data
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pg_restore_data_options: Vec<String>,
    /// Extra pg_restore flags
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pg_restore_extra_options: Vec<String>,
    /// Replaces the generic flags for post-data
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pg_restore_postdata_options: Vec<String>,
    /// Replaces the generic flags for pre-data
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pg_restore_predata_options: Vec<String>,
    /// SQL after import (microservice)
    #[serde(rename = "postImportApplicationSQL", default, skip_serializing_if = "Vec::is_empty")]
    pub post_import_application_sql: Vec<String>,
    /// Roles to import (monolith)
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<String>,
    /// Skip the data section
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema_only: Option<bool>,
    /// Source.
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub source: ImportSource,
    /// microservice: exactly one database, no roles, no wildcard; monolith: ≥1 database, `*`
    /// alone only, `*` alone for roles, no postImportApplicationSQL
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub r#type: ImportType,
}

/// ImportSource
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImportSource {
    /// Name of the external cluster to dump; existence not checked at admission
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub external_cluster: String,
}

string_enum! {
    /// ImportType
    pub enum ImportType {
        /// microservice
        Microservice = "microservice",
        /// monolith
        Monolith = "monolith",
    }
}
