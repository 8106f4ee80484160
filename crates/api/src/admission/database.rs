//! What may stand in a Database.

use serde_json::Value;

use super::field_error::repeated;
use super::{Errors, Outcome, annotation, document};
use crate::database::Database;
use crate::database::objects::{ForeignOption, ForeignUsage};
use crate::ensure::Ensure;

pub(super) fn validate(object: &Value) -> Outcome {
    let database: Database = match document::read(object) {
        Ok(database) => database,
        Err(error) => return Outcome::unreadable(&error),
    };
    let warnings = annotation::warning(&database.metadata).into_iter().collect();
    let mut errors = Errors::default();
    if annotation::validation(&database.metadata) != annotation::Validation::Disabled {
        names(&database, &mut errors);
        wrappers(&database, &mut errors);
        servers(&database, &mut errors);
    }
    Outcome { errors: errors.into_vec(), warnings }
}

fn names(database: &Database, errors: &mut Errors) {
    let spec = &database.spec;
    let extensions = spec.extensions.iter().map(|extension| extension.name.as_str());
    unique("spec.extensions", extensions, "extension", errors);
    let schemas = spec.schemas.iter().map(|schema| schema.name.as_str());
    unique("spec.schemas", schemas, "schema", errors);
    unique("spec.fdws", spec.fdws.iter().map(|fdw| fdw.name.as_str()), "wrapper", errors);
    let servers = spec.servers.iter().map(|server| server.name.as_str());
    unique("spec.servers", servers, "server", errors);
}

fn wrappers(database: &Database, errors: &mut Errors) {
    for (index, fdw) in database.spec.fdws.iter().enumerate() {
        members(&format!("spec.fdws[{index}]"), &fdw.options, &fdw.usage, errors);
    }
}

fn servers(database: &Database, errors: &mut Errors) {
    let spec = &database.spec;
    for (index, server) in spec.servers.iter().enumerate() {
        let path = format!("spec.servers[{index}]");
        let known = spec.fdws.iter().any(|fdw| fdw.name == server.fdw);
        if !known && server.ensure != Some(Ensure::Absent) {
            errors.invalid(
                format!("{path}.fdw"),
                &server.fdw,
                "spec.fdws has no wrapper of this name",
                "add it there, or name another",
            );
        }
        members(&path, &server.options, &server.usage, errors);
    }
}

/// Errors name the list of usages in the plural, unlike the field.
fn members(path: &str, options: &[ForeignOption], usages: &[ForeignUsage], errors: &mut Errors) {
    let options = options.iter().map(|option| option.name.as_str());
    unique(&format!("{path}.options"), options, "option", errors);
    let usages = usages.iter().map(|usage| usage.name.as_str());
    unique(&format!("{path}.usages"), usages, "usage", errors);
}

fn unique<'a>(
    list: &str,
    names: impl IntoIterator<Item = &'a str>,
    what: &str,
    errors: &mut Errors,
) {
    for (index, name) in repeated(names) {
        errors.duplicate(format!("{list}[{index}].name"), name, what);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn names_are_unique_and_wrappers_known() {
        let twice = json!([{"name": "x"}, {"name": "x"}]);
        let object = json!({"metadata": {"name": "d"}, "spec": {
            "extensions": twice,
            "schemas": twice,
            "fdws": [{"name": "f", "options": twice, "usage": twice}, {"name": "f"}],
            "servers": [
                {"name": "s", "fdw": "f", "options": twice, "usage": twice},
                {"name": "t", "fdw": "none"},
                {"name": "s", "fdw": "none", "ensure": "absent"},
            ],
        }});
        let paths: Vec<_> = validate(&object).errors.into_iter().map(|error| error.path).collect();
        assert_eq!(
            paths,
            [
                "spec.extensions[1].name",
                "spec.schemas[1].name",
                "spec.fdws[1].name",
                "spec.servers[2].name",
                "spec.fdws[0].options[1].name",
                "spec.fdws[0].usages[1].name",
                "spec.servers[0].options[1].name",
                "spec.servers[0].usages[1].name",
                "spec.servers[1].fdw",
            ]
        );
    }
}
