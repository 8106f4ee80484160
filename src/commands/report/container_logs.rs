//! The logs of containers as they go into a report.

use k8s_openapi::api::core::v1::Pod;
use kube::ResourceExt as _;
use kube::api::{Api, LogParams};

use super::Options;
use crate::context::Ask;
use crate::{CommandContext, CommandError};

/// Whether the log before the last restart is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Previous {
    Wanted,
    Not,
}

/// The containers of a pod.
pub fn containers(pod: &Pod) -> Vec<String> {
    let containers = pod.spec.iter().flat_map(|spec| &spec.containers);
    containers.map(|container| container.name.clone()).collect()
}

/// The log of a container; that it could not be read stands in its place.
pub async fn read(
    cx: &CommandContext,
    pod: &Pod,
    container: &str,
    previous: Previous,
    options: &Options,
) -> Result<Vec<u8>, CommandError> {
    let mut log = Vec::new();
    if previous == Previous::Wanted {
        mark(&mut log, "====== Beginning of Previous Log =====");
        match fetch(cx, pod, container, previous, options).await {
            Ok(text) => {
                log.extend(text.as_bytes());
                if !text.ends_with('\n') {
                    log.push(b'\n');
                }
            }
            Err(error) => {
                let cause = crate::error::chain(&error);
                let said =
                    format!("Error fetching previous logs: when opening the log stream: {cause}");
                mark(&mut log, &said);
            }
        }
        mark(&mut log, "====== End of Previous Log =====");
    }
    match fetch(cx, pod, container, Previous::Not, options).await {
        Ok(text) => log.extend(text.as_bytes()),
        Err(error) => {
            let cause = crate::error::chain(&error);
            mark(&mut log, &format!("Error fetching logs: when opening the log stream: {cause}"));
        }
    }
    log.push(b'\n');
    Ok(log)
}

async fn fetch(
    cx: &CommandContext,
    pod: &Pod,
    container: &str,
    previous: Previous,
    options: &Options,
) -> Result<String, CommandError> {
    let pods: Api<Pod> = cx.api().await?;
    let params = LogParams {
        container: Some(container.to_owned()),
        previous: previous == Previous::Wanted,
        timestamps: options.timestamps,
        ..LogParams::default()
    };
    let name = pod.name_any();
    cx.call(Ask::new("", "get", "pods/log", &name), pods.logs(&name, &params)).await
}

/// A line of our own, as a JSON string, so that every line of the file is JSON.
fn mark(log: &mut Vec<u8>, text: &str) {
    log.extend(serde_json::to_string(text).expect("a text is JSON").bytes());
    log.push(b'\n');
}
