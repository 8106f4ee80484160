//! `kubectl cnpg port-forward CLUSTER`.

use std::net::IpAddr;
use std::process::ExitCode;

use api::labels::{CLUSTER, POOLER_NAME, ROLE_PRIMARY, ROLE_REPLICA};
use futures::StreamExt as _;
use futures::stream::FuturesUnordered;
use k8s_openapi::api::core::v1::Pod;
use kube::ResourceExt;
use kube::api::{Api, ListParams};
use tokio::net::{TcpListener, TcpStream};

use crate::cli::arity::Rest;
use crate::context::Ask;
use crate::instance::{belongs, is_ready, role};
use crate::values::Values as _;
use crate::{CommandContext, CommandError};

/// Where PostgreSQL and PgBouncer listen in their pods.
const PORT: u16 = 5432;

/// Forward a local port to the primary, a replica or a pooler
///
/// Every new connection goes to the pod that has the role by then: a forwarded port survives
/// switchovers and failovers, unlike that of `kubectl port-forward`.
#[derive(Debug, Default, clap::Args)]
#[command(
    after_help = "Examples:\n  kubectl cnpg port-forward cluster-example\n  kubectl cnpg port-forward cluster-example --replica --port 6432\n  kubectl cnpg port-forward cluster-example --pooler pooler-example-rw"
)]
pub struct PortForwardArgs {
    /// Cluster to connect to
    cluster: String,
    /// Connect to a replica
    #[arg(long, conflicts_with = "pooler")]
    replica: bool,
    /// Connect to a pooler of the cluster
    #[arg(long, value_name = "NAME")]
    pooler: Option<String>,
    /// Local port; 0 takes a free one
    #[arg(short, long, value_name = "PORT", default_value_t = PORT)]
    port: u16,
    /// Local address
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    address: Option<IpAddr>,
    #[command(flatten)]
    rest: Rest,
}

impl PortForwardArgs {
    /// What connections go to, in words.
    fn target(&self) -> String {
        match &self.pooler {
            Some(pooler) => format!("pooler {pooler}"),
            None if self.replica => format!("a replica of {}", self.cluster),
            None => format!("the primary of {}", self.cluster),
        }
    }

    fn selector(&self) -> String {
        match &self.pooler {
            Some(pooler) => format!("{CLUSTER}={},{POOLER_NAME}={pooler}", self.cluster),
            None => format!("{CLUSTER}={}", self.cluster),
        }
    }

    /// The pod that a connection goes to; `turn` spreads them over all that fit.
    fn choose(&self, pods: &[Pod], turn: usize) -> Option<String> {
        let wanted = if self.replica { ROLE_REPLICA } else { ROLE_PRIMARY };
        let fit = |pod: &&Pod| {
            self.pooler.is_some() || (belongs(pod, &self.cluster) && role(pod) == wanted)
        };
        let ready: Vec<_> = pods.iter().filter(|pod| fit(pod) && is_ready(pod)).collect();
        let pod = ready.get(turn.checked_rem(ready.len())?)?;
        Some(pod.name_any())
    }
}

/// Listens until it is interrupted.
pub async fn run(cx: &CommandContext, args: PortForwardArgs) -> Result<ExitCode, CommandError> {
    let pods: Api<Pod> = cx.api().await?;
    let first = find(cx, &args, &pods, 0).await?;
    let address = args.address.unwrap_or(IpAddr::from([127, 0, 0, 1]));
    let listen = async {
        let listener = TcpListener::bind((address, args.port)).await?;
        let local = listener.local_addr()?;
        Ok((listener, local))
    };
    let (listener, local) = listen.await.map_err(|cause: std::io::Error| CommandError::Io {
        what: format!(
            "cannot listen on {address} port {}; another one is chosen by --port",
            args.port
        ),
        cause,
    })?;
    cx.out().line(format_args!("Forwarding {local} to {} ({first})", args.target()))?;
    let mut connections = FuturesUnordered::new();
    let mut turn = 0;
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let (stream, _) = accepted.map_err(|cause| CommandError::Io {
                    what: "failed to take a connection".to_owned(),
                    cause,
                })?;
                connections.push(forward(cx, &args, &pods, stream, turn));
                turn += 1;
            }
            Some(ended) = connections.next() => {
                if let Err(error) = ended {
                    cx.out().failure(&error);
                }
            }
        }
    }
}

async fn find(
    cx: &CommandContext,
    args: &PortForwardArgs,
    pods: &Api<Pod>,
    turn: usize,
) -> Result<String, CommandError> {
    let ask = Ask::new("failed to look for the pod", "list", "pods", "");
    let selector = ListParams::default().labels(&args.selector());
    let found = cx.call(ask, pods.all(&selector)).await?;
    args.choose(&found, turn).ok_or_else(|| {
        let hint = format!("`kubectl cnpg status {}` shows what is ready", args.cluster);
        CommandError::refused_with(format!("there is no ready pod of {}", args.target()), hint)
    })
}

/// Carries one connection until either side ends it.
async fn forward(
    cx: &CommandContext,
    args: &PortForwardArgs,
    pods: &Api<Pod>,
    mut local: TcpStream,
    turn: usize,
) -> Result<(), CommandError> {
    let pod = find(cx, args, pods, turn).await?;
    let doing = format!("failed to forward the port of {pod}");
    let ask = Ask::new(doing.clone(), "create", "pods/portforward", &pod);
    let opened = cx.call(ask, pods.portforward(&pod, &[PORT])).await;
    // The upgrade tells no more than a number, so the right that may be missing is always named.
    let mut forwarder = opened.map_err(|error| {
        let may = "kubectl auth can-i create pods --subresource=portforward";
        CommandError::refused_with(error.to_string(), format!("`{may}` tells whether you may"))
    })?;
    let (Some(mut remote), Some(refusal)) =
        (forwarder.take_stream(PORT), forwarder.take_error(PORT))
    else {
        return Err(CommandError::refused(doing));
    };
    let copy = tokio::io::copy_bidirectional(&mut local, &mut remote);
    tokio::select! {
        // How a session ends is a matter of its two ends.
        _ = copy => {}
        Some(text) = refusal => {
            return Err(CommandError::refused(format!("{doing}: {}", text.trim())));
        }
    }
    drop(remote);
    // What is still on its way is carried; an end that never comes must not hold us.
    let _ = tokio::time::timeout(cx.limit(), forwarder.join()).await;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pod(name: &str, role: &str, ready: &str) -> Pod {
        serde_json::from_value(serde_json::json!({
            "metadata": {
                "name": name, "labels": { "role": role },
                "ownerReferences": [{
                    "apiVersion": "postgresql.cnpg.io/v1", "kind": "Cluster", "name": "pg", "uid": "u",
                }],
            },
            "status": { "conditions": [{ "type": "Ready", "status": ready }] },
        }))
        .unwrap()
    }

    #[test]
    fn connections_go_to_ready_pods_of_the_role() {
        let pods = [
            pod("pg-1", "primary", "True"),
            pod("pg-2", "replica", "True"),
            pod("pg-3", "replica", "False"),
            pod("pg-4", "replica", "True"),
        ];
        let args = |replica| PortForwardArgs {
            cluster: "pg".to_owned(),
            replica,
            ..PortForwardArgs::default()
        };
        assert_eq!(args(false).choose(&pods, 7).as_deref(), Some("pg-1"));
        assert_eq!(args(true).choose(&pods, 0).as_deref(), Some("pg-2"));
        assert_eq!(args(true).choose(&pods, 1).as_deref(), Some("pg-4"));
        assert_eq!(args(false).choose(&pods[1..], 0), None);
    }
}
