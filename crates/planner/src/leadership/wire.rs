//! How the records of leadership lie in the objects of the API server.
//!
//! What has no field of its own in a Lease lies in annotations, which other makes of operators and
//! instances leave as they are: so each says whose it is, and counts for nobody else.

use std::sync::Arc;

use api::annotations::{LEASE_ELECTORS, LEASE_HAND_OVER, LEASE_RENEWALS, LEASE_SESSION};
use api::cluster::status::election::ElectionStatus;
use api::failover_quorum::FailoverQuorumStatus;
use api::{Cluster, FailoverQuorum};
use jiff::Timestamp;
use k8s_openapi::api::coordination::v1::Lease;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{MicroTime, ObjectMeta};

use super::clock::Terms;
use super::quorum::Rule;
use super::records::{
    ClusterRecord, Election, HandOver, Holder, InstanceName, LeaseRecord, Position, QuorumRecord,
    Session, Stamp, Target, Version,
};

#[cfg(test)]
mod tests;

/// `targetPrimary` while nobody should lead.
pub const PENDING: &str = "pending";

impl Version {
    /// The version of an object that was read.
    #[must_use]
    pub fn of(metadata: &ObjectMeta) -> Self {
        Self(metadata.resource_version.as_deref().and_then(|text| text.parse().ok()).unwrap_or(0))
    }
}

impl Stamp {
    /// One act of naming a target: another name or another time is another act.
    #[must_use]
    pub fn of(target: &str, timestamp: Option<&str>) -> Self {
        let bytes = target.bytes().chain([0]).chain(timestamp.unwrap_or_default().bytes());
        let fnv = |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        Self(bytes.fold(0xcbf2_9ce4_8422_2325, fnv))
    }
}

impl Session {
    /// A holder that said nothing about its life: an instance of another make. It is never equal
    /// to a session of ours, and nothing proves its death but time.
    #[must_use]
    pub fn unknown() -> Self {
        Self { pod_uid: Arc::from(""), container_id: Arc::from("") }
    }
}

impl LeaseRecord {
    /// What a Lease says; annotations that another holder left behind count for nothing.
    #[must_use]
    pub fn read(lease: &Lease) -> Self {
        let spec = lease.spec.as_ref();
        let annotation = |name: &str| lease.metadata.annotations.as_ref()?.get(name);
        let transitions = spec.and_then(|spec| spec.lease_transitions).unwrap_or(0);
        let holder = spec.and_then(|spec| spec.holder_identity.as_deref()).unwrap_or_default();
        let session = annotation(LEASE_SESSION)
            .and_then(|text| SessionNote::parse(text))
            .filter(|note| note.transitions == transitions && note.instance == holder);
        let ours = holder.is_empty() || session.is_some();
        let electors = annotation(LEASE_ELECTORS).filter(|_| ours).map(|text| {
            text.split(',').filter(|name| !name.is_empty()).map(InstanceName::from).collect()
        });
        Self {
            version: Version::of(&lease.metadata),
            holder: (!holder.is_empty()).then(|| Holder {
                instance: holder.into(),
                session: session.map_or_else(Session::unknown, |note| note.session),
            }),
            electors,
            hand_over: annotation(LEASE_HAND_OVER)
                .filter(|_| ours)
                .and_then(|text| parse_hand_over(text)),
            transitions: u64::try_from(transitions).unwrap_or(0),
            renewed: annotation(LEASE_RENEWALS).and_then(|text| text.parse().ok()).unwrap_or(0),
        }
    }

    /// The Lease that says this, made from the one that was read: it keeps its resource version, so
    /// that an update is refused when somebody else was there in between.
    #[must_use]
    pub fn fill(
        &self,
        read: &Lease,
        terms: &Terms,
        released_seconds: i32,
        now: Timestamp,
    ) -> Lease {
        let mut lease = read.clone();
        let before = Self::read(read);
        let spec = lease.spec.get_or_insert_default();
        let transitions = i32::try_from(self.transitions).unwrap_or(i32::MAX);
        let seconds = i32::try_from(terms.lease.as_secs()).unwrap_or(i32::MAX);
        spec.lease_duration_seconds =
            Some(if self.holder.is_some() { seconds } else { released_seconds });
        spec.lease_transitions = Some(transitions);
        spec.renew_time = Some(MicroTime(now));
        if before.holder != self.holder {
            spec.acquire_time = Some(MicroTime(now));
        }
        let name = self.holder.as_ref().map(|holder| holder.instance.to_string());
        spec.holder_identity = Some(name.unwrap_or_default());
        let notes = lease.metadata.annotations.get_or_insert_default();
        let mut note = |name: &str, text: Option<String>| match text {
            Some(text) => drop(notes.insert(name.to_owned(), text)),
            None => drop(notes.remove(name)),
        };
        note(LEASE_SESSION, self.holder.as_ref().map(|holder| session_note(holder, transitions)));
        note(
            LEASE_ELECTORS,
            self.electors
                .as_ref()
                .map(|names| names.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")),
        );
        note(
            LEASE_HAND_OVER,
            self.hand_over
                .as_ref()
                .map(|end| format!("{} {} {}", end.by, end.position.timeline, end.position.lsn)),
        );
        note(LEASE_RENEWALS, Some(self.renewed.to_string()));
        lease
    }
}

/// What the session annotation holds.
struct SessionNote {
    instance: String,
    session: Session,
    transitions: i32,
}

impl SessionNote {
    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(' ');
        let (instance, uid, container) = (parts.next()?, parts.next()?, parts.next()?);
        let transitions = parts.next()?.parse().ok()?;
        Some(Self {
            instance: instance.to_owned(),
            session: Session { pod_uid: uid.into(), container_id: container.into() },
            transitions,
        })
    }
}

fn session_note(holder: &Holder, transitions: i32) -> String {
    let Holder { instance, session } = holder;
    format!("{instance} {} {} {transitions}", session.pod_uid, session.container_id)
}

fn parse_hand_over(text: &str) -> Option<HandOver> {
    let mut parts = text.split(' ');
    let (by, timeline, lsn) = (parts.next()?, parts.next()?, parts.next()?);
    let position = Position { timeline: timeline.parse().ok()?, lsn: lsn.parse().ok()? };
    Some(HandOver { by: by.into(), position })
}

impl ClusterRecord {
    /// What the status says of leadership; nothing before a first target is named.
    #[must_use]
    pub fn read(cluster: &Cluster) -> Option<Self> {
        let status = cluster.status.as_ref()?;
        let target = status.target_primary.as_deref()?;
        let stamp = Stamp::of(target, status.target_primary_timestamp.as_deref());
        Some(Self {
            version: Version::of(&cluster.metadata),
            target: match target {
                PENDING => Target::Pending,
                name => Target::Instance(name.into()),
            },
            stamp,
            election: status.election.as_ref().and_then(Election::read),
            current: status.current_primary.as_deref().map(InstanceName::from),
            instances: status.instance_names.iter().map(|name| name.as_str().into()).collect(),
        })
    }
}

impl Election {
    fn read(status: &ElectionStatus) -> Option<Self> {
        let target = status.target.as_deref()?;
        let timeline = u32::try_from(status.timeline_id?).ok()?;
        let floor = Position { timeline, lsn: status.lsn.as_deref()?.parse().ok()? };
        let quorum = match status.quorum_version.as_deref() {
            Some(text) => Some(Version(text.parse().ok()?)),
            None => None,
        };
        let stamp = Stamp::of(target, status.target_timestamp.as_deref());
        Some(Self { target: target.into(), stamp, floor, quorum })
    }

    /// The proof as it is written with the target, whose timestamp it repeats.
    #[must_use]
    pub fn status(
        target: &InstanceName,
        timestamp: &str,
        floor: Position,
        quorum: Option<Version>,
    ) -> ElectionStatus {
        ElectionStatus {
            target: Some(target.to_string()),
            target_timestamp: Some(timestamp.to_owned()),
            timeline_id: Some(floor.timeline.into()),
            lsn: Some(floor.lsn.to_string()),
            quorum_version: quorum.map(|version| version.0.to_string()),
        }
    }
}

impl QuorumRecord {
    /// What a FailoverQuorum object says; nothing while no primary has written it.
    #[must_use]
    pub fn read(object: &FailoverQuorum) -> Option<Self> {
        let status = object.status.as_ref()?;
        let number = usize::try_from(status.standby_number.unwrap_or(0)).unwrap_or(0);
        Some(Self {
            version: Version::of(&object.metadata),
            primary: status.primary.as_deref()?.into(),
            rule: Rule {
                names: status.standby_names.iter().map(|name| name.as_str().into()).collect(),
                number,
            },
        })
    }

    /// The status that says this.
    #[must_use]
    pub fn status(primary: &InstanceName, rule: &Rule, method: &str) -> FailoverQuorumStatus {
        FailoverQuorumStatus {
            method: Some(method.to_owned()),
            primary: Some(primary.to_string()),
            standby_names: rule.names.iter().map(ToString::to_string).collect(),
            standby_number: Some(i64::try_from(rule.number).unwrap_or(i64::MAX)),
        }
    }
}
