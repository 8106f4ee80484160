//! Without a name: all clusters of a namespace, or of all namespaces, one line each.

use api::Cluster;
use kube::ResourceExt as _;
use kube::api::{Api, ListParams};
use serde::Serialize;

use super::facts::Health;
use crate::context::{Ask, CLUSTERS};
use crate::output::{Hue, Style, Table};
use crate::values::Values as _;
use crate::{CommandContext, CommandError};

/// Where clusters are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Where {
    Namespace,
    Everywhere,
}

/// One cluster of the list.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Line {
    pub namespace: String,
    pub name: String,
    pub health: Health,
    pub phase: String,
    pub phase_reason: String,
    pub primary: String,
    pub target_primary: String,
    pub ready_instances: i64,
    pub instances: i64,
    pub image: String,
}

impl From<&Cluster> for Line {
    fn from(cluster: &Cluster) -> Self {
        let status = cluster.status.clone().unwrap_or_default();
        Self {
            namespace: cluster.namespace().unwrap_or_default(),
            name: cluster.name_any(),
            health: Health::of(cluster),
            phase: status.phase.unwrap_or_default(),
            phase_reason: status.phase_reason.unwrap_or_default(),
            primary: status.current_primary.unwrap_or_default(),
            target_primary: status.target_primary.unwrap_or_default(),
            ready_instances: status.ready_instances.unwrap_or_default(),
            instances: cluster.spec.instances,
            image: status.image.unwrap_or_default(),
        }
    }
}

/// Reads the clusters, those in trouble first.
pub async fn lines(cx: &CommandContext, place: Where) -> Result<Vec<Line>, CommandError> {
    let clusters: Api<Cluster> = match place {
        Where::Namespace => cx.api().await?,
        Where::Everywhere => Api::all(cx.client().await?),
    };
    let ask = Ask::new("while trying to list clusters", "list", CLUSTERS, "");
    let found = cx.call(ask, clusters.all(&ListParams::default())).await?;
    let mut lines: Vec<_> = found.iter().map(Line::from).collect();
    lines.sort_by(|one, other| {
        let key = |line: &Line| (std::cmp::Reverse(line.health), line.namespace.clone());
        key(one).cmp(&key(other)).then_with(|| one.name.cmp(&other.name))
    });
    Ok(lines)
}

/// The table.
pub fn render(lines: &[Line], place: Where, style: Style) -> String {
    let mut titles = vec!["Name", "Health", "Ready", "Primary", "Status"];
    if place == Where::Everywhere {
        titles.insert(0, "Namespace");
    }
    let mut table = Table::new(&titles);
    for line in lines {
        let primary = if line.primary == line.target_primary || line.target_primary.is_empty() {
            line.primary.clone()
        } else {
            format!("{} => {}", line.primary, line.target_primary)
        };
        let phase = format!("{} {}", line.phase, line.phase_reason);
        let hue = match line.health {
            Health::Healthy => Hue::Green,
            Health::Hibernated | Health::Degraded => Hue::Yellow,
            Health::Failing => Hue::Red,
        };
        let mut cells = vec![
            line.name.clone(),
            line.health.word().to_owned(),
            format!("{}/{}", line.ready_instances, line.instances),
            primary,
            style.paint(hue, phase.trim()),
        ];
        if place == Where::Everywhere {
            cells.insert(0, line.namespace.clone());
        }
        table.add(cells);
    }
    table.render()
}
