//! The commands that run programs in pods, with a `kubectl` of the tests.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use serde_json::json;

use super::World;
use super::world::Said;

/// A `kubectl` that notes what it was asked and answers from files.
struct Kubectl {
    folder: tempfile::TempDir,
}

impl Kubectl {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let script = format!(
            "#!/bin/sh\n\
             for word in \"$@\"; do printf '%s|' \"$word\" >> {0}/asked; done; echo >> {0}/asked\n\
             case \"$*\" in\n\
             *subconninfo*) [ -f {0}/conninfo ] && /bin/cat {0}/conninfo ;;\n\
             *\"host=db\"*pg_sequences*) /bin/cat {0}/there ;;\n\
             *pg_sequences*) /bin/cat {0}/here ;;\n\
             *selectx*) echo 'ERROR:  syntax error' >&2; exit 3 ;;\n\
             *) [ \"$2\" = -i ] && /bin/cat ;;\n\
             esac\n\
             exit 0\n",
            folder.path().display()
        );
        let kubectl = Self { folder };
        kubectl.write("kubectl", &script);
        let path = kubectl.folder.path().join("kubectl");
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).expect("its mode");
        kubectl
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.folder.path().join(name), text).expect("a file");
    }

    fn run(&self, world: &World, words: &[&str], input: &str) -> Said {
        world.run_in(words, input, &[("PATH", self.folder.path())])
    }

    /// What it was asked since the last time.
    fn asked(&self) -> Vec<String> {
        let path = self.folder.path().join("asked");
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        let _ = std::fs::remove_file(path);
        text.lines().map(|line| line.trim_end_matches('|').to_owned()).collect()
    }
}

#[test]
fn psql_runs_in_the_pod_of_the_role() {
    let (world, kubectl) = (World::healthy(), Kubectl::new());
    let script = kubectl.run(&world, &["psql", "pg", "--", "app", "-f", "-"], "select 1;\n");
    assert_eq!((script.code, script.out.as_str()), (0, "select 1;\n"), "{script:?}");
    assert_eq!(
        kubectl.asked(),
        ["exec|-i|-n|plugintest|-c|postgres|pg-1|--|psql|-U|postgres|app|-f|-"]
    );
    let words = ["psql", "pg", "--replica", "-i=false", "-t", "--context=test", "--", "-U", "app"];
    assert_eq!(kubectl.run(&world, &words, "").code, 0);
    assert_eq!(
        kubectl.asked(),
        ["exec|--context=test|-t|-n|plugintest|-c|postgres|pg-2|--|psql|-U|app"]
    );
    let failed = kubectl.run(&world, &["psql", "pg", "-ti=false", "--", "-c", "selectx"], "");
    assert_eq!(failed.code, 3, "{failed:?}");
    assert_eq!(failed.err, "ERROR:  syntax error\n");
}

#[test]
fn psql_says_why_it_cannot_run() {
    let (world, kubectl) = (World::healthy(), Kubectl::new());
    for (words, part) in [
        ("psql nosuch", "cluster does not exist or is not accessible"),
        ("psql pg foo -- -c x", "psqlArgs should be passed after the -- delimiter"),
        ("psql", "requires at least 1 arg(s), only received 0"),
        ("psql pg --tty=maybe", "invalid argument \"maybe\" for \"--tty\" flag"),
    ] {
        let words: Vec<_> = words.split(' ').collect();
        let said = kubectl.run(&world, &words, "");
        assert_eq!(said.code, 1, "{words:?}: {said:?}");
        assert!(said.err.contains(part), "{words:?}: {}", said.err);
    }
    let said = world.run_in(&["psql", "pg"], "", &[("PATH", Path::new("/nonexistent"))]);
    assert!(said.err.contains("while getting kubectl path"), "{said:?}");
    world.server.forbid("GET", "/api/v1/namespaces/plugintest/pods");
    let said = kubectl.run(&world, &["psql", "pg"], "");
    assert!(said.err.contains("the verb `list` on `pods` is missing"), "{said:?}");
}

#[test]
fn publications_are_made_by_sql() {
    let (world, kubectl) = (World::healthy(), Kubectl::new());
    world.change(|cluster| {
        cluster["spec"]["externalClusters"] = json!([
            { "name": "origin", "connectionParameters": { "host": "db", "user": "u" } },
        ]);
    });
    let run = |line: &str| kubectl.run(&world, &line.split(' ').collect::<Vec<_>>(), "");
    let said = run("publication create pg --publication p1 --all-tables --dry-run");
    assert_eq!(said.out, "CREATE PUBLICATION \"p1\" FOR ALL TABLES\n", "{said:?}");
    assert_eq!(kubectl.asked(), [""; 0]);
    let said = run("publication drop pg --publication p1 --external-cluster origin --yes");
    assert_eq!(said.code, 0, "{said:?}");
    assert_eq!(
        kubectl.asked(),
        [
            "exec|-n|plugintest|-c|postgres|pg-1|--|psql|dbname='app' host='db' user='u'|-U|postgres|-c|DROP PUBLICATION \"p1\"|-qAt"
        ]
    );
    let said = run("publication create pg --publication p --table selectx");
    assert_eq!(said.code, 1);
    assert!(said.err.ends_with("ERROR:  syntax error\nError: exit status 3\n"), "{}", said.err);
    for (line, part) in [
        ("publication create pg", "required flag(s) \"publication\" not set"),
        ("publication create pg --publication p", "at least one of the flags in the group"),
        (
            "publication create pg --publication p --all-tables --schema s",
            "[all-tables schema] were all set",
        ),
        (
            "publication create pg --publication p --all-tables --external-cluster nope",
            "external cluster not existent in the cluster definition",
        ),
        (
            "publication create nosuch --publication p --all-tables",
            "cluster nosuch not found in namespace plugintest: clusters",
        ),
        ("subscription drop nosuch --subscription s", "cluster nosuch not found in namespace"),
    ] {
        let said = run(line);
        assert_eq!(said.code, 1, "{line}: {said:?}");
        assert!(said.err.contains(part), "{line}: {}", said.err);
    }
}

#[test]
fn sequences_are_copied_from_the_publisher() {
    let (world, kubectl) = (World::healthy(), Kubectl::new());
    kubectl.write("here", r#"[{"sq_namespace":"public","sq_name":"s","sq_value":1}]"#);
    kubectl.write("there", r#"[{"sq_namespace":"public","sq_name":"s","sq_value":41}]"#);
    let words = ["subscription", "sync-sequences", "pg", "--subscription", "s", "--offset", "1"];
    let said = kubectl.run(&world, &words, "");
    assert_eq!(said.code, 1);
    assert!(said.err.starts_with("Error: subscription s was not found\n"), "{}", said.err);
    kubectl.asked();
    kubectl.write("conninfo", "host=db\n");
    let said = kubectl.run(&world, &words, "");
    let script = "SELECT pg_catalog.setval('\"public\".\"s\"', 41 + 1);\n";
    assert_eq!((said.code, said.out.as_str()), (0, script), "{said:?}");
    let asked = kubectl.asked();
    assert!(
        asked.iter().any(|it| it.contains("|app|-U|postgres|-c|SELECT pg_catalog.setval")),
        "{asked:?}"
    );
    let dry = [&words[..], &["--dry-run"]].concat();
    assert_eq!(kubectl.run(&world, &dry, "").out, script);
    assert!(kubectl.asked().iter().all(|it| !it.contains("setval")));
}
