//! The condition `ContinuousArchiving`, as the archive command tells how it went.
//!
//! It is told after every file and written only when it differs: a quiet cluster writes nothing.

use api::Cluster;
use api::conditions::{CONTINUOUS_ARCHIVING, reason};
use jiff::Timestamp;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{Condition, Time};
use kube::Api;
use kube::api::{Patch, PatchParams};
use kubekit::calls::{self, LIMIT, within};
use protocol::archive::ArchiveOutcome;
use serde_json::json;

use crate::state::State;

const WORKS: &str = "Continuous archiving is working";

/// How often somebody else may change the status in between.
const ATTEMPTS: usize = 5;

/// Makes the condition say what happened.
///
/// # Errors
/// When the API server does not take it.
pub async fn report(state: &State, outcome: &ArchiveOutcome) -> Result<(), calls::Error> {
    let identity = state.identity();
    let api: Api<Cluster> = Api::namespaced(state.client().clone(), &identity.namespace);
    let mut cluster = state.cluster();
    let mut attempt = 1;
    loop {
        let current = match cluster.take() {
            Some(cluster) => cluster,
            None => within(LIMIT, api.get(&identity.cluster)).await?.into(),
        };
        let Some(conditions) = conditions(&current, outcome, Timestamp::now()) else {
            return Ok(());
        };
        // With the version, so that no condition of somebody else is lost.
        let patch = json!({
            "metadata": {"resourceVersion": current.metadata.resource_version},
            "status": {"conditions": conditions},
        });
        let patch = Patch::Merge(&patch);
        let parameters = PatchParams::default();
        let written = api.patch_status(&identity.cluster, &parameters, &patch);
        match within(LIMIT, written).await {
            Ok(_) => return Ok(()),
            Err(error) if error.is_conflict() && attempt < ATTEMPTS => attempt += 1,
            Err(error) => return Err(error),
        }
    }
}

/// The conditions as they should be; none when they are so already.
fn conditions(
    cluster: &Cluster,
    outcome: &ArchiveOutcome,
    now: Timestamp,
) -> Option<Vec<Condition>> {
    let (status, reason, message) = if outcome.error.is_empty() {
        ("True", reason::ARCHIVING_SUCCESS, WORKS)
    } else {
        ("False", reason::ARCHIVING_FAILING, outcome.error.as_str())
    };
    let mut conditions = cluster.status.as_ref().map(|s| s.conditions.clone()).unwrap_or_default();
    let place = conditions.iter().position(|known| known.type_ == CONTINUOUS_ARCHIVING);
    let known = place.map(|place| &conditions[place]);
    if known.is_some_and(|known| {
        (known.status.as_str(), known.reason.as_str(), known.message.as_str())
            == (status, reason, message)
    }) {
        return None;
    }
    let since =
        known.filter(|known| known.status == status).map(|k| k.last_transition_time.clone());
    let condition = Condition {
        type_: CONTINUOUS_ARCHIVING.to_owned(),
        status: status.to_owned(),
        reason: reason.to_owned(),
        message: message.to_owned(),
        last_transition_time: since.unwrap_or(Time(now)),
        observed_generation: None,
    };
    match place {
        Some(place) => conditions[place] = condition,
        None => conditions.push(condition),
    }
    Some(conditions)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(conditions: Vec<Condition>, error: &str, now: i64) -> Option<Vec<Condition>> {
        let mut cluster = Cluster::default();
        cluster.status.get_or_insert_default().conditions = conditions;
        let outcome = ArchiveOutcome { error: error.to_owned() };
        super::conditions(&cluster, &outcome, Timestamp::from_second(now).unwrap())
    }

    #[test]
    fn it_is_written_only_when_it_differs() {
        let other =
            Condition { type_: "Ready".to_owned(), ..told(vec![], "", 0).unwrap().remove(0) };
        let working = told(vec![other.clone()], "", 1).expect("new");
        assert_eq!((working[0].type_.as_str(), working[1].status.as_str()), ("Ready", "True"));
        assert_eq!(told(working.clone(), "", 2), None, "known");
        let failing = told(working, "no space", 3).expect("another outcome");
        assert_eq!((failing.len(), failing[1].status.as_str()), (2, "False"));
        assert_eq!(failing[1].reason, "ContinuousArchivingFailing");
        let why = told(failing.clone(), "still no space", 4).expect("another reason");
        assert_eq!(why[1].message, "still no space");
        assert_eq!(why[1].last_transition_time, failing[1].last_transition_time);
        assert_eq!(why[0], other);
    }
}
