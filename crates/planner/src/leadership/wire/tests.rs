use k8s_openapi::api::coordination::v1::LeaseSpec;
use postgres::lsn::Lsn;

use super::*;

fn holder(name: &str) -> Holder {
    let session = Session { pod_uid: "uid".into(), container_id: "containerd://c0ffee".into() };
    Holder { instance: name.into(), session }
}

fn held() -> LeaseRecord {
    LeaseRecord {
        version: Version(7),
        holder: Some(holder("shop-1")),
        electors: Some(["shop-1", "shop-2"].map(InstanceName::from).into()),
        hand_over: None,
        transitions: 3,
        renewed: 12,
    }
}

fn empty() -> Lease {
    let metadata = ObjectMeta { resource_version: Some("7".to_owned()), ..ObjectMeta::default() };
    Lease { metadata, ..Lease::default() }
}

fn written(record: &LeaseRecord) -> Lease {
    record.fill(&empty(), &Terms::default(), 1, Timestamp::UNIX_EPOCH)
}

#[test]
fn a_lease_reads_as_it_was_written() {
    let position = Position { timeline: 2, lsn: Lsn(0x3_0000_0028) };
    let hand_over = Some(HandOver { by: "shop-1".into(), position });
    let released = LeaseRecord { holder: None, hand_over, ..held() };
    for record in [held(), released, LeaseRecord { electors: None, ..held() }] {
        assert_eq!(LeaseRecord::read(&written(&record)), record);
    }
    let spec = written(&held()).spec.unwrap();
    assert_eq!(spec.holder_identity.as_deref(), Some("shop-1"), "as other makes write it");
    assert_eq!(spec.lease_duration_seconds, Some(15));
}

#[test]
fn a_holder_of_another_make_is_not_taken_for_the_one_before() {
    let mut lease = written(&held());
    let spec: &mut LeaseSpec = lease.spec.as_mut().unwrap();
    spec.holder_identity = Some("shop-2".to_owned());
    spec.lease_transitions = Some(4);
    let record = LeaseRecord::read(&lease);
    let holder = record.holder.unwrap();
    assert_eq!((holder.instance, holder.session), ("shop-2".into(), Session::unknown()));
    assert_eq!(record.electors, None, "it asks nobody, so nobody is bound");

    let mut again = written(&held());
    again.spec.as_mut().unwrap().lease_transitions = Some(4);
    let record = LeaseRecord::read(&again);
    assert_eq!(record.holder.unwrap().session, Session::unknown(), "the same pod, another claim");
}

#[test]
fn the_acquire_time_changes_with_the_holder_alone() {
    let first = written(&held());
    let later: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
    let renewed = LeaseRecord { renewed: 13, ..held() };
    let spec = renewed.fill(&first, &Terms::default(), 1, later).spec.unwrap();
    assert_eq!(spec.acquire_time, Some(MicroTime(Timestamp::UNIX_EPOCH)));
    assert_eq!(spec.renew_time, Some(MicroTime(later)));
    let taken = LeaseRecord { holder: Some(holder("shop-2")), transitions: 4, ..held() };
    let spec = taken.fill(&first, &Terms::default(), 1, later).spec.unwrap();
    assert_eq!(spec.acquire_time, Some(MicroTime(later)));
}

#[test]
fn an_election_counts_only_for_the_target_it_was_written_with() {
    let floor = Position { timeline: 1, lsn: Lsn(0x5000) };
    let mut cluster = Cluster::default();
    let status = cluster.status.get_or_insert_default();
    status.target_primary = Some("shop-2".to_owned());
    status.target_primary_timestamp = Some("2026-01-01T00:00:00.000001Z".to_owned());
    let stamp = status.target_primary_timestamp.clone().unwrap();
    status.election = Some(Election::status(&"shop-2".into(), &stamp, floor, Some(Version(9))));
    let record = ClusterRecord::read(&cluster).unwrap();
    assert_eq!(record.mandate().map(|election| election.quorum), Some(Some(Version(9))));

    let status = cluster.status.as_mut().unwrap();
    status.target_primary_timestamp = Some("2026-01-01T00:00:01Z".to_owned());
    assert_eq!(ClusterRecord::read(&cluster).unwrap().mandate(), None, "a person named it again");
    let status = cluster.status.as_mut().unwrap();
    status.target_primary = Some(PENDING.to_owned());
    assert_eq!(ClusterRecord::read(&cluster).unwrap().target, Target::Pending);
}
