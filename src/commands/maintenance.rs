//! `kubectl cnpg maintenance set|unset [CLUSTER]`.

use std::process::ExitCode;

use api::Cluster;
use kube::ResourceExt as _;
use kube::api::{Api, ListParams};
use serde_json::json;

use crate::context::{Ask, CLUSTERS};
use crate::output::Table;
use crate::values::Values as _;
use crate::{CommandContext, CommandError};

/// Tell clusters that their nodes are under maintenance
#[derive(Debug, clap::Args)]
pub struct MaintenanceArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// Begin the maintenance
    #[command(
        after_help = "Examples:\n  kubectl cnpg maintenance set cluster-example --reusePVC\n  kubectl cnpg maintenance set --all-namespaces"
    )]
    Set(Change),
    /// End the maintenance
    #[command(after_help = "Examples:\n  kubectl cnpg maintenance unset cluster-example")]
    Unset(Change),
}

#[derive(Debug, clap::Args)]
struct Change {
    /// Cluster to change; all of the namespace when left out
    cluster: Option<String>,
    /// Change the clusters of all namespaces
    #[arg(short = 'A', long)]
    all_namespaces: bool,
    /// Wait for the node to come back instead of making new volumes
    #[arg(long = "reusePVC", id = "reuse-pvc")]
    reuse_pvc: bool,
    /// Do not ask
    #[arg(short, long)]
    yes: bool,
    /// Show the new values, and write nothing
    #[arg(long)]
    dry_run: bool,
    #[arg(hide = true)]
    excess: Vec<String>,
}

/// Shows what will change, asks where a person can answer, and changes it.
pub async fn run(cx: &CommandContext, args: MaintenanceArgs) -> Result<ExitCode, CommandError> {
    let (begin, args) = match args.action {
        Action::Set(args) => (true, args),
        Action::Unset(args) => (false, args),
    };
    if let (true, Some(cluster)) = (args.all_namespaces, &args.cluster) {
        return Err(CommandError::Usage(format!(
            "can not specify --all-namespaces and a cluster: {cluster}"
        )));
    }
    cx.out().line(format_args!("The following are the new values for the clusters"))?;
    let clusters = targets(cx, &args).await?;
    cx.out().bytes(table(&clusters, begin, args.reuse_pvc).render().as_bytes())?;
    if args.dry_run {
        return Ok(ExitCode::SUCCESS);
    }
    cx.out().confirm("Do you want to proceed?", args.yes.into())?;
    for cluster in &clusters {
        let doing = format!(
            "unable to set progress to cluster {} in namespace {}",
            cluster.name_any(),
            cluster.namespace().unwrap_or_default()
        );
        let patch = json!({ "spec": { "nodeMaintenanceWindow": {
            "inProgress": begin,
            "reusePVC": args.reuse_pvc,
        } } });
        let unlocked = Cluster {
            metadata: kube::api::ObjectMeta { resource_version: None, ..cluster.metadata.clone() },
            ..Cluster::default()
        };
        cx.patch_cluster(&unlocked, patch, &doing).await?;
    }
    Ok(ExitCode::SUCCESS)
}

async fn targets(cx: &CommandContext, args: &Change) -> Result<Vec<Cluster>, CommandError> {
    if let Some(name) = &args.cluster {
        return Ok(vec![cx.cluster(name, "").await?]);
    }
    let clusters: Api<Cluster> =
        if args.all_namespaces { Api::all(cx.client().await?) } else { cx.api().await? };
    let ask = Ask::new("", "list", CLUSTERS, "");
    let found = cx.call(ask, clusters.all(&ListParams::default())).await?;
    if found.is_empty() {
        return Err(CommandError::refused_with(
            "no cluster could be listed or no permission to list clusters",
            "`kubectl cnpg status -A` lists the clusters of all namespaces",
        ));
    }
    Ok(found)
}

fn table(clusters: &[Cluster], begin: bool, reuse: bool) -> Table {
    let mut table = Table::new(&["Namespace", "Cluster Name", "Maintenance", "reusePVC"]);
    for cluster in clusters {
        let window = cluster.spec.node_maintenance_window.clone().unwrap_or_default();
        table.add([
            cluster.namespace().unwrap_or_default(),
            cluster.name_any(),
            format!("{} => {begin}", window.in_progress.unwrap_or(false)),
            format!("{} => {reuse}", window.reuse_pvc.unwrap_or(true)),
        ]);
    }
    table
}
