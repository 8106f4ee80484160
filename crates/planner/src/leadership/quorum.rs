//! Whether a set of standbys must contain every acknowledged commit.

use std::collections::BTreeSet;

use super::records::InstanceName;

/// A commit is acknowledged when `number` of `names` have it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rule {
    pub names: BTreeSet<InstanceName>,
    /// 0: commits wait for nobody.
    pub number: usize,
}

impl Rule {
    /// Any acknowledged commit is on one of `reached`: R + W > N.
    #[must_use]
    pub fn met_by<'a>(&self, reached: impl IntoIterator<Item = &'a InstanceName>) -> bool {
        let reached = reached.into_iter().filter(|name| self.names.contains(name)).count();
        self.number > 0 && reached + self.number > self.names.len()
    }

    /// What is acknowledged under `other` is also safe to judge by this rule.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        self.names.is_superset(&other.names) && self.number <= other.number
    }

    /// The tightest rule that covers both.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        Self {
            names: self.names.union(&other.names).cloned().collect(),
            number: self.number.min(other.number),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(number: usize, names: &[&str]) -> Rule {
        Rule { names: names.iter().map(|&name| name.into()).collect(), number }
    }

    #[test]
    fn a_quorum_is_met_only_when_no_acknowledged_commit_can_hide() {
        let rows: &[(&str, Rule, &[&str], bool)] = &[
            ("one of two, one reached", rule(1, &["a", "b"]), &["a"], false),
            ("one of two, both reached", rule(1, &["a", "b"]), &["a", "b"], true),
            ("two of two, one reached", rule(2, &["a", "b"]), &["a"], true),
            ("a stranger does not count", rule(1, &["a", "b"]), &["a", "c"], false),
            ("nobody is waited for", rule(0, &["a"]), &["a"], false),
            ("no names", rule(0, &[]), &[], false),
            ("two of four, three reached", rule(2, &["a", "b", "c", "d"]), &["a", "b", "c"], true),
        ];
        for (name, rule, reached, expected) in rows {
            let reached: Vec<InstanceName> = reached.iter().map(|&name| name.into()).collect();
            assert_eq!(rule.met_by(&reached), *expected, "{name}");
        }
    }

    #[test]
    fn the_union_covers_both_sides() {
        let (left, right) = (rule(2, &["a", "b", "c"]), rule(1, &["c", "d"]));
        let both = left.union(&right);
        assert!(both.covers(&left) && both.covers(&right));
        assert!(!left.covers(&right) && !right.covers(&left));
    }
}
