//! The instance's machine, step by step.

use std::time::Duration;

use postgres::lsn::Lsn;

use super::super::candidate::Fitness;
use super::super::records::{Election, HandOver, Holder, Target};
use super::*;

fn at(seconds: u64) -> BootTime {
    BootTime(Duration::from_secs(seconds))
}

fn session(name: &str) -> Session {
    Session { pod_uid: name.into(), container_id: format!("{name}-1").as_str().into() }
}

fn position(lsn: u64) -> Position {
    Position { timeline: 1, lsn: Lsn(lsn) }
}

fn lease(version: u64, holder: Option<&str>) -> LeaseRecord {
    LeaseRecord {
        version: Version(version),
        holder: holder.map(|name| Holder { instance: name.into(), session: session(name) }),
        electors: Some(["a", "b"].iter().map(|&name| name.into()).collect()),
        hand_over: None,
        transitions: 1,
        renewed: version,
    }
}

fn cluster(version: u64, target: &str, current: &str) -> ClusterRecord {
    let target = match target {
        "pending" => Target::Pending,
        name => Target::Instance(name.into()),
    };
    ClusterRecord {
        version: Version(version),
        target,
        stamp: Stamp(version),
        election: None,
        current: Some(current.into()),
        instances: ["a", "b"].iter().map(|&name| name.into()).collect(),
    }
}

fn elected(version: u64, target: &str, current: &str, floor: u64) -> ClusterRecord {
    let stamp = Stamp(version);
    let election = Election { target: target.into(), stamp, floor: position(floor), quorum: None };
    ClusterRecord { election: Some(election), ..cluster(version, target, current) }
}

fn member(name: &str, data: Data) -> Member {
    let me = Identity { name: name.into(), session: session(name) };
    Member::new(me, Bounds::default(), Memory::default(), data)
}

/// Another image of the manager goes on with the server that runs.
#[test]
fn a_right_that_is_handed_over_lasts_as_long_as_it_did() {
    let resumed = |until| {
        let member = member("a", Data::Primary);
        member.resuming(Server::Starting(Role::Primary), until, at(100))
    };
    let mut entitled = resumed(Some(at(108)));
    let effects = entitled.on(Event::Tick, at(101));
    assert_eq!(effects, [Effect::ReadLease], "nothing but a look at the lease");
    let effects = entitled.on(Event::SawLease(lease(7, Some("a"))), at(102));
    assert!(!stops(&effects) && entitled.entitled_until() == Some(at(108)), "{effects:?}");
    assert!(stops(&entitled.on(Event::Tick, at(108))), "not renewed in time");
    let mut taken = resumed(Some(at(108)));
    assert!(stops(&taken.on(Event::SawLease(lease(7, Some("b"))), at(101))), "another has it");
    assert!(stops(&resumed(None).on(Event::Tick, at(100))), "without a right at all");
}

fn stops(effects: &[Effect]) -> bool {
    effects.iter().any(|effect| matches!(effect, Effect::Stop(..)))
}

fn standby(lsn: u64) -> Server {
    Server::Standby { position: position(lsn), upstream: None, open: true }
}

/// Feeds events in order; the effects of the last one.
fn feed(member: &mut Member, events: Vec<(u64, Event)>) -> Vec<Effect> {
    let mut last = Vec::new();
    for (second, event) in events {
        last = member.on(event, at(second));
    }
    last
}

/// `a` leads since second 1, with a renewal sent then.
fn leader() -> Member {
    let mut a = member("a", Data::Primary);
    let primary = Server::Primary { streaming: ["b".into()].into() };
    let _ = feed(
        &mut a,
        vec![
            (1, Event::SawLease(lease(5, None))),
            (1, Event::LeaseRead),
            (1, Event::SawCluster(cluster(1, "a", "a"))),
            (1, Event::LeaseWritten(Written::Done(lease(6, Some("a"))))),
            (1, Event::ReadCluster(Some((cluster(1, "a", "a"), None)))),
            (1, Event::Server(primary, Data::Primary)),
        ],
    );
    a
}

fn claims(effects: &[Effect]) -> bool {
    effects.iter().any(|effect| matches!(effect, Effect::WriteLease(_)))
}

#[test]
fn a_holder_stops_at_its_deadline_and_hard_a_second_later() {
    let mut a = leader();
    assert_eq!(a.wake_at(), Some(at(11)));
    let before = a.on(Event::Tick, at(10));
    assert!(!stops(&before), "{before:?}");
    let thawed = a.on(Event::Tick, at(11));
    assert_eq!(thawed.first(), Some(&Effect::Stop(Mode::Fast, WhyStop::NoRight)));
    let again = a.on(Event::Tick, at(12));
    assert_eq!(again.first(), Some(&Effect::Stop(Mode::Immediate, WhyStop::NoRight)));
}

#[test]
fn what_counts_is_when_a_renewal_was_sent() {
    let mut a = leader();
    assert!(claims(&a.on(Event::Tick, at(4))), "it renews");
    let late = Written::Done(lease(7, Some("a")));
    let _ = a.on(Event::LeaseWritten(late), at(8));
    assert_eq!(a.entitled_until(), Some(at(14)));
}

#[test]
fn promises_extend_the_right_only_when_all_give_one() {
    let mut a = leader();
    let asked = feed(
        &mut a,
        vec![(4, Event::Tick), (5, Event::LeaseWritten(Written::Unknown)), (6, Event::Tick)],
    );
    let round = 2;
    assert!(asked.contains(&Effect::Ask { round, peers: vec!["b".into()] }), "{asked:?}");
    let answer = |promised, round| Event::Answered { round, by: "b".into(), promised };
    let _ = a.on(answer(false, round), at(6));
    let _ = a.on(answer(true, round - 1), at(6));
    assert_eq!(a.entitled_until(), Some(at(11)), "a no, and a yes to an older question");
    let _ = a.on(answer(true, round), at(9));
    assert_eq!(a.entitled_until(), Some(at(16)), "from when it was asked");
}

#[test]
fn a_promise_makes_the_peer_wait_anew() {
    let mut b = member("b", Data::Standby);
    let _ = feed(
        &mut b,
        vec![
            (0, Event::SawLease(lease(6, Some("a")))),
            (0, Event::LeaseRead),
            (0, Event::SawCluster(cluster(1, "a", "a"))),
            (0, Event::Server(standby(10), Data::Standby)),
        ],
    );
    let from = |name: &str| Holder { instance: name.into(), session: session(name) };
    let ask = |from| Event::Asked(Ask { round: 1, from });
    let answer = |to: &str, promised| Effect::Answer { round: 1, to: to.into(), promised };
    assert!(b.on(ask(from("a")), at(10)).contains(&answer("a", true)));
    assert!(b.on(ask(from("c")), at(10)).contains(&answer("c", false)), "another holder");
    let _ = b.on(Event::SawCluster(elected(2, "b", "a", 10)), at(11));
    assert!(b.on(ask(from("a")), at(11)).contains(&answer("a", false)), "another target");
    assert!(!claims(&b.on(Event::Tick, at(24))), "promised until 25");
    let claim = b.on(Event::Tick, at(25));
    assert!(matches!(claim.first(), Some(Effect::Remember(_))), "{claim:?}");
    assert!(claims(&claim), "{claim:?}");
}

#[test]
fn a_stranger_to_the_holder_does_not_claim_by_waiting() {
    let mut c = member("c", Data::Standby);
    let events = vec![
        (0, Event::SawLease(lease(6, Some("a")))),
        (0, Event::LeaseRead),
        (0, Event::SawCluster(elected(2, "c", "a", 10))),
        (0, Event::Server(standby(10), Data::Standby)),
        (100, Event::Tick),
    ];
    assert!(!claims(&feed(&mut c, events)));
    assert!(claims(&c.on(Event::SawLease(lease(7, None)), at(101))), "released");
}

#[test]
fn promotion_needs_lease_live_read_and_current_primary() {
    let mut b = member("b", Data::Standby);
    let status = elected(2, "b", "a", 10);
    let effects = feed(
        &mut b,
        vec![
            (0, Event::SawLease(lease(6, None))),
            (0, Event::LeaseRead),
            (0, Event::SawCluster(status.clone())),
            (0, Event::Server(standby(10), Data::Standby)),
            (1, Event::LeaseWritten(Written::Done(lease(7, Some("b"))))),
        ],
    );
    assert_eq!(effects, [Effect::ReadCluster]);
    let effects = b.on(Event::ReadCluster(Some((status, None))), at(1));
    assert_eq!(effects, [Effect::WriteCurrent { expect: Version(2) }]);
    let effects = b.on(Event::CurrentWritten(Written::Conflict), at(1));
    assert_eq!(effects, [Effect::ReadCluster], "look again");
    let status = elected(3, "b", "a", 10);
    let written =
        ClusterRecord { current: Some("b".into()), version: Version(4), ..status.clone() };
    let effects = feed(
        &mut b,
        vec![
            (1, Event::ReadCluster(Some((status, None)))),
            (1, Event::CurrentWritten(Written::Done(written.clone()))),
        ],
    );
    assert_eq!(effects, [Effect::Promote]);
}

#[test]
fn an_election_by_an_older_quorum_record_is_void() {
    let mut b = member("b", Data::Standby);
    let status = elected(2, "b", "a", 10);
    let effects = feed(
        &mut b,
        vec![
            (0, Event::SawLease(lease(6, None))),
            (0, Event::LeaseRead),
            (0, Event::SawCluster(status.clone())),
            (0, Event::Server(standby(10), Data::Standby)),
            (1, Event::LeaseWritten(Written::Done(lease(7, Some("b"))))),
            (1, Event::ReadCluster(Some((status, Some(Version(8)))))),
            (2, Event::Tick),
        ],
    );
    let [Effect::WriteLease(released)] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!(released.holder, None);
    assert_eq!(b.report(at(2)).outdated, Some(Stamp(2)));
}

#[test]
fn who_has_less_than_when_it_was_chosen_does_not_claim() {
    let mut b = member("b", Data::Standby);
    let events = vec![
        (0, Event::SawLease(lease(6, None))),
        (0, Event::LeaseRead),
        (0, Event::SawCluster(elected(2, "b", "a", 11))),
        (0, Event::Server(standby(10), Data::Standby)),
    ];
    assert!(!claims(&feed(&mut b, events)));
}

#[test]
fn a_switchover_hands_over_the_end_of_the_log() {
    let mut a = leader();
    let effects = a.on(Event::SawCluster(cluster(2, "b", "a")), at(2));
    assert_eq!(effects.first(), Some(&Effect::Stop(Mode::Fast, WhyStop::HandOver)));
    let down = Server::Down { end: Some(position(42)) };
    let effects = a.on(Event::Server(down, Data::Primary), at(3));
    let [Effect::WriteLease(released)] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!(released.holder, None);
    assert_eq!(released.hand_over, Some(HandOver { by: "a".into(), position: position(42) }));
    let back = a.on(Event::SawCluster(cluster(3, "a", "a")), at(3));
    assert_eq!(back, [], "the release may have been done already");

    for (received, takes) in [(41, false), (42, true)] {
        let mut b = member("b", Data::Standby);
        let free = LeaseRecord { version: Version(9), ..released.clone() };
        let events = vec![
            (0, Event::SawLease(free)),
            (0, Event::LeaseRead),
            (0, Event::SawCluster(cluster(2, "b", "a"))),
            (0, Event::Server(standby(received), Data::Standby)),
        ];
        assert_eq!(claims(&feed(&mut b, events)), takes, "received {received}");
        assert_eq!(b.report(at(0)).behind_hand_over, !takes, "received {received}");
    }
}

#[test]
fn a_primary_does_not_stop_for_one_that_does_not_stream() {
    let mut a = leader();
    let effects = a.on(Event::SawCluster(cluster(2, "c", "a")), at(2));
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::Stop(..))), "{effects:?}");
}

#[test]
fn pending_ends_receiving_and_a_restart_remembers_it() {
    let mut b = member("b", Data::Standby);
    let upstream = Some(Upstream { from: "a".into(), streaming: true });
    let streaming = Server::Standby { position: position(10), upstream, open: true };
    let effects = feed(
        &mut b,
        vec![
            (0, Event::Server(streaming, Data::Standby)),
            (0, Event::SawCluster(cluster(1, "a", "a"))),
            (1, Event::SawCluster(cluster(2, "pending", "a"))),
        ],
    );
    let ended = Some(Ended { under: Stamp(2), version: Version(2) });
    let memory = Memory { ended, claim: None };
    assert!(effects.starts_with(&[Effect::Remember(memory.clone()), Effect::EndReceiver]));

    let me = Identity { name: "b".into(), session: session("b") };
    let mut b = Member::new(me, Bounds::default(), memory, Data::Standby);
    let stale = feed(
        &mut b,
        vec![
            (9, Event::Server(standby(10), Data::Standby)),
            (9, Event::SawCluster(cluster(1, "a", "a"))),
        ],
    );
    assert!(!stale.iter().any(|effect| matches!(effect, Effect::Receive { .. })), "{stale:?}");
    let settled = b.on(Event::SawCluster(cluster(3, "c", "c")), at(10));
    assert!(settled.contains(&Effect::Receive { from: "c".into() }), "{settled:?}");
}

#[test]
fn a_former_primary_rejoins_and_never_starts_as_it_is() {
    let mut a = member("a", Data::Primary);
    let effects = feed(
        &mut a,
        vec![
            (0, Event::SawLease(lease(8, Some("b")))),
            (0, Event::LeaseRead),
            (2, Event::SawCluster(cluster(3, "b", "b"))),
        ],
    );
    assert_eq!(effects, [Effect::ReadCluster]);
    let effects = a.on(Event::ReadCluster(Some((cluster(3, "b", "b"), None))), at(2));
    assert_eq!(effects, [Effect::Rejoin { with: "b".into() }]);
}

#[test]
fn a_crashed_server_is_started_in_place_until_it_has_crashed_too_often() {
    let mut a = leader();
    for crash in 0..4 {
        let _ = a.on(Event::Crashed, at(2));
        let effects = a.on(Event::Server(Server::Down { end: None }, Data::Primary), at(2));
        let started = effects.contains(&Effect::Start(Role::Primary));
        assert_eq!(started, crash < 3, "crash {crash}: {effects:?}");
    }
}

#[test]
fn a_primary_without_its_files_leads_until_it_is_deposed_and_then_exits() {
    let mut a = leader();
    let _ = a.on(Event::FilesLost, at(2));
    assert_eq!(a.report(at(2)).fitness, Fitness::Broken);
    assert!(!stops(&a.on(Event::Tick, at(2))), "nobody else may lead yet");
    assert!(stops(&a.on(Event::SawCluster(cluster(4, "pending", "a")), at(2))));
}
