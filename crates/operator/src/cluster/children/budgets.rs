//! The budgets that keep a drain from taking more pods than the cluster can spare.

use k8s_openapi::api::policy::v1::PodDisruptionBudget;
use kube::api::DeleteParams;
use kube::{Api, ResourceExt as _};
use kubekit::apply::Applied;
use kubekit::calls::{LIMIT, within};
use kubekit::events::Note;

use super::{Children, Error};

impl Children<'_> {
    pub(super) async fn budgets(&self) -> Result<(), Error> {
        for budget in self.manifests.budgets() {
            let name = budget.name_any();
            let (reason, verb) = match self.apply(&self.cx.stores.budgets, &budget).await? {
                Applied::Unchanged => continue,
                Applied::Created => ("CreatingPodDisruptionBudget", "Creating"),
                Applied::Changed => ("UpdatingPodDisruptionBudget", "Updating"),
            };
            let text = format!("{verb} PodDisruptionBudget {name}");
            self.tell(Note::normal(reason, text)).await;
        }
        for name in self.manifests.unwanted_budgets() {
            self.delete_budget(&name).await?;
        }
        Ok(())
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
