//! The two records of leadership. The operator makes them empty; the primary fills them.

use api::failover_quorum::FailoverQuorum;
use kube::api::{DeleteParams, PostParams, Preconditions};
use kube::core::NamespaceResourceScope;
use kube::{Api, Resource};
use kubekit::calls::{LIMIT, within};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tracing::info;

use super::{Children, Error};
use crate::cluster::stores::Cache;

impl Children<'_> {
    pub(super) async fn records(&self) -> Result<(), Error> {
        let lease = self.manifests.primary_lease();
        let metadata = lease.metadata.clone();
        self.record(&self.cx.stores.leases, lease).await?;
        let quorums = &self.cx.stores.quorums;
        // Whoever waits for standbys notes for which, asked to or not: else a failover could only
        // guess who has the last commits.
        if self.cluster.spec.postgresql.synchronous.is_some() {
            let quorum = FailoverQuorum { metadata, ..FailoverQuorum::default() };
            return self.record(quorums, quorum).await;
        }
        match quorums.get(self.namespace(), self.name()) {
            Some(living) if self.is_ours(&*living) => self.drop_quorum(&living).await,
            Some(_) | None => Ok(()),
        }
    }

    /// Makes the record if there is none. One of another owner is never touched: whoever holds it
    /// would not know of us.
    async fn record<K>(&self, cache: &Cache<K>, record: K) -> Result<(), Error>
    where
        K: Resource<DynamicType = (), Scope = NamespaceResourceScope>
            + Serialize
            + DeserializeOwned
            + Clone
            + std::fmt::Debug
            + 'static,
    {
        let name = self.name();
        let kind = || K::kind(&()).into_owned();
        if cache.get(self.namespace(), name).is_some_and(|living| self.is_ours(&*living)) {
            return Ok(());
        }
        let failed = |what| {
            move |source| Error::Api {
                what,
                kind: K::kind(&()).into_owned(),
                name: name.to_owned(),
                source,
            }
        };
        let api: Api<K> = Api::namespaced(self.cx.client.clone(), self.namespace());
        let params = PostParams::default();
        match within(LIMIT, api.create(&params, &record)).await {
            Ok(_) => {
                info!(kind = %K::kind(&()), name, "made a record of leadership");
                return Ok(());
            }
            Err(error) if error.is_conflict() => {}
            Err(error) => return Err(failed("create")(error)),
        }
        // Somebody has made it: an earlier pass, or an earlier life of a restored cluster.
        let mut living = within(LIMIT, api.get(name)).await.map_err(failed("read"))?;
        if self.is_ours(&living) {
            return Ok(());
        }
        if living.meta().owner_references.iter().flatten().next().is_some() {
            return Err(Error::Foreign { kind: kind(), name: name.to_owned() });
        }
        let wanted = record.meta().clone();
        let meta = living.meta_mut();
        meta.owner_references = wanted.owner_references;
        meta.labels.get_or_insert_default().extend(wanted.labels.unwrap_or_default());
        within(LIMIT, api.replace(name, &params, &living)).await.map_err(failed("adopt"))?;
        Ok(())
    }

    async fn drop_quorum(&self, living: &FailoverQuorum) -> Result<(), Error> {
        let api: Api<FailoverQuorum> = Api::namespaced(self.cx.client.clone(), self.namespace());
        let params = DeleteParams {
            preconditions: Some(Preconditions {
                uid: living.metadata.uid.clone(),
                resource_version: None,
            }),
            ..DeleteParams::default()
        };
        match within(LIMIT, api.delete(self.name(), &params)).await {
            Ok(_) => Ok(()),
            Err(error) if error.is_missing() || error.is_conflict() => Ok(()),
            Err(source) => {
                let (kind, name) = ("FailoverQuorum".to_owned(), self.name().to_owned());
                Err(Error::Api { what: "delete", kind, name, source })
            }
        }
    }
}
