//! Which secrets hold the certificates of a cluster, and which names its servers have. Pure.

use api::cluster::Cluster;
use api::cluster::managed::ServiceSelector;
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// The secrets with certificates, and whether the user provides them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Names {
    pub server_ca: String,
    pub server_ca_given: bool,
    pub client_ca: String,
    pub client_ca_given: bool,
    pub server: String,
    pub server_given: bool,
    pub server_common: String,
    pub replication: String,
    pub replication_given: bool,
}

impl Names {
    pub fn of(cluster: &Cluster) -> Self {
        let name = cluster.metadata.name.as_deref().unwrap_or_default();
        let given = cluster.spec.certificates.clone().unwrap_or_default();
        let or = |given: &Option<String>, suffix: &str| {
            (given.clone().unwrap_or_else(|| format!("{name}-{suffix}")), given.is_some())
        };
        let (server_ca, server_ca_given) = or(&given.server_ca_secret, "ca");
        let (client_ca, client_ca_given) = or(&given.client_ca_secret, "ca");
        let (server, server_given) = or(&given.server_tls_secret, "server");
        let (replication, replication_given) = or(&given.replication_tls_secret, "replication");
        Self {
            server_ca,
            server_ca_given,
            client_ca,
            client_ca_given,
            server,
            server_given,
            server_common: format!("{name}-rw"),
            replication,
            replication_given,
        }
    }
}

/// The secret that poolers log in with.
pub fn pooler_secret(cluster: &Cluster) -> String {
    format!("{}-pooler", cluster.metadata.name.as_deref().unwrap_or_default())
}

/// Every name under which clients reach the cluster, in the order of the certificate.
pub fn server_names(cluster: &Cluster, domain: &str) -> Vec<String> {
    let name = cluster.metadata.name.as_deref().unwrap_or_default();
    let namespace = cluster.metadata.namespace.as_deref().unwrap_or_default();
    let managed = cluster.spec.managed.as_ref().and_then(|managed| managed.services.as_ref());
    let disabled = managed.map_or(&[][..], |services| &services.disabled_default_services);
    let defaults =
        [("rw", ServiceSelector::Rw), ("r", ServiceSelector::R), ("ro", ServiceSelector::Ro)];
    let defaults = defaults.into_iter().filter(|(_, selector)| !disabled.contains(selector));
    let mut services: Vec<String> =
        defaults.map(|(suffix, _)| format!("{name}-{suffix}")).collect();
    for service in managed.map_or(&[][..], |services| &services.additional) {
        let meta = service.service_template.metadata.as_ref();
        services.extend(meta.and_then(|meta| meta.name.clone()));
    }
    let mut names = Vec::new();
    for service in services {
        names.push(service.clone());
        names.push(format!("{service}.{namespace}"));
        names.push(format!("{service}.{namespace}.svc"));
        names.push(format!("{service}.{namespace}.svc.{domain}"));
    }
    let given = cluster.spec.certificates.iter().flat_map(|given| &given.server_alt_dns_names);
    names.extend(given.cloned());
    names
}

/// A time as it stands in the status: `2027-02-19 06:01:17 +0000 UTC`.
pub fn written(time: Timestamp) -> String {
    time.to_zoned(TimeZone::UTC).strftime("%Y-%m-%d %H:%M:%S %z UTC").to_string()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn cluster(spec: serde_json::Value) -> Cluster {
        let metadata = json!({"name": "pg", "namespace": "ns"});
        serde_json::from_value(json!({"metadata": metadata, "spec": spec})).expect("a cluster")
    }

    #[test]
    fn every_service_has_four_names() {
        let names = server_names(
            &cluster(json!({
                "instances": 1,
                "certificates": {"serverAltDNSNames": ["db.example.com"]},
                "managed": {"services": {
                    "disabledDefaultServices": ["r"],
                    "additional": [{
                        "selectorType": "rw",
                        "serviceTemplate": {"metadata": {"name": "more"}}
                    }],
                }},
            })),
            "cluster.local",
        );
        let first: Vec<_> = names.iter().filter(|name| !name.contains('.')).collect();
        assert_eq!(first, ["pg-rw", "pg-ro", "more"]);
        assert_eq!(names[3], "pg-rw.ns.svc.cluster.local");
        assert_eq!(names.last().map(String::as_str), Some("db.example.com"));
        assert_eq!(names.len(), 13);
    }

    #[test]
    fn what_the_user_names_is_not_ours() {
        let names = Names::of(&cluster(json!({
            "instances": 1,
            "certificates": {"serverCASecret": "mine", "serverTLSSecret": "tls"},
        })));
        assert_eq!((names.server_ca.as_str(), names.server_ca_given), ("mine", true));
        assert_eq!((names.client_ca.as_str(), names.client_ca_given), ("pg-ca", false));
        assert_eq!((names.server.as_str(), names.server_given), ("tls", true));
        assert_eq!(
            (names.replication.as_str(), names.replication_given),
            ("pg-replication", false)
        );
    }

    #[test]
    fn times_are_written_as_recorded() {
        let time: Timestamp = "2027-02-19T06:01:17Z".parse().expect("a time");
        assert_eq!(written(time), "2027-02-19 06:01:17 +0000 UTC");
    }
}
