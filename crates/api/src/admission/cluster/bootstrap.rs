//! How the first instance comes to be.

use super::View;
use crate::admission::Errors;
use crate::cluster::initdb::{Import, ImportType, InitDb};
use crate::references::SqlRefs;

const INITDB: &str = "spec.bootstrap.initdb";
const WILDCARD: &str = "*";

pub(super) fn check(view: &View<'_>, errors: &mut Errors) {
    let Some(bootstrap) = &view.spec.bootstrap else { return };
    let methods = [
        bootstrap.initdb.is_some(),
        bootstrap.recovery.is_some(),
        bootstrap.pg_basebackup.is_some(),
    ];
    if methods.into_iter().filter(|given| *given).count() > 1 {
        errors.invalid(
            "spec.bootstrap",
            bootstrap,
            "there is more than one way to bootstrap",
            "keep one of initdb, recovery and pg_basebackup",
        );
    }
    if let Some(initdb) = &bootstrap.initdb {
        application("initdb", initdb.database.as_ref(), initdb.owner.as_ref(), errors);
        check_initdb(initdb, errors);
    }
    if let Some(recovery) = &bootstrap.recovery {
        application("recovery", recovery.database.as_ref(), recovery.owner.as_ref(), errors);
    }
    if let Some(copy) = &bootstrap.pg_basebackup {
        application("pg_basebackup", copy.database.as_ref(), copy.owner.as_ref(), errors);
        if !view.knows_external(&copy.source) {
            errors.invalid(
                "spec.bootstrap.pg_basebackup.source",
                &copy.source,
                "spec.externalClusters has no server of this name",
                "add it there, or name another",
            );
        }
    }
}

fn application(
    method: &str,
    database: Option<&String>,
    owner: Option<&String>,
    errors: &mut Errors,
) {
    let (missing, given) = match (database, owner) {
        (None, Some(_)) => ("database", "owner"),
        (Some(_), None) => ("owner", "database"),
        (None, None) | (Some(_), Some(_)) => return,
    };
    errors.invalid(
        format!("spec.bootstrap.{method}.{missing}"),
        "",
        format!("it is missing although {given} is set"),
        "set both or none",
    );
}

fn check_initdb(initdb: &InitDb, errors: &mut Errors) {
    if let Some(size) = initdb.wal_segment_size
        && !u64::try_from(size).is_ok_and(u64::is_power_of_two)
    {
        errors.invalid(
            format!("{INITDB}.walSegmentSize"),
            size,
            "it is not a power of two",
            "use one of 1, 2, 4, 8, 16, 32, 64, 128, 256, 512 and 1024",
        );
    }
    for (field, refs) in [
        ("postInitSQLRefs", &initdb.post_init_sql_refs),
        ("postInitTemplateSQLRefs", &initdb.post_init_template_sql_refs),
        ("postInitApplicationSQLRefs", &initdb.post_init_application_sql_refs),
    ] {
        if let Some(refs) = refs {
            check_sql_refs(field, refs, errors);
        }
    }
    if let Some(import) = &initdb.import {
        check_import(import, errors);
    }
}

fn check_sql_refs(field: &str, refs: &SqlRefs, errors: &mut Errors) {
    let lists = [("secretRefs", &refs.secret_refs), ("configMapRefs", &refs.config_map_refs)];
    for (list, entries) in lists {
        for entry in entries.iter().filter(|entry| entry.name.is_empty() || entry.key.is_empty()) {
            errors.invalid(
                format!("{INITDB}.{field}.{list}"),
                entry,
                "a reference has no name or no key",
                "set both name and key",
            );
        }
    }
}

fn check_import(import: &Import, errors: &mut Errors) {
    match import.r#type {
        ImportType::Microservice => check_microservice(import, errors),
        ImportType::Monolith => check_monolith(import, errors),
        // The schema refuses other words.
        ImportType::Other(_) => {}
    }
}

fn check_microservice(import: &Import, errors: &mut Errors) {
    let path = format!("{INITDB}.import.databases");
    match import.databases.as_slice() {
        [only] if only == WILDCARD => errors.invalid(
            format!("{path}.0"),
            WILDCARD,
            "a microservice import takes one database",
            "name that database",
        ),
        [_] => {}
        databases => errors.invalid(
            path,
            databases,
            format!("a microservice import takes one database, not {}", databases.len()),
            "name that database alone, or use the type monolith",
        ),
    }
    if !import.roles.is_empty() {
        errors.invalid(
            format!("{INITDB}.import.roles"),
            &import.roles,
            "a microservice import takes no roles",
            "remove them, or use the type monolith",
        );
    }
}

fn check_monolith(import: &Import, errors: &mut Errors) {
    if import.databases.is_empty() {
        errors.invalid(
            format!("{INITDB}.import.databases"),
            &import.databases,
            "there is nothing to import",
            "name databases, or write `*` for all",
        );
    }
    for (field, names) in [("databases", &import.databases), ("roles", &import.roles)] {
        if names.len() > 1 && names.iter().any(|name| name == WILDCARD) {
            errors.invalid(
                format!("{INITDB}.import.{field}"),
                names,
                "`*` already means all",
                "keep either `*` or the names",
            );
        }
    }
    if !import.post_import_application_sql.is_empty() {
        errors.invalid(
            format!("{INITDB}.import.postImportApplicationSQL"),
            &import.post_import_application_sql,
            "a monolith import has no application database to run it in",
            "remove it, or use the type microservice",
        );
    }
}
