//! The containers of a cluster that write logs, and their logs line by line.

use futures::{AsyncBufRead, AsyncBufReadExt as _};
use k8s_openapi::api::core::v1::Pod;
use kube::ResourceExt as _;
use kube::api::{Api, ListParams, LogParams};

use crate::context::Ask;
use crate::values::Values as _;
use crate::{CommandContext, CommandError};

/// A container whose log is read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Source {
    pub pod: String,
    pub container: String,
}

/// The containers that run now, sidecars too.
pub fn running(pods: &[Pod]) -> Vec<Source> {
    let mut sources = Vec::new();
    for pod in pods {
        let states =
            pod.status.iter().flat_map(|status| status.container_statuses.iter().flatten());
        for state in states {
            if state.state.as_ref().is_some_and(|state| state.running.is_some()) {
                sources.push(Source { pod: pod.name_any(), container: state.name.clone() });
            }
        }
    }
    sources
}

/// The pods of a cluster: instances, jobs and poolers.
pub async fn pods(cx: &CommandContext, cluster: &str) -> Result<Vec<Pod>, CommandError> {
    let pods: Api<Pod> = cx.api().await?;
    let selector = ListParams::default().labels(&format!("{}={cluster}", api::labels::CLUSTER));
    let ask = Ask::new("could not get cluster pods", "list", "pods", "");
    cx.call(ask, pods.all(&selector)).await
}

/// Begins to read a log.
pub async fn open<'a>(
    cx: &CommandContext,
    pods: &'a Api<Pod>,
    source: &'a Source,
    params: &LogParams,
) -> Result<impl AsyncBufRead + Unpin + use<>, CommandError> {
    let doing = format!("failed to read the log of {} in {}", source.container, source.pod);
    let ask = Ask::new(doing, "get", "pods/log", &source.pod);
    let stream = cx.call(ask, pods.log_stream(&source.pod, params)).await?;
    Ok(Box::pin(stream))
}

/// The next line with its end; `None` after the last one.
pub async fn line(log: &mut (impl AsyncBufRead + Unpin)) -> std::io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    if log.read_until(b'\n', &mut line).await? == 0 {
        return Ok(None);
    }
    if line.last() != Some(&b'\n') {
        line.push(b'\n');
    }
    Ok(Some(line))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_runs_has_a_log_to_follow() {
        let pod: Pod = serde_json::from_value(serde_json::json!({
            "metadata": { "name": "pg-1" },
            "status": {
                "containerStatuses": [
                    { "name": "postgres", "state": { "running": {} } },
                    { "name": "sidecar", "state": { "waiting": {} } },
                ],
                "initContainerStatuses": [{ "name": "bootstrap", "state": { "running": {} } }],
            },
        }))
        .unwrap();
        let found = running(&[pod, Pod::default()]);
        assert_eq!(found, [Source { pod: "pg-1".to_owned(), container: "postgres".to_owned() }]);
    }
}
