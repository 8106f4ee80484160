//! What makes other objects: `backup`, `pgbench`, `fio`, `pgadmin4`.

use anyhow::Result;

use super::hands::{Hands, said};

pub fn objects_are_accepted(hands: &Hands) -> Result<()> {
    for (line, created) in [
        (
            "backup plug --backup-name first --dry-run",
            "backup.postgresql.cnpg.io/first created (server dry run)",
        ),
        (
            "pgbench plug --job-name bench --dry-run -- -i",
            "job.batch/bench created (server dry run)",
        ),
        (
            "fio disk --storageClass standard --dry-run",
            "deployment.apps/disk created (server dry run)",
        ),
        ("pgadmin4 plug --dry-run", "service/plug-pgadmin4 created (server dry run)"),
    ] {
        let pipe =
            format!("kubectl cnpg {line} -n $NS | kubectl create --dry-run=server -f - -n $NS");
        // What stands after the delimiter is not for the plugin.
        let pipe = pipe.replace("-- -i -n $NS", "-n $NS -- -i");
        let said = hands.shell_prints(&pipe, "")?;
        assert!(said.contains(created), "{line}: {said}");
    }

    // The tables of pgbench are made by a job that really runs, with the image that is there.
    let job = "kubectl cnpg pgbench plug --job-name init -n $NS --dry-run -- -i -s 1 |
        sed 's/imagePullPolicy: Always/imagePullPolicy: IfNotPresent/' | kubectl create -n $NS -f -
        kubectl wait --for=condition=complete job/init -n $NS --timeout=120s";
    hands.shell_prints(job, "")?;
    let rows = "select count(*) from pgbench_accounts;\n";
    assert_eq!(said(hands.plugin("psql plug -- -XAtq app"), rows)?.out, "100000\n");
    assert_eq!(hands.prints("pgbench plug --job-name other -- -T 1")?, "job/other created\n");

    let made = hands.prints("fio disk --yes")?;
    assert!(made.contains("Deployment/disk created\n"), "{made}");
    let made = hands.prints("pgadmin4 plug --mode desktop")?;
    assert!(made.contains("Secret/plug-pgadmin4 created\n"), "{made}");
    for line in ["fio disk", "pgadmin4 plug"] {
        let pipe = format!(
            "kubectl cnpg {line} -n $NS --dry-run | kubectl delete --wait=false -n $NS -f -"
        );
        hands.shell_prints(&pipe, "")?;
    }
    hands.kubectl("delete job init other --wait=false")?;
    Ok(())
}
