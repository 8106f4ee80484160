//! The commands that make objects beside a cluster, or only print them.

use serde_json::{Value, json};

use super::World;

const DEPLOYMENTS: &str = "/apis/apps/v1/namespaces/plugintest/deployments";

fn names(world: &World) -> Vec<String> {
    let writes = world.server.writes();
    writes.iter().map(|line| line.rsplit('/').next().unwrap_or_default().to_owned()).collect()
}

#[test]
fn pgbench_runs_in_a_job() {
    let world = World::healthy();
    let words = "pgbench pg --job-name bench --ttl 60 --node-selector a=b,broken --dry-run -- --time 30 --client 1";
    let said = world.run(words);
    assert_eq!(said.code, 0, "{said:?}");
    insta::assert_snapshot!(said.out, @r#"
    apiVersion: batch/v1
    kind: Job
    metadata:
      labels:
        pgBenchJob: pg
      name: bench
      namespace: plugintest
    spec:
      template:
        metadata:
          labels:
            pgBenchJob: pg
        spec:
          containers:
          - args:
            - --time
            - "30"
            - --client
            - "1"
            command:
            - pgbench
            env:
            - name: PGHOST
              value: pg-rw
            - name: PGDATABASE
              value: app
            - name: PGPORT
              value: "5432"
            - name: PGUSER
              valueFrom:
                secretKeyRef:
                  key: username
                  name: pg-app
            - name: PGPASSWORD
              valueFrom:
                secretKeyRef:
                  key: password
                  name: pg-app
            image: registry.example/postgresql:17
            imagePullPolicy: Always
            name: pgbench
          nodeSelector:
            a: b
          restartPolicy: Never
      ttlSecondsAfterFinished: 60
    "#);
    assert_eq!(world.server.writes(), [""; 0]);
    let said = world.run("pgbench pg --pgbench-job-name old");
    assert_eq!(said.out, "job/old created\n", "{said:?}");
    assert!(said.err.contains("has been deprecated, use job-name instead"), "{}", said.err);
    let said = world.run("pgbench pg");
    assert!(said.out.starts_with("job/pg-pgbench-"), "{said:?}");
    let said = world.run("pgbench nosuch");
    assert_eq!(
        said.err.lines().next(),
        Some("Error: could not get cluster: clusters.postgresql.cnpg.io \"nosuch\" not found")
    );
}

#[test]
fn fio_asks_before_it_disturbs() {
    let world = World::healthy();
    for (input, code) in [("", 1), ("n\n", 0), ("\n", 1)] {
        let said = world.run_with(&["fio", "f1"], input);
        assert_eq!(said.code, code, "{input:?}: {said:?}");
    }
    assert_eq!(world.server.writes(), [""; 0]);
    let said = world.run("fio f1 --dry-run --storageClass fast");
    assert_eq!(said.out.lines().filter(|line| *line == "---").count(), 3, "{said:?}");
    assert!(said.out.contains("  storageClassName: fast\n"), "{}", said.out);
    let said = world.run_with(&["fio", "f1"], "y\n");
    assert_eq!(said.code, 0, "{said:?}");
    assert_eq!(names(&world), ["persistentvolumeclaims", "configmaps", "deployments"]);
    let deployment = world.server.object(&format!("{DEPLOYMENTS}/f1")).expect("a deployment");
    let pod = &deployment["spec"]["template"];
    assert_eq!(pod["spec"]["securityContext"]["fsGroup"], 10001);
    let term = "/spec/affinity/podAntiAffinity/requiredDuringSchedulingIgnoredDuringExecution/0/labelSelector/matchExpressions/0";
    let key = pod.pointer(term).expect("a term")["key"].as_str().expect("a key").to_owned();
    assert_eq!(pod["metadata"]["labels"][&key], "fio", "the pods keep away from each other");
    let said = world.run("fio f1 --yes");
    assert!(said.err.contains("already exists"), "{said:?}");
}

#[test]
fn pgadmin_knows_the_cluster() {
    let world = World::healthy();
    let said = world.run("pgadmin4 pg");
    assert_eq!(said.code, 0, "{said:?}");
    for line in ["ConfigMap", "Deployment", "Service", "Secret"] {
        assert!(said.out.contains(&format!("{line}/pg-pgadmin4 created\n")), "{}", said.out);
    }
    assert!(said.out.contains("http://localhost:8080"), "{}", said.out);
    let path = "/api/v1/namespaces/plugintest/configmaps/pg-pgadmin4";
    let config = world.server.object(path).expect("a config map");
    let servers: Value =
        serde_json::from_str(config["data"]["servers.json"].as_str().expect("text")).expect("JSON");
    let server = &servers["Servers"]["1"];
    assert_eq!((&server["Host"], &server["MaintenanceDB"]), (&json!("pg-rw"), &json!("app")));
    let volumes = |world: &World, name: &str| {
        let path = format!("{DEPLOYMENTS}/{name}");
        let deployment = world.server.object(&path).expect("a deployment");
        let volumes = deployment["spec"]["template"]["spec"]["volumes"].as_array().cloned();
        volumes.unwrap_or_default()
    };
    let has_secret = |volumes: &[Value]| volumes.iter().any(|it| it["secret"].is_object());
    assert!(!has_secret(&volumes(&world, "pg-pgadmin4")), "the password is only for desktop mode");
    let world = World::healthy();
    assert_eq!(world.run("pgadmin4 pg --mode desktop").code, 0);
    assert!(has_secret(&volumes(&world, "pg-pgadmin4")));
    assert_eq!(world.run("pgadmin4 pg --mode odd").err, "Error: unknown mode: odd\n");
}

#[test]
fn the_manifest_needs_no_api_server() {
    let world = World::empty();
    let said = world.run("install generate --watch-namespace a,b --replicas 1");
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.out.contains("kind: CustomResourceDefinition\n"));
    assert!(said.out.contains("        - name: WATCH_NAMESPACE\n          value: a,b\n"));
    assert!(said.out.ends_with("---\n"));
    assert_eq!(world.server.requests().len(), 0);
    let said = world.run("install generate --version 9.9.9");
    assert_eq!(said.err.lines().next(), Some("Error: release version 9.9.9 not found"));
    assert_eq!(world.run("install nosuch").code, 0, "a group shows its help");
}
