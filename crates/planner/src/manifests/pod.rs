//! The pod of an instance.

use std::collections::BTreeMap;
use std::fmt::Write;

use api::{annotations, labels};
use k8s_openapi::api::core::v1::{Pod, PodSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use sha2::{Digest, Sha256};

use super::container::{BOOTSTRAP, POSTGRES};
use super::metadata::{Deletion, map};
use super::{Manifests, PatchError, names};

/// Seconds that an instance may take to stop when the cluster does not say.
const STOP_DELAY: i32 = 1800;

impl Manifests<'_> {
    /// The pod of an instance, with the user's patch applied.
    ///
    /// It carries no role: that is put on when it is known which instance leads.
    pub fn instance_pod(&self, serial: u32) -> Result<Pod, PatchError> {
        let name = self.instance(serial);
        let mut pod = self.patched(self.plain_pod(&name, serial))?;
        let spec = pod.spec.get_or_insert_default();
        let stored = serde_json::to_string(spec).expect("a pod spec has no keys but text");
        pod.metadata
            .annotations
            .get_or_insert_default()
            .insert(annotations::POD_SPEC.to_owned(), stored);
        self.inherit(&mut pod.metadata);
        // A patch changes what a pod is like, not which one it is.
        pod.metadata.name = Some(name);
        pod.metadata.namespace = Some(self.namespace().to_owned());
        pod.metadata.owner_references = Some(vec![self.owner(Deletion::Blocks)]);
        Ok(pod)
    }

    /// The labels that an instance pod always carries; its role is not among them.
    #[must_use]
    pub fn instance_pod_labels(&self, serial: u32) -> BTreeMap<String, String> {
        let mut all = self.database_labels();
        all.extend(map([
            (labels::INSTANCE_NAME, &self.instance(serial)),
            (labels::POD_ROLE, labels::POD_ROLE_INSTANCE),
        ]));
        all
    }

    fn plain_pod(&self, name: &str, serial: u32) -> Pod {
        let spec = self.pod_spec(name);
        let mut notes = map([
            (annotations::NODE_SERIAL, &serial.to_string()),
            (annotations::POD_ENV_HASH, &self.env_hash(name)),
        ]);
        let given = self.cluster.metadata.annotations.as_ref();
        if let Some(at) = given.and_then(|all| all.get(annotations::RESTARTED_AT)) {
            notes.insert(annotations::RESTARTED_AT.to_owned(), at.clone());
        }
        notes.extend(self.app_armor([BOOTSTRAP, POSTGRES]));
        Pod {
            metadata: ObjectMeta {
                name: Some(name.to_owned()),
                namespace: Some(self.namespace().to_owned()),
                labels: Some(self.instance_pod_labels(serial)),
                annotations: Some(notes),
                ..ObjectMeta::default()
            },
            spec: Some(spec),
            ..Pod::default()
        }
    }

    fn pod_spec(&self, name: &str) -> PodSpec {
        let spec = &self.cluster.spec;
        let any_service = self.installation.create_any_service;
        PodSpec {
            hostname: Some(name.to_owned()),
            subdomain: any_service.then(|| names::any_service(self.cluster_name())),
            init_containers: Some(vec![self.bootstrap_container()]),
            containers: vec![self.postgres_container(name)],
            termination_grace_period_seconds: Some(spec.stop_delay.unwrap_or(STOP_DELAY).into()),
            ..self.pod_frame(name)
        }
    }

    /// What the pods of an instance and of its jobs have in common.
    pub(super) fn pod_frame(&self, instance: &str) -> PodSpec {
        let spec = &self.cluster.spec;
        let place = &spec.affinity;
        let some = |list: bool| (!list).then_some(());
        PodSpec {
            affinity: self.affinity(),
            automount_service_account_token: Some(false),
            node_selector: some(place.node_selector.is_empty())
                .map(|()| place.node_selector.clone()),
            priority_class_name: spec.priority_class_name.clone(),
            scheduler_name: spec.scheduler_name.clone(),
            security_context: self.pod_security_context(),
            service_account_name: Some(self.service_account_name().to_owned()),
            tolerations: some(place.tolerations.is_empty()).map(|()| place.tolerations.clone()),
            topology_spread_constraints: some(spec.topology_spread_constraints.is_empty())
                .map(|()| spec.topology_spread_constraints.clone()),
            volumes: Some(self.volumes(instance)),
            ..PodSpec::default()
        }
    }

    /// Name of the account that pods run as: the user's own or the generated one.
    #[must_use]
    pub fn service_account_name(&self) -> &str {
        self.cluster.spec.service_account_name.as_deref().unwrap_or(self.cluster_name())
    }

    /// A short hash of the environment, by which pods without a stored spec are compared.
    pub(super) fn env_hash(&self, pod: &str) -> String {
        let all = (self.env(pod), self.env_from());
        let text = serde_json::to_vec(&all).expect("variables have no keys but text");
        Sha256::digest(text).iter().take(5).fold(String::new(), |mut hash, byte| {
            write!(hash, "{byte:02x}").expect("text grows");
            hash
        })
    }
}
