//! Where things lie in a store: the layout of the original.
//!
//! ```text
//! PATH/SERVER/base/<id>/backup.info, data.tar[.gz], data_0001.tar[.gz], <oid>.tar[.gz], ...
//! PATH/SERVER/wals/<timeline><log>/<segment>[.gz]
//! PATH/SERVER/wals/<timeline>.history[.gz]
//! ```

use std::fmt;

use postgres::wal_name::WalName;
use thiserror::Error;

/// The metadata of a base backup, written last.
pub const INFO: &str = "backup.info";

/// The folder of one server in a bucket.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Location {
    bucket: String,
    /// Without slashes at its ends; empty at the root of the bucket.
    path: String,
    server: String,
}

/// Why an address cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LocationError {
    #[error("the destination path {0:?} is no address: write s3://BUCKET/PATH")]
    NoScheme(String),
    #[error(
        "the destination path {path:?} is of the kind {scheme:?}, which is not supported yet: write s3://BUCKET/PATH"
    )]
    Scheme { path: String, scheme: String },
    #[error("the destination path {0:?} names no bucket: write s3://BUCKET/PATH")]
    NoBucket(String),
    #[error("{part:?} in the destination path or server name cannot be part of an object's name")]
    Part { part: String },
    #[error("there is no server name")]
    NoServer,
}

impl Location {
    /// The folder of a server below a destination such as `s3://bucket/path`.
    ///
    /// # Errors
    /// Addresses of other stores, and names that are none.
    pub fn parse(destination: &str, server: &str) -> Result<Self, LocationError> {
        let whole = || destination.to_owned();
        let (scheme, rest) =
            destination.split_once("://").ok_or_else(|| LocationError::NoScheme(whole()))?;
        if !scheme.eq_ignore_ascii_case("s3") {
            return Err(LocationError::Scheme { path: whole(), scheme: scheme.to_owned() });
        }
        let (bucket, path) = rest.split_once('/').unwrap_or((rest, ""));
        if bucket.is_empty() {
            return Err(LocationError::NoBucket(whole()));
        }
        if server.is_empty() {
            return Err(LocationError::NoServer);
        }
        let path = path.trim_matches('/');
        for part in path.split('/').filter(|_| !path.is_empty()).chain(server.split('/')) {
            if part.is_empty() || part == "." || part == ".." || part.contains(char::is_control) {
                return Err(LocationError::Part { part: part.to_owned() });
            }
        }
        Ok(Self { bucket: bucket.to_owned(), path: path.to_owned(), server: server.to_owned() })
    }

    /// The bucket.
    #[must_use]
    pub fn bucket(&self) -> &str {
        &self.bucket
    }

    /// The name of the server's folder.
    #[must_use]
    pub fn server(&self) -> &str {
        &self.server
    }

    /// The key of something in the folder of the server.
    #[must_use]
    pub fn key(&self, rest: &str) -> String {
        let Self { path, server, .. } = self;
        if path.is_empty() { format!("{server}/{rest}") } else { format!("{path}/{server}/{rest}") }
    }

    /// The folder of all base backups.
    #[must_use]
    pub fn base(&self) -> String {
        self.key("base")
    }

    /// The folder of one base backup.
    #[must_use]
    pub fn backup(&self, id: &str) -> String {
        self.key(&format!("base/{id}"))
    }

    /// The metadata of one base backup.
    #[must_use]
    pub fn info(&self, id: &str) -> String {
        self.key(&format!("base/{id}/{INFO}"))
    }

    /// Where the mark that keeps a backup from being deleted may lie: the original doubles a slash
    /// when the destination ends with one.
    #[must_use]
    pub fn keep(&self, id: &str) -> String {
        self.key(&format!("base/{id}/annotations/keep"))
    }

    /// The folder of all WAL.
    #[must_use]
    pub fn wals(&self) -> String {
        self.key("wals")
    }

    /// The folder that a WAL file lies in.
    #[must_use]
    pub fn wal_folder(&self, name: WalName) -> String {
        match name {
            WalName::History(_) => self.wals(),
            WalName::Segment(segment)
            | WalName::Partial(segment)
            | WalName::Backup { segment, .. } => {
                self.key(&format!("wals/{:08X}{:08X}", segment.timeline.0, segment.id))
            }
        }
    }

    /// The key of a WAL file without the suffix of its compression.
    #[must_use]
    pub fn wal(&self, name: WalName) -> String {
        format!("{}/{name}", self.wal_folder(name))
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "s3://{}/{}", self.bucket, self.key(""))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_layout() {
        let wal = |name: &str| name.parse::<WalName>().expect("a name");
        for (destination, prefix) in [
            ("s3://b", "srv"),
            ("s3://b/", "srv"),
            ("s3://b/a/c", "a/c/srv"),
            ("s3://b/a/c/", "a/c/srv"),
            ("S3://b//a", "a/srv"),
        ] {
            let location = Location::parse(destination, "srv").expect(destination);
            assert_eq!(location.bucket(), "b");
            let segment = wal("00000001000000AB00000003");
            let key = format!("{prefix}/wals/00000001000000AB/{segment}");
            assert_eq!(location.wal(segment), key, "{destination}");
            let label = wal("00000001000000AB00000003.00000028.backup");
            assert_eq!(location.wal(label), format!("{prefix}/wals/00000001000000AB/{label}"));
            let history = location.wal(wal("0000000A.history"));
            assert_eq!(history, format!("{prefix}/wals/0000000A.history"));
            let info = format!("{prefix}/base/20261121T070134/backup.info");
            assert_eq!(location.info("20261121T070134"), info);
        }
        assert_eq!(Location::parse("s3://b/p", "s").expect("one").to_string(), "s3://b/p/s/");
    }

    #[test]
    fn what_is_no_address() {
        for (destination, server) in [
            ("bucket/path", "s"),
            ("gs://bucket/path", "s"),
            ("https://account.blob.core.windows.net/c", "s"),
            ("s3:///path", "s"),
            ("s3://b/a/../c", "s"),
            ("s3://b/a//c", "s"),
            ("s3://b/a", ""),
            ("s3://b/a", ".."),
        ] {
            assert!(Location::parse(destination, server).is_err(), "{destination} {server}");
        }
    }
}
