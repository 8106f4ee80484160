//! The Services of a cluster.

use api::cluster::managed::ServiceUpdateStrategy;
use api::{annotations, labels};
use k8s_openapi::api::core::v1::Service;
use kube::Api;
use kube::ResourceExt as _;
use kube::api::{DeleteParams, Preconditions};
use kubekit::apply::covers;
use kubekit::calls::{LIMIT, within};
use tracing::info;

use super::{Children, Error};

/// What a Service that is there needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Change {
    /// To be brought to what is wanted, if it differs.
    Apply,
    /// To be made anew: that is how its owner wants changes to happen.
    Replace,
    /// To be waited for.
    Goes,
}

impl Children<'_> {
    pub(super) async fn services(&self) -> Result<(), Error> {
        let wanted = self.manifests.services();
        for service in &wanted {
            let living = self.cx.stores.services.get(self.namespace(), &service.name_any());
            let living = living.filter(|living| self.is_ours(&**living));
            match living.as_deref().map_or(Change::Apply, |living| change(living, service)) {
                Change::Apply => {
                    self.apply(&self.cx.stores.services, service).await?;
                }
                Change::Replace => {
                    let uid = living.and_then(|living| living.uid());
                    self.delete_service(&service.name_any(), uid).await?;
                    self.apply_known(None, service).await?;
                }
                Change::Goes => {}
            }
        }
        let unwanted = self.manifests.unwanted_services();
        for living in self.cx.stores.services.within(self.namespace()) {
            let name = living.name_any();
            let managed = living.labels().contains_key(labels::IS_MANAGED);
            let left = managed && !wanted.iter().any(|one| one.name_any() == name);
            let going = living.metadata.deletion_timestamp.is_some();
            if self.is_ours(&*living) && !going && (left || unwanted.contains(&name)) {
                self.delete_service(&name, living.uid()).await?;
            }
        }
        Ok(())
    }

    /// Deletes the one that was seen: another of its name is newer than what is known.
    async fn delete_service(&self, name: &str, uid: Option<String>) -> Result<(), Error> {
        let api: Api<Service> = Api::namespaced(self.cx.client.clone(), self.namespace());
        let preconditions = Some(Preconditions { uid, resource_version: None });
        let params = DeleteParams { preconditions, ..DeleteParams::default() };
        match within(LIMIT, api.delete(name, &params)).await {
            Ok(_) => info!(name, "a service that is not wanted as it is was deleted"),
            Err(error) if error.is_missing() || error.is_conflict() => {}
            Err(source) => {
                let (kind, name) = ("Service".to_owned(), name.to_owned());
                return Err(Error::Api { what: "delete", kind, name, source });
            }
        }
        Ok(())
    }
}

/// What a Service of ours needs to be what is wanted.
fn change(living: &Service, wanted: &Service) -> Change {
    if living.metadata.deletion_timestamp.is_some() {
        return Change::Goes;
    }
    let strategy = wanted.annotations().get(annotations::UPDATE_STRATEGY);
    let replace = ServiceUpdateStrategy::Replace.to_string();
    if strategy.is_none_or(|strategy| *strategy != replace) {
        return Change::Apply;
    }
    // Another operator is no reason to take the address from its users.
    let mut wanted = wanted.clone();
    let version = annotations::OPERATOR_VERSION;
    if let Some(told) = living.annotations().get(version) {
        wanted.annotations_mut().insert(version.to_owned(), told.clone());
    }
    let [living, wanted] = [living, &wanted]
        .map(|service| serde_json::to_value(service).expect("a service has no keys but text"));
    if covers(&living, &wanted) { Change::Apply } else { Change::Replace }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_what_differs_and_asks_for_it_is_replaced() {
        let service = |strategy: &str, label: &str, version: &str| -> Service {
            serde_json::from_value(json!({"metadata": {"name": "s", "labels": {"l": label},
                "annotations": {"cnpg.io/updateStrategy": strategy,
                    "cnpg.io/operatorVersion": version}}, "spec": {"type": "ClusterIP"}}))
            .unwrap()
        };
        let living = service("replace", "a", "1");
        let mut going = living.clone();
        going.metadata.deletion_timestamp =
            Some(serde_json::from_str("\"2026-01-01T00:00:00Z\"").unwrap());
        for (name, living, wanted, expected) in [
            ("the same", &living, service("replace", "a", "1"), Change::Apply),
            ("another label", &living, service("replace", "b", "1"), Change::Replace),
            ("another operator", &living, service("replace", "a", "2"), Change::Apply),
            ("to be patched", &living, service("patch", "b", "1"), Change::Apply),
            ("on its way out", &going, service("replace", "b", "1"), Change::Goes),
        ] {
            assert_eq!(change(living, &wanted), expected, "{name}");
        }
    }
}
