//! S3 for the rig: one SeaweedFS on the gateway's address, with TLS and without.
//!
//! It is part of the rig, not of the cluster: pods reach it by the name [`HOST`], and it keeps what
//! a cluster that was deleted has left there. What it stores goes with `rig down`.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result};
use k8s_openapi::api::core::v1::Secret;
use kube::Api;
use kube::api::{Patch, PatchParams};
use serde_json::json;

use super::layout::{Cache, Layout};
use super::process::{self, Daemon};
use super::wait::Wait;

pub mod client;
mod install;
mod signature;
mod tls;

use client::Client;

/// What pods call it; the rig's DNS knows the name and its certificate has it.
pub const HOST: &str = "s3.rig.test";

/// The one account, which may do everything.
pub const ACCESS_KEY: &str = "rig-access-key";

/// The secret of the account.
pub const SECRET_KEY: &str = "rig-secret-key";

/// The secret that [`S3::publish`] writes.
pub const SECRET: &str = "rig-s3";

/// The name of the daemon and its log.
pub const DAEMON: &str = "s3";

/// How a client speaks to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    Http,
    Https,
}

impl Scheme {
    /// The port, the same in every rig: each has an address of its own.
    #[must_use]
    pub fn port(self) -> u16 {
        match self {
            Self::Http => 8333,
            Self::Https => 8334,
        }
    }

    /// The endpoint as pods write it.
    #[must_use]
    pub fn url(self) -> String {
        match self {
            Self::Http => format!("http://{HOST}:{}", self.port()),
            Self::Https => format!("https://{HOST}:{}", self.port()),
        }
    }
}

/// Fetches the program, once for all rigs of this cache; `up` may do it while it does other things.
///
/// # Errors
/// If the package cannot be had, or is not the one whose hash is recorded.
pub fn install(cache: &Cache) -> Result<PathBuf> {
    install::program(cache)
}

/// The S3 server of one rig.
#[derive(Debug, Clone)]
pub struct S3 {
    layout: Layout,
}

impl S3 {
    /// The server of the rig with this layout.
    #[must_use]
    pub fn of(layout: &Layout) -> Self {
        Self { layout: layout.clone() }
    }

    /// Starts it unless it runs, and does not wait for it; the gateway's address must exist.
    ///
    /// # Errors
    /// If the program cannot be had or started.
    pub fn ensure(&self) -> Result<bool> {
        let program = install(self.layout.cache())?;
        self.write_files()?;
        process::ensure(&self.layout, &self.daemon(&program))
    }

    /// Waits until both ways in answer.
    ///
    /// # Errors
    /// If they do not in time, or the server has ended.
    pub async fn ready(&self) -> Result<()> {
        let daemons = [DAEMON.to_owned()];
        let patience = Duration::from_secs(60);
        let wait = Wait { layout: &self.layout, what: "S3 ready", daemons: &daemons, patience };
        for scheme in [Scheme::Http, Scheme::Https] {
            let client = self.client(scheme)?;
            wait.until(|| async { Ok(Some(client.buckets().await?)) }).await?;
        }
        Ok(())
    }

    /// Removes the sockets that a killed server leaves behind outside the rig's folder.
    pub fn remove_sockets(&self) {
        for (part, port) in self.inner_ports() {
            // Most are not there, which is what is wanted.
            let _ = fs::remove_file(format!("/tmp/seaweedfs-{part}-grpc-{port}.sock"));
        }
    }

    /// A client on this machine.
    ///
    /// # Errors
    /// If there are no certificates, because it was never started.
    pub fn client(&self, scheme: Scheme) -> Result<Client> {
        let address = SocketAddr::from((self.layout.gateway(), scheme.port()));
        match scheme {
            Scheme::Http => Ok(Client::plain(address, HOST)),
            Scheme::Https => Client::tls(address, HOST, &self.authority()?),
        }
    }

    /// The certificate that clients trust, in PEM.
    ///
    /// # Errors
    /// If it was never started.
    pub fn authority(&self) -> Result<String> {
        let file = self.file(tls::AUTHORITY);
        fs::read_to_string(&file).with_context(|| format!("read {}", file.display()))
    }

    /// Writes the secret [`SECRET`] for pods of a namespace: the account and the authority.
    ///
    /// # Errors
    /// If the API server refuses it.
    pub async fn publish(&self, kube: &kube::Client, namespace: &str) -> Result<()> {
        let secret = json!({
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": { "name": SECRET },
            "stringData": {
                "ACCESS_KEY_ID": ACCESS_KEY,
                "ACCESS_SECRET_KEY": SECRET_KEY,
                "ca.crt": self.authority()?,
            },
        });
        let secrets: Api<Secret> = Api::namespaced(kube.clone(), namespace);
        let params = PatchParams::apply("rig").force();
        secrets.patch(SECRET, &params, &Patch::Apply(secret)).await?;
        Ok(())
    }

    fn write_files(&self) -> Result<()> {
        fs::create_dir_all(self.file("data"))?;
        let account = json!({ "accessKey": ACCESS_KEY, "secretKey": SECRET_KEY });
        let actions = ["Admin", "Read", "Write", "List", "Tagging"];
        let identity = json!({ "name": "rig", "credentials": [account], "actions": actions });
        fs::write(self.file("s3.json"), json!({ "identities": [identity] }).to_string())?;
        tls::ensure(&self.folder(), &[HOST.to_owned(), self.layout.gateway().to_string()])
    }

    /// The process, of this program.
    pub(super) fn daemon(&self, program: &Path) -> Daemon {
        Daemon {
            name: DAEMON.to_owned(),
            program: program.to_owned(),
            args: self.args(),
            env: Vec::new(),
            cgroup: self.layout.control_cgroup(),
            namespace: None,
        }
    }

    fn args(&self) -> Vec<String> {
        let inside = self.layout.loopback();
        let path = |name: &str| self.file(name).display().to_string();
        vec![
            "-logtostderr=true".to_owned(),
            "server".to_owned(),
            format!("-dir={}", path("data")),
            format!("-ip={inside}"),
            format!("-ip.bind={inside}"),
            // It would tell its makers about us.
            "-master.telemetry=false".to_owned(),
            // Many small volumes: a bucket takes several for itself at once.
            "-master.volumeSizeLimitMB=64".to_owned(),
            "-volume.max=4000".to_owned(),
            "-volume.minFreeSpace=1".to_owned(),
            "-s3".to_owned(),
            format!("-s3.ip.bind={}", self.layout.gateway()),
            format!("-s3.port={}", Scheme::Http.port()),
            format!("-s3.port.https={}", Scheme::Https.port()),
            format!("-s3.cert.file={}", path(tls::CERTIFICATE)),
            format!("-s3.key.file={}", path(tls::KEY)),
            format!("-s3.config={}", path("s3.json")),
            "-s3.iam=false".to_owned(),
            "-s3.port.iceberg=0".to_owned(),
            "-s3.port.lance=0".to_owned(),
            format!("-s3.localSocket={}", path("s3.sock")),
            format!("-filer.localSocket={}", path("filer.sock")),
        ]
        .into_iter()
        .chain(self.inner_ports().map(|(part, port)| format!("-{part}.port.grpc={port}")))
        .collect()
    }

    /// The ports its parts speak to each other by. They differ between rigs although the addresses
    /// do too: each part also makes a socket in /tmp that is named after nothing but its port.
    fn inner_ports(&self) -> impl Iterator<Item = (&'static str, u16)> {
        let first = 19_000 + u16::from(self.layout.slot().number()) * 10;
        ["master", "volume", "filer", "s3"].into_iter().zip(first..)
    }

    fn folder(&self) -> PathBuf {
        self.layout.state().join("s3")
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder().join(name)
    }
}
