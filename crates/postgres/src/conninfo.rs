//! Connection strings of libpq: `key=value` pairs with their quotes.
//!
//! <https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-KEYWORD-VALUE>

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// Parameters in the order in which they are written.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Conninfo {
    parameters: Vec<(String, String)>,
}

/// When a value stands between quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quotes {
    /// Only around values that need them.
    Needed,
    /// Around every value.
    Always,
}

/// A text that libpq would not take.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ConninfoError {
    #[error("no \"=\" after {0:?} in a connection string")]
    NoValue(String),
    #[error("a quote in a connection string is not closed")]
    OpenQuote,
}

impl Conninfo {
    /// Adds a parameter, or changes it in its place.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        match self.parameters.iter_mut().find(|(known, _)| known == name) {
            Some((_, old)) => *old = value.into(),
            None => self.parameters.push((name.to_owned(), value.into())),
        }
        self
    }

    /// The value of a parameter.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self.parameters.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The names of the parameters, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.parameters.iter().map(|(name, _)| name.as_str())
    }

    /// The same parameters, sorted by name.
    #[must_use]
    pub fn sorted(mut self) -> Self {
        self.parameters.sort();
        self
    }

    /// The connection string, with passwords in it.
    #[must_use]
    pub fn render(&self, quotes: Quotes) -> String {
        let words = self.parameters.iter().map(|(name, value)| match quotes {
            Quotes::Needed if is_plain(value) => format!("{name}={value}"),
            Quotes::Needed | Quotes::Always => format!("{name}={}", quote(value)),
        });
        words.collect::<Vec<_>>().join(" ")
    }
}

/// Shows the parameters, without what is secret.
impl fmt::Debug for Conninfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.parameters.iter().map(|(name, value)| {
            let secret = matches!(name.as_str(), "password" | "sslpassword");
            (name.as_str(), if secret { "***" } else { value.as_str() })
        });
        f.debug_map().entries(shown).finish()
    }
}

impl FromStr for Conninfo {
    type Err = ConninfoError;

    fn from_str(text: &str) -> Result<Self, ConninfoError> {
        let mut conninfo = Self::default();
        let mut rest = text.trim_start();
        while !rest.is_empty() {
            let (name, after) = rest
                .split_once('=')
                .filter(|(name, _)| !name.trim_end().contains(char::is_whitespace))
                .ok_or_else(|| {
                    let name = rest.split([' ', '=']).next().unwrap_or_default();
                    ConninfoError::NoValue(name.to_owned())
                })?;
            let (value, after) = value(after.trim_start())?;
            conninfo = conninfo.with(name.trim_end(), value);
            rest = after.trim_start();
        }
        Ok(conninfo)
    }
}

/// Takes one value off the front of a text.
fn value(text: &str) -> Result<(String, &str), ConninfoError> {
    let quoted = text.starts_with('\'');
    let mut value = String::new();
    let mut characters = text.char_indices().skip(usize::from(quoted));
    while let Some((index, character)) = characters.next() {
        match character {
            '\\' => value.extend(characters.next().map(|(_, escaped)| escaped)),
            '\'' if quoted => return Ok((value, &text[index + 1..])),
            space if !quoted && space.is_whitespace() => return Ok((value, &text[index..])),
            other => value.push(other),
        }
    }
    if quoted { Err(ConninfoError::OpenQuote) } else { Ok((value, "")) }
}

fn is_plain(value: &str) -> bool {
    let plain = |c: char| !c.is_whitespace() && c != '\'' && c != '\\';
    !value.is_empty() && value.chars().all(plain)
}

/// A value between quotes.
#[must_use]
pub fn quote(value: &str) -> String {
    format!("'{}'", value.replace('\\', r"\\").replace('\'', r"\'"))
}

/// The one line of a password file: host, port, any database, user and password.
#[must_use]
pub fn password_line(
    host: Option<&str>,
    port: Option<&str>,
    user: Option<&str>,
    password: &str,
) -> String {
    let field = |value: Option<&str>| value.map_or_else(|| "*".to_owned(), password_field);
    let password = password_field(password);
    format!("{}:{}:*:{}:{password}\n", field(host), field(port), field(user))
}

fn password_field(value: &str) -> String {
    value.replace('\\', r"\\").replace(':', r"\:")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn parameters_keep_their_order() {
        let conninfo = Conninfo::default().with("host", "pg-rw").with("user", "it's me");
        assert_eq!(conninfo.render(Quotes::Needed), r"host=pg-rw user='it\'s me'");
        let changed = conninfo.with("host", "");
        assert_eq!(changed.render(Quotes::Needed), r"host='' user='it\'s me'");
        assert_eq!(changed.sorted().render(Quotes::Always), r"host='' user='it\'s me'");
    }

    #[test]
    fn libpq_strings_are_read() {
        for (text, expected) in [
            ("", vec![]),
            ("host = a  port=1", vec![("host", "a"), ("port", "1")]),
            (r"options='-c a=b\'c' x=y\ z", vec![("options", "-c a=b'c"), ("x", "y z")]),
            ("a= b='' ", vec![("a", "b=''")]),
            ("a='' b=é", vec![("a", ""), ("b", "é")]),
        ] {
            let conninfo: Conninfo = text.parse().unwrap();
            let seen: Vec<_> =
                conninfo.names().map(|name| (name, conninfo.get(name).unwrap())).collect();
            assert_eq!(seen, expected, "{text:?}");
        }
        assert_eq!("host".parse::<Conninfo>(), Err(ConninfoError::NoValue("host".into())));
        assert_eq!("a b=c".parse::<Conninfo>(), Err(ConninfoError::NoValue("a".into())));
        assert_eq!("a='b".parse::<Conninfo>(), Err(ConninfoError::OpenQuote));
    }

    #[test]
    fn secrets_are_not_shown() {
        let conninfo = Conninfo::default().with("user", "me").with("password", "open sesame");
        let shown = format!("{conninfo:?}");
        assert!(shown.contains("me") && shown.contains("***"), "{shown}");
        assert!(!shown.contains("sesame"), "{shown}");
    }

    #[test]
    fn password_files_escape_their_separators() {
        let line = password_line(Some("::1"), None, Some("app"), r"a:b\c");
        assert_eq!(line, "\\:\\:1:*:*:app:a\\:b\\\\c\n");
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(
            values in prop::collection::btree_map("[a-z_]{1,9}", "\\PC*", 0..5),
        ) {
            let conninfo = values
                .iter()
                .fold(Conninfo::default(), |all, (name, value)| all.with(name, value.as_str()));
            for quotes in [Quotes::Needed, Quotes::Always] {
                prop_assert_eq!(&conninfo.render(quotes).parse::<Conninfo>().unwrap(), &conninfo);
            }
        }

        #[test]
        fn no_text_makes_it_panic(text: String) {
            let _ = text.parse::<Conninfo>();
        }
    }
}
