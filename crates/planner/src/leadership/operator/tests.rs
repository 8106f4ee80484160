//! The operator's decisions as tables: one good fixture, one change a row.

use std::time::Duration;

use postgres::lsn::Lsn;

use super::super::quorum::Rule;
use super::super::records::{ClusterRecord, Election, Holder, LeaseRecord, QuorumRecord, Session};
use super::*;
use crate::leadership::candidate::Node;

const SECOND: Duration = Duration::from_secs(1);

fn policy() -> Policy {
    Policy {
        failover_delay: Duration::ZERO,
        isolation: 30 * SECOND,
        report_wait: 5 * SECOND,
        restart_wait: 3 * SECOND,
        take_over: 30 * SECOND,
    }
}

fn position(lsn: u64) -> Position {
    Position { timeline: 1, lsn: Lsn(lsn) }
}

fn session(name: &str) -> Session {
    Session { pod_uid: name.into(), container_id: name.into() }
}

fn standby(lsn: u64, receiver: Receiver) -> Standing {
    Standing::Standby { position: position(lsn), receiver }
}

fn instance(name: &str, label: Label, standing: Standing) -> InstanceSeen {
    let report =
        Report { standing, fitness: Fitness::Fit, behind_hand_over: false, outdated: None };
    InstanceSeen {
        name: name.into(),
        label,
        fenced: false,
        node: Node::Schedulable,
        priority: 0,
        report: Some(report),
    }
}

/// `a` leads, `b` and `c` stream.
fn healthy() -> Seen {
    let names = ["a", "b", "c"];
    Seen {
        cluster: ClusterRecord {
            version: Version(7),
            target: Target::Instance("a".into()),
            stamp: Stamp(1),
            election: None,
            current: Some("a".into()),
            instances: names.iter().map(|&name| name.into()).collect(),
        },
        lease: Some(LeaseRecord {
            version: Version(3),
            holder: Some(Holder { instance: "a".into(), session: session("a") }),
            electors: None,
            hand_over: None,
            transitions: 1,
            renewed: 1,
        }),
        lease_age: SECOND,
        renew_deadline: 10 * SECOND,
        durability: Durability::Sync(Some(QuorumRecord {
            version: Version(5),
            primary: "a".into(),
            rule: Rule { names: ["b", "c"].iter().map(|&name| name.into()).collect(), number: 1 },
        })),
        quorum: Some(Version(5)),
        instances: vec![
            instance("a", Label::Primary, Standing::Leading),
            instance("b", Label::Replica, standby(10, Receiver::Streaming)),
            instance("c", Label::Replica, standby(11, Receiver::Streaming)),
        ],
        dead: vec![],
        target_age: 60 * SECOND,
        failing_for: None,
    }
}

/// `a` is silent and its lease old.
fn lost() -> Seen {
    let mut seen = healthy();
    seen.instances[0].report = None;
    seen.lease_age = 11 * SECOND;
    seen.failing_for = Some(11 * SECOND);
    seen
}

/// `pending`, everybody at rest.
fn pending() -> Seen {
    let mut seen = lost();
    seen.cluster.target = Target::Pending;
    seen.cluster.stamp = Stamp(2);
    seen.target_age = SECOND;
    seen.instances[0].label = Label::Replica;
    for (index, lsn) in [(1, 10), (2, 11)] {
        let ended = standby(lsn, Receiver::Ended { under: Stamp(2) });
        seen.instances[index].set(ended);
    }
    seen
}

/// `c` was elected and has not taken over.
fn elected() -> Seen {
    let mut seen = pending();
    seen.cluster.target = Target::Instance("c".into());
    seen.cluster.stamp = Stamp(3);
    seen.cluster.election = Some(Election {
        target: "c".into(),
        stamp: Stamp(3),
        floor: position(11),
        quorum: Some(Version(5)),
    });
    seen
}

/// A person wants `c`; `a` still leads.
fn switching() -> Seen {
    let mut seen = healthy();
    seen.cluster.target = Target::Instance("c".into());
    seen.cluster.stamp = Stamp(9);
    seen.target_age = SECOND;
    seen
}

impl Seen {
    fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }
}

impl InstanceSeen {
    fn set(&mut self, standing: Standing) {
        self.report = Some(Report {
            standing,
            fitness: Fitness::Fit,
            behind_hand_over: false,
            outdated: None,
        });
    }

    fn broken(&mut self) {
        self.report.as_mut().unwrap().fitness = Fitness::Broken;
    }
}

fn label(name: &str, label: Label) -> Verdict {
    Verdict::Label { instance: name.into(), label }
}

fn depose(hint: Hint) -> Verdict {
    Verdict::Depose { expect: Version(7), hint }
}

fn back(why: WhyReturn) -> Verdict {
    Verdict::Return { expect: Version(7), to: "a".into(), why }
}

fn elect(name: &str, lsn: u64) -> Verdict {
    Verdict::Elect {
        expect: Version(7),
        target: name.into(),
        floor: position(lsn),
        quorum: Some(Version(5)),
    }
}

fn check(rows: Vec<(&str, Seen, Verdict)>) {
    for (name, seen, expected) in rows {
        assert_eq!(decide(&seen, &policy()), expected, "{name}");
    }
}

#[test]
fn a_failing_primary_is_deposed_only_when_more_than_a_hint_says_so() {
    check(vec![
        ("all is well", healthy(), Verdict::Keep),
        ("well again", healthy().with(|s| s.failing_for = Some(SECOND)), Verdict::ClearFailing),
        (
            "only the operator cannot reach it",
            lost().with(|s| s.lease_age = SECOND),
            Verdict::Wait(Waiting::Unreachable),
        ),
        (
            "nobody can reach it",
            lost().with(|s| {
                s.lease_age = SECOND;
                s.failing_for = Some(31 * SECOND);
                s.instances[1].set(standby(10, Receiver::Searching));
                s.instances[2].set(standby(10, Receiver::Searching));
            }),
            label("a", Label::Neither),
        ),
        (
            "silence is noted",
            lost().with(|s| s.failing_for = None),
            Verdict::NoteFailing(Hint::Silent),
        ),
        ("label off before the target", lost(), label("a", Label::Neither)),
        (
            "then the target",
            lost().with(|s| s.instances[0].label = Label::Neither),
            depose(Hint::Silent),
        ),
        (
            "its manager gave up",
            healthy().with(|s| {
                s.instances[0].broken();
                s.instances[0].label = Label::Neither;
                s.failing_for = Some(SECOND);
            }),
            depose(Hint::Broken),
        ),
        ("fenced by a person", lost().with(|s| s.instances[0].fenced = true), Verdict::Keep),
        (
            "restarting in place",
            healthy().with(|s| {
                s.instances[0].set(Standing::Rising);
                s.failing_for = Some(SECOND);
            }),
            Verdict::Wait(Waiting::Rising("a".into())),
        ),
    ]);
}

#[test]
fn a_lease_is_released_only_for_a_session_that_is_proven_dead() {
    let dead =
        |restart| Proven { session: session("a"), proof: Proof::ContainerTerminated(restart) };
    let release = |proof| Verdict::ReleaseLease { expect: Version(3), proof };
    let late = Proof::ContainerTerminated(Restart::Late);
    check(vec![
        ("terminated", lost().with(|s| s.dead.push(dead(Restart::Late))), release(late)),
        (
            "back before anyone else",
            lost().with(|s| {
                s.failing_for = Some(SECOND);
                s.dead.push(dead(Restart::Soon));
            }),
            Verdict::Wait(Waiting::Restart),
        ),
        (
            "another container of that name",
            lost().with(|s| {
                s.dead.push(Proven { session: session("x"), ..dead(Restart::Late) });
            }),
            label("a", Label::Neither),
        ),
        (
            "not the target any more",
            pending().with(|s| s.dead.push(dead(Restart::Soon))),
            release(Proof::ContainerTerminated(Restart::Soon)),
        ),
    ]);
}

#[test]
fn an_election_waits_for_receivers_and_for_the_quorum() {
    let streaming = |s: &mut Seen| s.instances[1].set(standby(10, Receiver::Streaming));
    let b: InstanceName = "b".into();
    check(vec![
        ("the most advanced", pending(), elect("c", 11)),
        (
            "somebody still receives",
            pending().with(streaming),
            Verdict::Wait(Waiting::Receivers(vec![b.clone()])),
        ),
        (
            "ended for another reason",
            pending().with(|s| {
                s.instances[1].set(standby(10, Receiver::Ended { under: Stamp(1) }));
            }),
            Verdict::Wait(Waiting::Receivers(vec![b.clone()])),
        ),
        (
            "and never ends: it does not count",
            pending().with(streaming).with(|s| s.target_age = 6 * SECOND),
            Verdict::Refuse(Missing::Standbys(vec![b.clone()])),
        ),
        (
            "a late label",
            pending().with(|s| s.instances[0].label = Label::Primary),
            label("a", Label::Neither),
        ),
        (
            "the old one leads",
            pending().with(|s| s.instances[0].set(Standing::Leading)),
            back(WhyReturn::Leads),
        ),
        (
            "the old one stops",
            pending().with(|s| s.instances[0].set(Standing::Stopping)),
            Verdict::Wait(Waiting::OldPrimary("a".into())),
        ),
        (
            "one silent, the old one at hand",
            pending().with(|s| {
                s.instances[2].report = None;
                s.instances[0].set(Standing::FormerPrimary { end: None });
            }),
            back(WhyReturn::OnlyOne(Missing::Standbys(vec!["c".into()]))),
        ),
        (
            "one silent, the current one was never promoted",
            pending().with(|s| {
                s.instances[2].report = None;
                s.instances[0].set(standby(11, Receiver::Ended { under: Stamp(2) }));
            }),
            back(WhyReturn::OnlyOne(Missing::Standbys(vec!["c".into()]))),
        ),
        (
            "async: the old one has more",
            pending().with(|s| {
                s.durability = Durability::Async;
                s.instances[0].set(Standing::FormerPrimary { end: Some(position(12)) });
            }),
            back(WhyReturn::HasMore),
        ),
        (
            "async: all was received",
            pending().with(|s| {
                s.durability = Durability::Async;
                s.instances[0].set(Standing::FormerPrimary { end: Some(position(11)) });
            }),
            elect("c", 11),
        ),
        (
            "no record",
            pending().with(|s| s.durability = Durability::Sync(None)),
            Verdict::Refuse(Missing::QuorumRecord),
        ),
    ]);
}

#[test]
fn the_chosen_one_is_waited_for_and_replaced() {
    check(vec![
        ("waits for the lease", elected(), Verdict::Wait(Waiting::Successor("c".into()))),
        ("silent", elected().with(|s| s.instances[2].report = None), depose(Hint::Silent)),
        (
            "other sync names by now",
            elected().with(|s| {
                s.instances[2].report.as_mut().unwrap().outdated = Some(Stamp(3));
            }),
            depose(Hint::Outdated),
        ),
        ("too long", elected().with(|s| s.target_age = 31 * SECOND), depose(Hint::TookTooLong)),
        (
            "leads: its label first",
            elected().with(|s| {
                s.cluster.current = Some("c".into());
                s.instances[2].set(Standing::Leading);
            }),
            label("c", Label::Primary),
        ),
    ]);
}

#[test]
fn a_switchover_keeps_labels_until_the_end_and_can_be_taken_back() {
    let stopped = |s: &mut Seen| {
        s.lease.as_mut().unwrap().holder = None;
        s.instances[0].set(Standing::FormerPrimary { end: Some(position(12)) });
    };
    check(vec![
        ("out of -ro first", switching(), label("c", Label::Neither)),
        (
            "under way",
            switching().with(|s| s.instances[2].label = Label::Neither),
            Verdict::Wait(Waiting::Successor("c".into())),
        ),
        (
            "refused: fenced",
            switching().with(|s| s.instances[2].fenced = true),
            back(WhyReturn::Refused(Refusal::Fenced)),
        ),
        (
            "refused: not streaming",
            switching().with(|s| s.instances[2].set(standby(5, Receiver::Searching))),
            back(WhyReturn::Refused(Refusal::NotStreaming)),
        ),
        ("late", switching().with(|s| s.target_age = 31 * SECOND), back(WhyReturn::Late)),
        (
            "the end was not received",
            switching().with(stopped).with(|s| {
                s.instances[2].report.as_mut().unwrap().behind_hand_over = true;
            }),
            back(WhyReturn::Behind),
        ),
        (
            "new label first",
            switching().with(stopped).with(|s| {
                s.cluster.current = Some("c".into());
                s.instances[2].set(Standing::Leading);
            }),
            label("c", Label::Primary),
        ),
        (
            "old label after it",
            switching().with(stopped).with(|s| {
                s.cluster.current = Some("c".into());
                s.instances[2].set(Standing::Leading);
                s.instances[2].label = Label::Primary;
            }),
            label("a", Label::Replica),
        ),
        (
            "the new one died: look at all",
            switching().with(stopped).with(|s| {
                s.instances[2].report = None;
                s.failing_for = Some(SECOND);
                s.instances[0].label = Label::Neither;
                s.instances[2].label = Label::Neither;
            }),
            depose(Hint::Silent),
        ),
    ]);
}
