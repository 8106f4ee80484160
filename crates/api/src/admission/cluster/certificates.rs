//! Certificates and credentials that the owner brings, and the lease of the primary.

use super::View;
use crate::admission::Errors;
use crate::cluster::certificates::Certificates;

pub(super) fn check(view: &View<'_>, errors: &mut Errors) {
    if let Some(certificates) = &view.spec.certificates {
        check_certificates(certificates, errors);
    }
    if let Some(secret) = &view.spec.superuser_secret
        && secret.name.is_empty()
    {
        let remedy = "name a secret, or remove superuserSecret";
        errors.invalid("spec.superusersecret.name", &secret.name, "it is empty", remedy);
    }
    if let (Some(name), Some(_)) =
        (&view.spec.service_account_name, &view.spec.service_account_template)
    {
        errors.invalid(
            "spec.serviceAccountName",
            name,
            "the template describes an account that the operator makes",
            "keep one of serviceAccountName and serviceAccountTemplate",
        );
    }
    check_lease(view, errors);
}

fn check_certificates(certificates: &Certificates, errors: &mut Errors) {
    if let Some(server) = &certificates.server_tls_secret {
        if certificates.server_ca_secret.is_none() {
            errors.invalid(
                "spec.certificates.servercasecret",
                "",
                format!("nothing tells who signed the certificate in {server}"),
                "set serverCASecret",
            );
        }
        if !certificates.server_alt_dns_names.is_empty() {
            errors.invalid(
                "spec.certificates.serveraltdnsnames",
                &certificates.server_alt_dns_names,
                "a given certificate has its own names",
                "remove serverAltDNSNames or serverTLSSecret",
            );
        }
    }
    if let Some(replication) = &certificates.replication_tls_secret
        && certificates.client_ca_secret.is_none()
    {
        errors.invalid(
            "spec.certificates.clientcasecret",
            "",
            format!("nothing tells who signed the certificate in {replication}"),
            "set clientCASecret",
        );
    }
}

/// A primary must give up before another may take over, and have time to try more than once.
fn check_lease(view: &View<'_>, errors: &mut Errors) {
    let Some(lease) = &view.spec.primary_lease else { return };
    let duration = i64::from(lease.lease_duration_seconds.unwrap_or(15));
    let deadline = i64::from(lease.renew_deadline_seconds.unwrap_or(10));
    let retry = i64::from(lease.retry_period_seconds.unwrap_or(2));
    if duration <= deadline {
        errors.invalid(
            "spec.primaryLease.leaseDurationSeconds",
            duration,
            "it is not greater than renewDeadlineSeconds",
            "raise it",
        );
    }
    if 5 * deadline <= 6 * retry {
        errors.invalid(
            "spec.primaryLease.renewDeadlineSeconds",
            deadline,
            "it is not greater than 1.2 times retryPeriodSeconds",
            "raise it, or lower retryPeriodSeconds",
        );
    }
}
