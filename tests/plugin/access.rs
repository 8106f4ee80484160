//! What people connect with: secrets, certificates, ports; and what `doctor` finds.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::World;
use super::server::Answer;

fn secret(name: &str, fields: &[(&str, &str)]) -> Value {
    let data: serde_json::Map<_, _> = fields
        .iter()
        .map(|(key, value)| ((*key).to_owned(), json!(STANDARD.encode(value))))
        .collect();
    json!({
        "apiVersion": "v1", "kind": "Secret", "data": data,
        "metadata": { "name": name, "namespace": "plugintest" },
    })
}

#[test]
fn what_an_application_connects_with() {
    let world = World::healthy();
    let fields = [("username", "app"), ("password", "s/e"), ("dbname", "app")];
    world.server.put(secret("pg-app", &fields));
    world.server.put(json!({
        "apiVersion": "postgresql.cnpg.io/v1", "kind": "Pooler",
        "metadata": { "name": "pool", "namespace": "plugintest" },
        "spec": { "cluster": { "name": "pg" }, "pgbouncer": {} },
    }));
    for (words, expected) in [
        ("", "postgresql://app:s%2Fe@pg-rw.plugintest:5432/app\n"),
        ("--endpoint ro --dbname x", "postgresql://app:s%2Fe@pg-ro.plugintest:5432/x\n"),
        ("--endpoint pool -o pgpass", "pool.plugintest:5432:app:app:s/e\n"),
        (
            "--fqdn -o jdbc",
            "jdbc:postgresql://pg-rw.plugintest.svc.cluster.local:5432/app?password=s%2Fe&user=app\n",
        ),
    ] {
        let said = world.run(&format!("secret-uri pg {words}"));
        assert_eq!((said.code, said.out.as_str()), (0, expected), "{words}: {said:?}");
    }
    let said = world.run("secret-uri pg --as-role superuser");
    assert_eq!(said.code, 1);
    assert!(said.err.contains("spec.enableSuperuserAccess is off"), "{}", said.err);
    let said = world.run("secret-uri pg --endpoint nosuch");
    assert!(said.err.contains("nosuch is neither rw, ro, r nor a pooler"), "{}", said.err);
}

#[test]
fn a_certificate_needs_its_flags_and_an_authority() {
    let world = World::healthy();
    let said = world.run("certificate x");
    assert_eq!(said.code, 1);
    assert_eq!(said.err, "Error: required flag(s) \"cnpg-cluster\", \"cnpg-user\" not set\n");
    let said = world.run("certificate x --cnpg-cluster pg --cnpg-user app");
    assert_eq!(said.code, 1);
    assert!(said.err.contains("secrets \"pg-ca\" not found"), "{}", said.err);
    world.server.put(secret("pg-ca", &[("ca.crt", "x")]));
    let said = world.run("certificate x --cnpg-cluster pg --cnpg-user app");
    assert!(said.err.contains("missing ca.key secret data"), "{}", said.err);
    assert_eq!(world.server.writes(), Vec::<String>::new());
}

#[test]
fn doctor_names_what_is_wrong_and_what_to_do() {
    let world = World::healthy();
    let version = json!({ "major": "1", "minor": "35", "gitVersion": "v1.35.4", "gitCommit": "", "gitTreeState": "", "buildDate": "", "goVersion": "", "compiler": "", "platform": "" });
    world.server.answer("/version", Answer::ok(version.to_string()));
    world.server.answer(
        "/apis/postgresql.cnpg.io/v1",
        Answer::ok(
            json!({ "resources": [{ "name": "clusters" }, { "name": "clusters/status" }] })
                .to_string(),
        ),
    );
    world.server.answer(
        "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
        Answer::ok(
            json!({ "metadata": {}, "spec": {}, "status": { "allowed": true } }).to_string(),
        ),
    );
    world.server.forbid("GET", "/api/v1/nodes");
    let said = world.run("doctor pg --exit-code");
    assert_eq!(said.code, 3, "{said:?}");
    insta::assert_snapshot!("doctor", said.out);
    let document: Value = serde_json::from_str(&world.run("doctor pg -o json").out).expect("JSON");
    let findings = document["findings"].as_array().expect("findings");
    assert!(findings.iter().any(|it| it["check"] == "nodes" && it["verdict"] == "unknown"));
}

#[test]
fn the_shell_is_offered_names() {
    let world = World::healthy();
    let said = world.run_with(&["__complete", "status", ""], "");
    assert_eq!(said.out, "pg\tCluster in healthy state\n:4\n", "{said:?}");
    let said = world.run_with(&["__completeNoDesc", "promote", "pg", ""], "");
    assert_eq!(said.out, "pg-1\npg-2\npg-3\n:4\n");
    let said = world.run_with(&["__completeNoDesc", "-n", "empty", "status", ""], "");
    assert_eq!(said.out, ":4\n", "the namespace among the words counts");
    let said = world.run_with(&["__completeNoDesc", "fencing", "o"], "");
    assert_eq!(said.out, "on\noff\n:4\n");
    let said =
        World::empty().run_with(&["__completeNoDesc", "--kubeconfig", "/nosuch", "status", ""], "");
    assert_eq!((said.code, said.out.as_str(), said.err.as_str()), (0, ":4\n", ""));
}

#[test]
fn words_are_refused_as_scripts_know_it() {
    let world = World::empty();
    for (line, code, err) in [
        (
            "nosuchcmd",
            1,
            "Error: unknown command \"nosuchcmd\" for \"kubectl cnpg\"\nRun 'kubectl cnpg --help' for usage.\n",
        ),
        (
            "statu pt",
            1,
            "Error: unknown command \"statu\" for \"kubectl cnpg\"\n\nDid you mean this?\n\tstatus\n\nRun 'kubectl cnpg --help' for usage.\n",
        ),
        ("restart", 1, "Error: accepts between 1 and 2 arg(s), received 0\n"),
        ("restart a b c", 1, "Error: accepts between 1 and 2 arg(s), received 3\n"),
        ("maintenance set a b", 1, "Error: accepts at most 1 arg(s), received 2\n"),
        ("status pt --bogus", 1, "Error: unknown flag: --bogus\n"),
        ("status pt -o", 1, "Error: flag needs an argument: --output\n"),
        (
            "status pt --color pink",
            1,
            "Error: invalid argument \"pink\" for \"--color\" flag: should be one of 'always', 'auto', or 'never'\n",
        ),
        ("snapshot pt", 1, "Error: command removed\n"),
        ("fencing", 0, ""),
        ("fencing nosuch x", 0, ""),
        ("fencing on pt", 0, ""),
        ("reload", 0, ""),
        ("destroy a", 0, ""),
    ] {
        let said = world.run(line);
        assert_eq!((said.code, said.err.as_str()), (code, err), "{line}");
        let helped = code == 0 && said.out.contains("Usage:");
        assert!(code == 1 || helped, "{line}: {}", said.out);
    }
}

#[test]
fn a_file_that_is_no_kubeconfig_is_not_shown() {
    let world = World::empty();
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    std::io::Write::write_all(&mut file, b"-----BEGIN KEY-----\nc2VjcmV0\n").expect("written");
    let path = file.path().display().to_string();
    let said = world.run(&format!("status --kubeconfig {path}"));
    assert_eq!(said.code, 1);
    assert!(said.err.starts_with("Error: failed to read the kubeconfig: "), "{}", said.err);
    assert!(!said.err.contains("c2VjcmV0") && !said.err.contains("BEGIN"), "{}", said.err);
}

#[test]
fn a_list_of_kubeconfigs_may_name_files_that_are_not_there() {
    let world = World::healthy();
    let list = format!("/nosuch/config:{}", world.kubeconfig().display());
    let run = |list: &str| {
        world.run_in(&["status", "pg"], "", &[("KUBECONFIG", std::path::Path::new(list))])
    };
    let said = run(&list);
    assert_eq!(said.code, 0, "{said:?}");
    let said = run("/nosuch/config");
    assert_eq!(said.code, 1);
    assert!(said.err.starts_with("Error: there is no kubeconfig"), "{said:?}");
    assert!(said.err.contains("hint: name one with --kubeconfig or KUBECONFIG"), "{said:?}");
}
