//! What the files of a stopped server tell of it.

use std::path::Path;

use pgkit::account::RunAs;
use pgkit::log::{Entry, Pipe};
use planner::leadership::records::Position;
use postgres::control_data::{ClusterState, ControlData};
use postgres::lsn::Lsn;

use super::server::Maker;

/// The control file.
pub async fn read(maker: &Maker) -> Option<ControlData> {
    look(maker).await.map(|(_, data)| data)
}

/// The control file, which is logged too: what it said is asked for after every accident.
pub async fn read_aloud(maker: &Maker) -> Option<ControlData> {
    let (output, data) = look(maker).await?;
    for line in output.lines() {
        let (logger, text) = ("pg_controldata".into(), line.to_owned());
        let _ = maker.config.sink.send(Entry::Line { logger, pipe: Pipe::Stdout, text }).await;
    }
    Some(data)
}

async fn look(maker: &Maker) -> Option<(String, ControlData)> {
    let (program, directory) = (maker.programs.get("pg_controldata"), &maker.config.data_directory);
    let read = pgkit::control_data::read(program, directory, RunAs::Ourselves, &maker.children);
    match read.await {
        Ok(found) => Some(found),
        Err(error) => {
            tracing::warn!(error = super::chain(&error), "cannot read the control file");
            None
        }
    }
}

/// Where the log of a primary ends that was shut down cleanly.
pub fn clean_end(data: &ControlData) -> Option<Position> {
    if data.state().ok()? != ClusterState::ShutDown {
        return None;
    }
    // The checkpoint of the shutdown is the last record: who has any of it has all before it.
    Some(Position { timeline: data.timeline().ok()?.0, lsn: Lsn(data.checkpoint().ok()?.0 + 1) })
}

/// The size of a WAL file, or that of most.
pub fn segment_size(data: Option<&ControlData>) -> u64 {
    data.and_then(|data| data.segment_size().ok()).map_or(16 << 20, |size| size.bytes().into())
}

/// The newest timeline that there is WAL of.
pub fn timeline_of_files(data_directory: &Path) -> Option<u32> {
    let entries = std::fs::read_dir(data_directory.join("pg_wal")).ok()?;
    let timelines = entries.flatten().filter_map(|entry| {
        let name = entry.file_name();
        let name = name.to_str().filter(|name| name.len() == 24)?;
        let digits = name.bytes().all(|byte| byte.is_ascii_hexdigit());
        digits.then(|| u32::from_str_radix(&name[..8], 16).ok()).flatten()
    });
    timelines.max()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_clean_stop_of_a_primary_tells_where_the_log_ends() {
        for (state, known) in
            [("shut down", true), ("shut down in recovery", false), ("in production", false)]
        {
            let data = ControlData::parse(&format!(
                "Database cluster state: {state}\nLatest checkpoint location: 0/3000028\n\
                 Latest checkpoint's TimeLineID: 2\n"
            ));
            let end = Position { timeline: 2, lsn: Lsn(0x0300_0029) };
            assert_eq!(clean_end(&data), known.then_some(end), "{state}");
        }
    }

    #[test]
    fn the_newest_timeline_is_found_among_wal_files() {
        let folder = tempfile::tempdir().unwrap();
        let wal = folder.path().join("pg_wal");
        std::fs::create_dir(&wal).unwrap();
        for name in ["000000020000000000000003", "000000010000000000000009", "00000007.history"] {
            std::fs::write(wal.join(name), "").unwrap();
        }
        assert_eq!(timeline_of_files(folder.path()), Some(2));
    }
}
