//! What to do about the CA and the server certificate. Pure.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::Policy;
use super::certificate::{Facts, Pair, facts, key_fits, verifies};

/// One Secret, as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Held {
    Missing,
    /// There is something, but no certificate in it.
    Unreadable,
    /// A certificate without a private key that fits.
    WithoutKey(Facts),
    Good(Facts),
}

impl Held {
    pub fn read(pair: Option<&Pair>) -> Self {
        match pair.map(|pair| (facts(&pair.certificate), key_fits(pair))) {
            None => Self::Missing,
            Some((Err(_), _)) => Self::Unreadable,
            Some((Ok(facts), false)) => Self::WithoutKey(facts),
            Some((Ok(facts), true)) => Self::Good(facts),
        }
    }
}

/// All that was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    pub ca: Held,
    pub server: Held,
    /// The server certificate is one of this CA.
    pub chained: bool,
}

impl Seen {
    pub fn read(ca: Option<&Pair>, server: Option<&Pair>, name: &str) -> Self {
        let held = Held::read(server);
        // Looked at in the middle of its own life: dates are judged elsewhere.
        let chained = match (ca, server, &held) {
            (Some(ca), Some(server), Held::Good(leaf) | Held::WithoutKey(leaf)) => {
                let at = overlap(ca, leaf);
                at.is_some_and(|at| verifies(&server.certificate, &ca.certificate, name, at))
            }
            _ => false,
        };
        Self { ca: Held::read(ca), server: held, chained }
    }
}

/// A moment at which both certificates are valid.
fn overlap(ca: &Pair, leaf: &Facts) -> Option<Timestamp> {
    let ca = facts(&ca.certificate).ok()?;
    let at = ca.not_before.max(leaf.not_before);
    (at < ca.not_after.min(leaf.not_after)).then_some(at)
}

/// What to do about one certificate, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Keep,
    /// A new key and a new certificate.
    Create(Reason),
    /// A new certificate for the same key.
    Renew(Reason),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    Missing,
    Unreadable,
    Expiring,
    NotYetValid,
    OtherNames,
    OtherCa,
}

#[must_use]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    pub ca: Step,
    pub server: Step,
}

/// The CA is not in a state from which the operator may go on by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("it holds no CA certificate; delete it to have a new one made")]
    NoCa,
    #[error(
        "it has no private key that fits, and a certificate must be signed; delete it to have a new one made"
    )]
    NoCaKey,
}

/// Decides about both; `names` are those the server must be known by.
pub fn plan(
    seen: &Seen,
    names: &[String],
    policy: Policy,
    now: Timestamp,
) -> Result<Plan, Refused> {
    let ca = authority(&seen.ca, policy, now)?;
    let chained = seen.chained && !matches!(ca, Step::Create(_));
    let server = leaf(&seen.server, chained, names, policy, now);
    let plan = Plan { ca, server };
    let signs = plan != Plan { ca: Step::Keep, server: Step::Keep };
    if signs && matches!(seen.ca, Held::WithoutKey(_)) {
        return Err(Refused::NoCaKey);
    }
    Ok(plan)
}

/// Decides about a CA alone.
pub fn authority(ca: &Held, policy: Policy, now: Timestamp) -> Result<Step, Refused> {
    Ok(match ca {
        Held::Missing => Step::Create(Reason::Missing),
        Held::Unreadable => return Err(Refused::NoCa),
        Held::Good(facts) | Held::WithoutKey(facts) if !facts.is_ca => return Err(Refused::NoCa),
        Held::Good(facts) | Held::WithoutKey(facts) => {
            out_of_date(facts, policy, now).map_or(Step::Keep, Step::Renew)
        }
    })
}

/// Decides about a certificate of which is known whether its CA vouches for it.
pub fn leaf(held: &Held, chained: bool, names: &[String], policy: Policy, now: Timestamp) -> Step {
    match held {
        Held::Missing => Step::Create(Reason::Missing),
        Held::Unreadable | Held::WithoutKey(_) => Step::Create(Reason::Unreadable),
        Held::Good(_) if !chained => Step::Renew(Reason::OtherCa),
        Held::Good(facts) if !same(&facts.names, names) => Step::Renew(Reason::OtherNames),
        Held::Good(facts) => out_of_date(facts, policy, now).map_or(Step::Keep, Step::Renew),
    }
}

/// A moment at which a certificate and its CA are both valid: dates are judged elsewhere.
pub fn common_life(ca: &Pair, leaf: &Facts) -> Option<Timestamp> {
    overlap(ca, leaf)
}

/// When to look again at the latest, so that nothing expires unseen.
pub fn again(seen: &Seen, policy: Policy, now: Timestamp, period: Duration) -> Duration {
    let due = |held: &Held| match held {
        Held::Good(facts) | Held::WithoutKey(facts) => {
            let left = facts.not_after.duration_since(now) - signed(policy.threshold);
            Duration::try_from(left).unwrap_or(Duration::ZERO)
        }
        Held::Missing | Held::Unreadable => period,
    };
    // A second later it is certain that the time has come.
    period.min(due(&seen.ca).min(due(&seen.server)) + Duration::from_secs(1))
}

fn out_of_date(facts: &Facts, policy: Policy, now: Timestamp) -> Option<Reason> {
    if facts.not_after.duration_since(now) < signed(policy.threshold) {
        Some(Reason::Expiring)
    } else if now < facts.not_before {
        Some(Reason::NotYetValid)
    } else {
        None
    }
}

fn signed(duration: Duration) -> SignedDuration {
    SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX)
}

fn same(has: &[String], wants: &[String]) -> bool {
    let sorted = |names: &[String]| {
        let mut names = names.to_vec();
        names.sort_unstable();
        names.dedup();
        names
    };
    sorted(has) == sorted(wants)
}

#[cfg(test)]
mod tests;
