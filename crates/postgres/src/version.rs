//! Versions of PostgreSQL, as far as the tag of an image tells them.

use std::fmt;

use thiserror::Error;

/// A release: the major version, and the minor within it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version {
    major: u32,
    minor: u32,
}

/// Why a tag names no version.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum VersionError {
    #[error("the tag {0:?} does not start with a version number")]
    NoNumber(String),
    #[error("the version in {0:?} is out of range")]
    OutOfRange(String),
}

impl Version {
    /// The oldest major version that can be run.
    pub const OLDEST: u32 = 13;
    /// The oldest major version that can be the target of an upgrade.
    pub const OLDEST_UPGRADE_TARGET: u32 = 16;

    /// A version from its two numbers.
    #[must_use]
    pub const fn new(major: u32, minor: u32) -> Self {
        Self { major, minor }
    }

    #[must_use]
    pub const fn major(self) -> u32 {
        self.major
    }

    #[must_use]
    pub const fn minor(self) -> u32 {
        self.minor
    }

    /// Reads the digits and dots a tag starts with; what follows (`-system-trixie`, `beta1`) is
    /// left alone, and a missing minor version is zero.
    pub fn from_tag(tag: &str) -> Result<Self, VersionError> {
        let mut numbers = tag.split('.');
        let major = leading_digits(numbers.next().unwrap_or_default());
        if major.is_empty() {
            return Err(VersionError::NoNumber(tag.to_owned()));
        }
        // A minor version counts only when nothing but digits stood before its dot.
        let minor = match tag.strip_prefix(major) {
            Some(rest) if rest.starts_with('.') => leading_digits(&rest[1..]),
            _ => "",
        };
        let out_of_range = || VersionError::OutOfRange(tag.to_owned());
        let major: u32 = major.parse().map_err(|_| out_of_range())?;
        let minor: u32 = match minor {
            "" => 0,
            digits => digits.parse().map_err(|_| out_of_range())?,
        };
        if minor > 99 || major > 9999 {
            return Err(out_of_range());
        }
        Ok(Self { major, minor })
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

fn leading_digits(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_of_a_tag_is_the_version() {
        for (tag, major, minor) in [
            ("18.6-system-trixie", 18, 6),
            ("17", 17, 0),
            ("15beta1", 15, 0),
            ("9.6", 9, 6),
            ("16.2.3", 16, 2),
            ("17.", 17, 0),
            ("17-bookworm.4", 17, 0),
        ] {
            assert_eq!(Version::from_tag(tag), Ok(Version::new(major, minor)), "{tag}");
        }
    }

    #[test]
    fn other_tags_name_no_version() {
        for tag in ["", "foo", "latest", ".5", "v17", "17.100", "99999999999"] {
            assert!(Version::from_tag(tag).is_err(), "{tag}");
        }
    }
}
