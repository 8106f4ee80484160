//! `/pg/mode/backup`: a backup that others take of the files, opened and closed by the server.

use postgres::lsn::Lsn;
use serde::{Deserialize, Serialize};

use crate::omit::zero;
use crate::text;

/// How far a backup has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BackupPhase {
    Starting,
    Started,
    Closing,
    Completed,
}

/// What is known of the current backup; `GET` without one is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct BackupState {
    #[serde(rename = "beginLSN", skip_serializing_if = "Option::is_none", with = "text::lsn")]
    pub begin_lsn: Option<Lsn>,
    #[serde(rename = "endLSN", skip_serializing_if = "Option::is_none", with = "text::lsn")]
    pub end_lsn: Option<Lsn>,
    /// The content of `backup_label`.
    #[serde(rename = "labelFile", skip_serializing_if = "zero", with = "text::bytes")]
    pub label_file: Vec<u8>,
    /// The content of `tablespace_map`.
    #[serde(rename = "spcmapFile", skip_serializing_if = "zero", with = "text::bytes")]
    pub tablespace_map_file: Vec<u8>,
    #[serde(rename = "backupName", skip_serializing_if = "zero")]
    pub backup_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phase: Option<BackupPhase>,
}

/// The body of `POST`: open a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StartBackup {
    #[serde(default)]
    pub immediate_checkpoint: bool,
    #[serde(default)]
    pub wait_for_archive: bool,
    pub backup_name: String,
}

/// The body of `PUT`: close the backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StopBackup {
    pub backup_name: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::envelope::Envelope;

    #[test]
    fn no_backup_is_empty() {
        let envelope = Envelope::data(BackupState::default());
        assert_eq!(serde_json::to_string(&envelope).unwrap(), r#"{"data":{}}"#);
    }

    #[test]
    fn a_backup_carries_its_files() {
        let state = BackupState {
            begin_lsn: Some(Lsn(0x0300_0028)),
            end_lsn: Some(Lsn(0x0300_0138)),
            label_file: b"START WAL".to_vec(),
            tablespace_map_file: Vec::new(),
            backup_name: "nightly".to_owned(),
            phase: Some(BackupPhase::Completed),
        };
        let text = serde_json::to_string(&state).unwrap();
        assert_eq!(
            text,
            concat!(
                r#"{"beginLSN":"0/3000028","endLSN":"0/3000138","labelFile":"U1RBUlQgV0FM","#,
                r#""backupName":"nightly","phase":"completed"}"#
            )
        );
        assert_eq!(serde_json::from_str::<BackupState>(&text).unwrap(), state);
    }

    #[test]
    fn requests_name_their_backup() {
        let start: StartBackup = serde_json::from_str(r#"{"backupName":"b","new":1}"#).unwrap();
        assert!(!start.immediate_checkpoint && !start.wait_for_archive);
        assert!(serde_json::from_str::<StartBackup>("{}").is_err());
        let stop = StopBackup { backup_name: "b".to_owned() };
        assert_eq!(serde_json::to_string(&stop).unwrap(), r#"{"backupName":"b"}"#);
    }
}
