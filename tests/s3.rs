//! The rig's S3: reached from a pod's network, with TLS and without, by who has the right keys.

use anyhow::{Context as _, Result};
use k8s_openapi::api::core::v1::{Pod, Secret};
use kube::Api;
use kube::api::PostParams;
use kube::runtime::conditions::is_pod_running;
use kube::runtime::wait::await_condition;
use serde_json::json;
use testkit::rig::s3::{self, Scheme};
use testkit::rig::{Rig, images, pod, scratch::Scratch};
use tokio::time::{Duration, timeout};

const PATIENCE: Duration = Duration::from_secs(60);

#[tokio::test]
async fn an_object_comes_back_the_same_with_tls_and_without_from_a_pods_network() -> Result<()> {
    let (rig, scratch) = rig_with_pod().await?;
    let network = pod::network(&rig, scratch.name(), "client").await?;
    let s3 = rig.s3();
    s3.ready().await?;
    for (scheme, bucket) in [(Scheme::Http, "plain"), (Scheme::Https, "encrypted")] {
        let bucket = format!("{bucket}-{}", scratch.name());
        let client = s3.client(scheme)?.from_namespace(&network);
        client.create_bucket(&bucket).await?;
        client.create_bucket(&bucket).await?; // one that is there is fine
        // More than one chunk of any buffer, and a key with all that has to be encoded.
        let value: Vec<u8> = (0..3_000_000_u32).map(|n| (n % 251) as u8).collect();
        let key = "wal 0001/a+b=ü";
        client.put(&bucket, key, value.clone()).await?;
        assert!(client.get(&bucket, key).await? == value, "{scheme:?}");
        client.get(&bucket, "absent").await.expect_err("there is no such object");
    }
    Ok(())
}

#[tokio::test]
async fn a_pod_finds_the_server_by_its_name() -> Result<()> {
    let (rig, scratch) = rig_with_pod().await?;
    let words = ["-n", scratch.name(), "exec", "client", "--", "getent", "hosts", s3::HOST];
    let answer = rig.kubectl(words)?;
    assert!(answer.starts_with(&rig.layout().gateway().to_string()), "{answer}");
    Ok(())
}

#[tokio::test]
async fn the_secret_for_pods_has_the_account_and_the_authority() -> Result<()> {
    let rig = Rig::attach().await?;
    let scratch = Scratch::create(&rig, "secret").await?;
    let s3 = rig.s3();
    s3.publish(&rig.client(), scratch.name()).await?;
    s3.publish(&rig.client(), scratch.name()).await?; // twice is harmless
    let secrets: Api<Secret> = Api::namespaced(rig.client(), scratch.name());
    let data = secrets.get(s3::SECRET).await?.data.context("it has data")?;
    let has = |key: &str, value: &str| assert_eq!(data[key].0, value.as_bytes(), "{key}");
    has("ACCESS_KEY_ID", s3::ACCESS_KEY);
    has("ACCESS_SECRET_KEY", s3::SECRET_KEY);
    has("ca.crt", &s3.authority()?);
    Ok(())
}

/// The rig, and a namespace with a running pod named `client`.
async fn rig_with_pod() -> Result<(Rig, Scratch)> {
    let rig = Rig::attach().await?;
    let scratch = Scratch::create(&rig, "s3").await?;
    let pod = json!({
        "metadata": { "name": "client" },
        "spec": {
            "terminationGracePeriodSeconds": 0,
            "containers": [{
                "name": "main",
                "image": images::POSTGRESQL_17,
                "command": ["sleep", "infinity"],
            }],
        },
    });
    let pods: Api<Pod> = Api::namespaced(rig.client(), scratch.name());
    pods.create(&PostParams::default(), &serde_json::from_value(pod)?).await?;
    timeout(PATIENCE, await_condition(pods, "client", is_pod_running()))
        .await
        .context("the pod does not run")??;
    Ok((rig, scratch))
}
