//! Names inside PostgreSQL: identifiers, roles and tablespaces.

/// The longest identifier that PostgreSQL keeps whole, in bytes.
pub const MAX_LENGTH: usize = 63;

/// Names that PostgreSQL keeps for itself start with this.
pub const RESERVED_PREFIX: &str = "pg_";

/// Whether a text is an identifier that needs no quotes apart from letter case: letters, digits,
/// `_` and `$`, starting with a letter or `_`.
#[must_use]
pub fn is_identifier(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && bytes.all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'$')
}

/// Whether a setting may be called so: an identifier, or two with a dot between them.
#[must_use]
pub fn is_setting_name(text: &str) -> bool {
    match text.split_once('.') {
        Some((class, name)) => is_identifier(class) && is_identifier(name),
        None => is_identifier(text),
    }
}

/// Whether a role belongs to PostgreSQL or to the operator, so that nobody else may manage it.
#[must_use]
pub fn is_reserved_role(name: &str) -> bool {
    matches!(name, "postgres" | "streaming_replica")
        || name.starts_with(RESERVED_PREFIX)
        || name.starts_with("cnpg_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn setting_names_have_at_most_one_dot() {
        for name in ["work_mem", "_x", "a$1", "pg_failover_slots.standby_slot_names"] {
            assert!(is_setting_name(name), "{name}");
        }
        for name in ["", "1a", "a.b.c", "a.", ".b", "a b", "a-b", "é"] {
            assert!(!is_setting_name(name), "{name}");
        }
    }

    #[test]
    fn roles_of_the_system_are_reserved() {
        for name in ["postgres", "streaming_replica", "pg_monitor", "cnpg_x"] {
            assert!(is_reserved_role(name), "{name}");
        }
        assert!(!is_reserved_role("app"));
    }
}
