//! Ranges of versions, as `runonserver` has them: `>=10.0.0 <13.0.0 || 17.x`.

use std::cmp::Ordering;

/// A version by its three numbers: 17.2 is 17.0.2, as its number 170002 says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ServerVersion {
    major: u32,
    minor: u32,
    patch: u32,
}

impl ServerVersion {
    /// The version with this `server_version_num`.
    pub(super) const fn from_number(number: u32) -> Self {
        Self { major: number / 10_000, minor: number / 100 % 100, patch: number % 100 }
    }

    pub(super) const fn major(self) -> u32 {
        self.major
    }

    const fn parts(self) -> [u32; 3] {
        [self.major, self.minor, self.patch]
    }
}

/// Whether a version is in a range; none when the text is no range.
pub(super) fn contains(range: &str, version: ServerVersion) -> Option<bool> {
    let mut any = false;
    for alternative in range.split("||") {
        let mut all = true;
        let mut words = alternative.split_whitespace().peekable();
        words.peek()?;
        while let Some(word) = words.next() {
            let (operator, rest) = split(word);
            // The operator may stand apart.
            let text = if rest.is_empty() { words.next()? } else { rest };
            all &= satisfies(operator, text, version)?;
        }
        any |= all;
    }
    Some(any)
}

fn split(word: &str) -> (&str, &str) {
    word.split_at(word.find(|c: char| !"<>=!".contains(c)).unwrap_or(word.len()))
}

/// Only the parts that are given count; `x` is any.
fn satisfies(operator: &str, text: &str, version: ServerVersion) -> Option<bool> {
    let mut wanted = Vec::new();
    let mut open = false;
    for part in text.trim_start_matches('v').split('.') {
        match part {
            "x" | "X" | "*" => open = true,
            _ if open => return None,
            part => wanted.push(part.parse::<u32>().ok()?),
        }
    }
    if wanted.len() > 3 {
        return None;
    }
    let order = version.parts()[..wanted.len()].cmp(&wanted);
    Some(match operator {
        "" | "=" | "==" => order == Ordering::Equal,
        "!" | "!=" => order != Ordering::Equal,
        "<" => order == Ordering::Less,
        "<=" => order != Ordering::Greater,
        ">" => order == Ordering::Greater,
        ">=" => order != Ordering::Less,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges() {
        let version = ServerVersion::from_number(170_002);
        for (range, expected) in [
            (">=17.0.0", Some(true)),
            ("<17.0.0", Some(false)),
            (">=10.0.0 <13.0.0", Some(false)),
            (">=10.0.0 <13.0.0 || 17.x", Some(true)),
            ("> 17.0.1", Some(true)),
            ("17.0.2", Some(true)),
            ("==17.0.3", Some(false)),
            ("!17.0.3", Some(true)),
            ("<=17.0.2", Some(true)),
            ("16.x", Some(false)),
            ("", None),
            ("seventeen", None),
            (">=", None),
            ("~17.0.0", None),
            (">=17 ||", None),
        ] {
            assert_eq!(contains(range, version), expected, "{range:?}");
        }
    }
}
