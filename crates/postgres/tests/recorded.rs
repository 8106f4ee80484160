//! Our files compared with those of recorded clusters, byte for byte.
#![expect(clippy::disallowed_methods, reason = "a test may read; the crate it tests may not")]

use std::io::Write as _;
use std::path::{Path, PathBuf};

use postgres::access::{self, Hba};
use postgres::conf::{self, Settings};
use postgres::replica::{self, RestoreFor, Upstream};

/// The recordings, where this checkout has them beside it.
fn recordings() -> Option<PathBuf> {
    let shared = std::env::var_os("CNPG_SHARED").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
        PathBuf::from,
    );
    let recorded = shared.join("compat/recorded");
    if !recorded.is_dir() {
        // Written past the capture of the test runner, so that it is seen.
        let _ = writeln!(std::io::stderr(), "left out: no recordings at {}", recorded.display());
        return None;
    }
    Some(recorded)
}

/// One file of the data directory of an instance, as it was printed between headings.
fn file(recording: &str, name: &str) -> String {
    let heading = format!("##### {name}\n");
    let start = recording.find(&heading).expect("the recording has the file") + heading.len();
    let rest = &recording[start..];
    rest[..rest.find("\n#####").expect("another heading follows") + 1].to_owned()
}

fn each_instance(check: impl Fn(&str, &str, &str)) {
    let Some(recorded) = recordings() else { return };
    for (folder, cluster) in [("basic", "pg"), ("full", "full")] {
        for number in 1..=3 {
            let instance = format!("{cluster}-{number}");
            let path = recorded.join(format!("{folder}/pg/{instance}.txt"));
            let text = std::fs::read_to_string(&path).expect("the recording is readable");
            check(cluster, &instance, &text);
        }
    }
}

/// Takes `name = 'value'` lines apart; the recordings hold only doubled quotes.
fn settings(text: &str) -> Settings {
    let pairs = text.lines().map(|line| line.split_once(" = ").expect("a setting"));
    let unquote = |value: &str| value[1..value.len() - 1].replace("''", "'");
    pairs.map(|(name, value)| (name.to_owned(), unquote(value))).collect()
}

#[test]
fn custom_conf_and_its_hash() {
    each_instance(|_, instance, recording| {
        let recorded = file(recording, "custom.conf");
        let settings = settings(&recorded);
        let ours = conf::custom(&settings);
        assert_eq!(ours.text, recorded, "{instance}");
        assert_eq!(ours.hash, settings[conf::HASH_SETTING], "{instance}");
    });
}

#[test]
fn override_conf() {
    each_instance(|cluster, instance, recording| {
        let recorded = file(recording, "override.conf");
        let settings = settings(&recorded);
        let bootstrap = settings["primary_conninfo"].contains("-initdb");
        let name = if bootstrap { format!("{instance}-initdb") } else { instance.to_owned() };
        let upstream = Upstream {
            host: &format!("{cluster}-rw"),
            application_name: &name,
            tcp_user_timeout: replica::TCP_USER_TIMEOUT,
        };
        let slot = replica::slot_name("_cnpg_", instance);
        let slot = (!bootstrap).then_some(slot.as_str());
        let ours =
            replica::override_settings(&upstream.primary_conninfo(), slot, RestoreFor::Standby);
        assert_eq!(conf::render(&ours), recorded, "{instance}");
    });
}

#[test]
fn access_files() {
    each_instance(|cluster, instance, recording| {
        let rules: &[String] = match cluster {
            "full" => &["host all all 10.0.0.0/8 scram-sha-256".to_owned()],
            _ => &[],
        };
        let ours = access::hba(&Hba { rules, ..Hba::default() });
        assert_eq!(ours, file(recording, "pg_hba.conf"), "{instance}");
        let ours = access::ident("postgres", &[]);
        assert_eq!(ours, file(recording, "pg_ident.conf"), "{instance}");
    });
}
