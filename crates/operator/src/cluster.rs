//! The Cluster controller: what a cluster should be becomes what it is, one pass at a time.
//!
//! ```text
//!   observe -> plan -> act -> report
//! ```
//! A pass begins with a live read of the Cluster and keeps nothing for the next one. It looks at
//! the watched copies first; when that look calls for a change of the topology or of roles, it
//! looks again, live, and only what the second look says is carried out.

mod act;
pub mod ages;
pub mod ask;
pub mod binaries;
pub mod children;
pub mod context;
mod gone;
pub mod identity;
mod leadership;
pub(crate) mod observe;
mod origin;
pub mod pki;
mod random;
pub(crate) mod report;
pub mod secrets;
pub mod start;
pub mod stores;

use std::sync::Arc;
use std::time::Duration;

use api::admission::{self, CheckedCluster, Kind};
use api::annotations;
use api::cluster::Cluster;
use kube::Api;
use kube::api::{Patch, PatchParams};
use kubekit::calls::{self, LIMIT, within};
use kubekit::queue::Ended;
use planner::cluster::{Again, Objects, Plan, Seen, Trouble, plan};
use planner::manifests::Manifests;
use serde_json::json;
use tracing::{debug, error, info, warn};

use act::Actor;
use context::Context;
use observe::Freshness;
use stores::Key;

use crate::status;

/// How often a cluster in which nothing happens is looked at, in case an event was missed.
const SAFETY: Duration = Duration::from_secs(10 * 60);
/// The pause between passes while the role of the primary moves, and for how long at most.
const URGENT: Duration = Duration::from_millis(60);
const HURRY: Duration = Duration::from_secs(60);
/// The pause after a pass that could not make what the cluster needs.
const TROUBLED: Duration = Duration::from_secs(10);

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("failed to read the cluster")]
    Read(#[source] calls::Error),
    #[error(transparent)]
    Observe(#[from] observe::Error),
    #[error(transparent)]
    Act(#[from] act::Error),
    #[error(transparent)]
    Status(#[from] status::Error),
    #[error(transparent)]
    Gone(#[from] gone::Error),
    #[error("failed to give the cluster its defaults")]
    Defaults(#[source] calls::Error),
}

impl Error {
    fn is_conflict(&self) -> bool {
        match self {
            Self::Status(status::Error::Conflict) => true,
            Self::Act(error) => error.is_conflict(),
            Self::Defaults(error) => error.is_conflict(),
            _ => false,
        }
    }
}

/// One pass over one cluster.
pub async fn pass(cx: Arc<Context>, key: Key) -> Ended {
    match reconcile(&cx, &key).await {
        Ok(ended) => ended,
        Err(error) if error.is_conflict() => {
            debug!(cluster = key.name, namespace = key.namespace, %error, "the pass begins anew");
            Ended::Again(Duration::ZERO)
        }
        Err(Error::Act(error)) if error.waits() => {
            debug!(cluster = key.name, namespace = key.namespace, %error, "the pass waits");
            Ended::Again(Duration::from_millis(500))
        }
        Err(error) => {
            let cause = cause(&error);
            error!(cluster = key.name, namespace = key.namespace, %error, cause, "a pass failed");
            Ended::Failed
        }
    }
}

async fn reconcile(cx: &Context, key: &Key) -> Result<Ended, Error> {
    let api: Api<Cluster> = Api::namespaced(cx.client.clone(), &key.namespace);
    let found = within(LIMIT, api.get_opt(&key.name)).await.map_err(Error::Read)?;
    let Some(read) = found else {
        gone::clean(cx, key, None).await?;
        return Ok(Ended::Idle);
    };
    if read.metadata.deletion_timestamp.is_some() {
        gone::clean(cx, key, read.metadata.uid.as_deref()).await?;
        return Ok(Ended::Idle);
    }
    let notes = read.metadata.annotations.as_ref();
    let switch = notes.and_then(|notes| notes.get(annotations::RECONCILIATION_LOOP));
    if switch.is_some_and(|value| value == annotations::DISABLED) {
        debug!(cluster = key.name, "left alone, as its annotation asks");
        return Ok(Ended::Idle);
    }
    if fill_defaults(cx, &api, &read).await? {
        return Ok(Ended::Again(Duration::ZERO));
    }
    let mut cluster = read.clone();
    cluster.metadata.managed_fields = None;
    admission::complete(&mut cluster, &cx.admission.defaults);
    let checked = match CheckedCluster::check(cluster.clone(), &cx.admission) {
        Ok(checked) => checked,
        Err(errors) => {
            let text = errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
            return troubled(cx, key, &cluster, Trouble::Invalid(text)).await;
        }
    };
    let manifests = Manifests::new(&checked, &cx.installation);
    let children = children::Children { cx, cluster: &cluster, manifests };
    let made = match children.pass().await {
        Ok(made) => made,
        Err(error) if error.is_conflict() => return Ok(Ended::Again(Duration::from_millis(100))),
        Err(error) => {
            report::events(cx, &cluster, error.note()).await;
            let text = format!("{error}: {}", cause(&error).unwrap_or_default());
            let text = text.trim_end_matches(": ").to_owned();
            return troubled(cx, key, &cluster, Trouble::Objects(text)).await;
        }
    };
    cx.rollouts.is_news(key, None);
    let look = async |freshness| {
        let seen = observe::observe(cx, &cluster, made.objects.clone(), &made.server_ca, freshness)
            .await?;
        let planned = plan(&seen);
        Ok::<_, Error>((seen, planned))
    };
    let (mut seen, mut planned) = look(Freshness::Watched).await?;
    if decides(&cluster, &planned) {
        (seen, planned) = look(Freshness::Live).await?;
    }
    let actor = Actor { cx, key, seen: &seen, manifests, server_ca: &made.server_ca };
    let acted = actor.act(&planned).await;
    if let Err(error) = &acted {
        debug!(cluster = key.name, %error, "a step failed");
    }
    acted?;
    let written =
        status::write(&cx.client, &cluster, cluster.status.as_ref(), &planned.status).await;
    let moved = planned.actions.iter().any(planner::cluster::Action::changes_topology);
    if written.is_ok() || moved {
        report::events(cx, &cluster, report::notes(&planned.events)).await;
    }
    tell(key, &cluster, &planned);
    written?;
    let again = match planned.again {
        Again::OnChange => SAFETY,
        Again::After(span) if is_urgent(&seen) => span.min(URGENT),
        Again::After(span) => span,
    };
    Ok(Ended::Again(again.min(made.again)))
}

/// Whether nobody serves writes, or somebody is about to: instances tell of their progress only
/// when asked.
fn is_urgent(seen: &Seen) -> bool {
    seen.leadership.as_ref().is_some_and(|leadership| {
        let moving = !leadership.cluster.settled() && leadership.target_age < HURRY;
        moving || leadership.failing_for.is_some_and(|span| span < HURRY)
    })
}

/// Writes defaults that no webhook has filled in; whether there were any.
async fn fill_defaults(cx: &Context, api: &Api<Cluster>, read: &Cluster) -> Result<bool, Error> {
    let Ok(object) = serde_json::to_value(read) else { return Ok(false) };
    let Some(filled) = admission::default(Kind::Cluster, &object, &cx.admission.defaults) else {
        return Ok(false);
    };
    let Some(change) = status::difference(&object["spec"], &filled["spec"]) else {
        return Ok(false);
    };
    let meta = &read.metadata;
    let patch = json!({"metadata": {"resourceVersion": meta.resource_version}, "spec": change});
    let name = meta.name.as_deref().unwrap_or_default();
    let (params, patch) = (PatchParams::default(), Patch::Merge(&patch));
    within(LIMIT, api.patch(name, &params, &patch)).await.map_err(Error::Defaults)?;
    info!(cluster = name, "the defaults of the cluster were filled in");
    Ok(true)
}

/// Whether a plan must rest on live reads.
fn decides(cluster: &Cluster, plan: &Plan) -> bool {
    let status = cluster.status.as_ref();
    let roles = |status: Option<&api::cluster::status::ClusterStatus>| {
        status.map(|status| (status.target_primary.clone(), status.election.clone()))
    };
    !plan.actions.is_empty() || roles(status) != roles(Some(&plan.status))
}

/// A pass that could not look at the instances says why in the status.
async fn troubled(
    cx: &Context,
    key: &Key,
    cluster: &Cluster,
    trouble: Trouble,
) -> Result<Ended, Error> {
    if cx.rollouts.is_news(key, Some(&format!("{trouble:?}"))) {
        warn!(cluster = key.name, namespace = key.namespace, ?trouble, "the cluster is in trouble");
    }
    let mut seen = observe::nothing(cx, cluster, Some(trouble));
    seen.objects = Objects::default();
    let planned = plan(&seen);
    status::write(&cx.client, cluster, cluster.status.as_ref(), &planned.status).await?;
    report::events(cx, cluster, report::notes(&planned.events)).await;
    Ok(Ended::Again(TROUBLED))
}

fn tell(key: &Key, cluster: &Cluster, plan: &Plan) {
    let before = cluster.status.as_ref().and_then(|status| status.phase.as_deref());
    let (phase, reason) = (plan.status.phase.as_deref(), plan.status.phase_reason.as_deref());
    if before != phase {
        info!(cluster = key.name, namespace = key.namespace, phase, reason, "the phase changes");
    }
}

/// What is behind an error, in one line.
fn cause(error: &dyn std::error::Error) -> Option<String> {
    let mut causes = Vec::new();
    let mut next = error.source();
    while let Some(source) = next {
        let text = source.to_string();
        // A transparent error repeats the one it wraps.
        if causes.last() != Some(&text) {
            causes.push(text);
        }
        next = source.source();
    }
    (!causes.is_empty()).then(|| causes.join(": "))
}
