//! Pieces of monitoring that clusters and poolers share.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::string_enum::string_enum;
use crate::text;

/// One relabelling step of a Prometheus PodMonitor.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RelabelConfig {
    /// What to do with the matching labels; `replace` when unset.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = "replace"))]
    pub action: Option<RelabelAction>,
    /// Number of buckets for the action `hashmod`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub modulus: Option<i64>,
    /// Regular expression to match the joined source labels with.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub regex: Option<String>,
    /// Text for the target label; capture groups of the expression may stand in it.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub replacement: Option<String>,
    /// Text to put between the joined source labels.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub separator: Option<String>,
    /// Labels whose values are joined and matched.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub source_labels: Vec<String>,
    /// Label that receives the result.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub target_label: Option<String>,
}

/// Encryption of the metrics port.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MetricsTls {
    /// Whether metrics are served by HTTPS. A change replaces the pods.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = false))]
    pub enabled: Option<bool>,
}

string_enum! {
    /// What a relabelling step does with the labels that match.
    pub enum RelabelAction {
        /// Write the replacement to the target label.
        Replace = "replace",
        /// The same as `replace`.
        ReplaceCapital = "Replace",
        /// Keep only what matches.
        Keep = "keep",
        /// The same as `keep`.
        KeepCapital = "Keep",
        /// Drop what matches.
        Drop = "drop",
        /// The same as `drop`.
        DropCapital = "Drop",
        /// Write the bucket of a hash to the target label.
        Hashmod = "hashmod",
        /// The same as `hashmod`.
        HashModCapital = "HashMod",
        /// Copy matching labels to other names.
        Labelmap = "labelmap",
        /// The same as `labelmap`.
        LabelMapCapital = "LabelMap",
        /// Remove matching labels.
        Labeldrop = "labeldrop",
        /// The same as `labeldrop`.
        LabelDropCapital = "LabelDrop",
        /// Remove all other labels.
        Labelkeep = "labelkeep",
        /// The same as `labelkeep`.
        LabelKeepCapital = "LabelKeep",
        /// Write the source in lower case.
        Lowercase = "lowercase",
        /// The same as `lowercase`.
        LowercaseCapital = "Lowercase",
        /// Write the source in upper case.
        Uppercase = "uppercase",
        /// The same as `uppercase`.
        UppercaseCapital = "Uppercase",
        /// Keep only what equals the target label.
        Keepequal = "keepequal",
        /// The same as `keepequal`.
        KeepEqualCapital = "KeepEqual",
        /// Drop what equals the target label.
        Dropequal = "dropequal",
        /// The same as `dropequal`.
        DropEqualCapital = "DropEqual",
    }
}
