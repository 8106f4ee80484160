//! monitoring

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::string_enum::string_enum;
use crate::text;

/// RelabelConfig
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RelabelConfig {
    /// Action.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = "replace"))]
    pub action: Option<RelabelAction>,
    /// Modulus.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub modulus: Option<i64>,
    /// Regex.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub regex: Option<String>,
    /// Replacement.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub replacement: Option<String>,
    /// Separator.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub separator: Option<String>,
    /// Source labels.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub source_labels: Vec<String>,
    /// Target label.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub target_label: Option<String>,
}

/// MetricsTls
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MetricsTls {
    /// HTTPS metrics; with enablePodMonitor needs clientTLSSecret
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = false))]
    pub enabled: Option<bool>,
}

string_enum! {
    /// RelabelAction
    pub enum RelabelAction {
        /// replace
        Replace = "replace",
        /// Replace
        ReplaceCapital = "Replace",
        /// keep
        Keep = "keep",
        /// Keep
        KeepCapital = "Keep",
        /// drop
        Drop = "drop",
        /// Drop
        DropCapital = "Drop",
        /// hashmod
        Hashmod = "hashmod",
        /// HashMod
        HashModCapital = "HashMod",
        /// labelmap
        Labelmap = "labelmap",
        /// LabelMap
        LabelMapCapital = "LabelMap",
        /// labeldrop
        Labeldrop = "labeldrop",
        /// LabelDrop
        LabelDropCapital = "LabelDrop",
        /// labelkeep
        Labelkeep = "labelkeep",
        /// LabelKeep
        LabelKeepCapital = "LabelKeep",
        /// lowercase
        Lowercase = "lowercase",
        /// Lowercase
        LowercaseCapital = "Lowercase",
        /// uppercase
        Uppercase = "uppercase",
        /// Uppercase
        UppercaseCapital = "Uppercase",
        /// keepequal
        Keepequal = "keepequal",
        /// KeepEqual
        KeepEqualCapital = "KeepEqual",
        /// dropequal
        Dropequal = "dropequal",
        /// DropEqual
        DropEqualCapital = "DropEqual",
    }
}
