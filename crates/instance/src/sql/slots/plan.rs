//! Which slots there shall be: pure.

use api::cluster::Cluster;
use postgres::lsn::Lsn;
use postgres::replica::slot_name;
use regex::Regex;
use thiserror::Error;

use super::Outcome;

/// A physical slot.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Slot {
    pub name: String,
    pub active: bool,
    /// Whether it keeps rows from being removed.
    pub holds_xmin: bool,
    /// From where on it keeps WAL; none when it never did.
    pub restart: Option<Lsn>,
}

/// What to do with one slot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    Create {
        name: String,
        /// Whether it keeps WAL from now on, and not only from its first use.
        reserve: bool,
    },
    Advance {
        name: String,
        to: Lsn,
    },
    Drop {
        name: String,
    },
}

impl Change {
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Create { name, .. } | Self::Advance { name, .. } | Self::Drop { name } => name,
        }
    }

    pub(super) const fn action(&self) -> &'static str {
        match self {
            Self::Create { .. } => "create",
            Self::Advance { .. } => "advance",
            Self::Drop { .. } => "drop",
        }
    }
}

/// A pattern that is no regular expression.
#[derive(Debug, Error)]
#[error(
    "spec.replicationSlots.synchronizeReplicas.excludePatterns: {pattern:?} is no regular expression"
)]
pub struct PolicyError {
    pattern: String,
    source: regex::Error,
}

/// What a cluster wants of slots.
#[derive(Debug, Clone)]
pub struct Policy {
    /// Whether there are slots for the standbys.
    high_availability: bool,
    /// Whether the user's slots are copied to the standbys.
    synchronize: bool,
    exclude: Vec<Regex>,
    prefix: String,
    /// How the names of all slots for standbys begin: what follows is a number.
    own: String,
}

impl Policy {
    /// The policy of a cluster; none when slots are not its business.
    ///
    /// # Errors
    /// When a pattern cannot be used.
    pub fn of(cluster: &Cluster) -> Result<Option<Self>, PolicyError> {
        let slots = cluster.spec.replication_slots.as_ref();
        let Some((slots, ours)) =
            slots.zip(slots.and_then(|slots| slots.high_availability.as_ref()))
        else {
            return Ok(None);
        };
        let prefix = ours.slot_prefix.clone().unwrap_or_else(|| "_cnpg_".to_owned());
        let copied = slots.synchronize_replicas.as_ref();
        let patterns = copied.map_or(&[][..], |copied| &copied.exclude_patterns);
        let compile = |pattern: &String| {
            let refused = |source| PolicyError { pattern: pattern.clone(), source };
            Regex::new(pattern).map_err(refused)
        };
        let name = cluster.metadata.name.as_deref().unwrap_or_default();
        Ok(Some(Self {
            high_availability: ours.enabled != Some(false),
            synchronize: copied.is_none_or(|copied| copied.enabled),
            exclude: patterns.iter().map(compile).collect::<Result<_, _>>()?,
            own: slot_name(&prefix, &format!("{name}-")),
            prefix,
        }))
    }

    /// Whether a slot is for a standby. The prefix alone does not say so: it may be short, and
    /// the slots of others are not ours to drop.
    fn is_ours(&self, slot: &Slot) -> bool {
        slot.name.strip_prefix(&self.own).is_some_and(|number| {
            !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
        })
    }

    /// Whether a slot of the user's is left alone.
    fn is_excluded(&self, slot: &Slot) -> bool {
        !self.is_ours(slot) && self.exclude.iter().any(|pattern| pattern.is_match(&slot.name))
    }
}

/// What the primary does: a slot for every other instance, none for those that are gone.
pub fn primary_changes(
    policy: &Policy,
    found: &[Slot],
    instances: &[String],
    primary: Option<&str>,
) -> (Vec<Change>, Outcome) {
    let (mut changes, mut outcome) = (Vec::new(), Outcome::Done);
    let known: Vec<_> = instances.iter().map(|name| slot_name(&policy.prefix, name)).collect();
    if policy.high_availability {
        for (instance, name) in instances.iter().zip(&known) {
            let missing = !found.iter().any(|slot| slot.name == *name);
            if missing && Some(instance.as_str()) != primary {
                changes.push(Change::Create { name: name.clone(), reserve: false });
            }
        }
    }
    for slot in found.iter().filter(|slot| policy.is_ours(slot)) {
        if policy.high_availability && known.contains(&slot.name) {
            continue;
        }
        if slot.active {
            outcome = Outcome::Again;
        } else {
            changes.push(Change::Drop { name: slot.name.clone() });
        }
    }
    (changes, outcome)
}

/// What a standby does: the slots of the primary, at the primary's positions, but not its own.
#[must_use]
pub fn standby_changes(
    policy: &Policy,
    primary: &[Slot],
    local: &[Slot],
    instance: &str,
) -> Vec<Change> {
    let own = slot_name(&policy.prefix, instance);
    let here = |name: &str| local.iter().find(|slot| slot.name == name);
    let wanted = |slot: &&Slot| {
        if slot.name == own || policy.is_excluded(slot) {
            false
        } else if policy.is_ours(slot) {
            policy.high_availability && slot.restart.is_some()
        } else {
            policy.synchronize
        }
    };
    let mut changes = Vec::new();
    for slot in primary.iter().filter(wanted) {
        let found = here(&slot.name);
        // It must not hold rows back: dropped below, made again in the next pass.
        if found.is_some_and(|found| found.holds_xmin) {
            continue;
        }
        let name = || slot.name.clone();
        // One that keeps no WAL cannot be moved: it is made anew.
        let idle = found.is_some_and(|found| found.restart.is_none() && !found.active);
        let remake = idle && slot.restart.is_some();
        if remake {
            changes.push(Change::Drop { name: name() });
        }
        if found.is_none() || remake {
            changes.push(Change::Create { name: name(), reserve: slot.restart.is_some() });
        }
        match (slot.restart, found.and_then(|found| found.restart)) {
            (Some(to), Some(at)) if at >= to => {}
            (Some(to), _) => changes.push(Change::Advance { name: name(), to }),
            (None, _) => {}
        }
    }
    for slot in local.iter().filter(|slot| !slot.active && !policy.is_excluded(slot)) {
        let ours = policy.is_ours(slot);
        let unwanted = slot.name == own
            || slot.holds_xmin
            || !primary.iter().any(|there| there.name == slot.name)
            || (ours && !policy.high_availability)
            || (!ours && !policy.synchronize);
        if unwanted {
            changes.push(Change::Drop { name: slot.name.clone() });
        }
    }
    changes
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn policy(slots: serde_json::Value) -> Policy {
        let cluster = serde_json::from_value(json!({"apiVersion": "postgresql.cnpg.io/v1",
            "kind": "Cluster", "metadata": {"name": "pg"}, "spec": {"replicationSlots": slots}}));
        Policy::of(&cluster.unwrap()).unwrap().unwrap()
    }

    fn slot(name: &str, restart: u64) -> Slot {
        let restart = (restart > 0).then_some(Lsn(restart));
        Slot { name: name.to_owned(), restart, ..Slot::default() }
    }

    fn told(changes: &[Change]) -> Vec<String> {
        let told = |change: &Change| match change {
            Change::Create { name, reserve } => format!("create {name} {reserve}"),
            Change::Advance { name, to } => format!("advance {name} {}", to.0),
            Change::Drop { name } => format!("drop {name}"),
        };
        changes.iter().map(told).collect()
    }

    #[test]
    fn the_primary_has_a_slot_for_every_standby() {
        let active = |name| Slot { active: true, ..slot(name, 1) };
        let on = json!({"highAvailability": {}});
        let off = json!({"highAvailability": {"enabled": false}});
        let bare = json!({"highAvailability": {"slotPrefix": "x"}});
        for (name, spec, found, expected, outcome) in [
            (
                "new",
                &on,
                vec![],
                vec!["create _cnpg_pg_2 false", "create _cnpg_pg_3 false"],
                Outcome::Done,
            ),
            (
                "right",
                &on,
                vec![slot("_cnpg_pg_2", 1), slot("_cnpg_pg_3", 0)],
                vec![],
                Outcome::Done,
            ),
            (
                "gone",
                &on,
                vec![slot("_cnpg_pg_2", 1), slot("_cnpg_pg_3", 1), slot("_cnpg_pg_9", 1)],
                vec!["drop _cnpg_pg_9"],
                Outcome::Done,
            ),
            (
                "gone and in use",
                &on,
                vec![slot("_cnpg_pg_2", 1), slot("_cnpg_pg_3", 1), active("_cnpg_pg_9")],
                vec![],
                Outcome::Again,
            ),
            (
                "the user's",
                &on,
                vec![
                    slot("_cnpg_pg_2", 1),
                    slot("_cnpg_pg_3", 1),
                    slot("_cnpg_pg_x", 1),
                    slot("mine", 1),
                ],
                vec![],
                Outcome::Done,
            ),
            (
                "off",
                &off,
                vec![slot("_cnpg_pg_2", 1), slot("mine", 1)],
                vec!["drop _cnpg_pg_2"],
                Outcome::Done,
            ),
            (
                "another prefix",
                &bare,
                vec![slot("xpg_2", 1), slot("xpg_3", 1), slot("x", 1), slot("xpg_7", 1)],
                vec!["drop xpg_7"],
                Outcome::Done,
            ),
        ] {
            let instances: Vec<_> = (1..=3).map(|number| format!("pg-{number}")).collect();
            let (changes, seen) =
                primary_changes(&policy(spec.clone()), &found, &instances, Some("pg-1"));
            assert_eq!(
                (told(&changes), seen),
                (expected.into_iter().map(str::to_owned).collect(), outcome),
                "{name}"
            );
        }
    }

    #[test]
    fn a_standby_follows_the_slots_of_the_primary() {
        let holds = |name| Slot { holds_xmin: true, ..slot(name, 5) };
        let on = json!({"highAvailability": {}});
        let alone = json!({"highAvailability": {}, "synchronizeReplicas": {"enabled": false}});
        let picky = json!({"highAvailability": {},
            "synchronizeReplicas": {"enabled": true, "excludePatterns": ["^tmp"]}});
        for (name, spec, there, here, expected) in [
            (
                "new",
                &on,
                vec![slot("_cnpg_pg_2", 3), slot("_cnpg_pg_3", 4), slot("mine", 0)],
                vec![],
                vec!["create _cnpg_pg_3 true", "advance _cnpg_pg_3 4", "create mine false"],
            ),
            ("in step", &on, vec![slot("_cnpg_pg_3", 4)], vec![slot("_cnpg_pg_3", 4)], vec![]),
            ("ahead", &on, vec![slot("_cnpg_pg_3", 4)], vec![slot("_cnpg_pg_3", 5)], vec![]),
            ("behind", &on, vec![slot("mine", 4)], vec![slot("mine", 3)], vec!["advance mine 4"]),
            ("never used", &on, vec![slot("_cnpg_pg_3", 0)], vec![], vec![]),
            ("gone", &on, vec![], vec![slot("old", 3)], vec!["drop old"]),
            (
                "my own",
                &on,
                vec![slot("_cnpg_pg_2", 3)],
                vec![slot("_cnpg_pg_2", 3)],
                vec!["drop _cnpg_pg_2"],
            ),
            (
                "used at last",
                &on,
                vec![slot("mine", 4)],
                vec![slot("mine", 0)],
                vec!["drop mine", "create mine true", "advance mine 4"],
            ),
            ("holds rows", &on, vec![slot("mine", 6)], vec![holds("mine")], vec!["drop mine"]),
            (
                "only ours",
                &alone,
                vec![slot("_cnpg_pg_3", 4), slot("mine", 4)],
                vec![slot("_cnpg_pg_3", 4), slot("mine", 4)],
                vec!["drop mine"],
            ),
            ("excluded", &picky, vec![slot("tmp1", 4)], vec![slot("tmp2", 4)], vec![]),
        ] {
            let changes = standby_changes(&policy(spec.clone()), &there, &here, "pg-2");
            assert_eq!(told(&changes), expected, "{name}");
        }
    }
}
