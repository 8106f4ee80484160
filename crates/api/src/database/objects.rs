//! What a database contains: extensions, schemas, foreign servers.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ensure::Ensure;
use crate::string_enum::string_enum;
use crate::{cel, text};

/// An extension in a database.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DatabaseExtension {
    /// Whether the extension should exist.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = "present"))]
    pub ensure: Option<Ensure>,
    /// Name of the extension.
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub name: String,
    /// Schema for its objects; its own choice when unset.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// Version to install or update to; its default when unset.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

/// A schema in a database.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DatabaseSchema {
    /// Whether the schema should exist.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = "present"))]
    pub ensure: Option<Ensure>,
    /// Name of the schema.
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub name: String,
    /// Role that owns the schema.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
}

/// A foreign data wrapper in a database.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ForeignDataWrapper {
    /// Whether the wrapper should exist.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = "present"))]
    pub ensure: Option<Ensure>,
    /// Function that handles requests; `-` for none.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub handler: Option<String>,
    /// Name of the wrapper.
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub name: String,
    /// Options of the wrapper.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<ForeignOption>,
    /// Role that owns the wrapper; it must be a superuser.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Roles that may use the wrapper.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub usage: Vec<ForeignUsage>,
    /// Function that checks options; `-` for none.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub validator: Option<String>,
}

/// A foreign server in a database.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ForeignServer {
    /// Whether the server should exist.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = "present"))]
    pub ensure: Option<Ensure>,
    /// Foreign data wrapper of the server, one of those listed.
    #[serde(default)]
    #[schemars(extend("x-required" = true, "x-kubernetes-validations" = cel::NOT_EMPTY))]
    pub fdw: String,
    /// Name of the server.
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub name: String,
    /// Options of the server.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<ForeignOption>,
    /// Roles that may use the server.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub usage: Vec<ForeignUsage>,
}

/// An option of a foreign data wrapper or server.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ForeignOption {
    /// Whether the option should be set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = "present"))]
    pub ensure: Option<Ensure>,
    /// Name of the option.
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub name: String,
    /// Value of the option.
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub value: String,
}

/// A role that may use a foreign data wrapper or server.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ForeignUsage {
    /// Name of the role.
    #[serde(default)]
    #[schemars(extend("x-required" = true, "x-kubernetes-validations" = cel::NOT_EMPTY))]
    pub name: String,
    /// Whether the right is given or taken away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = "grant"))]
    pub r#type: Option<UsageType>,
}

/// State of one object in a database.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DatabaseObjectStatus {
    /// Whether PostgreSQL is as the spec says.
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub applied: bool,
    /// What went wrong last.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Name of the object.
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub name: String,
}

string_enum! {
    /// What is done with a right.
    pub enum UsageType {
        /// It is given.
        Grant = "grant",
        /// It is taken away.
        Revoke = "revoke",
    }
}
