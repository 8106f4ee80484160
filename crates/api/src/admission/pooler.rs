//! What may stand in a Pooler.

use serde_json::Value;

use super::{Errors, FieldError, Operation, Outcome, annotation, document};
use crate::pooler::Pooler;
use crate::references::LocalRef;

/// Options of PgBouncer that may be set; the operator writes the others.
const PARAMETERS: &[&str] = &[
    "application_name_add_host",
    "auth_type",
    "auth_user",
    "autodb_idle_timeout",
    "cancel_wait_timeout",
    "client_idle_timeout",
    "client_login_timeout",
    "client_tls13_ciphers",
    "client_tls_ciphers",
    "client_tls_sslmode",
    "default_pool_size",
    "disable_pqexec",
    "dns_max_ttl",
    "dns_nxdomain_ttl",
    "idle_transaction_timeout",
    "ignore_startup_parameters",
    "listen_backlog",
    "log_connections",
    "log_disconnections",
    "log_pooler_errors",
    "log_stats",
    "max_client_conn",
    "max_db_connections",
    "max_packet_size",
    "max_prepared_statements",
    "max_user_connections",
    "min_pool_size",
    "pkt_buf",
    "query_timeout",
    "query_wait_timeout",
    "reserve_pool_size",
    "reserve_pool_timeout",
    "sbuf_loopcnt",
    "server_check_delay",
    "server_check_query",
    "server_connect_timeout",
    "server_fast_close",
    "server_idle_timeout",
    "server_lifetime",
    "server_login_retry",
    "server_reset_query",
    "server_reset_query_always",
    "server_round_robin",
    "server_tls13_ciphers",
    "server_tls_ciphers",
    "server_tls_protocols",
    "server_tls_sslmode",
    "stats_period",
    "suspend_timeout",
    "tcp_defer_accept",
    "tcp_keepalive",
    "tcp_keepcnt",
    "tcp_keepidle",
    "tcp_keepintvl",
    "tcp_socket_buffer",
    "tcp_user_timeout",
    "track_extra_parameters",
    "verbose",
];

pub(super) fn validate(operation: Operation<'_>, object: &Value) -> Outcome {
    let pooler: Pooler = match document::read(object) {
        Ok(pooler) => pooler,
        Err(error) => return Outcome::unreadable(&error),
    };
    let switch = annotation::warning(&pooler.metadata);
    if annotation::validation(&pooler.metadata) == annotation::Validation::Disabled {
        return Outcome { errors: Vec::new(), warnings: switch.into_iter().collect() };
    }
    // Without the section nothing else can be said.
    let has_section = object.pointer("/spec/pgbouncer").is_some_and(|section| !section.is_null());
    let errors = if has_section { errors(&pooler) } else { missing_section() };
    let warnings = match operation {
        Operation::Create if !errors.is_empty() => Vec::new(),
        Operation::Create | Operation::Update { .. } => {
            switch.into_iter().chain(warnings(&pooler)).collect()
        }
    };
    Outcome { errors, warnings }
}

fn missing_section() -> Vec<FieldError> {
    let mut errors = Errors::default();
    errors.required("spec.pgbouncer", "a pooler runs PgBouncer", "add the section, if need be {}");
    errors.into_vec()
}

fn errors(pooler: &Pooler) -> Vec<FieldError> {
    let mut errors = Errors::default();
    auth_query(pooler, &mut errors);
    cluster(pooler, &mut errors);
    metrics(pooler, &mut errors);
    for name in pooler.spec.pgbouncer.parameters.keys() {
        if PARAMETERS.binary_search(&name.as_str()).is_err() {
            errors.invalid(
                "spec.cluster.parameters",
                name,
                "this option of PgBouncer cannot be set",
                "remove it from spec.pgbouncer.parameters",
            );
        }
    }
    errors.into_vec()
}

fn auth_query(pooler: &Pooler, errors: &mut Errors) {
    let pgbouncer = &pooler.spec.pgbouncer;
    match (&pgbouncer.auth_query, has_own_credentials(pooler)) {
        (None, true) => errors.invalid(
            "spec.pgbouncer.authQuery",
            "",
            "credentials are given, but no query to look up users with",
            "set authQuery",
        ),
        (Some(_), false) => errors.invalid(
            "spec.pgbouncer.authQuerySecret.name",
            named(pgbouncer.auth_query_secret.as_ref()).unwrap_or_default(),
            "authQuery is given, but no credentials to run it with",
            "name a secret in authQuerySecret or serverTLSSecret",
        ),
        (None, false) | (Some(_), true) => {}
    }
}

fn cluster(pooler: &Pooler, errors: &mut Errors) {
    let cluster = &pooler.spec.cluster.name;
    if cluster.is_empty() {
        errors.invalid("spec.cluster.name", cluster, "it is empty", "name a cluster");
    } else if pooler.metadata.name.as_ref() == Some(cluster) {
        errors.invalid(
            "metadata.name",
            cluster,
            "the cluster has the same name, and both own objects named like themselves",
            "give the pooler another name",
        );
    }
}

fn metrics(pooler: &Pooler, errors: &mut Errors) {
    let Some(monitoring) = &pooler.spec.monitoring else { return };
    let tls = monitoring.tls.as_ref().is_some_and(|tls| tls.enabled == Some(true));
    let certificate = named(pooler.spec.pgbouncer.client_tls_secret.as_ref());
    if tls && monitoring.enable_pod_monitor == Some(true) && certificate.is_none() {
        errors.invalid(
            "spec.pgbouncer.clientTLSSecret",
            &pooler.spec.pgbouncer.client_tls_secret,
            "a PodMonitor reads metrics over TLS, but no certificate is given",
            "name a secret in clientTLSSecret",
        );
    }
}

fn warnings(pooler: &Pooler) -> Vec<String> {
    let mut warnings = Vec::new();
    if pooler.spec.pgbouncer.auth_query.is_some() || has_own_credentials(pooler) {
        warnings.push(format!(
            "the pooler {:?} is not set up in the cluster {:?} by the operator: create the user \
             and the query function as the documentation describes",
            pooler.metadata.name.as_deref().unwrap_or_default(),
            pooler.spec.cluster.name,
        ));
    }
    if named(pooler.spec.pgbouncer.auth_query_secret.as_ref()).is_some() {
        warnings.push("spec.pgbouncer.authQuerySecret is deprecated: use serverTLSSecret".into());
    }
    if let Some(monitoring) = &pooler.spec.monitoring
        && (monitoring.enable_pod_monitor == Some(true)
            || !monitoring.pod_monitor_metric_relabelings.is_empty()
            || !monitoring.pod_monitor_relabelings.is_empty())
    {
        warnings.push(
            "spec.monitoring: enablePodMonitor and its relabelings are deprecated: create the \
             PodMonitor yourself"
                .into(),
        );
    }
    warnings
}

/// Whether the owner brings what PgBouncer authenticates to PostgreSQL with.
fn has_own_credentials(pooler: &Pooler) -> bool {
    let pgbouncer = &pooler.spec.pgbouncer;
    named(pgbouncer.auth_query_secret.as_ref()).is_some()
        || named(pgbouncer.server_tls_secret.as_ref()).is_some()
}

fn named(reference: Option<&LocalRef>) -> Option<&str> {
    reference.map(|reference| reference.name.as_str()).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_list_of_options_is_sorted_for_the_search() {
        assert!(PARAMETERS.is_sorted_by(|a, b| a < b));
    }

    #[test]
    fn refusals() {
        let rows: [(&str, Value, &[&str]); 9] = [
            ("plain", json!({"cluster": {"name": "c"}, "pgbouncer": {}}), &[]),
            ("no section", json!({"cluster": {"name": ""}}), &["spec.pgbouncer"]),
            (
                "no cluster",
                json!({"cluster": {"name": ""}, "pgbouncer": {}}),
                &["spec.cluster.name"],
            ),
            ("same name", json!({"cluster": {"name": "p"}, "pgbouncer": {}}), &["metadata.name"]),
            (
                "query without credentials",
                json!({"cluster": {"name": "c"}, "pgbouncer": {"authQuery": "q"}}),
                &["spec.pgbouncer.authQuerySecret.name"],
            ),
            (
                "credentials without query",
                json!({"cluster": {"name": "c"}, "pgbouncer": {"serverTLSSecret": {"name": "s"}}}),
                &["spec.pgbouncer.authQuery"],
            ),
            (
                "an empty reference is none",
                json!({"cluster": {"name": "c"}, "pgbouncer": {"serverTLSSecret": {"name": ""}}}),
                &[],
            ),
            (
                "metrics over TLS",
                json!({
                    "cluster": {"name": "c"},
                    "pgbouncer": {},
                    "monitoring": {"enablePodMonitor": true, "tls": {"enabled": true}},
                }),
                &["spec.pgbouncer.clientTLSSecret"],
            ),
            (
                "options",
                json!({
                    "cluster": {"name": "c"},
                    "pgbouncer": {"parameters": {"verbose": "1", "pool_mode": "session"}},
                }),
                &["spec.cluster.parameters"],
            ),
        ];
        for (row, spec, expected) in rows {
            let object = json!({"metadata": {"name": "p"}, "spec": spec});
            let outcome = validate(Operation::Create, &object);
            let paths: Vec<_> = outcome.errors.iter().map(|error| error.path.as_str()).collect();
            assert_eq!(paths, expected, "{row}");
        }
    }

    #[test]
    fn a_refused_update_still_warns() {
        let object = json!({
            "metadata": {"name": "p"},
            "spec": {"cluster": {"name": ""}, "pgbouncer": {
                "authQuery": "q", "authQuerySecret": {"name": "s"},
            }},
        });
        let created = validate(Operation::Create, &object);
        let updated = validate(Operation::Update { old: &object }, &object);
        assert_eq!((created.errors.len(), created.warnings.len()), (1, 0));
        assert_eq!((updated.errors.len(), updated.warnings.len()), (1, 2));
    }
}
