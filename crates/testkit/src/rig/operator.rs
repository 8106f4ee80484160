//! The operator on a rig: installed from the checked-in manifest, as a user would.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::json;

use super::Rig;
use super::wait::Wait;

/// Where the operator lives.
pub const NAMESPACE: &str = "cnpg-system";
/// Its Deployment.
pub const DEPLOYMENT: &str = "cnpg-controller-manager";

/// What the checked-in manifest calls the image; an installation puts its own in that place.
const RELEASED: &str = concat!("cloudnative-pg/manager:", env!("CARGO_PKG_VERSION"));
const PATIENCE: Duration = Duration::from_secs(90);

/// What the manifest says about how many there are.
const REPLICAS: &str = "\n  replicas: 1\n";

/// Applies `deploy/cnpg.yaml` of this checkout with the given image and waits until the operator
/// answers the API server's questions. There are two of it, so that there is always one that waits.
pub async fn install(rig: &Rig, image: &str) -> Result<()> {
    let path = super::slot::checkout()?.join("deploy/cnpg.yaml");
    let manifest =
        fs::read_to_string(&path).with_context(|| format!("failed to read {}", path.display()))?;
    ensure!(manifest.contains(REPLICAS), "{} does not say how many", path.display());
    let manifest = manifest.replace(REPLICAS, "\n  replicas: 2\n");
    apply(rig, &with_image(&manifest, image, &path)?)?;
    let timeout = format!("--timeout={}s", PATIENCE.as_secs());
    let deployment = format!("deployment/{DEPLOYMENT}");
    rig.kubectl(["-n", NAMESPACE, "rollout", "status", &deployment, &timeout])?;
    answers(rig).await
}

/// Server-side apply of any manifest.
pub fn apply(rig: &Rig, manifest: &str) -> Result<()> {
    let mut child = rig
        .kubectl_command()
        .args(["apply", "--server-side", "--force-conflicts", "-f", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .context("failed to start kubectl")?;
    let mut stdin = child.stdin.take().expect("it is piped");
    let text = manifest.to_owned();
    let writer = std::thread::spawn(move || stdin.write_all(text.as_bytes()));
    let output = child.wait_with_output()?;
    let written = writer.join().expect("writing does not panic");
    ensure!(
        output.status.success(),
        "kubectl apply: {}",
        String::from_utf8_lossy(&output.stderr).trim()
    );
    written.context("failed to hand the manifest to kubectl")
}

fn with_image(manifest: &str, image: &str, path: &Path) -> Result<String> {
    ensure!(manifest.contains(RELEASED), "{} does not name {RELEASED}", path.display());
    Ok(manifest.replace(RELEASED, image))
}

/// Asks with an object that only admission can complete, without storing it.
async fn answers(rig: &Rig) -> Result<()> {
    let question = json!({
        "apiVersion": "postgresql.cnpg.io/v1",
        "kind": "Cluster",
        "metadata": {"name": "question", "namespace": "default"},
        "spec": {"instances": 1, "storage": {"size": "1Gi"}},
    });
    let body = serde_json::to_vec(&question)?;
    let what = "answering admission";
    Wait { layout: rig.layout(), what, daemons: &[], patience: PATIENCE }
        .until(|| async {
            let request = http::Request::post(
                "/apis/postgresql.cnpg.io/v1/namespaces/default/clusters?dryRun=All",
            )
            .header("content-type", "application/json")
            .body(body.clone())?;
            let stored: serde_json::Value = rig.client().request(request).await?;
            let defaulted = stored["spec"]["imageName"].is_string();
            Ok(defaulted.then_some(()))
        })
        .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mention_of_the_released_image_is_replaced() {
        let manifest = format!("image: {RELEASED}\nvalue: {RELEASED}\n");
        let replaced = with_image(&manifest, "rig/manager:dev", Path::new("m.yaml")).unwrap();
        assert_eq!(replaced, "image: rig/manager:dev\nvalue: rig/manager:dev\n");
    }

    #[test]
    fn a_manifest_without_the_image_is_refused() {
        assert!(with_image("image: other", "rig/manager:dev", Path::new("m.yaml")).is_err());
    }
}
