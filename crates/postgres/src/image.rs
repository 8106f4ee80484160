//! References to container images: name, tag, digest, and the version a tag tells.

use thiserror::Error;

use crate::version::{Version, VersionError};

/// The tag that an image has when none is given.
pub const LATEST: &str = "latest";

const DIGEST: &str = "@sha256:";

/// An image reference, split.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageReference<'a> {
    pub name: &'a str,
    /// Empty when only a digest is given.
    pub tag: &'a str,
    /// The digest without its prefix, when there is one.
    pub digest: Option<&'a str>,
}

/// Why an image cannot be used for instances.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ImageError {
    #[error("the tag `latest` does not tell which PostgreSQL version the image holds")]
    Latest,
    #[error("a digest alone does not tell which PostgreSQL version the image holds")]
    DigestOnly,
    #[error(transparent)]
    Version(#[from] VersionError),
}

impl<'a> ImageReference<'a> {
    /// Splits a reference; every text can be split.
    #[must_use]
    pub fn parse(reference: &'a str) -> Self {
        let (rest, digest) = match reference.split_once(DIGEST) {
            Some((rest, digest)) => (rest, Some(digest)),
            None => (reference, None),
        };
        // A colon before the last slash belongs to the port of the registry.
        let base = rest.rfind('/').map_or(0, |slash| slash + 1);
        let (name, tag) = match rest[base..].rfind(':') {
            Some(colon) => (&rest[..base + colon], &rest[base + colon + 1..]),
            None => (rest, ""),
        };
        let tag = if tag.is_empty() && digest.is_none() { LATEST } else { tag };
        Self { name, tag, digest }
    }

    /// The version of PostgreSQL that the tag tells.
    pub fn version(&self) -> Result<Version, ImageError> {
        match self.tag {
            LATEST => Err(ImageError::Latest),
            "" => Err(ImageError::DigestOnly),
            tag => Ok(Version::from_tag(tag)?),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_split() {
        for (reference, name, tag, digest) in [
            ("postgresql", "postgresql", LATEST, None),
            ("example.org:5000/pg/postgresql", "example.org:5000/pg/postgresql", LATEST, None),
            ("example.org:5000/pg:17.2", "example.org:5000/pg", "17.2", None),
            ("pg:17.2@sha256:ab", "pg", "17.2", Some("ab")),
            ("pg@sha256:ab", "pg", "", Some("ab")),
            ("", "", LATEST, None),
        ] {
            let expected = ImageReference { name, tag, digest };
            assert_eq!(ImageReference::parse(reference), expected, "{reference}");
        }
    }

    #[test]
    fn a_version_needs_a_telling_tag() {
        let version = |reference| ImageReference::parse(reference).version();
        assert_eq!(version("pg:17.2@sha256:ab"), Ok(Version::new(17, 2)));
        assert_eq!(version("pg"), Err(ImageError::Latest));
        assert_eq!(version("pg:latest"), Err(ImageError::Latest));
        assert_eq!(version("pg@sha256:ab"), Err(ImageError::DigestOnly));
        assert!(matches!(version("pg:foo"), Err(ImageError::Version(_))));
    }
}
