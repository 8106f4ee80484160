//! Logs and reports: what is read, and what is written to files.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};

use flate2::read::DeflateDecoder;
use serde_json::json;

use super::World;
use super::server::Answer;

fn log_path(pod: &str) -> String {
    format!("/api/v1/namespaces/plugintest/pods/{pod}/log")
}

fn path(file: &Path) -> &str {
    file.to_str().expect("a plain path")
}

/// The entries of a zip file, found by its directory as other programs find them.
fn unzip(file: &Path) -> BTreeMap<String, String> {
    let bytes = std::fs::read(file).expect("the report");
    let two = |at: usize| usize::from(u16::from_le_bytes([bytes[at], bytes[at + 1]]));
    let four = |at: usize| two(at) + (two(at + 2) << 16);
    let end = bytes.len() - 22;
    assert_eq!(&bytes[end..end + 4], b"PK\x05\x06");
    let mut at = four(end + 16);
    let mut entries = BTreeMap::new();
    for _ in 0..two(end + 10) {
        assert_eq!(&bytes[at..at + 4], b"PK\x01\x02");
        let (packed, size, length) = (four(at + 20), four(at + 24), two(at + 28));
        let name = String::from_utf8(bytes[at + 46..at + 46 + length].to_vec()).expect("a name");
        let local = four(at + 42);
        assert_eq!(&bytes[local..local + 4], b"PK\x03\x04");
        let start = local + 30 + two(local + 26);
        let content = &bytes[start..start + packed];
        let mut text = String::new();
        match two(at + 10) {
            0 => text.push_str(std::str::from_utf8(content).expect("text")),
            8 => {
                let read = DeflateDecoder::new(content).read_to_string(&mut text);
                read.expect("what was packed");
            }
            method => panic!("method {method}"),
        }
        assert_eq!(text.len(), size, "{name}");
        entries.insert(name, text);
        at += 46 + length;
    }
    entries
}

#[test]
fn the_logs_of_all_containers_are_copied() {
    let world = World::healthy();
    for number in 1..=3 {
        let log = format!("{{\"n\":{number}}}\n{{\"last\":{number}}}");
        world.server.answer(&log_path(&format!("pg-{number}")), Answer::ok(log));
    }
    let said = world.run("logs cluster pg --tail 2");
    let mut lines: Vec<_> = said.out.lines().collect();
    lines.sort_unstable();
    assert_eq!(
        lines,
        [
            r#"{"last":1}"#,
            r#"{"last":2}"#,
            r#"{"last":3}"#,
            r#"{"n":1}"#,
            r#"{"n":2}"#,
            r#"{"n":3}"#
        ],
        "{said:?}"
    );
    let request = world.server.requests().pop().expect("a request");
    assert!(request.query.contains("tailLines=2"), "{}", request.query);
    assert!(request.query.contains("container=postgres"), "{}", request.query);

    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("all.log");
    let said = world.run(&format!("logs cluster pg -o {}", path(&file)));
    assert_eq!(said.out, format!("Successfully written logs to \"{}\"\n", path(&file)));
    assert_eq!(std::fs::read_to_string(&file).expect("the logs").lines().count(), 6);

    world.server.answer(&log_path("pg-2"), Answer::refusal(403, "Forbidden", "no"));
    let said = world.run("logs cluster pg");
    assert_eq!((said.code, said.out.lines().count()), (0, 4), "{said:?}");
    assert!(said.err.contains("failed to read the log of postgres in pg-2: no"), "{}", said.err);

    let said = world.run("logs cluster nosuch");
    assert!(said.err.starts_with("Error: could not get cluster: clusters"), "{}", said.err);
}

#[test]
fn logs_are_made_readable() {
    let world = World::empty();
    let input = concat!(
        r#"{"level":"info","ts":"2026-11-21T07:45:27.0Z","msg":"second","logger":"l","logging_pod":"a"}"#,
        "\nnot json\n",
        r#"{"level":"error","ts":"2026-11-21T07:45:26.039Z","msg":"one\ntwo","logger":"l","logging_pod":"b"}"#,
        "\n",
    );
    let said = world.run_with(&["logs", "pretty"], input);
    assert_eq!(said.code, 0, "{said:?}");
    insta::assert_snapshot!(said.out, @r"
    2026-11-21T07:45:26.039 ERROR    b l                one...
    2026-11-21T07:45:27.0Z INFO     a l                second
    ");
    assert!(said.err.starts_with("JSON syntax error (decoding log record: "), "{}", said.err);
    assert!(said.err.ends_with(" not json\n"), "{}", said.err);
    let said = world.run_with(&["logs", "pretty", "--min-level", "error", "-v"], input);
    assert!(said.out.ends_with("one\ntwo\n") && !said.out.contains("second"), "{}", said.out);
    let said = world.run_with(&["logs", "pretty", "--sorting-group-size", "1"], input);
    assert_eq!(said.out.lines().nth(1), Some("---"), "{}", said.out);
    for (words, part) in [
        (
            "logs pretty --min-level foo",
            "invalid argument \"foo\" for \"--min-level\" flag: unknown log level",
        ),
        ("logs pretty x", "unknown command \"x\" for \"kubectl cnpg logs pretty\""),
    ] {
        let said = world.run(words);
        assert_eq!(said.code, 1, "{words}");
        assert!(said.err.contains(part), "{words}: {}", said.err);
    }
}

#[test]
fn a_report_of_a_cluster_holds_its_objects_and_logs() {
    let world = World::healthy();
    world.server.put(json!({
        "apiVersion": "batch/v1", "kind": "Job",
        "metadata": {
            "name": "pg-1-initdb", "namespace": "plugintest", "labels": { "cnpg.io/cluster": "pg" },
        },
        "spec": { "template": { "spec": { "containers": [] } } },
    }));
    for number in 1..=3 {
        world.server.answer(&log_path(&format!("pg-{number}")), Answer::ok("{\"a\":1}\n"));
    }
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("r.zip");
    let line = format!("report cluster pg --logs -f {}", path(&file));
    let said = world.run(&line);
    let done = format!("Successfully written report to \"{}\" (format: \"yaml\")\n", path(&file));
    assert_eq!((said.code, &said.out), (0, &done), "{said:?}");
    let entries = unzip(&file);
    let top = entries.keys().next().expect("an entry").trim_end_matches('/').to_owned();
    assert!(top.starts_with("report_cluster_pg_2"), "{top}");
    let names: Vec<_> = entries.keys().map(|name| &name[top.len()..]).collect();
    assert_eq!(
        names,
        [
            "/",
            "/job-logs/",
            "/logs/",
            "/logs/pg-1-postgres.jsonl",
            "/logs/pg-2-postgres.jsonl",
            "/logs/pg-3-postgres.jsonl",
            "/manifests/",
            "/manifests/cluster-jobs.yaml",
            "/manifests/cluster-pods.yaml",
            "/manifests/cluster-pvcs.yaml",
            "/manifests/cluster.yaml",
            "/manifests/events.yaml",
        ]
    );
    assert!(entries[&format!("{top}/manifests/cluster.yaml")].contains("kind: Cluster\n"));
    insta::assert_snapshot!(entries[&format!("{top}/logs/pg-1-postgres.jsonl")], @r#"
    "====== Beginning of Previous Log ====="
    {"a":1}
    "====== End of Previous Log ====="
    {"a":1}
    "#);
    let said = world.run(&line);
    assert_eq!(
        said.err.lines().next(),
        Some("Error: could not write report: file already exist will not overwrite")
    );
    world.server.forbid("GET", "/api/v1/namespaces/plugintest/events");
    let said = world.run(&format!("report cluster pg -f {}", path(&folder.path().join("s.zip"))));
    assert!(said.err.contains("Error: could not get events: "), "{}", said.err);
}

#[test]
fn a_report_of_the_operator_keeps_its_secrets() {
    let world = World::empty();
    let folder = tempfile::tempdir().expect("a folder");
    let report = |name: &str, more: &str| {
        let file = folder.path().join(name);
        let said = world.run(&format!("report operator -f {} {more}", path(&file)));
        (said, file)
    };
    let (said, _) = report("none.zip", "");
    assert_eq!(
        said.err,
        "Error: no deployment found\nHINT: Operator might be installed in another namespace.Specify a namespace using the '-n' option\n"
    );
    world.server.put(json!({
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": {
            "name": "operator", "namespace": "plugintest",
            "labels": { "app.kubernetes.io/name": "cloudnative-pg" },
        },
        "spec": { "template": { "spec": { "containers": [
            { "name": "manager", "args": ["--config-map-name=own"] },
        ] } } },
    }));
    world.server.put(json!({
        "apiVersion": "v1", "kind": "Secret", "data": { "tls.key": "c2VjcmV0" },
        "metadata": { "name": "cnpg-ca-secret", "namespace": "plugintest" },
    }));
    world.server.put(json!({
        "apiVersion": "v1", "kind": "ConfigMap", "data": { "KEY": "internal" },
        "metadata": { "name": "own", "namespace": "plugintest" },
    }));
    let (said, file) = report("kept.zip", "--output json");
    assert_eq!(said.code, 0, "{said:?}");
    let entries = unzip(&file);
    let of = |ending: &str| {
        let found = entries.iter().find(|(name, _)| name.ends_with(ending));
        found.map(|(_, text)| text.as_str()).unwrap_or_else(|| panic!("{ending}: {entries:?}"))
    };
    assert!(of("/manifests/deployment.json").contains("\"operator\""));
    assert!(of("/manifests/cnpg-ca-secret(secret).json").contains("\"tls.key\": \"\""));
    assert!(of("/manifests/own.json").contains("\"KEY\": \"\""));
    let (said, file) = report("open.zip", "-S");
    assert!(said.out.starts_with("WARNING: secret Redaction is OFF. Use it with caution\n"));
    assert!(unzip(&file).values().any(|text| text.contains("c2VjcmV0")));

    for path in ["/api/v1/namespaces/plugintest/secrets", "/api/v1/namespaces/plugintest/pods"] {
        world.server.forbid("GET", path);
    }
    let (said, file) = report("half.zip", "");
    assert_eq!(said.code, 0, "{said:?}");
    assert!(
        said.out.contains("\n         Continuing without secrets information. This is expected if you don't have permissions to list secrets.\n"),
        "{}",
        said.out
    );
    assert!(said.out.starts_with("WARNING: could not get operator pods: pods"), "{}", said.out);
    assert!(unzip(&file).keys().all(|name| !name.contains("(secret)")));
}

#[test]
fn a_forwarded_port_says_why_a_connection_fails() {
    let world = World::healthy();
    let said = world.run("port-forward pg --pooler nosuch --port 0");
    assert_eq!(said.code, 1);
    assert!(said.err.contains("there is no ready pod of pooler nosuch"), "{}", said.err);
    world.server.forbid("GET", "/api/v1/namespaces/plugintest/pods/pg-1/portforward");
    let mut plugin = Command::new(env!("CARGO_BIN_EXE_kubectl-cnpg"))
        .args(["port-forward", "pg", "--port", "0"])
        .env_clear()
        .env("KUBECONFIG", world.kubeconfig())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the plugin starts");
    let mut line = String::new();
    let mut out = BufReader::new(plugin.stdout.take().expect("a pipe"));
    out.read_line(&mut line).expect("a line");
    assert!(line.ends_with(" to the primary of pg (pg-1)\n"), "{line}");
    let address = line.split(' ').nth(1).expect("an address");
    let mut connection = TcpStream::connect(address).expect("somebody listens");
    assert_eq!(connection.read(&mut [0]).expect("it is closed"), 0);
    let mut said = String::new();
    let mut err = BufReader::new(plugin.stderr.take().expect("a pipe"));
    err.read_line(&mut said).expect("a line");
    plugin.kill().expect("it still listens");
    plugin.wait().expect("it ends");
    assert!(said.starts_with("Error: failed to forward the port of pg-1: "), "{said}");
}
