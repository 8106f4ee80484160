use std::io;
use std::sync::{Arc, Mutex};

use tracing_subscriber::layer::SubscriberExt as _;

use super::*;

/// What was logged while `body` ran, a JSON object a line.
fn logged(body: impl FnOnce()) -> Vec<String> {
    #[derive(Clone, Default)]
    struct Shared(Arc<Mutex<Vec<u8>>>);
    impl io::Write for Shared {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().expect("no panic inside").write(bytes)
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    let shared = Shared::default();
    let sink = shared.clone();
    let keys = Keys { level: "level".into(), time: "ts".into() };
    let layer = tracing_subscriber::fmt::layer()
        .with_writer(move || sink.clone())
        .with_ansi(false)
        .fmt_fields(JsonFields::new())
        .event_format(Line { keys, pod: Some("operator-1".into()) });
    tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), body);
    let bytes = shared.0.lock().expect("no panic inside").clone();
    String::from_utf8(bytes).expect("text").lines().map(str::to_owned).collect()
}

#[test]
fn a_line_has_the_known_keys_first_and_all_fields() {
    let lines = logged(|| {
        let span = tracing::info_span!("pass", cluster = "pg", round = 3);
        span.in_scope(|| {
            tracing::warn!(error = "no \"room\"\n", left = 2.5, ok = false, "waiting")
        });
    });
    let [line] = &lines[..] else { panic!("one line: {lines:?}") };
    assert!(line.starts_with(r#"{"level":"warning","ts":"2"#), "{line}");
    let value: Map<String, Value> = serde_json::from_str(line).expect("JSON");
    let keys: Vec<_> = value.keys().filter(|key| *key != "ts").collect();
    assert_eq!(value["msg"], "waiting");
    assert_eq!(value["error"], "no \"room\"\n");
    assert_eq!((&value["cluster"], &value["round"]), (&"pg".into(), &3.into()));
    assert_eq!((&value["left"], &value["ok"]), (&2.5.into(), &false.into()));
    assert_eq!(value["logging_pod"], "operator-1");
    assert_eq!(keys.len(), 9, "{line}");
    assert!(line.find("\"msg\"") < line.find("\"cluster\""), "{line}");
}

#[test]
fn times_are_readable_by_others() {
    let lines = logged(|| tracing::info!("now"));
    let value: Value = serde_json::from_str(&lines[0]).expect("JSON");
    let time = value["ts"].as_str().expect("text");
    assert!(time.ends_with('Z') && time.parse::<Timestamp>().is_ok(), "{time}");
}

#[test]
fn only_those_who_debug_see_where_a_line_comes_from() {
    let lines = logged(|| {
        tracing::debug!("why");
        tracing::info!("what");
    });
    assert!(lines[0].contains("\"caller\":\"crates/"), "{}", lines[0]);
    assert!(!lines[1].contains("caller"), "{}", lines[1]);
}

#[test]
fn fields_do_not_hide_the_known_keys() {
    let lines = logged(|| tracing::info!(level = "high", msg = "no", "yes"));
    let value: Value = serde_json::from_str(&lines[0]).expect("JSON");
    assert_eq!((&value["level"], &value["level_"]), (&"info".into(), &"high".into()));
    assert_eq!((&value["msg"], &value["msg_"]), (&"yes".into(), &"no".into()));
}

#[test]
fn what_says_that_it_is_json_is_written_as_such() {
    let lines = logged(|| {
        tracing::info!(options.json = r#"["--a",{"b":1}]"#, odd.json = "[", "now");
    });
    let value: Value = serde_json::from_str(&lines[0]).expect("JSON");
    assert_eq!(value["options"], serde_json::json!(["--a", {"b": 1}]));
    assert_eq!(value["odd"], "[", "what is none after all is text");
}

#[test]
fn loggers_are_named_by_module() {
    for (target, expected) in [
        ("operator::pki::keeper", "pki"),
        ("operator", "operator"),
        ("operator::run", "operator"),
        ("operator::run::trust", "trust"),
        ("kubekit::lease::election", "lease"),
        ("kube_runtime::watcher", "kube_runtime"),
        ("manager", "manager"),
        ("plugin", "plugin"),
    ] {
        assert_eq!(logger(target), expected, "{target}");
    }
}
