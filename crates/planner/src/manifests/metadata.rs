//! Labels, annotations and owners of what is built.

use std::collections::BTreeMap;

use api::{annotations, glob, labels};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{ObjectMeta, OwnerReference};

use super::Manifests;

pub type Map = BTreeMap<String, String>;

/// Start of the labels and annotations that are ours alone.
pub(super) const OWN_PREFIX: &str = "cnpg.io/";

/// What deleting the cluster in the foreground waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Deletion {
    /// The cluster stays until the object is gone.
    Blocks,
    Free,
}

impl Manifests<'_> {
    /// Metadata of an object of the cluster, with what it inherits and the cluster as its owner.
    #[must_use]
    pub fn metadata(&self, name: impl Into<String>, own: Map) -> ObjectMeta {
        let mut meta = ObjectMeta {
            name: Some(name.into()),
            namespace: Some(self.namespace().to_owned()),
            labels: Some(own),
            annotations: Some(BTreeMap::new()),
            owner_references: Some(vec![self.owner(Deletion::Free)]),
            ..ObjectMeta::default()
        };
        self.inherit(&mut meta);
        meta
    }

    /// Adds what every object carries: the operator's version and what the cluster hands down.
    ///
    /// What is inherited wins over what we set, except for labels and annotations of our own by
    /// which objects are found.
    pub(super) fn inherit(&self, meta: &mut ObjectMeta) {
        let (inherited_labels, inherited_annotations) = self.inherited();
        put(meta.labels.get_or_insert_default(), inherited_labels);
        let annotations = meta.annotations.get_or_insert_default();
        put(annotations, inherited_annotations);
        let version = self.installation.version.clone();
        annotations.insert(annotations::OPERATOR_VERSION.to_owned(), version);
    }

    /// Labels and annotations that objects of this cluster inherit.
    #[must_use]
    pub fn inherited(&self) -> (BTreeMap<String, String>, BTreeMap<String, String>) {
        let fixed = self.cluster.spec.inherited_metadata.clone().unwrap_or_default();
        let of = |patterns: &[String], map: &Option<Map>, mut fixed: Map| {
            let chosen = map.iter().flatten();
            let chosen =
                chosen.filter(|(key, _)| patterns.iter().any(|pattern| glob::fits(pattern, key)));
            fixed.extend(chosen.map(|(key, value)| (key.clone(), value.clone())));
            fixed
        };
        let meta = &self.cluster.metadata;
        (
            of(&self.installation.inherited_labels, &meta.labels, fixed.labels),
            of(&self.installation.inherited_annotations, &meta.annotations, fixed.annotations),
        )
    }

    /// Labels of everything that belongs to the cluster.
    #[must_use]
    pub fn labels(&self) -> Map {
        map([(labels::MANAGED_BY, labels::MANAGER), (labels::CLUSTER, self.cluster_name())])
    }

    /// Labels of what belongs to the database, without those that change with its version.
    pub(super) fn storage_labels(&self) -> Map {
        let mut all = self.labels();
        all.extend(map([
            (labels::NAME, labels::APP_NAME),
            (labels::COMPONENT, labels::COMPONENT_DATABASE),
        ]));
        all
    }

    /// Labels of what belongs to the database.
    #[must_use]
    pub fn database_labels(&self) -> Map {
        let mut all = self.storage_labels();
        all.extend(map([
            (labels::INSTANCE, self.cluster_name()),
            (labels::VERSION, &self.major().to_string()),
        ]));
        all
    }

    /// The reference that makes the cluster the owner of an object.
    pub(super) fn owner(&self, deletion: Deletion) -> OwnerReference {
        OwnerReference {
            api_version: format!("{}/{}", api::GROUP, api::VERSION),
            kind: "Cluster".to_owned(),
            name: self.cluster_name().to_owned(),
            uid: self.cluster.metadata.uid.clone().unwrap_or_default(),
            controller: Some(true),
            block_owner_deletion: (deletion == Deletion::Blocks).then_some(true),
        }
    }

    /// The AppArmor profiles that the cluster gives to containers of these names.
    pub(super) fn app_armor<'n>(&self, containers: impl IntoIterator<Item = &'n str>) -> Map {
        let given = self.cluster.metadata.annotations.as_ref();
        let names = containers.into_iter();
        names
            .filter_map(|name| {
                let key = format!("{}{name}", annotations::APPARMOR_PREFIX);
                let profile = given?.get(&key)?.clone();
                Some((key, profile))
            })
            .collect()
    }
}

fn put(target: &mut Map, inherited: Map) {
    for (key, value) in inherited {
        let ours = key.starts_with(OWN_PREFIX) || key == labels::LEGACY_INSTANCE_ROLE;
        if !(ours && target.contains_key(&key)) {
            target.insert(key, value);
        }
    }
}

/// A map of owned text.
pub(super) fn map<const N: usize>(entries: [(&str, &str); N]) -> Map {
    entries.map(|(key, value)| (key.to_owned(), value.to_owned())).into()
}
