//! How to reach an instance's own word about itself: through the pod proxy, else by a command in
//! the pod, else through a forwarded port. A node that is silent costs one deadline, once.

use std::time::Duration;

use k8s_openapi::api::core::v1::Pod;
use kube::ResourceExt as _;
use kube::api::Api;
use kubekit::calls;
use protocol::status::PostgresqlStatus;
use serde_json::Value;

use crate::CommandContext;
use crate::error;

/// All ways together end after this time, unless the person set a limit of requests.
const DEADLINE: Duration = Duration::from_secs(2);
/// The port of the status.
const PORT: u16 = 8000;

/// The way an answer came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    Proxy,
    Exec,
    PortForward,
    /// Only what the Kubernetes API tells.
    Api,
}

impl Way {
    /// The name in documents.
    pub fn word(self) -> &'static str {
        match self {
            Self::Proxy => "proxy",
            Self::Exec => "exec",
            Self::PortForward => "port-forward",
            Self::Api => "api",
        }
    }
}

/// What came of the attempt to reach an instance.
#[derive(Debug)]
pub struct Reached {
    pub report: Result<Report, Unreachable>,
    pub way: Way,
    /// Why a shorter way was not taken.
    pub detours: Vec<String>,
}

/// An instance's word about itself.
#[derive(Debug, Clone)]
pub struct Report {
    pub status: PostgresqlStatus,
    pub raw: Value,
}

/// Why nothing came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreachable {
    /// The API server's reason, such as `Forbidden`; empty when it is not known.
    pub reason: String,
    pub text: String,
}

/// Asks one instance.
pub async fn report(cx: &CommandContext, namespace: &str, pod: &Pod) -> Reached {
    let limit = cx.connection().request_timeout.filter(|it| !it.is_zero()).unwrap_or(DEADLINE);
    let mut detours = Vec::new();
    let mut reason = None;
    let all = all_ways(cx, namespace, pod, limit, &mut detours, &mut reason);
    let outcome = tokio::time::timeout(limit, all).await;
    let (report, way) = match outcome {
        Ok(Some((way, report))) => (Ok(report), way),
        Ok(None) => {
            let text = detours.join("; ");
            (Err(Unreachable { reason: reason.unwrap_or_default(), text }), Way::Api)
        }
        Err(_) => {
            let text = format!("no answer within {limit:?}; is its node {} alive?", node(pod));
            let reason = reason.unwrap_or_else(|| "Timeout".to_owned());
            (Err(Unreachable { reason, text }), Way::Api)
        }
    };
    Reached { report, way, detours }
}

fn node(pod: &Pod) -> &str {
    pod.spec.as_ref().and_then(|spec| spec.node_name.as_deref()).unwrap_or("(not scheduled)")
}

/// Whether the status port of a pod speaks TLS.
fn is_tls(pod: &Pod) -> bool {
    let containers = pod.spec.iter().flat_map(|spec| &spec.containers);
    let mut words = containers
        .filter(|container| container.name == "postgres")
        .flat_map(|container| container.command.iter().flatten());
    words.any(|word| word == "--status-port-tls")
}

async fn all_ways(
    cx: &CommandContext,
    namespace: &str,
    pod: &Pod,
    limit: Duration,
    detours: &mut Vec<String>,
    reason: &mut Option<String>,
) -> Option<(Way, Report)> {
    let name = pod.name_any();
    match through_proxy(cx, namespace, pod, limit).await {
        Ok(text) => match parse(&text) {
            Some(report) => return Some((Way::Proxy, report)),
            None => {
                detours.push("can't parse pod output".to_owned());
                return None;
            }
        },
        Err(cause) => {
            *reason = Some(reason_of(&cause));
            let need = if cause.status() == Some(403) {
                " (the verb `get` on `pods/proxy` is missing)"
            } else {
                ""
            };
            detours.push(format!(
                "failed to get status by proxying to the pod{need}: {}",
                error::cause(&cause)
            ));
            if !worth_a_detour(&cause) {
                return None;
            }
        }
    }
    let pods: Api<Pod> = cx.api().await.ok()?;
    let words = ["/controller/manager", "instance", "status"];
    match kubekit::exec::capture(&pods, &name, "postgres", &words, limit).await {
        Ok(text) => {
            if let Some(report) = parse(&text) {
                return Some((Way::Exec, report));
            }
            detours.push("the command in the pod printed no status".to_owned());
        }
        Err(cause) => {
            let need = if cause.status() == Some(403) {
                " (the verbs `get` and `create` on `pods/exec` are missing)"
            } else {
                ""
            };
            detours.push(format!(
                "failed to run a command in the pod{need}: {}",
                error::chain(&cause)
            ));
        }
    }
    match kubekit::forward::get(&pods, &name, PORT, is_tls(pod), "/pg/status", limit).await {
        Ok(text) => parse(&text).map(|report| (Way::PortForward, report)),
        Err(cause) => {
            detours.push(format!(
                "failed to forward a port of the pod (it takes the verbs `get` and `create` on `pods/portforward`): {}",
                error::chain(&cause)
            ));
            None
        }
    }
}

async fn through_proxy(
    cx: &CommandContext,
    namespace: &str,
    pod: &Pod,
    limit: Duration,
) -> Result<String, calls::Error> {
    let scheme = if is_tls(pod) { "https" } else { "http" };
    let name = pod.name_any();
    let path =
        format!("/api/v1/namespaces/{namespace}/pods/{scheme}:{name}:{PORT}/proxy/pg/status");
    let request = http::Request::get(path).body(Vec::new()).expect("a path makes a request");
    let client = cx.client().await.map_err(|_| calls::Error::Slow(limit))?;
    calls::within(limit, client.request_text(request)).await
}

/// A refusal, or a proxy that cannot reach the pod, may be got around; silence and an instance's
/// own error cannot.
fn worth_a_detour(cause: &calls::Error) -> bool {
    matches!(cause.status(), Some(401 | 403 | 404 | 405 | 501 | 502 | 503))
}

fn reason_of(cause: &calls::Error) -> String {
    match cause {
        calls::Error::Slow(_) => "Timeout".to_owned(),
        calls::Error::Kube(kube::Error::Api(status)) => {
            let known = !status.reason.is_empty() && !status.reason.contains(' ');
            let by_code = match status.code {
                401 => "Unauthorized",
                403 => "Forbidden",
                404 => "NotFound",
                500 => "InternalError",
                503 => "ServiceUnavailable",
                504 => "Timeout",
                _ => "",
            };
            if known { status.reason.clone() } else { by_code.to_owned() }
        }
        calls::Error::Kube(_) => String::new(),
    }
}

fn parse(text: &str) -> Option<Report> {
    let raw: Value = serde_json::from_str(text.trim()).ok()?;
    let status = serde_json::from_str(text.trim()).ok()?;
    Some(Report { status, raw })
}
