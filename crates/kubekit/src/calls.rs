//! A limit for every call: without one, a request on a dead connection waits for ever.

use std::future::Future;
use std::time::Duration;

/// How long an ordinary request for one object may take.
pub const LIMIT: Duration = Duration::from_secs(10);

/// A call that failed, or took too long.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("no answer within {0:?}")]
    Slow(Duration),
    #[error("{}", told(.0))]
    Kube(kube::Error),
}

/// An API server's refusal in its own words, without the machinery around them.
fn told(error: &kube::Error) -> String {
    match error {
        kube::Error::Api(status) => status.message.clone(),
        other => {
            let mut text = other.to_string();
            let mut next = std::error::Error::source(other);
            while let Some(source) = next {
                let more = source.to_string();
                if !text.contains(&more) {
                    text = format!("{text}: {more}");
                }
                next = source.source();
            }
            text
        }
    }
}

impl From<kube::Error> for Error {
    fn from(error: kube::Error) -> Self {
        Self::Kube(error)
    }
}

impl Error {
    /// The HTTP status of the API server's refusal, when it was one.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Kube(kube::Error::Api(status)) => Some(status.code),
            Self::Kube(_) | Self::Slow(_) => None,
        }
    }

    /// Somebody else wrote in between, or made the object first.
    pub fn is_conflict(&self) -> bool {
        self.status() == Some(409)
    }

    /// The API server does not know who asks: the token has ended.
    pub fn is_unknown_caller(&self) -> bool {
        self.status() == Some(401)
    }

    pub fn is_missing(&self) -> bool {
        self.status() == Some(404)
    }
}

/// What went wrong, in the API server's own words where it had some.
pub fn words(error: &kube::Error) -> String {
    match error {
        kube::Error::Api(status) if status.message.is_empty() => {
            format!("the API server answered {} {}", status.code, status.reason)
        }
        kube::Error::Api(status) => status.message.trim_end().to_owned(),
        kube::Error::Service(error) => chain(error.as_ref()),
        kube::Error::HyperError(error) => chain(error),
        other => chain(other),
    }
}

/// An error with all its causes, each said once.
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let said = cause.to_string();
        if !text.contains(&said) {
            text.push_str(": ");
            text.push_str(&said);
        }
        next = cause.source();
    }
    text
}

/// Waits for `call`, but no longer than `limit`.
pub async fn within<T>(
    limit: Duration,
    call: impl Future<Output = Result<T, kube::Error>>,
) -> Result<T, Error> {
    match tokio::time::timeout(limit, call).await {
        Ok(result) => result.map_err(Error::Kube),
        Err(_) => Err(Error::Slow(limit)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_call_without_an_answer_ends() {
        let result = within(LIMIT, std::future::pending::<Result<(), kube::Error>>()).await;
        assert!(matches!(result, Err(Error::Slow(LIMIT))), "{result:?}");
    }
}
