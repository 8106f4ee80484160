//! The account that instances speak to the API server with.

use std::collections::BTreeMap;

use api::{annotations, labels};
use k8s_openapi::api::core::v1::{LocalObjectReference, Secret, ServiceAccount};
use k8s_openapi::api::rbac::v1::{RoleBinding, RoleRef, Subject};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use super::metadata::{OWN_PREFIX, map};
use super::{Manifests, names};

/// Whether the operator has a pull secret that clusters get a copy of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PullSecret {
    Copied,
    None,
}

impl Manifests<'_> {
    /// The account of the instances; none when the user brings one.
    #[must_use]
    pub fn service_account(&self, pull_secret: PullSecret) -> Option<ServiceAccount> {
        let spec = &self.cluster.spec;
        if spec.service_account_name.is_some() {
            return None;
        }
        let copied =
            (pull_secret == PullSecret::Copied).then(|| names::pull_secret(self.cluster_name()));
        let own = spec.image_pull_secrets.iter().map(|secret| secret.name.clone());
        let secrets: Vec<String> = copied.into_iter().chain(own).collect();

        let mut metadata = self.metadata(self.cluster_name(), self.labels());
        let noted = serde_json::to_string(&secrets).expect("a list of text is JSON");
        let notes = metadata.annotations.get_or_insert_default();
        notes.insert(annotations::MANAGED_SECRETS.to_owned(), noted);
        if let Some(template) = &spec.service_account_template {
            merge(notes, &template.metadata.annotations);
            merge(metadata.labels.get_or_insert_default(), &template.metadata.labels);
        }
        let reference = |name| LocalObjectReference { name };
        Some(ServiceAccount {
            metadata,
            // Pods mount their token by themselves.
            automount_service_account_token: Some(false),
            image_pull_secrets: (!secrets.is_empty())
                .then(|| secrets.into_iter().map(reference).collect()),
            ..ServiceAccount::default()
        })
    }

    /// The cluster's copy of the operator's pull secret.
    #[must_use]
    pub fn pull_secret(&self, source: &Secret) -> Secret {
        Secret {
            metadata: ObjectMeta {
                name: Some(names::pull_secret(self.cluster_name())),
                namespace: Some(self.namespace().to_owned()),
                labels: Some(self.labels()),
                annotations: Some(map([(
                    annotations::OPERATOR_VERSION,
                    &self.installation.version,
                )])),
                owner_references: Some(vec![self.owner(super::metadata::Deletion::Free)]),
                ..ObjectMeta::default()
            },
            type_: source.type_.clone(),
            data: source.data.clone(),
            ..Secret::default()
        }
    }

    /// Gives the account of the instances the permissions of their role.
    #[must_use]
    pub fn role_binding(&self) -> RoleBinding {
        RoleBinding {
            metadata: self.metadata(self.cluster_name(), self.labels()),
            role_ref: RoleRef {
                api_group: Some("rbac.authorization.k8s.io".to_owned()),
                kind: "Role".to_owned(),
                name: self.cluster_name().to_owned(),
            },
            subjects: Some(vec![Subject {
                kind: "ServiceAccount".to_owned(),
                name: self.service_account_name().to_owned(),
                namespace: Some(self.namespace().to_owned()),
                ..Subject::default()
            }]),
        }
    }
}

/// Adds what a template says, but for labels and annotations of our own.
fn merge(target: &mut BTreeMap<String, String>, template: &BTreeMap<String, String>) {
    let ours = |key: &str| key.starts_with(OWN_PREFIX) || key == labels::MANAGED_BY;
    for (key, value) in template {
        if !(ours(key) && target.contains_key(key)) {
            target.insert(key.clone(), value.clone());
        }
    }
}
