//! What only looks: `status`, `doctor`, `logs`, `report`, `version`, completion.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use super::NAME;
use super::hands::{Going, Hands};

/// Fails with the text when a part is missing.
fn has(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "no {part:?} in\n{text}");
    }
}

pub fn status_in_all_its_ways(hands: &Hands) -> Result<()> {
    let namespace = &hands.namespace;
    let text = hands.prints("status plug")?;
    has(
        &text,
        &[
            "Cluster Summary\n",
            &format!("{namespace}/{NAME}\n"),
            "Primary instance:        plug-1\n",
        ],
    );
    has(
        &text,
        &["Cluster in healthy state", "Instances:               3\n", "Replication Slots Enabled"],
    );
    has(
        &text,
        &[
            "plug-1",
            "Primary ",
            "plug-2",
            "Standby (async)",
            "plug-3",
            "Continuous Backup not configured",
        ],
    );
    assert!(!text.contains("Error(s)"), "{text}");
    let verbose = hands.prints("status plug -v")?;
    has(
        &verbose,
        &["Pod Disruption Budgets status\n", "Managed roles status\n", "Slot Restart LSN"],
    );
    let twice = hands.prints("status plug -v -v")?;
    has(
        &twice,
        &["PostgreSQL Configuration\n", "PostgreSQL HBA Rules\n", "hostssl postgres app all cert"],
    );
    has(&twice, &["Certificates Status\n", "plug-server", "plug-replication"]);

    let document: Value = serde_json::from_str(&hands.prints("status plug -o json")?)?;
    assert_eq!(document["health"], "healthy", "{}", document["ErrorList"]);
    assert_eq!(document["ErrorList"], Value::Null);
    let items = document["instanceStatus"]["items"].as_array().context("a list")?;
    let read: Vec<_> = items.iter().map(|item| item["readBy"].as_str()).collect();
    assert_eq!(read, [Some("proxy"); 3]);
    assert_eq!(document["PrimaryPod"]["metadata"]["name"], "plug-1");
    assert_ne!(document["TotalClusterSize"], "");
    has(
        &hands.prints("status plug -o yaml")?,
        &["\nhealth: healthy\n", "\ninstanceStatus:\n  items:\n"],
    );

    has(&hands.prints("status")?, &["plug", "healthy", "3/3"]);
    has(&hands.prints("status -A")?, &[&format!("{namespace}  ")]);
    let waited = hands.says("status plug --wait-for healthy --timeout 60s --exit-code")?;
    assert_eq!(waited.code, 0, "{waited:?}");
    let watched = Going::until_it_prints(
        hands.plugin("status plug --watch --interval 100ms"),
        "Instances status",
    )?;
    has(&watched.heard, &["Cluster Summary"]);

    let missing = hands.says("status nosuch")?;
    assert_eq!(missing.code, 1);
    has(&missing.err, &["nosuch", "not found", "hint: "]);
    let stranger = hands.says("status plug --as nobody")?;
    assert_eq!(stranger.code, 1);
    has(&stranger.err, &["forbidden", "clusters.postgresql.cnpg.io"]);
    Ok(())
}

pub async fn doctor_and_what_needs_no_cluster(hands: &Hands) -> Result<()> {
    let found = hands.prints("doctor plug")?;
    has(&found, &["operator", "admission", "3 of 3 ready", "3 pods on ", "What to do"]);
    assert!(!found.contains("problem "), "{found}");
    assert_eq!(hands.says("doctor plug --exit-code")?.code, 2, "backups are not configured");

    assert!(hands.prints("version")?.starts_with("Build: {Version:"));
    for (words, expected) in
        [("status ''", "plug\t"), ("promote plug ''", "plug-2"), ("psql pl", "plug\t")]
    {
        // A shell waits for names a second at most, which a busy machine may not keep.
        hands
            .until(words, || {
                let said =
                    hands.shell_prints(&format!("kubectl cnpg __complete -n $NS {words}"), "")?;
                Ok((said.contains(expected) && said.ends_with(":4\n")).then_some(()))
            })
            .await?;
    }
    // As `kubectl` finds it, and as it asks for candidates.
    has(&hands.shell_prints("kubectl cnpg status plug -n $NS", "")?, &["Cluster Summary"]);
    let manifest = hands.shell_prints(
        "kubectl cnpg install generate -n elsewhere --replicas 2 | kubectl apply --server-side --force-conflicts --dry-run=server -f - 2>&1; true",
        "",
    )?;
    has(
        &manifest,
        &[
            "customresourcedefinition.apiextensions.k8s.io/clusters.postgresql.cnpg.io serverside-applied (server dry run)",
        ],
    );
    has(&hands.shell_prints(
        "kubectl cnpg install generate | kubectl apply --server-side --force-conflicts --dry-run=server -f -",
        "",
    )?, &["deployment.apps/cnpg-controller-manager serverside-applied (server dry run)"]);
    Ok(())
}

pub fn logs(hands: &Hands) -> Result<()> {
    let lines = hands.prints("logs cluster plug")?;
    let mut pods = std::collections::BTreeSet::new();
    for line in lines.lines() {
        let line: Value = serde_json::from_str(line).with_context(|| line.to_owned())?;
        pods.extend(line["logging_pod"].as_str().map(str::to_owned));
    }
    assert_eq!(Vec::from_iter(pods), ["plug-1", "plug-2", "plug-3"]);
    let pretty = hands.shell_prints(
        "kubectl cnpg logs cluster plug -n $NS --tail 20 | kubectl cnpg logs pretty --pods plug-2",
        "",
    )?;
    has(&pretty, &[" plug-2 "]);
    assert!(!pretty.contains("plug-1 "), "{pretty}");
    hands.prints("logs cluster plug -o written.jsonl")?;
    let written = std::fs::read_to_string(hands.folder().join("written.jsonl"))?;
    assert!(written.lines().count() >= lines.lines().count());
    let following = hands.plugin("logs cluster plug -f --tail 1");
    Going::until_it_prints(following, "\n")?;
    Ok(())
}

pub fn reports(hands: &Hands) -> Result<()> {
    hands.prints("report cluster plug --logs -f cluster.zip")?;
    let found = entries(&hands.folder().join("cluster.zip"))?;
    let names = found.keys().map(String::as_str).collect::<Vec<_>>().join("\n");
    for name in ["cluster", "cluster-pods", "cluster-jobs", "cluster-pvcs", "events"] {
        has(&names, &[&format!("/manifests/{name}.yaml")]);
    }
    has(&names, &["/logs/plug-1-postgres.jsonl", "/job-logs/"]);
    let password = hands.kubectl("get secret plug-app -o jsonpath={.data.password}")?;
    assert!(found.values().all(|text| !text.contains(&password)), "a password is in the report");
    let again = hands.says("report cluster plug -f cluster.zip")?;
    assert_eq!(again.code, 1, "an existing file is kept");

    hands.shell_prints("kubectl cnpg report operator -n cnpg-system --logs -f operator.zip", "")?;
    let found = entries(&hands.folder().join("operator.zip"))?;
    let names = found.keys().map(String::as_str).collect::<Vec<_>>().join("\n");
    has(
        &names,
        &["/manifests/deployment.yaml", "/manifests/operator-pods.yaml", "/operator-logs/"],
    );
    has(&names, &["/manifests/cnpg-ca-secret(secret).yaml", "/validating-webhook-configuration"]);
    let words = ["-n", "cnpg-system", "get", "secret", "cnpg-ca-secret", "-o"];
    let key = hands.rig.kubectl(words.into_iter().chain(["jsonpath={.data.ca\\.key}"]))?;
    assert!(key.len() > 100, "the secret has a key");
    assert!(
        found.values().all(|text| !text.contains(&key)),
        "the authority's key is in the report"
    );
    Ok(())
}

/// What is in a zip file that has its sizes before its contents, as those of the plugin do.
fn entries(path: &Path) -> Result<BTreeMap<String, String>> {
    let bytes = std::fs::read(path)?;
    let mut rest = bytes.as_slice();
    let mut found = BTreeMap::new();
    while let Some(header) = rest.strip_prefix(b"PK\x03\x04") {
        let short = |at: usize| usize::from(u16::from_le_bytes([header[at], header[at + 1]]));
        let (deflated, size) = (short(4) == 8, short(14) | short(16) << 16);
        let (name, extra) = (short(22), short(24));
        let content = &header[26 + name + extra..][..size];
        let mut text = String::new();
        if deflated {
            flate2::read::DeflateDecoder::new(content).read_to_string(&mut text)?;
        }
        found.insert(String::from_utf8(header[26..26 + name].to_vec())?, text);
        rest = &header[26 + name + extra + size..];
    }
    ensure!(!found.is_empty(), "{} is no zip file", path.display());
    Ok(found)
}
