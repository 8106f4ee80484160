//! A new database, empty or with imported content.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::references::{LocalRef, SqlRefs};
use crate::schema::PlainInt;
use crate::string_enum::string_enum;
use crate::{cel, text};

/// A new database, and what is run in it first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-validations" = cel::LOCALE))]
pub struct InitDb {
    /// Locale for the provider `builtin`.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub builtin_locale: Option<String>,
    /// Whether data pages carry checksums.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data_checksums: Option<bool>,
    /// Database of the application, made together with its owner; `app` when unset, unless a
    /// whole server is imported.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub database: Option<String>,
    /// Encoding of the databases; `UTF8` when unset.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
    /// Locale for the provider `icu`.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub icu_locale: Option<String>,
    /// Further collation rules for the provider `icu`.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub icu_rules: Option<String>,
    /// Databases to import from another server by dump and restore.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub import: Option<Import>,
    /// Locale for everything that is not set by itself.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    /// Character classes of the databases; `C` when unset.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub locale_c_type: Option<String>,
    /// Collation of the databases; `C` when unset.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub locale_collate: Option<String>,
    /// Provider of the locale: `libc`, `icu` or `builtin`.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub locale_provider: Option<String>,
    /// Raw options for `initdb`. Deprecated: when there are any, all other options here that
    /// would become options of `initdb` are ignored.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<String>,
    /// Owner of the application's database; named like the database when unset.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// SQL that the superuser runs in the application's database.
    #[serde(rename = "postInitApplicationSQL", default, skip_serializing_if = "Vec::is_empty")]
    pub post_init_application_sql: Vec<String>,
    /// SQL kept in Secrets and ConfigMaps, run by the superuser in the application's database.
    #[serde(
        rename = "postInitApplicationSQLRefs",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub post_init_application_sql_refs: Option<SqlRefs>,
    /// SQL that the superuser runs in the database `postgres`.
    #[serde(rename = "postInitSQL", default, skip_serializing_if = "Vec::is_empty")]
    pub post_init_sql: Vec<String>,
    /// SQL kept in Secrets and ConfigMaps, run by the superuser in the database `postgres`.
    #[serde(rename = "postInitSQLRefs", default, skip_serializing_if = "Option::is_none")]
    pub post_init_sql_refs: Option<SqlRefs>,
    /// SQL that the superuser runs in `template1`, so that every later database has its effects.
    #[serde(rename = "postInitTemplateSQL", default, skip_serializing_if = "Vec::is_empty")]
    pub post_init_template_sql: Vec<String>,
    /// SQL kept in Secrets and ConfigMaps, run by the superuser in `template1`.
    #[serde(rename = "postInitTemplateSQLRefs", default, skip_serializing_if = "Option::is_none")]
    pub post_init_template_sql_refs: Option<SqlRefs>,
    /// Secret with the credentials of the owner; `<cluster>-app` is generated when unset.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<LocalRef>,
    /// Size of a WAL file in megabytes, a power of two; it can never be changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<PlainInt>", extend("minimum" = 1, "maximum" = 1024))]
    pub wal_segment_size: Option<i64>,
}

/// Databases copied from another server by dump and restore.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Import {
    /// Databases to import: exactly one for a microservice; for a monolith a list, or `*` for
    /// all.
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub databases: Vec<String>,
    /// Further options for `pg_dump`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pg_dump_extra_options: Vec<String>,
    /// Options for restoring the data, instead of the general ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pg_restore_data_options: Vec<String>,
    /// Further options for every run of `pg_restore`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pg_restore_extra_options: Vec<String>,
    /// Options for restoring what follows the data, such as indexes, instead of the general ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pg_restore_postdata_options: Vec<String>,
    /// Options for restoring what precedes the data, such as tables, instead of the general ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pg_restore_predata_options: Vec<String>,
    /// SQL that the superuser runs in the application's database after the import; only for a
    /// microservice.
    #[serde(rename = "postImportApplicationSQL", default, skip_serializing_if = "Vec::is_empty")]
    pub post_import_application_sql: Vec<String>,
    /// Roles to import, or `*` for all; only for a monolith.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<String>,
    /// Whether the definitions are imported without the data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema_only: Option<bool>,
    /// Server to import from.
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub source: ImportSource,
    /// Whether one database becomes the application's database, or several are imported under
    /// their names.
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub r#type: ImportType,
}

/// The server that an import reads from.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImportSource {
    /// Name of the external cluster.
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub external_cluster: String,
}

string_enum! {
    /// The shape of an import.
    pub enum ImportType {
        /// One database, which becomes that of the application.
        Microservice = "microservice",
        /// Several databases and roles, under their own names.
        Monolith = "monolith",
    }
}
