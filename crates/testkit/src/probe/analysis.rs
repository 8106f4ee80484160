//! From journals and rows to a report: pure, and the only place where promises are judged.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::clock::{Anchor, Moment};
use super::journal::{Attempt, History, Outcome, Server};
use super::report::{Counts, Gap, Latency, Overlap, Reign, Report, Row};
use super::session::Route;

/// What to look for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Question {
    /// From which length on a gap is worth a line.
    pub gap: Duration,
}

impl Default for Question {
    fn default() -> Self {
        Self { gap: Duration::from_millis(500) }
    }
}

/// One acknowledgement.
#[derive(Debug, Clone, Copy)]
struct Ack<'a> {
    history: &'a History,
    sequence: u64,
    sent: Moment,
    at: Moment,
    server: &'a Server,
}

/// Compares what the sessions of one run were promised with the rows that are there.
#[must_use]
pub fn report(histories: &[History], rows: &[(String, u64)], question: &Question) -> Report {
    let anchor = histories.first().map_or_else(Anchor::now, |first| first.start.anchor);
    let present: BTreeSet<_> = rows.iter().map(|(session, row)| (session.as_str(), *row)).collect();
    let mut acks: Vec<_> = histories.iter().flat_map(acks_of).collect();
    acks.sort_by_key(|ack| ack.at);
    let mut gaps = gaps(histories, &acks, &anchor);
    let longest_gap = gaps.iter().max_by(|a, b| a.seconds.total_cmp(&b.seconds)).cloned();
    gaps.retain(|gap| gap.seconds >= question.gap.as_secs_f64());
    let overlaps = overlaps(&acks);
    Report {
        run: histories.first().map(|first| first.start.run.clone()).unwrap_or_default(),
        counts: counts(histories, &present),
        longest_gap,
        gaps,
        missing: missing(&acks, &present, &anchor),
        refused_but_present: refused_but_present(histories, &present, &anchor),
        reigns: reigns(&acks, &present, &anchor),
        overlap_seconds: covered(&overlaps).as_secs_f64(),
        overlaps: overlaps.into_iter().map(|overlap| overlap.told(&anchor)).collect(),
        latency: latency(&acks),
    }
}

fn acks_of(history: &History) -> impl Iterator<Item = Ack<'_>> {
    history.attempts.iter().filter_map(move |attempt| match attempt {
        Attempt {
            sequence,
            sent: Some(sent),
            done: Some(at),
            outcome: Outcome::Acked { server },
        } => Some(Ack { history, sequence: *sequence, sent: *sent, at: *at, server }),
        _ => None,
    })
}

impl<'a> Ack<'a> {
    fn key(&self) -> (&'a str, u64) {
        (&self.history.start.session, self.sequence)
    }

    fn through_the_service(&self) -> bool {
        self.history.start.route == Route::Service
    }

    fn row(&self, anchor: &Anchor) -> Row {
        let (session, server) = (self.history.start.session.clone(), Some(label(self.server)));
        Row { session, sequence: self.sequence, at: anchor.wall(self.at), server }
    }
}

fn label(server: &Server) -> String {
    let Server { address, timeline, name, .. } = server;
    let name = if name.is_empty() { String::new() } else { format!("{name} ") };
    format!("{name}{address} on timeline {timeline}")
}

fn counts(histories: &[History], present: &BTreeSet<(&str, u64)>) -> Counts {
    let mut counts = Counts::default();
    let mut tried = BTreeSet::new();
    for history in histories {
        for attempt in &history.attempts {
            let key = (history.start.session.as_str(), attempt.sequence);
            tried.insert(key);
            counts.attempts += 1;
            match attempt.outcome {
                Outcome::Acked { .. } => counts.acked += 1,
                Outcome::Failed { .. } => counts.failed += 1,
                Outcome::Unknown { .. } => {
                    counts.unknown += 1;
                    counts.unknown_present += u64::from(present.contains(&key));
                }
            }
        }
    }
    counts.foreign = present.difference(&tried).count() as u64;
    counts
}

fn missing(acks: &[Ack<'_>], present: &BTreeSet<(&str, u64)>, anchor: &Anchor) -> Vec<Row> {
    let gone = acks.iter().filter(|ack| !present.contains(&ack.key()));
    gone.map(|ack| ack.row(anchor)).collect()
}

fn refused_but_present(
    histories: &[History],
    present: &BTreeSet<(&str, u64)>,
    anchor: &Anchor,
) -> Vec<Row> {
    let mut rows = Vec::new();
    for history in histories {
        let session = &history.start.session;
        for Attempt { sequence, done, outcome, .. } in &history.attempts {
            let refused = matches!(outcome, Outcome::Failed { .. });
            if refused && present.contains(&(session.as_str(), *sequence)) {
                let at = anchor.wall(done.unwrap_or_default());
                let (session, sequence) = (session.clone(), *sequence);
                rows.push(Row { session, sequence, at, server: None });
            }
        }
    }
    rows
}

/// Every time between two acknowledgements through the service, and what is left at both ends.
fn gaps(histories: &[History], acks: &[Ack<'_>], anchor: &Anchor) -> Vec<Gap> {
    let services = || histories.iter().filter(|one| one.start.route == Route::Service);
    let Some(begin) = services().filter_map(first_step).min() else { return Vec::new() };
    let end = services().map(last_step).max().unwrap_or(begin);
    let acks = acks.iter().filter(|ack| ack.through_the_service());
    let mut marks = vec![(begin, None)];
    marks.extend(acks.map(|ack| (ack.at, Some(ack.server))));
    let ends = [(end.max(marks.last().map_or(end, |mark| mark.0)), None)];
    let next = marks.iter().skip(1).chain(&ends);
    let pairs = marks.iter().zip(next);
    let gap =
        |((from, before), (until, after)): (&(Moment, Option<&Server>), &(_, Option<_>))| Gap {
            from: anchor.wall(*from),
            until: anchor.wall(*until),
            seconds: until.since(*from).as_secs_f64(),
            before: before.map(label),
            after: after.map(label),
        };
    pairs.map(gap).collect()
}

fn first_step(history: &History) -> Option<Moment> {
    let first = history.attempts.first()?;
    first.sent.or(first.done)
}

/// The last that is known of a session, which may have been killed.
fn last_step(history: &History) -> Moment {
    let last = history.attempts.last();
    let steps = [history.stop, last.and_then(|last| last.done), last.and_then(|last| last.sent)];
    steps.into_iter().flatten().max().unwrap_or(history.start.anchor.at)
}

fn reigns(acks: &[Ack<'_>], present: &BTreeSet<(&str, u64)>, anchor: &Anchor) -> Vec<Reign> {
    let told = spans(acks).into_iter().map(|(server, span)| {
        let own = acks.iter().filter(|ack| ack.server == server);
        let missing = own.filter(|ack| !present.contains(&ack.key())).count();
        Reign {
            server: label(server),
            first: anchor.wall(span.first),
            last: anchor.wall(span.last),
            acked: span.acked,
            missing: missing as u64,
        }
    });
    let mut told: Vec<_> = told.collect();
    told.sort_by_key(|reign| reign.first);
    told
}

/// From a server's first acknowledgement to its last.
#[derive(Debug, Clone, Copy)]
struct Span {
    first: Moment,
    last: Moment,
    acked: u64,
}

fn spans<'a>(acks: &[Ack<'a>]) -> BTreeMap<&'a Server, Span> {
    let mut spans = BTreeMap::new();
    for ack in acks {
        let new = Span { first: ack.at, last: ack.at, acked: 0 };
        let span = spans.entry(ack.server).or_insert(new);
        span.last = ack.at;
        span.acked += 1;
    }
    spans
}

/// A time in which two reigns were both under way.
///
/// A server that stays silent in between still reigns: without a restart it cannot have stopped
/// being a primary, so its next acknowledgement shows that it was one all along.
#[derive(Debug)]
struct Double<'a> {
    servers: [&'a Server; 2],
    from: Moment,
    until: Moment,
    acked: [u64; 2],
}

impl Double<'_> {
    fn told(&self, anchor: &Anchor) -> Overlap {
        Overlap {
            servers: self.servers.map(label),
            from: anchor.wall(self.from),
            until: anchor.wall(self.until),
            seconds: self.until.since(self.from).as_secs_f64(),
            acked: self.acked,
        }
    }
}

fn overlaps<'a>(acks: &[Ack<'a>]) -> Vec<Double<'a>> {
    let mut spans: Vec<_> = spans(acks).into_iter().collect();
    spans.sort_by_key(|(_, span)| span.first);
    let mut found = Vec::new();
    for (index, (one, a)) in spans.iter().enumerate() {
        for (other, b) in &spans[index + 1..] {
            let (from, until) = (a.first.max(b.first), a.last.min(b.last));
            if from <= until {
                let within = |server: &Server| {
                    let inside = |ack: &&Ack<'_>| (from..=until).contains(&ack.at);
                    acks.iter().filter(|ack| ack.server == server).filter(inside).count() as u64
                };
                let acked = [within(one), within(other)];
                found.push(Double { servers: [one, other], from, until, acked });
            }
        }
    }
    found.sort_by_key(|double| double.from);
    found
}

/// The time that any of them covers, counted once.
fn covered(overlaps: &[Double<'_>]) -> Duration {
    let mut total = Duration::ZERO;
    let mut reached = Moment(0);
    for Double { from, until, .. } in overlaps {
        total += until.since((*from).max(reached));
        reached = reached.max(*until);
    }
    total
}

fn latency(acks: &[Ack<'_>]) -> Option<Latency> {
    let service = acks.iter().filter(|ack| ack.through_the_service());
    let mut times: Vec<_> = service.map(|ack| ack.at.since(ack.sent)).collect();
    times.sort();
    let last = times.len().checked_sub(1)?;
    let at = |percent: usize| times[last * percent / 100].as_secs_f64() * 1e3;
    Some(Latency { p50: at(50), p95: at(95), p99: at(99), max: at(100) })
}

#[cfg(test)]
mod tests;
