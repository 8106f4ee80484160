//! What went wrong with a store, sorted by what can be done about it.

use std::error::Error as StdError;
use std::fmt;

use object_store::client::HttpError;

/// What can be done about an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The store works, and there is no such object.
    NotFound,
    /// The store works, and there is no such bucket.
    NoBucket,
    /// There is such an object already.
    Exists,
    /// The store knows who we are not, or what we may not.
    Denied,
    /// The store does not do such a thing.
    Unsupported,
    /// Nobody answers, or with a failure of its own: later it may work.
    Unreachable,
    Other,
}

impl Kind {
    /// The word for it in metrics and events.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::NotFound => "NotFound",
            Self::NoBucket => "NoBucket",
            Self::Exists => "Exists",
            Self::Denied => "Denied",
            Self::Unsupported => "Unsupported",
            Self::Unreachable => "Unreachable",
            Self::Other => "Other",
        }
    }
}

/// What was to be done, with which object, where, and why it was not.
#[derive(Debug)]
pub struct Error {
    what: &'static str,
    key: String,
    endpoint: String,
    kind: Kind,
    source: Box<dyn StdError + Send + Sync>,
}

impl Error {
    pub(super) fn new(
        what: &'static str,
        key: &str,
        endpoint: &str,
        kind: Kind,
        source: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        let source = source.into();
        Self { what, key: key.to_owned(), endpoint: endpoint.to_owned(), kind, source }
    }

    /// What can be done about it.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// The object that it is about.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Whether the same may work later.
    #[must_use]
    pub fn retry(&self) -> bool {
        self.kind == Kind::Unreachable
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, key, endpoint, .. } = self;
        match self.kind {
            Kind::NotFound => write!(f, "{key} is not in the store at {endpoint}"),
            Kind::NoBucket => write!(f, "cannot {what} {key}: its bucket is not at {endpoint}"),
            Kind::Exists => write!(f, "{key} is in the store at {endpoint} already"),
            Kind::Denied => write!(
                f,
                "cannot {what} {key}: the store at {endpoint} denies it to these credentials"
            ),
            Kind::Unsupported => {
                write!(f, "cannot {what} {key}: the store at {endpoint} does not support it")
            }
            Kind::Unreachable => write!(f, "cannot {what} {key}: no use of {endpoint}"),
            Kind::Other => write!(f, "cannot {what} {key} at {endpoint}"),
        }
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        // "Not found" says all there is to say.
        (self.kind != Kind::NotFound).then_some(&*self.source as &(dyn StdError + 'static))
    }
}

/// Sorts an error of the library.
pub(super) fn kind(error: &object_store::Error) -> Kind {
    use object_store::Error as E;
    let said = error.to_string();
    match error {
        E::NotFound { .. } if said.contains("NoSuchBucket") => Kind::NoBucket,
        E::NotFound { .. } => Kind::NotFound,
        // Somebody else writes the same name at this moment.
        E::AlreadyExists { .. } if said.contains("ConditionalRequestConflict") => Kind::Unreachable,
        E::AlreadyExists { .. } | E::Precondition { .. } => Kind::Exists,
        E::PermissionDenied { .. } | E::Unauthenticated { .. } => Kind::Denied,
        E::NotSupported { .. } | E::NotImplemented { .. } => Kind::Unsupported,
        E::Generic { .. } => generic(error, &said),
        _ => Kind::Other,
    }
}

fn generic(error: &object_store::Error, said: &str) -> Kind {
    if transport(error) {
        return Kind::Unreachable;
    }
    // The type that knows the status has no public name.
    let status = said.split("status code").nth(1).and_then(|rest| {
        let digits = rest.trim_start_matches([':', ' ']);
        digits.get(..3)?.parse::<u16>().ok()
    });
    match status {
        // Listings are not sorted by the library.
        Some(404) if said.contains("NoSuchBucket") => Kind::NoBucket,
        Some(404) => Kind::NotFound,
        Some(401 | 403) => Kind::Denied,
        Some(501) => Kind::Unsupported,
        Some(408 | 425 | 429 | 500..=599) => Kind::Unreachable,
        Some(400) if said.contains("RequestTimeout") || said.contains("IncompleteBody") => {
            Kind::Unreachable
        }
        // The clock, the token: a new signature may be taken.
        Some(400) if said.contains("ExpiredToken") || said.contains("InvalidToken") => Kind::Denied,
        Some(_) => Kind::Other,
        None if said.contains("InternalError") || said.contains("SlowDown") => Kind::Unreachable,
        // Something on the way took it off. It may be done: that is found when it is done again.
        None if said.contains("Header missing from response") => Kind::Unreachable,
        None => Kind::Other,
    }
}

fn transport(error: &object_store::Error) -> bool {
    let mut cause: Option<&(dyn StdError + 'static)> = Some(error);
    while let Some(error) = cause {
        if error.is::<HttpError>() || error.is::<std::io::Error>() {
            return true;
        }
        cause = error.source();
    }
    false
}
