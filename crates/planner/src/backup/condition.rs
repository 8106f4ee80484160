//! The condition `LastBackupSucceeded` of a cluster.

use api::conditions::{LAST_BACKUP_SUCCEEDED, Said, reason, with};
use jiff::Timestamp;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Condition;

/// How the latest backup of a cluster goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Started,
    Succeeded,
    Failed(String),
}

/// The conditions with this outcome in them; none when they say so already.
#[must_use]
pub fn conditions(
    known: &[Condition],
    outcome: &Outcome,
    now: Timestamp,
) -> Option<Vec<Condition>> {
    let (status, reason, message) = match outcome {
        Outcome::Started => ("False", reason::BACKUP_STARTED, "New Backup starting up"),
        Outcome::Succeeded => ("True", reason::LAST_BACKUP_SUCCEEDED, "Backup was successful"),
        Outcome::Failed(why) => ("False", reason::LAST_BACKUP_FAILED, why.as_str()),
    };
    with(known, Said { kind: LAST_BACKUP_SUCCEEDED, status, reason, message }, now)
}

#[cfg(test)]
mod tests {
    use super::*;
    use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;

    #[test]
    fn a_change_is_told_once_and_others_stay() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let other = conditions(&[], &Outcome::Succeeded, at(0)).unwrap();
        let other = Condition { type_: "Ready".to_owned(), ..other[0].clone() };
        let started = conditions(std::slice::from_ref(&other), &Outcome::Started, at(1)).unwrap();
        assert_eq!((started.len(), started[1].reason.as_str()), (2, "BackupStarted"));
        assert_eq!(conditions(&started, &Outcome::Started, at(2)), None);
        let failed = conditions(&started, &Outcome::Failed("no".to_owned()), at(3)).unwrap();
        assert_eq!(failed[1].last_transition_time, started[1].last_transition_time);
        let done = conditions(&failed, &Outcome::Succeeded, at(4)).unwrap();
        assert_eq!(
            (done[1].status.as_str(), &done[1].last_transition_time),
            ("True", &Time(at(4)))
        );
        assert_eq!(done[0], other);
    }
}
