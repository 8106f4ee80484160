//! The condition `ContinuousArchiving`, as the archive command tells how it went.
//!
//! It is told after every file and written only when it differs: a quiet cluster writes nothing.

use api::Cluster;
use api::conditions::{CONTINUOUS_ARCHIVING, Said, reason, with};
use jiff::Timestamp;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Condition;
use kubekit::calls;
use protocol::archive::ArchiveOutcome;
use serde_json::json;

use crate::cluster_status;
use crate::state::State;

const WORKS: &str = "Continuous archiving is working";

/// Makes the condition say what happened.
///
/// # Errors
/// When the API server does not take it.
pub async fn report(state: &State, outcome: &ArchiveOutcome) -> Result<(), calls::Error> {
    let told = |cluster: &Cluster| {
        let conditions = conditions(cluster, outcome, Timestamp::now())?;
        Some(json!({ "conditions": conditions }))
    };
    // What is known may be old: then it is refused, and read anew.
    if let Some(known) = state.cluster()
        && told(&known).is_none()
    {
        return Ok(());
    }
    let identity = state.identity();
    cluster_status::change(state.client(), &identity.namespace, &identity.cluster, told).await
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
    let known = cluster.status.as_ref().map(|status| status.conditions.as_slice());
    let said = Said { kind: CONTINUOUS_ARCHIVING, status, reason, message };
    with(known.unwrap_or_default(), said, now)
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
