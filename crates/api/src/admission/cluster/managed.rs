//! Roles and services that the operator manages for a cluster's owner.

use postgres::identifier;

use super::View;
use crate::admission::Errors;
use crate::admission::field_error::repeated;
use crate::cluster::managed::{Managed, ManagedRole, ManagedService, ServiceSelector};

/// Errors about roles name the list, without a position.
const ROLES: &str = "spec.managed.roles";
const SERVICES: &str = "spec.managed.services";

pub(super) fn check(view: &View<'_>, errors: &mut Errors) {
    let Some(Managed { roles, services }) = &view.spec.managed else { return };
    for (_, name) in repeated(roles.iter().map(|role| role.name.as_str())) {
        errors.invalid(ROLES, name, "another role has this name", "keep one of them");
    }
    for role in roles {
        check_role(role, errors);
    }
    let Some(services) = services else { return };
    if services.disabled_default_services.contains(&ServiceSelector::Rw) {
        errors.invalid(
            format!("{SERVICES}.disabledDefaultServices"),
            ServiceSelector::Rw,
            "instances reach their primary by this service",
            "disable only r and ro",
        );
    }
    for (index, service) in services.additional.iter().enumerate() {
        check_service(view, &format!("{SERVICES}.additional[{index}]"), service, errors);
    }
    let names = services.additional.iter().filter_map(service_name);
    for (_, name) in repeated(names) {
        let path = format!("{SERVICES}.additional");
        errors.invalid(path, name, "another service has this name", "give it another name");
    }
}

fn check_role(role: &ManagedRole, errors: &mut Errors) {
    let name = &role.name;
    if role.connection_limit.is_some_and(|limit| limit < -1) {
        errors.invalid(ROLES, name, "its connection limit is below -1", "use -1 for no limit");
    }
    if identifier::is_reserved_role(name) {
        errors.invalid(
            ROLES,
            name,
            "the role belongs to PostgreSQL or to the operator",
            "use another name",
        );
    }
    if role.password_secret.is_some() && role.disable_password == Some(true) {
        errors.invalid(
            ROLES,
            name,
            "its password is both set and disabled",
            "keep one of passwordSecret and disablePassword",
        );
    }
}

fn service_name(service: &ManagedService) -> Option<&str> {
    service.service_template.metadata.as_ref()?.name.as_deref()
}

fn check_service(view: &View<'_>, path: &str, service: &ManagedService, errors: &mut Errors) {
    let spec = service.service_template.spec.as_ref();
    let selector = spec.and_then(|spec| spec.selector.as_ref());
    if let Some(selector) = selector
        && !selector.is_empty()
    {
        errors.invalid(
            path,
            selector,
            "the operator selects the pods",
            "remove the selector and use selectorType",
        );
    }
    let name = service_name(service).unwrap_or_default();
    let reserved = ["-rw", "-ro", "-r", "-any"]
        .iter()
        .any(|suffix| name.strip_suffix(suffix) == Some(view.name()));
    if name.is_empty() {
        errors.invalid(path, name, "the service has no name", "set serviceTemplate.metadata.name");
    } else if reserved {
        errors.invalid(
            path,
            name,
            "the cluster has a service of this name already",
            "use another name",
        );
    }
}
