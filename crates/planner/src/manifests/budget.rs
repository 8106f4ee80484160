//! How many instances a drain of nodes has to leave running.

use api::labels;
use k8s_openapi::api::policy::v1::{PodDisruptionBudget, PodDisruptionBudgetSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::metadata::map;
use super::{Manifests, names};

/// What a drain of nodes may do with the volumes of instances.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Maintenance {
    No,
    /// The instances come back on the volumes they have.
    KeepsVolumes,
    /// They are made anew elsewhere.
    MovesAway,
}

impl Manifests<'_> {
    /// The budgets that should exist.
    #[must_use]
    pub fn budgets(&self) -> Vec<PodDisruptionBudget> {
        let instances = self.cluster.spec.instances;
        let name = self.cluster_name();
        let mut all = Vec::new();
        if self.protects_primary() {
            let role = labels::ROLE_PRIMARY;
            all.push(self.budget(names::primary_budget(name), role, 1));
        }
        if self.protects_replicas() {
            all.push(self.budget(name.to_owned(), labels::ROLE_REPLICA, instances - 2));
        }
        all
    }

    /// The names of our budgets that stand in the way.
    #[must_use]
    pub fn unwanted_budgets(&self) -> Vec<String> {
        let name = self.cluster_name();
        let known = [
            (names::primary_budget(name), self.protects_primary()),
            (name.to_owned(), self.protects_replicas()),
        ];
        known.into_iter().filter_map(|(name, wanted)| (!wanted).then_some(name)).collect()
    }

    fn protects_primary(&self) -> bool {
        let alone = self.cluster.spec.instances == 1;
        let waits = self.maintenance() == Maintenance::KeepsVolumes;
        self.cluster.spec.enable_pdb != Some(false) && !(alone && waits)
    }

    fn protects_replicas(&self) -> bool {
        let waits = self.maintenance() == Maintenance::KeepsVolumes;
        self.cluster.spec.enable_pdb != Some(false) && self.cluster.spec.instances >= 3 && !waits
    }

    fn maintenance(&self) -> Maintenance {
        match &self.cluster.spec.node_maintenance_window {
            Some(window) if window.in_progress == Some(true) => match window.reuse_pvc {
                Some(false) => Maintenance::MovesAway,
                Some(true) | None => Maintenance::KeepsVolumes,
            },
            Some(_) | None => Maintenance::No,
        }
    }

    fn budget(&self, name: String, role: &str, available: i64) -> PodDisruptionBudget {
        let selector = map([(labels::CLUSTER, self.cluster_name()), (labels::INSTANCE_ROLE, role)]);
        let available = i32::try_from(available).unwrap_or(i32::MAX);
        PodDisruptionBudget {
            metadata: self.metadata(name, self.database_labels()),
            spec: Some(PodDisruptionBudgetSpec {
                min_available: Some(IntOrString::Int(available)),
                selector: Some(LabelSelector {
                    match_labels: Some(selector),
                    ..LabelSelector::default()
                }),
                ..PodDisruptionBudgetSpec::default()
            }),
            ..PodDisruptionBudget::default()
        }
    }
}
