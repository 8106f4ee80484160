//! A namespace of the rig for one test.

use std::process::Stdio;

use anyhow::Result;
use k8s_openapi::api::core::v1::{Namespace, ServiceAccount};
use kube::Api;
use kube::api::{ObjectMeta, PostParams};
use tokio::time::{Duration, sleep, timeout};

use super::Rig;

/// A namespace that nobody else uses, and that is deleted when this is dropped.
#[derive(Debug)]
pub struct Scratch {
    rig: Rig,
    name: String,
}

impl Scratch {
    /// Creates a namespace whose name begins with the word, and waits until it takes pods.
    pub async fn create(rig: &Rig, word: &str) -> Result<Self> {
        let namespaces: Api<Namespace> = Api::all(rig.client());
        let metadata =
            ObjectMeta { generate_name: Some(format!("{word}-")), ..ObjectMeta::default() };
        let wanted = Namespace { metadata, ..Namespace::default() };
        let created = namespaces.create(&PostParams::default(), &wanted).await?;
        let name = created.metadata.name.unwrap_or_default();
        let scratch = Self { rig: rig.clone(), name };
        if rig.state().nodes > 0 {
            timeout(Duration::from_secs(30), scratch.service_account()).await??;
        }
        Ok(scratch)
    }

    /// The namespace's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    async fn service_account(&self) -> Result<()> {
        let accounts: Api<ServiceAccount> = Api::namespaced(self.rig.client(), &self.name);
        while accounts.get_opt("default").await?.is_none() {
            sleep(Duration::from_millis(50)).await;
        }
        Ok(())
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let mut delete = self.rig.kubectl_command();
        delete.args(["delete", "namespace", "--wait=false", &self.name]);
        // What is left over disappears with the rig.
        let _ = delete.stdout(Stdio::null()).stderr(Stdio::null()).status();
    }
}
