//! `postgresql.conf` and the files it includes, byte for byte: the same settings give the same text.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use sha2::{Digest, Sha256};

/// The file with the settings of the cluster.
pub const CUSTOM: &str = "custom.conf";

/// The file with the settings of replication.
pub const OVERRIDE: &str = "override.conf";

/// The setting under which a running server shows what it has loaded.
pub const HASH_SETTING: &str = "cnpg.config_sha256";

/// Settings of this name space are ours and do not count for the hash.
const OWN_PREFIX: &str = "cnpg.";

/// Settings by name, in the order in which they are written.
pub type Settings = BTreeMap<String, String>;

/// The content of `custom.conf`, and the hash that stands in its last line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Custom {
    pub text: String,
    pub hash: String,
}

/// Renders `custom.conf`: the settings, then our own, then the hash of the first part.
#[must_use]
pub fn custom(settings: &Settings) -> Custom {
    let is_hash = |name: &&String| name.as_str() == HASH_SETTING;
    let (own, others): (Vec<_>, Vec<_>) = settings
        .iter()
        .filter(|(name, _)| !is_hash(name))
        .partition(|(name, _)| name.starts_with(OWN_PREFIX));
    let mut text = lines(others);
    let hash = hexadecimal(&Sha256::digest(text.as_bytes()));
    text.push_str(&lines(own));
    text.push_str(&line(HASH_SETTING, &hash));
    Custom { text, hash }
}

/// Renders settings, one a line.
#[must_use]
pub fn render(settings: &Settings) -> String {
    lines(settings)
}

fn lines<'a>(settings: impl IntoIterator<Item = (&'a String, &'a String)>) -> String {
    settings.into_iter().map(|(name, value)| line(name, value)).collect()
}

fn line(name: &str, value: &str) -> String {
    format!("{name} = {}\n", quote(value))
}

/// A value between quotes, as the server's own parser takes them off again.
#[must_use]
pub fn quote(value: &str) -> String {
    let mut quoted = String::with_capacity(value.len() + 2);
    quoted.push('\'');
    for character in value.chars() {
        match character {
            '\\' => quoted.push_str("\\\\"),
            '\'' => quoted.push_str("''"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '\u{8}' => quoted.push_str("\\b"),
            '\u{c}' => quoted.push_str("\\f"),
            other => quoted.push(other),
        }
    }
    quoted.push('\'');
    quoted
}

/// The text of `postgresql.conf` with our two includes at its end; nothing where they stand already.
#[must_use]
pub fn with_includes(text: &str) -> Option<String> {
    let missing: Vec<_> =
        [CUSTOM, OVERRIDE].into_iter().filter(|file| !includes(text, file)).collect();
    if missing.is_empty() {
        return None;
    }
    let mut text = text.to_owned();
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    for file in missing {
        write!(text, "\n# load CloudNativePG {file} configuration\ninclude '{file}'\n")
            .expect("a string takes every text");
    }
    Some(text)
}

fn includes(text: &str, file: &str) -> bool {
    let wanted = format!("include '{file}'");
    text.lines().any(|line| line.trim() == wanted)
}

pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a string takes every text");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Takes a quoted value apart as `DeescapeQuotedString` of the server does, without octal.
    fn unquote(quoted: &str) -> String {
        let inner = quoted.strip_prefix('\'').unwrap().strip_suffix('\'').unwrap();
        let mut value = String::new();
        let mut characters = inner.chars();
        while let Some(character) = characters.next() {
            match character {
                '\'' => {
                    assert_eq!(characters.next(), Some('\''), "a lone quote in {quoted:?}");
                    value.push('\'');
                }
                '\\' => value.push(match characters.next().unwrap() {
                    'n' => '\n',
                    'r' => '\r',
                    't' => '\t',
                    'b' => '\u{8}',
                    'f' => '\u{c}',
                    other => other,
                }),
                other => value.push(other),
            }
        }
        value
    }

    #[test]
    fn values_are_quoted() {
        for (value, quoted) in [
            ("", "''"),
            ("512MB", "'512MB'"),
            ("it's", "'it''s'"),
            (r"C:\data", r"'C:\\data'"),
            ("a\nb\tc", r"'a\nb\tc'"),
            ("'; x = 'y", "'''; x = ''y'"),
        ] {
            assert_eq!(quote(value), quoted);
        }
    }

    #[test]
    fn our_own_settings_come_last_and_do_not_count() {
        let setting = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let mut settings = Settings::from([setting("cnpg.note", "x"), setting("work_mem", "4MB")]);
        let first = custom(&settings);
        assert_eq!(
            first.text,
            format!("work_mem = '4MB'\ncnpg.note = 'x'\ncnpg.config_sha256 = '{}'\n", first.hash)
        );
        settings.extend([setting("cnpg.note", "y"), setting(HASH_SETTING, "stale")]);
        let second = custom(&settings);
        assert_eq!(second.hash, first.hash);
        assert_eq!(second.text, first.text.replace("'x'", "'y'"));
        settings.extend([setting("work_mem", "5MB")]);
        assert_ne!(custom(&settings).hash, first.hash);
    }

    #[test]
    fn includes_are_added_once() {
        let text = with_includes("datestyle = 'iso, mdy'").unwrap();
        assert_eq!(
            text,
            "datestyle = 'iso, mdy'\n\
             \n# load CloudNativePG custom.conf configuration\ninclude 'custom.conf'\n\
             \n# load CloudNativePG override.conf configuration\ninclude 'override.conf'\n"
        );
        assert_eq!(with_includes(&text), None);
        let commented = text.replace("include 'custom", "#include 'custom");
        assert!(with_includes(&commented).unwrap().ends_with("\ninclude 'custom.conf'\n"));
    }

    proptest! {
        #[test]
        fn quotes_come_off_again(value in "[^\0]*") {
            let quoted = quote(&value);
            prop_assert!(!quoted.contains('\n'));
            prop_assert_eq!(unquote(&quoted), value);
        }
    }
}
