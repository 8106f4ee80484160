//! Recorded status documents, read and written again without a byte of difference.
#![expect(clippy::disallowed_methods, reason = "a test may read; the crate it tests may not")]

use std::io::Write as _;
use std::path::{Path, PathBuf};

use protocol::status::PostgresqlStatus;

#[test]
fn recorded_documents_come_out_as_they_went_in() {
    let shared = std::env::var_os("CNPG_SHARED").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
        PathBuf::from,
    );
    let recorded = shared.join("compat/recorded");
    if !recorded.is_dir() {
        // Written past the capture of the test runner, so that it is seen.
        let _ = writeln!(std::io::stderr(), "left out: no recordings at {}", recorded.display());
        return;
    }
    for (folder, cluster) in [("basic", "pg"), ("full", "full")] {
        for number in 1..=3 {
            let path = recorded.join(format!("{folder}/http/{cluster}-{number}-pg-status.json"));
            let text = std::fs::read_to_string(&path).expect("the recording is readable");
            let status: PostgresqlStatus = serde_json::from_str(&text).expect("it is a status");
            assert_eq!(status.pod.name, format!("{cluster}-{number}"));
            let again = serde_json::to_string_pretty(&status).expect("a status is JSON");
            let pretty = text.trim_end();
            if pretty.contains('\n') {
                assert_eq!(again, pretty, "{}", path.display());
            } else {
                let again = serde_json::to_string(&status).expect("a status is JSON");
                assert_eq!(again, pretty, "{}", path.display());
            }
        }
    }
}
