//! The pod inside a status document: a name in the shape of a Kubernetes object.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The name of a pod. Readers use nothing else of the object.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PodReference {
    pub name: String,
}

#[derive(Default, Serialize, Deserialize)]
struct Wire {
    #[serde(default)]
    metadata: Metadata,
    #[serde(default)]
    spec: Spec,
    #[serde(default)]
    status: Nothing,
}

#[derive(Default, Serialize, Deserialize)]
struct Metadata {
    #[serde(default, skip_serializing_if = "String::is_empty")]
    name: String,
}

/// `containers` is the one key that a Kubernetes pod never omits.
#[derive(Default, Serialize, Deserialize)]
struct Spec {
    #[serde(skip_deserializing)]
    containers: (),
}

#[derive(Default, Serialize, Deserialize)]
struct Nothing {}

impl Serialize for PodReference {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        Wire { metadata: Metadata { name: self.name.clone() }, ..Wire::default() }.serialize(to)
    }
}

impl<'de> Deserialize<'de> for PodReference {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let wire = Option::<Wire>::deserialize(from)?.unwrap_or_default();
        Ok(Self { name: wire.metadata.name })
    }
}
