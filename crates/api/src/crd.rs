//! The custom resource definitions, made from the types.
//!
//! Names, columns and subresources come from the derive of `kube`; the schema is built here,
//! because the API server wants it in another shape than the derive makes it.

mod core_types;
mod structural;

use std::collections::BTreeMap;

use kube::CustomResourceExt;
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

/// One definition, ready to be applied.
#[derive(Clone, Debug, PartialEq)]
pub struct Definition {
    /// Name of the definition, `<plural>.postgresql.cnpg.io`.
    pub name: String,
    /// The kind it defines.
    pub kind: String,
    /// Plural of the kind, as it stands in paths.
    pub plural: String,
    /// The whole object, keys in alphabetical order.
    pub object: Value,
    /// Where Kubernetes types are embedded: path of the field (`[]` for the items of a list, `{}`
    /// for the values of a map) to the name of the type, without the leading `io.k8s.`.
    pub embedded: BTreeMap<String, String>,
}

impl Definition {
    /// The schema of the one version.
    #[must_use]
    pub fn schema(&self) -> &Value {
        &self.object["spec"]["versions"][0]["schema"]["openAPIV3Schema"]
    }
}

/// Every definition, ordered by kind.
#[must_use]
pub fn all() -> Vec<Definition> {
    KINDS.iter().map(definition).collect()
}

struct Kind {
    derived: fn() -> Value,
    schema: fn() -> Value,
}

const KINDS: &[Kind] = &[
    kind::<crate::Backup>(),
    kind::<crate::Cluster>(),
    kind::<crate::ClusterImageCatalog>(),
    kind::<crate::Database>(),
    kind::<crate::DatabaseRole>(),
    kind::<crate::FailoverQuorum>(),
    kind::<crate::ImageCatalog>(),
    kind::<crate::Pooler>(),
    kind::<crate::Publication>(),
    kind::<crate::ScheduledBackup>(),
    kind::<crate::Subscription>(),
];

const fn kind<K: CustomResourceExt + JsonSchema>() -> Kind {
    Kind {
        derived: || serde_json::to_value(K::crd()).expect("a definition is JSON"),
        schema: || {
            let settings = SchemaSettings::draft2020_12().with(|it| it.meta_schema = None);
            settings.into_generator().into_root_schema_for::<K>().to_value()
        },
    }
}

fn definition(kind: &Kind) -> Definition {
    let mut object = (kind.derived)();
    let (schema, embedded) = structural::structural(&(kind.schema)());
    object["spec"]["versions"][0]["schema"]["openAPIV3Schema"] = schema;
    let names = &mut object["spec"]["names"];
    let text = |value: &Value| value.as_str().expect("the derive names every kind").to_owned();
    let (kind, plural) = (text(&names["kind"]), text(&names["plural"]));
    // The API server fills these in; written out they make the stored object the same as ours.
    names["listKind"] = json!(format!("{kind}List"));
    for absent in ["categories", "shortNames"] {
        let names = names.as_object_mut().expect("names are an object");
        if names.get(absent).is_some_and(|list| list.as_array().is_some_and(Vec::is_empty)) {
            names.remove(absent);
        }
    }
    let version = object["spec"]["versions"][0].as_object_mut().expect("there is one version");
    version.entry("subresources").or_insert_with(|| json!({}));
    version.retain(|_, value| !value.as_array().is_some_and(Vec::is_empty));
    Definition {
        name: text(&object["metadata"]["name"]),
        kind,
        plural,
        object: sorted(object),
        embedded,
    }
}

/// The same value with its keys in order, whatever map the JSON library was built with.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<_> = map.into_iter().collect();
            entries.sort_by(|a, b| a.0.cmp(&b.0));
            entries
                .into_iter()
                .map(|(key, value)| (key, sorted(value)))
                .collect::<Map<_, _>>()
                .into()
        }
        Value::Array(list) => list.into_iter().map(sorted).collect(),
        plain => plain,
    }
}
