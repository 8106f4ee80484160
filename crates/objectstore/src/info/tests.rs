use proptest::prelude::*;

use super::*;
use crate::catalog::tests::recorded;

#[test]
fn the_originals_is_read_and_written_again() {
    let Some(folder) = recorded() else { return };
    for (path, name) in [
        ("src/base/20261121T070134", "backup-20261121070133"),
        ("d-bzip2/base/20261121T070324", "backup-20261121070323"),
    ] {
        let text = std::fs::read_to_string(folder.join(path).join("backup.info")).expect("a file");
        let id = path.rsplit('/').next().expect("an id");
        let info = Info::parse(id, &text).expect("read");
        assert!(info.is_done(), "{path}");
        assert_eq!(info.tablespaces[0].oid, 16386);
        assert_eq!(info.tablespaces[0].location, "/var/lib/postgresql/tablespaces/tbs1/data");
        assert!(info.label.as_ref().expect("a label").contains("\nSTART TIMELINE: "));
        assert_eq!(info.included_files.len(), 2);
        if id == "20261121T070134" {
            assert_eq!(info.name.as_deref(), Some(name));
            assert_eq!(info.end.lsn, Some(Lsn(0x45D_58C0)));
            let time = info.end.time.expect("a time").to_string();
            assert_eq!(time, "2026-11-21T07:01:37.992806Z");
        }
        let written = info.write();
        assert_eq!(Info::parse(id, &written).as_ref(), Ok(&info), "{path}");
        // All that we write stands there in the same words; of theirs we leave out what old
        // versions do not know.
        for line in written.lines() {
            assert!(text.lines().any(|theirs| theirs == line), "{path}: {line}");
        }
        let left_out: Vec<_> = text
            .lines()
            .filter(|line| !written.lines().any(|ours| ours == *line))
            .map(|line| line.split('=').next().expect("a key"))
            .collect();
        assert_eq!(
            left_out,
            [
                "children_backup_ids",
                "cluster_size",
                "compression",
                "data_checksums",
                "deduplicated_size",
                "parent_backup_id",
                "summarize_wal"
            ]
        );
    }
}

#[test]
fn values_of_another_form_are_named() {
    for (text, key) in [
        ("status=BROKEN", "status"),
        ("begin_time=yesterday", "begin_time"),
        ("end_xlog=5", "end_xlog"),
        ("timeline=one", "timeline"),
        ("backup_label=open('x')", "backup_label"),
        ("tablespaces=[('a', 'b', 'c')]", "tablespaces"),
        ("included_files=[1]", "included_files"),
    ] {
        let error = Info::parse("x", text).expect_err(text).to_string();
        assert!(error.starts_with(key), "{text}: {error}");
    }
    assert_eq!(Info::parse("x", "\n# a\nnonsense"), Err(InfoError::Line(3)));
    let unknown = Info::parse("x", " future_key = 1\nstatus = DONE ").expect("read");
    assert_eq!(unknown.status, Status::Done);
}

#[test]
fn times_have_offsets_or_are_utc() {
    for (text, expected) in [
        ("2026-11-21 07:01:34.367348+00:00", Some("2026-11-21T07:01:34.367348Z")),
        ("2026-11-21 09:01:34+02:00", Some("2026-11-21T07:01:34Z")),
        ("2026-11-21 07:01:34.5", Some("2026-11-21T07:01:34.5Z")),
        ("2026-11-21T07:01:34Z", Some("2026-11-21T07:01:34Z")),
        ("Sat Nov 21", None),
    ] {
        assert_eq!(read_time(text).map(|time| time.to_string()).as_deref(), expected, "{text}");
    }
    let time: Timestamp = "2026-11-21T07:01:34Z".parse().expect("a time");
    assert_eq!(write_time(time), "2026-11-21 07:01:34.000000+00:00");
}

proptest! {
    #[test]
    fn what_is_written_is_read(
        label: String, name in "[a-z0-9-]{1,20}", file in "/[a-z/ ]*[a-z]", oid: u32, lsn: u64, micro in 0i64..4_000_000_000_000_000,
    ) {
        let time = Timestamp::from_microsecond(micro).expect("a time");
        let point = Point::at(Lsn(lsn), Timeline(3), SegmentSize::DEFAULT, time);
        let info = Info {
            id: "x".to_owned(),
            name: Some(name),
            status: Status::Done,
            begin: point.clone(),
            end: point,
            label: Some(label),
            tablespaces: vec![Tablespace { name: file.clone(), oid, location: file.clone() }],
            config_file: Some(file.clone()),
            included_files: vec![file],
            timeline: Some(3),
            ..Info::default()
        };
        prop_assert_eq!(Info::parse("x", &info.write()), Ok(info));
    }
}
