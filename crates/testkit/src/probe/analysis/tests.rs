//! Each row: what the sessions wrote down, which rows are there, and what the report must say.

use super::*;
use crate::probe::journal::Start;

fn server(address: &str, timeline: u32) -> Server {
    let (started, name) = ("1".to_owned(), String::new());
    Server { address: address.to_owned(), started, timeline, name }
}

/// A session under construction: one attempt after the other.
struct Told {
    history: History,
}

fn session(name: &str, route: Route) -> Told {
    let anchor = Anchor { at: Moment(0), wall: jiff::Timestamp::UNIX_EPOCH };
    let (run, address) = ("r".to_owned(), "service".to_owned());
    let start = Start { run, session: name.to_owned(), route, address, anchor };
    Told { history: History { start, attempts: Vec::new(), stop: None } }
}

fn service() -> Told {
    session("service", Route::Service)
}

impl Told {
    fn attempt(mut self, at: u64, outcome: Outcome) -> Self {
        let sequence = self.history.attempts.len() as u64 + 1;
        let (sent, done) = (Some(Moment(at - 1000)), Some(Moment(at)));
        self.history.attempts.push(Attempt { sequence, sent, done, outcome });
        self
    }

    /// Acknowledged at these milliseconds.
    fn acked(self, by: &Server, at: &[u64]) -> Self {
        at.iter()
            .fold(self, |told, at| told.attempt(at * 1000, Outcome::Acked { server: by.clone() }))
    }

    fn failed(self, at: u64) -> Self {
        self.attempt(at * 1000, Outcome::Failed { why: "refused".into() })
    }

    fn unknown(self, at: u64) -> Self {
        self.attempt(at * 1000, Outcome::Unknown { why: "broke".into() })
    }

    fn stop(mut self, at: u64) -> Self {
        self.history.stop = Some(Moment(at * 1000));
        self
    }
}

/// Every row that any session tried to write.
fn all(sessions: &[Told]) -> Vec<(String, u64)> {
    let of = |told: &Told| {
        let name = told.history.start.session.clone();
        let rows = told.history.attempts.iter();
        rows.map(|attempt| (name.clone(), attempt.sequence)).collect::<Vec<_>>()
    };
    sessions.iter().flat_map(of).collect()
}

fn ask(sessions: Vec<Told>, rows: &[(String, u64)]) -> Report {
    let histories: Vec<_> = sessions.into_iter().map(|told| told.history).collect();
    report(&histories, rows, &Question::default())
}

#[test]
fn rows_are_compared_with_promises() {
    let a = server("a", 1);
    // missing, refused but present, unknown, unknown and present, foreign
    type Found = (Vec<u64>, Vec<u64>, u64, u64, u64);
    let cases: [(&str, Told, &[u64], Found); 7] = [
        ("all there", service().acked(&a, &[10, 20]), &[1, 2], (vec![], vec![], 0, 0, 0)),
        ("one lost", service().acked(&a, &[10, 20]), &[1], (vec![2], vec![], 0, 0, 0)),
        (
            "refused, not there",
            service().acked(&a, &[10]).failed(20),
            &[1],
            (vec![], vec![], 0, 0, 0),
        ),
        (
            "refused and there",
            service().acked(&a, &[10]).failed(20),
            &[1, 2],
            (vec![], vec![2], 0, 0, 0),
        ),
        (
            "unknown, not there",
            service().acked(&a, &[10]).unknown(20),
            &[1],
            (vec![], vec![], 1, 0, 0),
        ),
        (
            "unknown and there",
            service().acked(&a, &[10]).unknown(20),
            &[1, 2],
            (vec![], vec![], 1, 1, 0),
        ),
        ("never tried", service().acked(&a, &[10]), &[1, 7], (vec![], vec![], 0, 0, 1)),
    ];
    for (name, told, rows, expected) in cases {
        let rows: Vec<_> = rows.iter().map(|row| ("service".to_owned(), *row)).collect();
        let kept = expected.0.is_empty() && expected.1.is_empty();
        let report = ask(vec![told], &rows);
        let numbers = |rows: &[Row]| rows.iter().map(|row| row.sequence).collect::<Vec<_>>();
        let Counts { unknown, unknown_present, foreign, .. } = report.counts;
        let (missing, refused) = (numbers(&report.missing), numbers(&report.refused_but_present));
        assert_eq!((missing, refused, unknown, unknown_present, foreign), expected, "{name}");
        assert_eq!(report.kept_every_promise(), kept, "{name}");
    }
}

#[test]
fn the_longest_gap_is_between_acknowledgements_through_the_service() {
    let (a, b) = (server("a", 1), server("b", 2));
    let held = || session("held", Route::Held);
    let cases = [
        ("even", vec![service().acked(&a, &[20, 40, 60]).stop(70)], 0.02),
        ("in between", vec![service().acked(&a, &[20, 40, 1540]).stop(1550)], 1.5),
        (
            "failures fill no gap",
            vec![service().acked(&a, &[20]).failed(500).acked(&b, &[1020]).stop(1030)],
            1.0,
        ),
        (
            "an unknown one does not either",
            vec![service().acked(&a, &[20]).unknown(500).acked(&b, &[1020]).stop(1030)],
            1.0,
        ),
        ("until the end", vec![service().acked(&a, &[20]).failed(500).stop(2020)], 2.0),
        (
            "killed: until the last that is known",
            vec![service().acked(&a, &[20]).failed(500)],
            0.48,
        ),
        ("before the first", vec![service().failed(500).acked(&a, &[1500]).stop(1510)], 1.001),
        (
            "a held session fills no gap",
            vec![service().acked(&a, &[20, 1020]).stop(1030), held().acked(&b, &[500])],
            1.0,
        ),
    ];
    for (name, sessions, expected) in cases {
        let rows = all(&sessions);
        let seconds = ask(sessions, &rows).longest_gap.map(|gap| gap.seconds).unwrap();
        assert!((seconds - expected).abs() < 1e-9, "{name}: {seconds} instead of {expected}");
    }
}

#[test]
fn two_reigns_overlap_from_the_later_first_to_the_earlier_last_acknowledgement() {
    let (a, b) = (server("a", 1), server("b", 2));
    let restarted = Server { started: "2".into(), ..a.clone() };
    let back = Server { started: "3".into(), timeline: 3, ..a.clone() };
    let held = || session("held", Route::Held);
    let cases = [
        ("one server", vec![service().acked(&a, &[10, 900])], 0.0),
        ("one after the other", vec![service().acked(&a, &[10, 20]).acked(&b, &[900, 910])], 0.0),
        (
            "over and back",
            vec![service().acked(&a, &[10]).acked(&b, &[20, 30]).acked(&back, &[40])],
            0.0,
        ),
        ("restarted in place", vec![service().acked(&a, &[10]).acked(&restarted, &[500])], 0.0),
        (
            "the old one goes on",
            vec![service().acked(&a, &[10]).acked(&b, &[100, 900]), held().acked(&a, &[20, 600])],
            0.5,
        ),
        (
            "silent in between is no excuse",
            vec![service().acked(&a, &[10]).acked(&b, &[100, 400]).acked(&a, &[900])],
            0.3,
        ),
        (
            "at the same moment",
            vec![service().acked(&a, &[10, 20]), held().acked(&b, &[20, 30])],
            0.0,
        ),
    ];
    for (name, sessions, expected) in cases {
        let rows = all(&sessions);
        let report = ask(sessions, &rows);
        let seconds = report.overlap_seconds;
        assert!((seconds - expected).abs() < 1e-9, "{name}: {seconds} instead of {expected}");
        let touches = name == "at the same moment";
        assert_eq!(!report.overlaps.is_empty(), expected > 0.0 || touches, "{name}");
    }
}

#[test]
fn three_at_once_count_once() {
    let sessions = ["a", "b", "c"]
        .map(|name| session(name, Route::Held).acked(&server(name, 1), &[1000, 3000]));
    let sessions = Vec::from(sessions);
    let rows = all(&sessions);
    let report = ask(sessions, &rows);
    assert_eq!(report.overlaps.len(), 3);
    assert!((report.overlap_seconds - 2.0).abs() < 1e-9, "{}", report.overlap_seconds);
    assert_eq!(report.overlaps[0].acked, [2, 2]);
}

#[test]
fn latencies_are_those_of_the_service() {
    let mut told = service();
    for (index, took) in (1..=100u64).enumerate() {
        told = told.acked(&server("a", 1), &[1000 * (index as u64 + 1)]);
        let last = told.history.attempts.last_mut().unwrap();
        last.sent = last.done.map(|done| Moment(done.0 - took * 1000));
    }
    let slow = session("held", Route::Held).acked(&server("a", 1), &[500]);
    let rows = Vec::new();
    let latency = ask(vec![told, slow], &rows).latency.unwrap();
    assert_eq!(latency, Latency { p50: 50.0, p95: 95.0, p99: 99.0, max: 100.0 });
}

#[test]
fn a_report_reads_well_and_is_whole_as_json() {
    let (a, b) = (server("198.18.1.5:5432", 1), server("198.18.2.7:5432", 2));
    let sessions = vec![
        service().acked(&a, &[20, 40]).unknown(300).failed(700).acked(&b, &[1540, 1560]).stop(1570),
        session("old", Route::Held).acked(&a, &[30, 1560]).stop(1570),
    ];
    let mut rows = all(&sessions);
    rows.retain(|row| !(row.0 == "old" && row.1 == 2) && row.1 != 4);
    let report = ask(sessions, &rows);
    let expected = "\
writes       8: 6 acknowledged, 1 failed
unknown      1, of which 1 are there
longest gap  1.500 s, 1970-01-01T00:00:00.040Z to 1970-01-01T00:00:01.540Z, from 198.18.1.5:5432 on timeline 1 to 198.18.2.7:5432 on timeline 2
latency      p50 1.0 ms, p95 1.0, p99 1.0, max 1.0
server       198.18.1.5:5432 on timeline 1: 1970-01-01T00:00:00.020Z to 1970-01-01T00:00:01.560Z, 4 writes, 1 missing
server       198.18.2.7:5432 on timeline 2: 1970-01-01T00:00:01.540Z to 1970-01-01T00:00:01.560Z, 2 writes
TWO AT ONCE  0.020 s, 1970-01-01T00:00:01.540Z to 1970-01-01T00:00:01.560Z: 198.18.1.5:5432 on timeline 1 (1 writes) and 198.18.2.7:5432 on timeline 2 (2 writes)
LOST  1 rows, first old 2 at 1970-01-01T00:00:01.560Z by 198.18.1.5:5432 on timeline 1, last old 2 at 1970-01-01T00:00:01.560Z by 198.18.1.5:5432 on timeline 1
verdict      NOT KEPT";
    assert_eq!(report.to_string(), expected);
    let json = serde_json::to_string(&report).unwrap();
    assert_eq!(serde_json::from_str::<Report>(&json).unwrap(), report);
}
