//! database/objects

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ensure::Ensure;
use crate::string_enum::string_enum;
use crate::{cel, text};

/// DatabaseExtension
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DatabaseExtension {
    /// Ensure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = "present"))]
    pub ensure: Option<Ensure>,
    /// Name.
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub name: String,
    /// Schema.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// Version.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

/// DatabaseSchema
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DatabaseSchema {
    /// Ensure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = "present"))]
    pub ensure: Option<Ensure>,
    /// Name.
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub name: String,
    /// Owner.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
}

/// ForeignDataWrapper
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ForeignDataWrapper {
    /// Ensure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = "present"))]
    pub ensure: Option<Ensure>,
    /// Function, `-` removes it
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub handler: Option<String>,
    /// Name.
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub name: String,
    /// Options.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<ForeignOption>,
    /// Superuser role
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Usage.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub usage: Vec<ForeignUsage>,
    /// Function, `-` removes it
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub validator: Option<String>,
}

/// ForeignServer
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ForeignServer {
    /// Ensure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = "present"))]
    pub ensure: Option<Ensure>,
    /// CEL: not empty
    #[serde(default)]
    #[schemars(extend("x-required" = true, "x-kubernetes-validations" = cel::NOT_EMPTY))]
    pub fdw: String,
    /// Name.
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub name: String,
    /// Options.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<ForeignOption>,
    /// Usage.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub usage: Vec<ForeignUsage>,
}

/// ForeignOption
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ForeignOption {
    /// Ensure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = "present"))]
    pub ensure: Option<Ensure>,
    /// Name.
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub name: String,
    /// Value.
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub value: String,
}

/// ForeignUsage
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ForeignUsage {
    /// Name.
    #[serde(default)]
    #[schemars(extend("x-required" = true, "x-kubernetes-validations" = cel::NOT_EMPTY))]
    pub name: String,
    /// Type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = "grant"))]
    pub r#type: Option<UsageType>,
}

/// DatabaseObjectStatus
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DatabaseObjectStatus {
    /// Applied.
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub applied: bool,
    /// Message.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Name.
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub name: String,
}

string_enum! {
    /// UsageType
    pub enum UsageType {
        /// grant
        Grant = "grant",
        /// revoke
        Revoke = "revoke",
    }
}
