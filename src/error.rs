//! Why a command failed, and the next command to try.

use kubekit::calls;

/// What a command could not do.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    #[error("failed to write the output")]
    Output(#[source] std::io::Error),
    #[error("failed to read the kubeconfig: {0}")]
    Kubeconfig(String),
    #[error("there is no kubeconfig, and this is no pod")]
    NoKubeconfig,
    #[error("failed to set up the Kubernetes client")]
    Client(#[source] kubekit::client::Error),
    #[error(transparent)]
    Api(Box<ApiError>),
    /// The words of the command line do not fit together.
    #[error("{0}")]
    Usage(String),
    /// What was asked for cannot be done to what is there.
    #[error("{what}")]
    Refused { what: String, hint: Option<String> },
    #[error("{what}")]
    Io {
        what: String,
        #[source]
        cause: std::io::Error,
    },
    /// Somebody changed the object again and again while we did.
    #[error("while patching status: {0} changed with every attempt")]
    Contended(String),
}

impl CommandError {
    /// A refusal that has nothing to advise.
    pub fn refused(what: impl Into<String>) -> Self {
        Self::Refused { what: what.into(), hint: None }
    }

    /// A refusal, and what to try instead.
    pub fn refused_with(what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Refused { what: what.into(), hint: Some(hint.into()) }
    }

    /// What is wrong with a kubeconfig, without what stands in it: there are keys and tokens.
    pub fn kubeconfig(error: kube::config::KubeconfigError) -> Self {
        Self::Kubeconfig(chain(&error).lines().next().unwrap_or_default().to_owned())
    }

    /// The next command to try, when there is one.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Output(_) => {
                Some("is the disk or the pipe behind standard output full?".to_owned())
            }
            Self::Kubeconfig(_) => Some(
                "`kubectl config get-contexts` lists the contexts that can be named".to_owned(),
            ),
            Self::NoKubeconfig => Some(
                "name one with --kubeconfig or KUBECONFIG, or an address with --server".to_owned(),
            ),
            Self::Api(error) => error.hint(),
            Self::Refused { hint, .. } => hint.clone(),
            Self::Contended(_) => Some("run the command again".to_owned()),
            Self::Client(_) | Self::Usage(_) | Self::Io { .. } => None,
        }
    }

    /// Whether the API server said that the object does not exist.
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::Api(error) if error.cause.is_missing())
    }

    /// Whether somebody else changed the object first.
    pub fn is_conflict(&self) -> bool {
        matches!(self, Self::Api(error) if error.cause.is_conflict())
    }

    /// Whether the API server refused for lack of rights.
    pub fn is_forbidden(&self) -> bool {
        matches!(self, Self::Api(error) if error.cause.status() == Some(403))
    }
}

/// A request that failed: what it was for, and what it needed.
#[derive(Debug)]
pub struct ApiError {
    /// What stands before the cause; may be empty.
    pub doing: String,
    pub need: Need,
    pub cause: calls::Error,
}

/// The right a request needs, and the object it is about.
#[derive(Debug, Clone, Default)]
pub struct Need {
    pub verb: &'static str,
    /// With its group, as `kubectl auth can-i` takes it.
    pub resource: &'static str,
    pub namespace: Option<String>,
    pub name: Option<String>,
}

impl Need {
    /// What `kubectl auth can-i` is asked to find out about it.
    pub fn question(&self) -> String {
        let place = match &self.namespace {
            Some(namespace) => format!(" -n {namespace}"),
            None => " -A".to_owned(),
        };
        let (resource, part) = self.resource.split_once('/').unwrap_or((self.resource, ""));
        let part = if part.is_empty() { String::new() } else { format!(" --subresource={part}") };
        format!("kubectl auth can-i {} {resource}{part}{place}", self.verb)
    }
}

impl std::fmt::Display for ApiError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if !self.doing.is_empty() {
            write!(f, "{}: ", self.doing)?;
        }
        f.write_str(&cause(&self.cause))
    }
}

impl std::error::Error for ApiError {}

impl ApiError {
    fn hint(&self) -> Option<String> {
        let need = &self.need;
        let place = need.namespace.as_deref().unwrap_or("default");
        match (self.cause.status(), need.resource) {
            (Some(403), _) => Some(format!(
                "the verb `{}` on `{}` is missing; check with `{}`",
                need.verb,
                need.resource,
                need.question()
            )),
            (Some(401), _) => {
                Some("the API server does not know you; `kubectl config view --minify` shows as whom you ask".to_owned())
            }
            (Some(404), _) if cause(&self.cause).contains("page not found") => Some(
                "the API group is not installed; `kubectl cnpg install generate | kubectl apply --server-side -f -` installs it".to_owned(),
            ),
            (Some(404), "clusters.postgresql.cnpg.io") => Some(format!(
                "`kubectl cnpg status -n {place}` lists the clusters there, `kubectl cnpg status -A` all of them"
            )),
            (Some(404), "pods") => Some(format!("`kubectl get pods -n {place}` lists the pods there")),
            (Some(409), _) => Some("somebody else changed it meanwhile; run the command again".to_owned()),
            (Some(_), _) => None,
            (None, _) => Some("does the API server answer? `kubectl get --raw /readyz` tells".to_owned()),
        }
    }
}

/// What went wrong, in the API server's own words where it had some.
pub fn cause(error: &calls::Error) -> String {
    match error {
        calls::Error::Kube(error) => calls::words(error),
        calls::Error::Slow(_) => error.to_string(),
    }
}

pub use calls::chain;
