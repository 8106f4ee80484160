//! Where a recovery stops: what to choose the backup by, and what the server is told.

use api::cluster::recovery::RecoveryTarget;
use objectstore::choose::{Target, Wanted};
use postgres::recovery_target::parse_time;

/// What the backup is chosen by; one that is named wins over the target.
pub(super) fn wanted(target: Option<&RecoveryTarget>, named: &Option<String>) -> Wanted {
    let Some(asked) = target else {
        return Wanted { backup_id: named.clone(), ..Wanted::default() };
    };
    let time = asked.target_time.as_deref().and_then(|text| parse_time(text).ok());
    let lsn = asked.target_lsn.as_deref().and_then(|text| text.parse().ok());
    let target = match (time, lsn) {
        (Some(time), _) => Target::Time(time),
        (None, Some(lsn)) => Target::Lsn(lsn),
        (None, None) => Target::Unknown,
    };
    let timeline = asked.target_tli.as_deref().and_then(|text| text.parse().ok());
    Wanted { backup_id: named.clone().or_else(|| asked.backup_id.clone()), target, timeline }
}

/// The settings of the server that make it stop there, and then serve.
pub(super) fn settings(target: Option<&RecoveryTarget>) -> Vec<(&'static str, String)> {
    let mut all = vec![("recovery_target_action", "promote".to_owned())];
    let Some(target) = target else { return all };
    let mut set = |name, value: Option<String>| {
        all.extend(value.map(|value| (name, value)));
    };
    set("recovery_target_timeline", target.target_tli.clone());
    set("recovery_target_xid", target.target_xid.clone());
    set("recovery_target_name", target.target_name.clone());
    set("recovery_target_lsn", target.target_lsn.clone());
    set("recovery_target_time", target.target_time.as_deref().map(time));
    let immediate = target.target_immediate == Some(true);
    set("recovery_target", immediate.then(|| "immediate".to_owned()));
    let inclusive = if target.exclusive == Some(true) { "false" } else { "true" };
    set("recovery_target_inclusive", Some(inclusive.to_owned()));
    all
}

/// A time as the server reads it in any zone.
fn time(text: &str) -> String {
    match parse_time(text) {
        Ok(time) => time.strftime("%Y-%m-%d %H:%M:%S.%6f+00:00").to_string(),
        Err(_) => text.to_owned(), // the server says what is wrong with it
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(change: impl FnOnce(&mut RecoveryTarget)) -> RecoveryTarget {
        let mut target = RecoveryTarget::default();
        change(&mut target);
        target
    }

    #[test]
    fn every_target_is_a_setting() {
        let text = |text: &str| Some(text.to_owned());
        for (row, target, expected) in [
            ("the end", None, ""),
            (
                "a time",
                Some(target(|it| it.target_time = text("2026-11-21 07:02:00.127484+02"))),
                " recovery_target_time=2026-11-21 05:02:00.127484+00:00 recovery_target_inclusive=true",
            ),
            (
                "a transaction, exclusive",
                Some(target(|it| {
                    it.target_xid = text("759");
                    it.exclusive = Some(true);
                })),
                " recovery_target_xid=759 recovery_target_inclusive=false",
            ),
            (
                "a name",
                Some(target(|it| it.target_name = text("rp1"))),
                " recovery_target_name=rp1 recovery_target_inclusive=true",
            ),
            (
                "a position",
                Some(target(|it| it.target_lsn = text("0/463D528"))),
                " recovery_target_lsn=0/463D528 recovery_target_inclusive=true",
            ),
            (
                "at once",
                Some(target(|it| it.target_immediate = Some(true))),
                " recovery_target=immediate recovery_target_inclusive=true",
            ),
            (
                "a timeline",
                Some(target(|it| it.target_tli = text("1"))),
                " recovery_target_timeline=1 recovery_target_inclusive=true",
            ),
        ] {
            let told: String = settings(target.as_ref())
                .into_iter()
                .map(|(name, value)| format!(" {name}={value}"))
                .collect();
            assert_eq!(told, format!(" recovery_target_action=promote{expected}"), "{row}");
        }
    }

    #[test]
    fn the_backup_is_chosen_by_what_is_known_of_the_target() {
        let text = |text: &str| Some(text.to_owned());
        let id = Some("x".to_owned());
        assert_eq!(wanted(None, &id).backup_id, id);
        let named = target(|it| it.backup_id = text("y"));
        assert_eq!(wanted(Some(&named), &None).backup_id.as_deref(), Some("y"));
        assert_eq!(wanted(Some(&named), &id).backup_id, id, "the object wins");
        let time = target(|it| it.target_time = text("2026-11-21T07:02:00Z"));
        assert!(matches!(wanted(Some(&time), &None).target, Target::Time(_)));
        let lsn = target(|it| it.target_lsn = text("0/10"));
        assert!(matches!(wanted(Some(&lsn), &None).target, Target::Lsn(_)));
        for (timeline, expected) in [("latest", None), ("2", Some(2))] {
            let target = target(|it| it.target_tli = text(timeline));
            assert_eq!(wanted(Some(&target), &None).timeline, expected);
        }
    }
}
