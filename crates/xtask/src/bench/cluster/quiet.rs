//! What a healthy cluster asks of the API server while nothing happens.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::Result;
use testkit::rig::Rig;

use crate::tree::report;

/// Kinds that only the operator and the instances touch on a quiet rig. Leases are told apart:
/// renewing them is what they are for.
const KINDS: &[&str] = &[
    "clusters",
    "failoverquorums",
    "secrets",
    "configmaps",
    "services",
    "serviceaccounts",
    "roles",
    "rolebindings",
    "poddisruptionbudgets",
    "persistentvolumeclaims",
    "jobs",
    "events",
];
const WRITES: &[&str] = &["POST", "PUT", "PATCH", "APPLY", "DELETE"];

/// Counts requests over a time in which nobody does anything.
pub fn tell(rig: &Rig, span: Duration) -> Result<()> {
    let before = requests(rig)?;
    std::thread::sleep(span);
    let after = requests(rig)?;
    let mut new = BTreeMap::new();
    for (key, count) in after {
        let more = count - before.get(&key).copied().unwrap_or(0.0);
        if more > 0.5 {
            new.insert(key, more);
        }
    }
    let sum = |verbs: &[&str]| -> f64 {
        let counted = new.iter().filter(|((verb, _), _)| verbs.contains(&verb.as_str()));
        counted.map(|(_, count)| count).fold(0.0, |sum, count| sum + count)
    };
    report(format_args!(
        "in {} quiet seconds: {} writes, {} lists",
        span.as_secs(),
        sum(WRITES),
        sum(&["LIST"])
    ));
    for ((verb, kind), count) in &new {
        report(format_args!("    {verb:<8} {kind:<28} {count}"));
    }
    Ok(())
}

/// Requests so far, by verb and kind.
fn requests(rig: &Rig) -> Result<BTreeMap<(String, String), f64>> {
    let mut counts = BTreeMap::new();
    let text = rig.kubectl(["get", "--raw", "/metrics"])?;
    for line in text.lines() {
        let Some(rest) = line.strip_prefix("apiserver_request_total{") else { continue };
        let Some((labels, count)) = rest.rsplit_once("} ") else { continue };
        let label = |name: &str| {
            let value = labels.split(&format!("{name}=\"")).nth(1)?;
            value.split('"').next()
        };
        let (Some(verb), Some(kind)) = (label("verb"), label("resource")) else { continue };
        if KINDS.contains(&kind) && (verb == "LIST" || WRITES.contains(&verb)) {
            *counts.entry((verb.to_owned(), kind.to_owned())).or_insert(0.0) +=
                count.parse::<f64>().unwrap_or(0.0);
        }
    }
    Ok(counts)
}
