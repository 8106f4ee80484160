//! The objects through which instances agree on who leads.

use api::FailoverQuorum;
use k8s_openapi::api::coordination::v1::{Lease, LeaseSpec};

use super::Manifests;

impl Manifests<'_> {
    /// The primary lease as it begins: nobody holds it.
    #[must_use]
    pub fn primary_lease(&self) -> Lease {
        Lease {
            metadata: self.metadata(self.cluster_name(), self.labels()),
            spec: Some(LeaseSpec::default()),
        }
    }

    /// Where the primary notes what synchronous replication promised; only when that is wanted.
    #[must_use]
    pub fn failover_quorum(&self) -> Option<FailoverQuorum> {
        let synchronous = self.cluster.spec.postgresql.synchronous.as_ref()?;
        synchronous.failover_quorum.then(|| FailoverQuorum {
            metadata: self.metadata(self.cluster_name(), self.labels()),
            ..FailoverQuorum::default()
        })
    }
}
