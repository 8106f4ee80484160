use super::*;

const RETRY: Duration = Duration::from_secs(2);

fn timing() -> Timing {
    Timing::new(Duration::from_secs(15), Duration::from_secs(10), RETRY).expect("client-go's own")
}

fn at(seconds: u64) -> Instant {
    Duration::from_secs(seconds)
}

fn wall() -> Timestamp {
    Timestamp::UNIX_EPOCH
}

fn lease(holder: &str) -> Versioned {
    let record = Record {
        holder: holder.into(),
        duration: Duration::from_secs(15),
        acquired: Some("2026-01-01T00:00:00Z".parse().expect("a time")),
        renewed: Some("2026-01-01T00:00:01Z".parse().expect("a time")),
        transitions: 3,
    };
    Versioned { record, version: "7".into() }
}

/// A candidate that became the leader with a write begun at `started`.
fn leader(started: Instant) -> Candidate {
    let mut candidate = Candidate::new("me", timing());
    candidate.observe(None, started);
    candidate.written(lease("me"), started, started + at(1));
    candidate
}

#[test]
fn who_may_write_and_what() {
    let mine = |acquired: Timestamp, transitions| Record {
        holder: "me".into(),
        duration: at(15),
        acquired: Some(acquired),
        renewed: Some(wall()),
        transitions,
    };
    let update = |record| Step::Update { record, version: "7".into() };
    let first: Timestamp = "2026-01-01T00:00:00Z".parse().expect("a time");
    // (name, Lease as read at 100 s, time of the decision, answer)
    let table = [
        ("no Lease", None, at(100), Step::Create(mine(wall(), 0))),
        ("just seen", Some(lease("other")), at(100), Step::Wait),
        ("one short of its term", Some(lease("other")), at(114), Step::Wait),
        ("silent for its term", Some(lease("other")), at(115), update(mine(wall(), 4))),
        ("let go", Some(lease("")), at(100), update(mine(wall(), 4))),
        ("mine from before", Some(lease("me")), at(100), update(mine(first, 3))),
    ];
    for (name, seen, now, expected) in table {
        let mut candidate = Candidate::new("me", timing());
        candidate.observe(seen, at(100));
        assert_eq!(candidate.next(now, wall()), expected, "{name}");
        assert_eq!(candidate.standing(now), Standing::Follower, "{name}");
    }
}

#[test]
fn the_term_of_others_starts_anew_with_every_change() {
    let mut candidate = Candidate::new("me", timing());
    candidate.observe(Some(lease("other")), at(0));
    // Even when its times are the same: the holder's clock may stand still.
    let renewed = Versioned { version: "8".into(), ..lease("other") };
    candidate.observe(Some(renewed.clone()), at(14));
    assert_eq!(candidate.next(at(28), wall()), Step::Wait, "14 s since the change");
    candidate.observe(Some(renewed), at(28));
    assert!(
        matches!(candidate.next(at(29), wall()), Step::Update { version, .. } if version == "8"),
        "15 s since the change"
    );
}

#[test]
fn the_holders_duration_counts_not_ours() {
    let mut long = lease("other");
    long.record.duration = at(60);
    let mut candidate = Candidate::new("me", timing());
    candidate.observe(Some(long), at(0));
    assert_eq!(candidate.next(at(59), wall()), Step::Wait);
    assert_ne!(candidate.next(at(60), wall()), Step::Wait);
}

#[test]
fn a_leader_counts_from_before_its_write() {
    let candidate = leader(at(100));
    assert_eq!(candidate.standing(at(109)), Standing::Leader { until: at(110) });
    assert_eq!(candidate.standing(at(110)), Standing::Lost);
    assert_eq!(candidate.next(at(110), wall()), Step::Wait, "never again");
    assert_eq!(candidate.release(at(110), wall()), None, "it is not ours to give");
}

#[test]
fn a_renewal_that_came_too_late_does_not_count() {
    let mut candidate = leader(at(100));
    candidate.written(lease("me"), at(105), at(111));
    assert_eq!(candidate.standing(at(111)), Standing::Lost);
}

#[test]
fn a_leader_that_sees_another_holder_has_lost() {
    for (name, seen) in
        [("taken", Some(lease("other"))), ("let go", Some(lease(""))), ("deleted", None)]
    {
        let mut candidate = leader(at(100));
        let seen: Option<Versioned> = seen;
        candidate.observe(seen.map(|lease| Versioned { version: "8".into(), ..lease }), at(101));
        assert_eq!(candidate.standing(at(101)), Standing::Lost, "{name}");
        assert_eq!(candidate.next(at(200), wall()), Step::Wait, "{name}");
    }
}

#[test]
fn letting_go_is_guarded_too() {
    let candidate = leader(at(100));
    let Some(Step::Update { record, version }) = candidate.release(at(101), wall()) else {
        panic!("a leader can let go");
    };
    assert_eq!((record.holder.as_str(), record.duration), ("", at(1)));
    assert_eq!((record.transitions, version.as_str()), (3, "7"));
}

#[test]
fn times_that_do_not_go_together_are_refused() {
    let seconds = Duration::from_secs;
    for (lease, deadline, retry, good) in [
        (15, 10, 2, true),
        (10, 10, 2, false),
        (15, 2, 2, false),
        (15, 10, 0, false),
        (30, 20, 5, true),
    ] {
        let result = Timing::new(seconds(lease), seconds(deadline), seconds(retry));
        assert_eq!(result.is_ok(), good, "{lease}/{deadline}/{retry}: {result:?}");
    }
}
