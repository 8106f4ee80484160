//! Other servers that a cluster knows.

use k8s_openapi::api::core::v1::SecretKeySelector;

use super::View;
use crate::admission::Errors;
use crate::admission::field_error::repeated;

pub(super) fn check(view: &View<'_>, errors: &mut Errors) {
    let externals = &view.spec.external_clusters;
    for (index, name) in repeated(externals.iter().map(|external| external.name.as_str())) {
        errors.duplicate(format!("spec.externalClusters[{index}].name"), name, "external cluster");
    }
    for (index, external) in externals.iter().enumerate() {
        let path = format!("spec.externalClusters[{index}]");
        check_path_part(&format!("{path}.name"), &external.name, errors);
        if external.connection_parameters.is_empty()
            && external.barman_object_store.is_none()
            && external.plugin.is_none()
        {
            errors.invalid(
                path.as_str(),
                external,
                "nothing tells how to reach this server",
                "give it connectionParameters, barmanObjectStore or plugin",
            );
        }
        for (field, secret) in [
            ("sslCert", &external.ssl_cert),
            ("sslKey", &external.ssl_key),
            ("sslRootCert", &external.ssl_root_cert),
        ] {
            if let Some(SecretKeySelector { name, key, .. }) = secret {
                check_path_part(&format!("{path}.{field}.name"), name, errors);
                check_path_part(&format!("{path}.{field}.key"), key, errors);
            }
        }
    }
}

/// Files are named after these texts: none may lead out of its directory.
fn check_path_part(path: &str, part: &str, errors: &mut Errors) {
    if part.is_empty() || part == "." || part == ".." || part.contains(['/', '\\']) {
        errors.invalid(
            path,
            part,
            "files are named after it",
            "write a name without slashes that is neither empty nor `.` nor `..`",
        );
    }
}
