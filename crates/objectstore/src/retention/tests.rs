use bytes::Bytes;

use super::*;
use crate::catalog::{self, Unreadable};
use crate::info::{Point, Status};
use crate::location::Location;
use crate::store::Store;

fn now() -> Timestamp {
    "2026-03-31T12:00:00Z".parse().expect("a time")
}

/// A backup that ended so many days ago, at this segment.
fn backup(days_ago: i64, wal: &str, status: Status) -> Info {
    let time = now() - SignedDuration::from_hours(24 * days_ago);
    let point = Point { time: Some(time), wal: Some(wal.to_owned()), ..Point::default() };
    Info {
        id: catalog::backup_id(time),
        status,
        begin: point.clone(),
        end: point,
        timeline: u32::from_str_radix(&wal[..8], 16).ok(),
        ..Info::default()
    }
}

fn wal(timeline: u32, part: u32) -> String {
    format!("{timeline:08X}00000000{part:08X}")
}

#[test]
fn policies() {
    for (text, days) in [("30d", Some(30)), ("4w", Some(28)), ("2m", Some(62)), ("1d", Some(1))] {
        assert_eq!(text.parse().ok(), days.map(|days| Policy { days }), "{text}");
    }
    for text in ["", "d", "0d", "03d", "3", "3y", "-3d", "3 d", "99999999999999999999d", "é"] {
        assert!(text.parse::<Policy>().is_err(), "{text:?}");
    }
}

#[test]
fn what_goes() {
    use Status::{Done, Failed};
    let week: Policy = "7d".parse().expect("a policy");
    let done = |days, part| backup(days, &wal(1, part), Done);
    type Row = (&'static str, Vec<Info>, Vec<(usize, Keep)>, Vec<(usize, Option<u32>)>);
    // Which go, by place, and the segment of timeline 1 before which WAL goes with each.
    let rows: Vec<Row> = vec![
        ("nothing", vec![], vec![], vec![]),
        ("the only one", vec![done(90, 9)], vec![], vec![]),
        ("all in the window", vec![done(6, 2), done(1, 9)], vec![], vec![]),
        ("one reaches its start", vec![done(8, 2), done(1, 9)], vec![], vec![]),
        (
            "one is older than that",
            vec![done(9, 2), done(8, 5), done(1, 9)],
            vec![],
            vec![(0, Some(5))],
        ),
        (
            "two are",
            vec![done(20, 1), done(9, 2), done(8, 5)],
            vec![],
            vec![(0, Some(2)), (1, Some(5))],
        ),
        (
            "a failed one does not reach it, and stays",
            vec![
                backup(30, &wal(1, 1), Failed),
                done(9, 2),
                backup(8, &wal(1, 5), Failed),
                done(1, 9),
            ],
            vec![],
            vec![],
        ),
        (
            "a kept one holds the WAL of those after it",
            vec![done(20, 1), done(15, 2), done(9, 3), done(8, 5)],
            vec![(1, Keep::Full)],
            vec![(0, Some(2)), (2, None)],
        ),
        (
            "one kept alone holds only its own",
            vec![done(20, 1), done(15, 2), done(9, 3), done(8, 5)],
            vec![(1, Keep::Standalone)],
            vec![(0, Some(2)), (2, Some(5))],
        ),
    ];
    for (name, backups, kept, expected) in rows {
        let ids: Vec<_> = backups.iter().map(|backup| backup.id.clone()).collect();
        let kept: Vec<_> =
            kept.into_iter().map(|(place, keep)| (ids[place].clone(), keep)).collect();
        let catalog = Catalog { backups, unreadable: vec![] };
        let plan = plan(&catalog, &kept, week, now()).expect("a plan");
        let got: Vec<_> = plan
            .deletions
            .iter()
            .map(|gone| (gone.id.clone(), gone.wal.as_ref().map(|rule| rule.before.clone())))
            .collect();
        let expected: Vec<_> = expected
            .into_iter()
            .map(|(place, part)| (ids[place].clone(), part.map(|part| wal(1, part))))
            .collect();
        assert_eq!(got, expected, "{name}");
    }
}

#[test]
fn a_backup_that_nothing_is_known_of_stops_everything() {
    let catalog = Catalog {
        backups: vec![backup(30, &wal(1, 1), Status::Done), backup(9, &wal(1, 5), Status::Done)],
        unreadable: vec![Unreadable { id: "x".to_owned(), why: "?".to_owned() }],
    };
    assert!(plan(&catalog, &[], Policy { days: 1 }, now()).is_err());
}

#[test]
fn which_wal_goes() {
    let rule = WalRule {
        before: wal(2, 5),
        timelines: BTreeSet::from([1]),
        ranges: vec![(wal(2, 2), wal(2, 3))],
    };
    for (name, goes) in [
        (wal(2, 1), true),
        (wal(2, 4), true),
        (format!("{}.partial", wal(2, 4)), true),
        (format!("{}.00000028.backup", wal(2, 1)), true),
        (wal(2, 5), false),
        (format!("{}.00000028.backup", wal(2, 5)), false),
        (wal(2, 6), false),
        (wal(3, 1), false),
        ("00000002.history".to_owned(), false),
        (wal(1, 1), false),
        (wal(2, 2), false),
        (format!("{}.00000028.backup", wal(2, 3)), false),
    ] {
        assert_eq!(rule.covers(name.parse().expect("a name")), goes, "{name}");
    }
}

#[tokio::test]
async fn a_plan_is_carried_out() {
    let location = Location::parse("s3://b", "s").expect("a location");
    let store = Store::in_memory(&location);
    let backups = [
        backup(20, &wal(1, 3), Status::Done),
        backup(9, &wal(1, 5), Status::Done),
        backup(1, &wal(1, 8), Status::Done),
    ];
    let (old, new) = (backups[0].id.clone(), backups[1].id.clone());
    let mut keys: Vec<String> =
        (1..9).map(|part| format!("wals/0000000100000000/{}.gz", wal(1, part))).collect();
    keys.push("wals/00000001.history.gz".to_owned());
    keys.push("wals/0000000100000000/README".to_owned());
    for id in [&old, &new] {
        for name in ["data.tar", "data_0001.tar", "16386.tar.gz", "annotations/note"] {
            keys.push(format!("base/{id}/{name}"));
        }
    }
    for key in &keys {
        store.put(&location.key(key), Bytes::from("x")).await.expect("put");
    }
    for backup in &backups {
        store.put(&location.info(&backup.id), Bytes::from(backup.write())).await.expect("put");
    }
    let catalog = catalog::read(&store).await.expect("read");
    let plan = plan(&catalog, &[], "7d".parse().expect("a policy"), now()).expect("a plan");
    let done = execute(&store, &plan).await.expect("done");
    assert_eq!(done, Done { backups: vec![old.clone()], wal_files: 4 });
    let left: Vec<_> =
        store.list(&location.key("")).await.expect("listed").into_iter().map(|o| o.key).collect();
    let has = |key: String| left.contains(&location.key(&key));
    assert!(has(format!("base/{old}/annotations/note")), "{left:?}");
    assert!(!left.iter().any(|key| key.contains(&format!("{old}/data"))), "{left:?}");
    assert!(!has(format!("base/{old}/backup.info")) && has(format!("base/{new}/backup.info")));
    assert!(has(format!("wals/0000000100000000/{}.gz", wal(1, 5))));
    assert!(!has(format!("wals/0000000100000000/{}.gz", wal(1, 4))));
    assert!(
        has("wals/0000000100000000/README".to_owned())
            && has("wals/00000001.history.gz".to_owned())
    );
    assert_eq!(execute(&store, &Plan::default()).await.expect("done"), Done::default());
}
