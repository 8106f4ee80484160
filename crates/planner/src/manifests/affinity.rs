//! Which nodes an instance seeks and avoids.

use api::labels;
use k8s_openapi::api::core::v1::{
    Affinity, PodAffinityTerm, PodAntiAffinity, WeightedPodAffinityTerm,
};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, LabelSelectorRequirement};

use super::Manifests;

const HOST_NAME: &str = "kubernetes.io/hostname";
const REQUIRED: &str = "required";
const WEIGHT: i32 = 100;

impl Manifests<'_> {
    /// The affinity of instances and their jobs; none when the cluster asks for nothing.
    pub(super) fn affinity(&self) -> Option<Affinity> {
        let wishes = &self.cluster.spec.affinity;
        let affinity = Affinity {
            node_affinity: wishes.node_affinity.clone(),
            pod_affinity: wishes.additional_pod_affinity.clone(),
            pod_anti_affinity: self.anti_affinity(),
        };
        (affinity != Affinity::default()).then_some(affinity)
    }

    fn anti_affinity(&self) -> Option<PodAntiAffinity> {
        let wishes = &self.cluster.spec.affinity;
        let mut required = Vec::new();
        let mut preferred = Vec::new();
        if wishes.enable_pod_anti_affinity != Some(false) {
            let term = self.apart(wishes.topology_key.as_deref().unwrap_or(HOST_NAME));
            if wishes.pod_anti_affinity_type.as_deref() == Some(REQUIRED) {
                required.push(term);
            } else {
                preferred.push(WeightedPodAffinityTerm { pod_affinity_term: term, weight: WEIGHT });
            }
        }
        if let Some(more) = &wishes.additional_pod_anti_affinity {
            required.extend(
                more.required_during_scheduling_ignored_during_execution
                    .clone()
                    .unwrap_or_default(),
            );
            preferred.extend(
                more.preferred_during_scheduling_ignored_during_execution
                    .clone()
                    .unwrap_or_default(),
            );
        }
        let some = |empty: bool| (!empty).then_some(());
        some(required.is_empty() && preferred.is_empty())?;
        Some(PodAntiAffinity {
            required_during_scheduling_ignored_during_execution: some(required.is_empty())
                .map(|()| required),
            preferred_during_scheduling_ignored_during_execution: some(preferred.is_empty())
                .map(|()| preferred),
        })
    }

    /// Instances of this cluster keep away from each other.
    fn apart(&self, topology_key: &str) -> PodAffinityTerm {
        let is = |key: &str, value: &str| LabelSelectorRequirement {
            key: key.to_owned(),
            operator: "In".to_owned(),
            values: Some(vec![value.to_owned()]),
        };
        PodAffinityTerm {
            label_selector: Some(LabelSelector {
                match_expressions: Some(vec![
                    is(labels::CLUSTER, self.cluster_name()),
                    is(labels::POD_ROLE, labels::POD_ROLE_INSTANCE),
                ]),
                ..LabelSelector::default()
            }),
            topology_key: topology_key.to_owned(),
            ..PodAffinityTerm::default()
        }
    }
}
