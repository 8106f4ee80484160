//! The statements that change a role: pure.

use api::cluster::managed::ManagedRole;

use super::listing::{Role, ValidUntil};
use crate::sql::quote::{identifier, literal};

/// Whether the role exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    Create,
    Alter,
}

/// What happens to the password.
#[derive(Clone)]
pub enum Password {
    Leave,
    Null,
    Set(secrecy::SecretString),
}

/// `CREATE ROLE` or `ALTER ROLE` with every option, in a fixed order.
pub fn definition(
    verb: Verb,
    role: &ManagedRole,
    password: &Password,
    found: Option<&Role>,
) -> String {
    use secrecy::ExposeSecret as _;
    let option = |on: bool, word: &str| if on { word.to_owned() } else { format!("NO{word}") };
    let yes = |flag: Option<bool>| flag == Some(true);
    let mut words = vec![
        match verb {
            Verb::Create => "CREATE ROLE".to_owned(),
            Verb::Alter => "ALTER ROLE".to_owned(),
        },
        identifier(&role.name),
        option(yes(role.bypassrls), "BYPASSRLS"),
        option(yes(role.createdb), "CREATEDB"),
        option(yes(role.createrole), "CREATEROLE"),
        option(role.inherit.unwrap_or(true), "INHERIT"),
        option(yes(role.login), "LOGIN"),
        option(yes(role.replication), "REPLICATION"),
        option(yes(role.superuser), "SUPERUSER"),
        format!("CONNECTION LIMIT {}", role.connection_limit.unwrap_or(-1)),
    ];
    if verb == Verb::Create && !role.in_roles.is_empty() {
        let parents: Vec<_> = role.in_roles.iter().map(|name| identifier(name)).collect();
        words.push(format!("IN ROLE {}", parents.join(", ")));
    }
    words.extend(match password {
        Password::Leave => None,
        Password::Null => Some("PASSWORD NULL".to_owned()),
        Password::Set(password) => Some(format!("PASSWORD {}", literal(password.expose_secret()))),
    });
    let ends = found.is_some_and(|found| found.valid_until != ValidUntil::Always);
    words.extend(match &role.valid_until {
        Some(time) => Some(format!("VALID UNTIL {}", literal(&time.0.to_string()))),
        // There is no way back to no time at all.
        None if ends => Some("VALID UNTIL 'infinity'".to_owned()),
        None => None,
    });
    words.join(" ")
}

/// All that is granted, then all that is revoked.
pub fn memberships(role: &str, grant: &[String], revoke: &[String]) -> Vec<String> {
    let role = identifier(role);
    let grants = grant.iter().map(|parent| format!("GRANT {} TO {role}", identifier(parent)));
    let revokes = revoke.iter().map(|parent| format!("REVOKE {} FROM {role}", identifier(parent)));
    grants.chain(revokes).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_option_is_said() {
        let plain: ManagedRole = serde_json::from_value(json!({"name": "b\"ob"})).unwrap();
        assert_eq!(
            definition(Verb::Alter, &plain, &Password::Leave, None),
            "ALTER ROLE \"b\"\"ob\" NOBYPASSRLS NOCREATEDB NOCREATEROLE INHERIT NOLOGIN \
             NOREPLICATION NOSUPERUSER CONNECTION LIMIT -1"
        );
        let ends = Role { valid_until: ValidUntil::Microsecond(1), ..Role::default() };
        let text = definition(Verb::Alter, &plain, &Password::Null, Some(&ends));
        assert!(text.ends_with(" PASSWORD NULL VALID UNTIL 'infinity'"), "{text}");
        let full: ManagedRole = serde_json::from_value(json!({"name": "bob", "login": true,
            "inRoles": ["a", "b"], "connectionLimit": 4, "validUntil": "2030-01-01T00:00:00Z"}))
        .unwrap();
        assert_eq!(
            definition(Verb::Create, &full, &Password::Set("it's".to_owned().into()), None),
            "CREATE ROLE \"bob\" NOBYPASSRLS NOCREATEDB NOCREATEROLE INHERIT LOGIN NOREPLICATION \
             NOSUPERUSER CONNECTION LIMIT 4 IN ROLE \"a\", \"b\" PASSWORD 'it''s' \
             VALID UNTIL '2030-01-01T00:00:00Z'"
        );
        assert_eq!(
            memberships("bob", &["c".to_owned()], &["a".to_owned()]),
            ["GRANT \"c\" TO \"bob\"", "REVOKE \"a\" FROM \"bob\""]
        );
    }
}
