//! The status document beside its keys, omissions and strange values.

use postgres::lsn::Lsn;

use super::*;

fn json(status: &PostgresqlStatus) -> serde_json::Value {
    serde_json::to_value(status).unwrap()
}

fn keys(status: &PostgresqlStatus) -> Vec<String> {
    json(status).as_object().unwrap().keys().cloned().collect()
}

#[test]
fn what_is_never_omitted() {
    assert_eq!(
        serde_json::to_string(&PostgresqlStatus::default()).unwrap(),
        concat!(
            r#"{"systemID":"","isPrimary":false,"replayPaused":false,"pendingRestart":false,"#,
            r#""pendingRestartForDecrease":false,"isWalReceiverActive":false,"#,
            r#""isPgRewindRunning":false,"mightBeUnavailable":false,"node":"","#,
            r#""pod":{"metadata":{},"spec":{"containers":null},"status":{}},"#,
            r#""executableHash":"","instanceManagerVersion":"","instanceArch":"","#,
            r#""isInstanceManagerUpgrading":false,"sessionID":"","isPodReady":false}"#
        )
    );
}

#[test]
fn what_appears_when_it_is_set() {
    let rows: [(&str, PostgresqlStatus); 13] = {
        let empty = PostgresqlStatus::default;
        let time = Some(WalTime::Never);
        [
            ("currentLsn", PostgresqlStatus { current_lsn: Some(Lsn(1)), ..empty() }),
            ("receivedLsn", PostgresqlStatus { received_lsn: Some(Lsn(0)), ..empty() }),
            ("isArchivingWAL", PostgresqlStatus { is_archiving_wal: true, ..empty() }),
            (
                "mightBeUnavailableMaskedError",
                PostgresqlStatus { might_be_unavailable_masked_error: "x".into(), ..empty() },
            ),
            (
                "loadedConfigurationHash",
                PostgresqlStatus { loaded_configuration_hash: "x".into(), ..empty() },
            ),
            ("lastArchivedWAL", PostgresqlStatus { last_archived_wal: "x".into(), ..empty() }),
            ("lastArchivedWALTime", PostgresqlStatus { last_archived_wal_time: time, ..empty() }),
            ("lastFailedWALTime", PostgresqlStatus { last_failed_wal_time: time, ..empty() }),
            ("currentWAL", PostgresqlStatus { current_wal: "x".into(), ..empty() }),
            ("readyWalFiles", PostgresqlStatus { ready_wal_files: 1, ..empty() }),
            ("timeLineID", PostgresqlStatus { timeline_id: 1, ..empty() }),
            (
                "replicationInfo",
                PostgresqlStatus { replication_info: vec![Replica::default()], ..empty() },
            ),
            (
                "pgStatBasebackupsInfo",
                PostgresqlStatus { basebackups: vec![BasebackupProgress::default()], ..empty() },
            ),
        ]
    };
    let always = keys(&PostgresqlStatus::default());
    for (key, status) in rows {
        let added: Vec<_> = keys(&status).into_iter().filter(|key| !always.contains(key)).collect();
        assert_eq!(added, [key]);
        let again: PostgresqlStatus = serde_json::from_value(json(&status)).unwrap();
        assert_eq!(again, status, "{key}");
    }
}

#[test]
fn a_basebackup_omits_nothing() {
    let text = serde_json::to_string(&BasebackupProgress::default()).unwrap();
    assert_eq!(text.matches(':').count(), 10, "{text}");
    assert_eq!(serde_json::to_string(&Replica::default()).unwrap(), "{}");
    assert_eq!(serde_json::to_string(&ReplicationSlot::default()).unwrap(), "{}");
}

#[test]
fn strangers_are_read() {
    let text = r#"{
        "systemID": "1", "somethingNew": {"a": [1]}, "currentLsn": "", "replicationInfo": null,
        "replicationSlotsInfo": [{"slotName": "s", "safeWalSize": -1, "later": true}],
        "pod": {"metadata": {"name": "pg-1", "uid": "x"}, "spec": {"containers": [{"name": "c"}]},
                "status": {"phase": "Running"}}
    }"#;
    let status: PostgresqlStatus = serde_json::from_str(text).unwrap();
    assert_eq!((status.system_id.as_str(), status.pod.name.as_str()), ("1", "pg-1"));
    assert_eq!(status.current_lsn, None);
    assert_eq!(status.replication_slots_info[0].safe_wal_size, Some(-1));
}

#[test]
fn nonsense_is_refused() {
    for text in [
        r#"{"currentLsn": "here"}"#,
        r#"{"lastArchivedWALTime": "yesterday"}"#,
        r#"{"timeLineID": -1}"#,
        r#"{"isPrimary": "yes"}"#,
    ] {
        assert!(serde_json::from_str::<PostgresqlStatus>(text).is_err(), "{text}");
    }
}

#[test]
fn moments_are_written_without_spare_digits() {
    for text in ["-infinity", "2026-11-21T06:16:32.815629Z", "2026-11-21T06:16:32.8Z"] {
        assert_eq!(text.parse::<WalTime>().unwrap().to_string(), text);
    }
    assert!("-infinity".parse::<WalTime>().unwrap() < "2026-11-21T06:16:32Z".parse().unwrap());
}
