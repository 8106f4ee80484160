//! The Services of a cluster.

use api::labels;
use k8s_openapi::api::core::v1::Service;
use kube::Api;
use kube::ResourceExt as _;
use kube::api::DeleteParams;
use kubekit::calls::{LIMIT, within};
use tracing::info;

use super::{Children, Error};

impl Children<'_> {
    pub(super) async fn services(&self) -> Result<(), Error> {
        let wanted = self.manifests.services();
        for service in &wanted {
            self.apply(&self.cx.stores.services, service).await?;
        }
        let unwanted = self.manifests.unwanted_services();
        for living in self.cx.stores.services.within(self.namespace()) {
            let name = living.name_any();
            let managed = living.labels().contains_key(labels::IS_MANAGED);
            let left = managed && !wanted.iter().any(|one| one.name_any() == name);
            let going = living.metadata.deletion_timestamp.is_some();
            if self.is_ours(&*living) && !going && (left || unwanted.contains(&name)) {
                self.delete_service(&name).await?;
            }
        }
        Ok(())
    }

    async fn delete_service(&self, name: &str) -> Result<(), Error> {
        let api: Api<Service> = Api::namespaced(self.cx.client.clone(), self.namespace());
        match within(LIMIT, api.delete(name, &DeleteParams::default())).await {
            Ok(_) => info!(name, "a service that nobody asks for was deleted"),
            Err(error) if error.is_missing() => {}
            Err(source) => {
                let (kind, name) = ("Service".to_owned(), name.to_owned());
                return Err(Error::Api { what: "delete", kind, name, source });
            }
        }
        Ok(())
    }
}
