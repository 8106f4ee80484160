//! In which order the quorum record and `synchronous_standby_names` change.
//!
//! At every moment the record must cover what the server asks of a commit, and what it asked of
//! any commit acknowledged before. So, whatever the change:
//!
//! ```text
//! record := union of what it says and what we want
//!   -> load the names we want
//!     -> wait until as many of them as we want have all that was written before the load
//!       -> record := what we want
//! ```
//!
//! Without the third step a commit that only a removed standby has confirmed is on none of the
//! names that the record lists. After a promotion the server runs with names that let nothing
//! through (`Loaded::Blocking`), and the same steps open it.

use super::quorum::Rule;
use super::records::{InstanceName, QuorumRecord, Version};

/// What the server makes commits wait for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Loaded {
    /// A name that no standby has: nothing is acknowledged.
    Blocking,
    Rule(Rule),
}

/// How far the standbys of the loaded rule have got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CaughtUp {
    /// As many as the rule asks for have everything written before it was loaded.
    Yes,
    NotYet,
}

/// What the primary's manager sees; the record by a live read.
#[derive(Debug, Clone)]
pub struct NamesSeen<'a> {
    pub me: &'a InstanceName,
    pub record: Option<&'a QuorumRecord>,
    pub loaded: &'a Loaded,
    pub wanted: &'a Rule,
    pub caught_up: CaughtUp,
    /// A write against this version had no answer; after a start, the version first read. It may
    /// still be carried out, so names are loaded only on a younger version: write, even the same
    /// rule, with something that makes it a change.
    pub in_doubt: Option<Version>,
}

/// The next thing to do about the names.
#[must_use]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NamesStep {
    Done,
    /// Conditional on the version that was read; create it where there was none.
    WriteRecord(Rule),
    Load(Rule),
    AwaitStandbys,
}

/// Decides the next step; each ends in a new look.
pub fn next_names_step(seen: &NamesSeen<'_>) -> NamesStep {
    // Without a record nobody knows what earlier commits waited for: 0 forbids any failover.
    let unknown = Rule { names: seen.wanted.names.clone(), number: 0 };
    let said = seen.record.map_or(&unknown, |record| &record.rule);
    let mut needed = said.union(seen.wanted);
    if let Loaded::Rule(loaded) = seen.loaded {
        needed = needed.union(loaded);
    }
    let doubted = seen.record.is_some_and(|record| Some(record.version) == seen.in_doubt);
    let ours = seen.record.is_some_and(|record| record.primary == *seen.me);
    if !ours || *said != needed {
        return NamesStep::WriteRecord(needed);
    }
    if *seen.loaded != Loaded::Rule(seen.wanted.clone()) {
        if doubted {
            return NamesStep::WriteRecord(needed);
        }
        return NamesStep::Load(seen.wanted.clone());
    }
    if said == seen.wanted {
        return NamesStep::Done;
    }
    match seen.caught_up {
        CaughtUp::Yes => NamesStep::WriteRecord(seen.wanted.clone()),
        CaughtUp::NotYet => NamesStep::AwaitStandbys,
    }
}

#[cfg(test)]
mod tests {
    use super::super::records::Version;
    use super::*;

    fn rule(number: usize, names: &[&str]) -> Rule {
        Rule { names: names.iter().map(|&name| name.into()).collect(), number }
    }

    #[test]
    fn every_change_goes_through_a_record_that_covers_both_sides() {
        let (ab, bc, abc) = (rule(1, &["a", "b"]), rule(1, &["b", "c"]), rule(1, &["a", "b", "c"]));
        let load = |rule: &Rule| Loaded::Rule(rule.clone());
        let rows = [
            ("nothing to do", Some(("p", &ab)), load(&ab), &ab, CaughtUp::Yes, NamesStep::Done),
            (
                "exchange: record first",
                Some(("p", &ab)),
                load(&ab),
                &bc,
                CaughtUp::Yes,
                NamesStep::WriteRecord(abc.clone()),
            ),
            (
                "exchange: then the names",
                Some(("p", &abc)),
                load(&ab),
                &bc,
                CaughtUp::Yes,
                NamesStep::Load(bc.clone()),
            ),
            (
                "exchange: the new ones must have the old commits",
                Some(("p", &abc)),
                load(&bc),
                &bc,
                CaughtUp::NotYet,
                NamesStep::AwaitStandbys,
            ),
            (
                "exchange: the record last",
                Some(("p", &abc)),
                load(&bc),
                &bc,
                CaughtUp::Yes,
                NamesStep::WriteRecord(bc.clone()),
            ),
            (
                "promoted: keep what the old primary promised",
                Some(("old", &ab)),
                Loaded::Blocking,
                &bc,
                CaughtUp::NotYet,
                NamesStep::WriteRecord(abc.clone()),
            ),
            (
                "nobody knows: forbid failover",
                None,
                Loaded::Blocking,
                &bc,
                CaughtUp::NotYet,
                NamesStep::WriteRecord(rule(0, &["b", "c"])),
            ),
            (
                "unprotected: said before it is so",
                Some(("p", &ab)),
                load(&ab),
                &rule(0, &[]),
                CaughtUp::Yes,
                NamesStep::WriteRecord(rule(0, &["a", "b"])),
            ),
        ];
        for (name, record, loaded, wanted, caught_up, expected) in rows {
            let record = record.map(|(primary, rule)| QuorumRecord {
                version: Version(1),
                primary: primary.into(),
                rule: rule.clone(),
            });
            let me = "p".into();
            let seen = NamesSeen {
                me: &me,
                record: record.as_ref(),
                loaded: &loaded,
                wanted,
                caught_up,
                in_doubt: None,
            };
            assert_eq!(next_names_step(&seen), expected, "{name}");
            if let NamesStep::Load(_) = expected {
                let doubted = NamesSeen { in_doubt: Some(Version(1)), ..seen };
                let record = record.as_ref().map(|record| record.rule.clone());
                let again = NamesStep::WriteRecord(record.unwrap());
                assert_eq!(next_names_step(&doubted), again, "{name}, in doubt");
            }
        }
    }
}
