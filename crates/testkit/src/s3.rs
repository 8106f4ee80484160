//! A throw-away S3 server on this machine: the rig's program, without a rig.

pub mod faults;

use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use serde_json::json;
use tempfile::TempDir;

use crate::rig::layout::Cache;
use crate::rig::s3::client::Client;
use crate::rig::s3::{self, ACCESS_KEY, SECRET_KEY};

/// How long it may take to be there, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(90);

/// What its log says when it ends because a port is not free.
const TAKEN: &str = "address already in use";

/// A server with one account, which is killed and forgotten with this value.
#[derive(Debug)]
pub struct Server {
    child: Child,
    address: SocketAddr,
    folder: TempDir,
}

impl Server {
    /// Starts one on free ports of the loopback device; the program is taken from this cache.
    ///
    /// # Errors
    /// If the program cannot be had, or does not answer in time.
    pub async fn start(cache: &Cache) -> Result<Self> {
        let program = s3::install(cache)?;
        loop {
            let mut server = Self::on_free_ports(&program)?;
            match server.ready().await {
                Ok(()) => return Ok(server),
                // Somebody else has taken one between our look and its start.
                Err(_) if server.log().contains(TAKEN) => {}
                Err(error) => return Err(error.context(server.log())),
            }
        }
    }

    fn on_free_ports(program: &Path) -> Result<Self> {
        let folder = TempDir::new()?;
        let path = |name: &str| folder.path().join(name).display().to_string();
        let account = json!({ "accessKey": ACCESS_KEY, "secretKey": SECRET_KEY });
        let actions = ["Admin", "Read", "Write", "List", "Tagging"];
        let identity = json!({ "name": "test", "credentials": [account], "actions": actions });
        fs::write(path("s3.json"), json!({ "identities": [identity] }).to_string())?;
        fs::create_dir_all(path("data"))?;
        let ports = free_ports::<8>()?;
        let log = fs::File::create(path("log"))?;
        let [api, master, volume, filer, master_grpc, volume_grpc, filer_grpc, api_grpc] = ports;
        let child = Command::new(program)
            .args(["-logtostderr=true", "server", "-ip=127.0.0.1", "-ip.bind=127.0.0.1"])
            .args(["-master.telemetry=false", "-master.volumeSizeLimitMB=64"])
            .args(["-volume.max=400", "-volume.minFreeSpace=1", "-s3", "-s3.iam=false"])
            .args(["-s3.ip.bind=127.0.0.1", "-s3.port.iceberg=0", "-s3.port.lance=0"])
            .arg(format!("-dir={}", path("data")))
            .arg(format!("-s3.config={}", path("s3.json")))
            .arg(format!("-s3.localSocket={}", path("s3.sock")))
            .arg(format!("-filer.localSocket={}", path("filer.sock")))
            .arg(format!("-s3.port={api}"))
            .arg(format!("-master.port={master}"))
            .arg(format!("-volume.port={volume}"))
            .arg(format!("-filer.port={filer}"))
            .arg(format!("-master.port.grpc={master_grpc}"))
            .arg(format!("-volume.port.grpc={volume_grpc}"))
            .arg(format!("-filer.port.grpc={filer_grpc}"))
            .arg(format!("-s3.port.grpc={api_grpc}"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .context("start the S3 server")?;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, api));
        Ok(Self { child, address, folder })
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    async fn ready(&mut self) -> Result<()> {
        let began = Instant::now();
        let client = self.client();
        loop {
            // The first bucket needs all parts of it.
            match client.create_bucket("ready").await {
                Ok(()) => return Ok(()),
                Err(error) if began.elapsed() > PATIENCE => return Err(error),
                Err(_) => {}
            }
            if let Some(status) = self.child.try_wait()? {
                bail!("the S3 server ended with {status}");
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The endpoint for clients.
    #[must_use]
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// A client of it.
    #[must_use]
    pub fn client(&self) -> Client {
        Client::plain(self.address, "127.0.0.1")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill(); // it may have ended
        let _ = self.child.wait();
    }
}

fn free_ports<const COUNT: usize>() -> Result<[u16; COUNT]> {
    // All are held until all are known: none is given twice.
    let mut held = Vec::new();
    let mut ports = [0; COUNT];
    for port in &mut ports {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        *port = listener.local_addr()?.port();
        held.push(listener);
    }
    Ok(ports)
}
