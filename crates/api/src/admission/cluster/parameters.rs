//! Settings of the server.

use postgres::settings::{self, ArchiveMode};
use postgres::size::Size;
use postgres::{boolean, identifier};

use super::View;
use super::view::{Role, archive_mode};
use crate::admission::Errors;

/// The path of a setting in errors.
pub(super) fn path(name: &str) -> String {
    format!("spec.postgresql.parameters.{name}")
}

/// Settings are only judged when the version they are for is known.
pub(super) fn check(view: &View<'_>, errors: &mut Errors) {
    ldap(view, errors);
    if view.version.is_none() {
        return;
    }
    for (name, value) in &view.spec.postgresql.parameters {
        if !identifier::is_setting_name(name) {
            errors.invalid(
                path(name),
                value,
                "no setting can be called so",
                "write one name, or two with a dot between them",
            );
        }
        check_reserved(view, name, value, errors);
    }
    wal_level(view, errors);
    shared_buffers(view, errors);
    booleans(view, errors);
}

fn check_reserved(view: &View<'_>, name: &str, value: &str, errors: &mut Errors) {
    let computed = match name {
        settings::ARCHIVE_MODE => Some(archive_mode(view.cluster).as_str()),
        _ => settings::default_of(name),
    };
    if settings::reserved(name).is_some() && computed != Some(value) {
        errors.invalid(
            path(name),
            value,
            "only the operator sets this",
            "remove it from spec.postgresql.parameters",
        );
    }
}

fn wal_level(view: &View<'_>, errors: &mut Errors) {
    let Some(level) = view.parameter("wal_level") else { return };
    match level {
        "logical" | "replica" => {}
        "minimal" => minimal_wal(view, errors),
        _ => errors.invalid(
            path("wal_level"),
            level,
            "there is no such level",
            "use logical, replica or minimal",
        ),
    }
}

fn minimal_wal(view: &View<'_>, errors: &mut Errors) {
    let archived = archive_mode(view.cluster) != ArchiveMode::Off;
    if archived || view.spec.instances > 1 || view.role == Role::Replica {
        errors.invalid(
            path("wal_level"),
            "minimal",
            "such WAL serves no archive, no standby and no replica cluster",
            "use logical or replica",
        );
    }
    if view.parameter("max_wal_senders") != Some("0") {
        errors.invalid(
            path("max_wal_senders"),
            view.parameter("max_wal_senders").unwrap_or_default(),
            "with wal_level minimal there is nothing to send",
            "set it to 0, or use another wal_level",
        );
    }
}

fn shared_buffers(view: &View<'_>, errors: &mut Errors) {
    if let Some(value) = view.parameter("shared_buffers")
        && let Err(error) = Size::parse(value)
    {
        let remedy = "write a size such as 256MB";
        errors.invalid(path("shared_buffers"), value, error.to_string(), remedy);
    }
}

fn booleans(view: &View<'_>, errors: &mut Errors) {
    for name in ["hot_standby_feedback", "sync_replication_slots", "wal_log_hints"] {
        if let Some(value) = view.parameter(name)
            && boolean::parse(value).is_none()
        {
            errors.invalid(path(name), value, "it is not a boolean", "write `on` or `off`");
        }
    }
    let hints = view.parameter("wal_log_hints");
    if hints.and_then(boolean::parse) == Some(false) && view.spec.instances > 1 {
        errors.invalid(
            path("wal_log_hints"),
            hints,
            "a former primary is rewound with the help of the hints",
            "set it to `on`, or run one instance",
        );
    }
}

fn ldap(view: &View<'_>, errors: &mut Errors) {
    let Some(ldap) = &view.spec.postgresql.ldap else { return };
    let path = "spec.postgresql.ldap";
    if ldap.server.is_none() {
        errors.invalid(path, "", "the server is missing", "set server");
    }
    if ldap.bind_as_auth.is_some() && ldap.bind_search_auth.is_some() {
        errors.invalid(
            path,
            ldap,
            "there are two ways to bind",
            "keep one of bindAsAuth and bindSearchAuth",
        );
    }
}
