//! The operator's own certificates: a CA, and a server certificate for the webhooks.
//!
//! Both live in Secrets beside the operator. Every replica looks after them; what to do is decided
//! by [`plan`], and all writes are conditional, so that of two replicas one wins and the other
//! reads again. Renewal keeps the keys: whoever trusts the CA goes on trusting it.

pub mod bundle;
pub mod certificate;
pub mod files;
pub mod keeper;
pub mod plan;

use std::time::Duration;

/// Name of the Secret with the CA: `ca.crt`, `ca.key`.
pub const CA_SECRET: &str = "cnpg-ca-secret";
/// Name of the Secret with the server certificate: `tls.crt`, `tls.key`.
pub const SERVER_SECRET: &str = "cnpg-webhook-cert";
/// Name of the Service through which the API server reaches the webhooks.
pub const SERVICE: &str = "cnpg-webhook-service";

/// How long certificates last, and when they are replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    pub duration: Duration,
    pub threshold: Duration,
}
