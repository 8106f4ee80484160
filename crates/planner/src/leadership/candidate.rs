//! Who is to lead next, among replicas that have stopped receiving.

use super::records::{InstanceName, Position, QuorumRecord};

/// Whether an instance may lead at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fitness {
    Fit,
    Fenced,
    /// Its manager says that its server would not run.
    Broken,
}

/// Whether a node takes new work: a cordoned one is about to be drained.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Node {
    Cordoned,
    Schedulable,
}

/// A replica whose receiver has ended: what it has will not change before somebody leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finalist {
    pub name: InstanceName,
    pub position: Position,
    pub fitness: Fitness,
    pub node: Node,
    pub priority: i32,
}

/// What acknowledged commits waited for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Durability {
    /// Nobody: the last commits may be lost with the primary.
    Async,
    /// What the FailoverQuorum record says, by a live read.
    Sync(Option<QuorumRecord>),
}

/// Why nobody can be chosen: the text of a condition is made from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Missing {
    /// No replica that may lead has answered.
    Candidate,
    /// Commits wait for standbys, but no record says for which.
    QuorumRecord,
    /// One of these may alone hold an acknowledged commit.
    Standbys(Vec<InstanceName>),
    /// This one has more than any that may lead, and may not lead itself.
    Advanced(InstanceName),
}

/// Chooses the one to lead, or says what is missing to do so without losing a commit.
pub fn choose<'a>(
    finalists: &'a [Finalist],
    durability: &Durability,
) -> Result<&'a Finalist, Missing> {
    if let Durability::Sync(record) = durability {
        let rule = &record.as_ref().ok_or(Missing::QuorumRecord)?.rule;
        if rule.number == 0 {
            return Err(Missing::QuorumRecord);
        }
        if !rule.met_by(finalists.iter().map(|finalist| &finalist.name)) {
            let heard = |name: &InstanceName| finalists.iter().any(|one| one.name == *name);
            let silent = rule.names.iter().filter(|name| !heard(name)).cloned().collect();
            return Err(Missing::Standbys(silent));
        }
    }
    let best = finalists
        .iter()
        .filter(|finalist| finalist.fitness == Fitness::Fit)
        .max_by(|one, other| rank(one).cmp(&rank(other)).then_with(|| other.name.cmp(&one.name)))
        .ok_or(Missing::Candidate)?;
    if let Durability::Sync(_) = durability {
        let ahead = finalists.iter().find(|other| other.position > best.position);
        if let Some(ahead) = ahead {
            return Err(Missing::Advanced(ahead.name.clone()));
        }
    }
    Ok(best)
}

/// What has been received counts before anything that is merely convenient.
fn rank(finalist: &Finalist) -> (Position, Node, i32) {
    (finalist.position, finalist.node, finalist.priority)
}

#[cfg(test)]
mod tests {
    use postgres::lsn::Lsn;

    use super::super::quorum::Rule;
    use super::super::records::Version;
    use super::*;

    fn finalist(name: &str, timeline: u32, lsn: u64) -> Finalist {
        Finalist {
            name: name.into(),
            position: Position { timeline, lsn: Lsn(lsn) },
            fitness: Fitness::Fit,
            node: Node::Schedulable,
            priority: 0,
        }
    }

    fn one_of(names: &[&str]) -> Durability {
        let names = names.iter().map(|&name| name.into()).collect();
        let rule = Rule { names, number: 1 };
        Durability::Sync(Some(QuorumRecord { version: Version(1), primary: "p".into(), rule }))
    }

    #[test]
    fn what_was_received_counts_first() {
        let fenced = |mut one: Finalist| {
            one.fitness = Fitness::Fenced;
            one
        };
        let cordoned = |mut one: Finalist| {
            one.node = Node::Cordoned;
            one
        };
        let preferred = |mut one: Finalist| {
            one.priority = 1;
            one
        };
        let (a, b) = (|lsn| finalist("a", 1, lsn), |lsn| finalist("b", 1, lsn));
        let ab = || one_of(&["a", "b"]);
        let advanced = |name: &str| Err(Missing::Advanced(name.into()));
        let rows = [
            ("more received", vec![a(10), b(11)], ab(), Ok("b")),
            ("newer timeline", vec![finalist("a", 2, 5), b(11)], ab(), Ok("a")),
            ("by name", vec![b(10), a(10)], ab(), Ok("a")),
            ("by priority", vec![a(10), preferred(b(10))], ab(), Ok("b")),
            ("a node that stays", vec![cordoned(preferred(a(10))), b(10)], ab(), Ok("b")),
            ("cordoned but ahead", vec![cordoned(a(11)), b(10)], ab(), Ok("a")),
            ("fenced and even", vec![fenced(a(10)), b(10)], ab(), Ok("b")),
            ("fenced and ahead", vec![fenced(a(11)), b(10)], ab(), advanced("a")),
            ("fenced and ahead, async", vec![fenced(a(11)), b(10)], Durability::Async, Ok("b")),
            ("half heard", vec![a(10)], ab(), Err(Missing::Standbys(vec!["b".into()]))),
            ("half heard, async", vec![a(10)], Durability::Async, Ok("a")),
            ("no record", vec![a(10)], Durability::Sync(None), Err(Missing::QuorumRecord)),
            ("nobody", vec![], Durability::Async, Err(Missing::Candidate)),
            ("all fenced", vec![fenced(a(10))], Durability::Async, Err(Missing::Candidate)),
        ];
        for (name, finalists, durability, expected) in rows {
            let chosen = choose(&finalists, &durability).map(|finalist| finalist.name.clone());
            assert_eq!(chosen, expected.map(InstanceName::from), "{name}");
        }
    }
}
