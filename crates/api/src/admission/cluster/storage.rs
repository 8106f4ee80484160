//! Volumes of a cluster: data, WAL, tablespaces and scratch space.

use std::collections::BTreeSet;

use postgres::identifier;

use super::View;
use crate::admission::Errors;
use crate::cluster::storage::{Storage, Tablespace};
use crate::quantity::Amount;

pub(super) fn check(view: &View<'_>, errors: &mut Errors) {
    check_size("spec.storage", &view.spec.storage, errors);
    if let Some(wal) = &view.spec.wal_storage {
        check_size("spec.walStorage", wal, errors);
    }
    check_tablespaces(&view.spec.tablespaces, errors);
    let limit = view.spec.ephemeral_volumes_size_limit.as_ref();
    let limited = limit.is_some_and(|limit| limit.temporary_data.is_some());
    if let (Some(source), true) = (&view.spec.ephemeral_volume_source, limited) {
        errors.invalid(
            "spec.ephemeralVolumeSource",
            source,
            "ephemeralVolumesSizeLimit.temporaryData limits the volume that this replaces",
            "keep one of the two",
        );
    }
}

/// The size a volume is asked to have, as it is written.
fn written_size(storage: &Storage) -> Option<&str> {
    let requests = || storage.pvc_template.as_ref()?.resources.as_ref()?.requests.as_ref();
    let template = || requests()?.get("storage").map(|amount| amount.0.as_str());
    storage.size.as_deref().or_else(template)
}

/// The size a volume is asked to have, when that can be read.
pub(super) fn size(storage: &Storage) -> Option<Amount> {
    written_size(storage)?.parse().ok()
}

fn check_size(path: &str, storage: &Storage, errors: &mut Errors) {
    let path = format!("{path}.size");
    match (&storage.size, written_size(storage)) {
        (Some(size), _) => {
            if let Err(error) = size.parse::<Amount>() {
                errors.invalid(path, size, error.to_string(), "write a size such as 10Gi");
            }
        }
        (None, None) => errors.invalid(
            path,
            "",
            "nothing tells how large the volume is",
            "set size, or a storage request in pvcTemplate",
        ),
        (None, Some(_)) => {}
    }
}

fn check_tablespaces(tablespaces: &[Tablespace], errors: &mut Errors) {
    let mut names = BTreeSet::new();
    let mut volumes = BTreeSet::new();
    for (index, tablespace) in tablespaces.iter().enumerate() {
        let name = tablespace.name.as_str();
        let path = format!("spec.tablespaces[{index}]");
        if let Some((problem, remedy)) = wrong_name(name) {
            errors.invalid(path.as_str(), name, problem, remedy);
        }
        if !names.insert(name.to_lowercase()) {
            errors.invalid(
                path.as_str(),
                name,
                "another tablespace has this name, letter case aside",
                "give it a name of its own",
            );
        } else if !volumes.insert(volume_name(name)) {
            errors.invalid(
                path.as_str(),
                name,
                format!("another tablespace has the volume {}", volume_name(name)),
                "give it a name that differs in more than special characters",
            );
        }
        check_size(&path, &tablespace.storage, errors);
    }
}

fn wrong_name(name: &str) -> Option<(&'static str, &'static str)> {
    if name.len() > identifier::MAX_LENGTH {
        return Some(("it is longer than an identifier may be", "use at most 63 characters"));
    }
    if !identifier::is_identifier(name) {
        return Some((
            "it is not an identifier",
            "use letters, digits, `_` and `$`, starting with a letter or `_`",
        ));
    }
    name.starts_with(identifier::RESERVED_PREFIX)
        .then_some(("PostgreSQL keeps names starting with pg_ for itself", "use another name"))
}

/// The volume of a tablespace, in which special characters become dashes.
fn volume_name(tablespace: &str) -> String {
    let tail = tablespace.strip_prefix('_').map(|rest| format!("1{rest}"));
    let name = tail.unwrap_or_else(|| tablespace.to_owned());
    format!("tbs-{}", name.replace(['_', '$'], "-").to_lowercase())
}
