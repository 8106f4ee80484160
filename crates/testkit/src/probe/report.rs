//! What a ledger found out, for people and as JSON. Times are times of day, durations seconds.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What was promised, what became of it, and when nothing was promised.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    pub run: String,
    pub counts: Counts,
    /// The longest time without an acknowledgement through the service.
    pub longest_gap: Option<Gap>,
    /// All such times beyond the threshold, in order.
    pub gaps: Vec<Gap>,
    /// Acknowledged, and not there.
    pub missing: Vec<Row>,
    /// Refused, and there all the same.
    pub refused_but_present: Vec<Row>,
    /// Each server for as long as it acknowledged writes, in order of the first.
    pub reigns: Vec<Reign>,
    /// Each time at which two servers acknowledged writes.
    pub overlaps: Vec<Overlap>,
    /// The time covered by any overlap.
    pub overlap_seconds: f64,
    /// Of acknowledged writes through the service.
    pub latency: Option<Latency>,
}

/// How many attempts ended in which way, over all sessions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Counts {
    pub attempts: u64,
    pub acked: u64,
    pub failed: u64,
    pub unknown: u64,
    /// Of the unknown ones, those whose row is there.
    pub unknown_present: u64,
    /// Rows in the table that no session tried to write.
    pub foreign: u64,
}

/// A time without an acknowledgement.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Gap {
    pub from: Timestamp,
    pub until: Timestamp,
    pub seconds: f64,
    /// Who acknowledged last before it; nobody when nothing was acknowledged yet.
    pub before: Option<String>,
    /// Who acknowledged first after it; nobody when the run ended first.
    pub after: Option<String>,
}

/// A row of the ledger, and who acknowledged it if anybody did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    pub session: String,
    pub sequence: u64,
    pub at: Timestamp,
    pub server: Option<String>,
}

/// A server from its first acknowledgement to its last, on one timeline and without a restart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reign {
    pub server: String,
    pub first: Timestamp,
    pub last: Timestamp,
    pub acked: u64,
    pub missing: u64,
}

/// A time in which both servers acknowledged writes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Overlap {
    pub servers: [String; 2],
    pub from: Timestamp,
    pub until: Timestamp,
    pub seconds: f64,
    /// How many each of them acknowledged in that time.
    pub acked: [u64; 2],
}

/// How long acknowledged writes took, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Latency {
    pub p50: f64,
    pub p95: f64,
    pub p99: f64,
    pub max: f64,
}

impl Report {
    /// Nothing acknowledged is missing, nothing refused is there, and never did two acknowledge.
    #[must_use]
    pub fn kept_every_promise(&self) -> bool {
        self.missing.is_empty() && self.refused_but_present.is_empty() && self.overlaps.is_empty()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Counts { attempts, acked, failed, unknown, unknown_present, foreign } = self.counts;
        writeln!(f, "writes       {attempts}: {acked} acknowledged, {failed} failed")?;
        writeln!(f, "unknown      {unknown}, of which {unknown_present} are there")?;
        match &self.longest_gap {
            Some(gap) => writeln!(f, "longest gap  {gap}")?,
            None => writeln!(f, "longest gap  none")?,
        }
        for gap in self.gaps.iter().filter(|gap| Some(*gap) != self.longest_gap.as_ref()) {
            writeln!(f, "gap          {gap}")?;
        }
        if let Some(Latency { p50, p95, p99, max }) = self.latency {
            writeln!(f, "latency      p50 {p50:.1} ms, p95 {p95:.1}, p99 {p99:.1}, max {max:.1}")?;
        }
        for Reign { server, first, last, acked, missing } in &self.reigns {
            let lost = if *missing == 0 { String::new() } else { format!(", {missing} missing") };
            writeln!(f, "server       {server}: {first:.3} to {last:.3}, {acked} writes{lost}")?;
        }
        for Overlap { servers: [one, other], from, until, seconds, acked: [a, b] } in &self.overlaps
        {
            let time = format!("{seconds:.3} s, {from:.3} to {until:.3}");
            writeln!(f, "TWO AT ONCE  {time}: {one} ({a} writes) and {other} ({b} writes)")?;
        }
        rows(f, "LOST", &self.missing)?;
        rows(f, "REFUSED BUT PRESENT", &self.refused_but_present)?;
        if foreign > 0 {
            writeln!(f, "foreign      {foreign} rows that no session tried to write")?;
        }
        let verdict = if self.kept_every_promise() { "every promise kept" } else { "NOT KEPT" };
        write!(f, "verdict      {verdict}")
    }
}

impl fmt::Display for Gap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { from, until, seconds, before, after } = self;
        write!(f, "{seconds:.3} s, {from:.3} to {until:.3}")?;
        match (before, after) {
            (_, None) => write!(f, ", until the end"),
            (None, Some(after)) => write!(f, ", before the first by {after}"),
            (Some(before), Some(after)) if before == after => write!(f, ", on {after}"),
            (Some(before), Some(after)) => write!(f, ", from {before} to {after}"),
        }
    }
}

fn rows(f: &mut fmt::Formatter<'_>, what: &str, rows: &[Row]) -> fmt::Result {
    let (Some(first), Some(last)) = (rows.first(), rows.last()) else { return Ok(()) };
    let one = |row: &Row| {
        let server = row.server.as_deref().map(|server| format!(" by {server}"));
        format!("{} {} at {:.3}{}", row.session, row.sequence, row.at, server.unwrap_or_default())
    };
    writeln!(f, "{what}  {} rows, first {}, last {}", rows.len(), one(first), one(last))
}
