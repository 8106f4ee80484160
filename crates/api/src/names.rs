//! The syntax of names and labels in Kubernetes.

/// The longest label, in characters.
pub const LABEL_LENGTH: usize = 63;

/// Whether a name starts with a letter and holds lower-case letters, digits and inner dashes, so
/// that services can be named after it (RFC 1035).
#[must_use]
pub fn is_dns_1035_label(name: &str) -> bool {
    name.len() <= LABEL_LENGTH
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && name.bytes().next().is_some_and(|b| b.is_ascii_lowercase())
        && !name.ends_with('-')
}

/// Whether a text may be the key of a label: a name, with an optional DNS prefix.
#[must_use]
pub fn is_label_key(key: &str) -> bool {
    match key.split_once('/') {
        Some((prefix, name)) => is_dns_subdomain(prefix) && is_label_word(name),
        None => is_label_word(key),
    }
}

/// Whether a text may be the value of a label.
#[must_use]
pub fn is_label_value(value: &str) -> bool {
    value.is_empty() || is_label_word(value)
}

fn is_label_word(word: &str) -> bool {
    let edge = |b: Option<u8>| b.is_some_and(|b| b.is_ascii_alphanumeric());
    word.len() <= LABEL_LENGTH
        && edge(word.bytes().next())
        && edge(word.bytes().last())
        && word.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
}

fn is_dns_subdomain(name: &str) -> bool {
    let part = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && !part.starts_with('-')
            && !part.ends_with('-')
    };
    name.len() <= 253 && name.split('.').all(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_services() {
        for name in ["c", "a-1", &"a".repeat(63)] {
            assert!(is_dns_1035_label(name), "{name}");
        }
        for name in ["", "1a", "-a", "a-", "A", "a.b", "a_b", &"a".repeat(64)] {
            assert!(!is_dns_1035_label(name), "{name}");
        }
    }

    #[test]
    fn labels() {
        for key in ["a", "A.b_c-1", "example.com/a", "node-role.kubernetes.io/control-plane"] {
            assert!(is_label_key(key), "{key}");
        }
        for key in ["", "/a", "a/", "a/b/c", "-a", "a b", "Example.com/a", &"a".repeat(64)] {
            assert!(!is_label_key(key), "{key}");
        }
        assert!(is_label_value(""));
        assert!(!is_label_value("a b"));
    }
}
