//! The budgets that keep a drain from taking more pods than the cluster can spare.

use std::collections::BTreeMap;

use api::labels;
use k8s_openapi::api::policy::v1::{PodDisruptionBudget, PodDisruptionBudgetSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use kube::api::DeleteParams;
use kube::{Api, ResourceExt as _};
use kubekit::apply::Applied;
use kubekit::calls::{LIMIT, within};
use kubekit::events::Note;
use planner::manifests::names;

use super::{Children, Error};

impl Children<'_> {
    pub(super) async fn budgets(&self) -> Result<(), Error> {
        let spec = &self.cluster.spec;
        let window = spec.node_maintenance_window.as_ref();
        let reusing = window.is_some_and(|window| {
            window.in_progress.unwrap_or(false) && window.reuse_pvc.unwrap_or(true)
        });
        let enabled = spec.enable_pdb != Some(false);
        let primary = enabled && !(reusing && spec.instances == 1);
        let replicas = enabled && !reusing && spec.instances >= 3;
        let name = self.name();
        let least = i32::try_from(spec.instances - 2).unwrap_or(1);
        let wanted = [
            (primary, self.budget(&names::primary_budget(name), labels::ROLE_PRIMARY, 1)),
            (replicas, self.budget(name, labels::ROLE_REPLICA, least)),
        ];
        for (exists, budget) in wanted {
            let name = budget.name_any();
            if exists {
                let note = match self.apply(&self.cx.stores.budgets, &budget).await? {
                    Applied::Unchanged => continue,
                    Applied::Created => ("CreatingPodDisruptionBudget", "Creating"),
                    Applied::Changed => ("UpdatingPodDisruptionBudget", "Updating"),
                };
                let text = format!("{} PodDisruptionBudget {name}", note.1);
                self.tell(Note::normal(note.0, text)).await;
            } else {
                self.delete_budget(&name).await?;
            }
        }
        Ok(())
    }

    fn budget(&self, name: &str, role: &str, least: i32) -> PodDisruptionBudget {
        let selector = BTreeMap::from([
            (labels::CLUSTER.to_owned(), self.name().to_owned()),
            (labels::INSTANCE_ROLE.to_owned(), role.to_owned()),
        ]);
        PodDisruptionBudget {
            metadata: self.manifests.metadata(name, self.manifests.database_labels()),
            spec: Some(PodDisruptionBudgetSpec {
                min_available: Some(IntOrString::Int(least)),
                selector: Some(LabelSelector {
                    match_labels: Some(selector),
                    ..LabelSelector::default()
                }),
                ..PodDisruptionBudgetSpec::default()
            }),
            ..PodDisruptionBudget::default()
        }
    }

    async fn delete_budget(&self, name: &str) -> Result<(), Error> {
        let living = self.cx.stores.budgets.get(self.namespace(), name);
        if !living.is_some_and(|living| self.is_ours(&*living)) {
            return Ok(());
        }
        let api: Api<PodDisruptionBudget> =
            Api::namespaced(self.cx.client.clone(), self.namespace());
        match within(LIMIT, api.delete(name, &DeleteParams::default())).await {
            Ok(_) => {
                let text = format!("Deleting PodDisruptionBudget {name}");
                self.tell(Note::normal("DeletingPodDisruptionBudget", text)).await;
                Ok(())
            }
            Err(error) if error.is_missing() => Ok(()),
            Err(source) => {
                let (kind, name) = ("PodDisruptionBudget".to_owned(), name.to_owned());
                Err(Error::Api { what: "delete", kind, name, source })
            }
        }
    }
}
