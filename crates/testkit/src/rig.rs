//! A real Kubernetes on this machine: control plane, nodes, images, storage, faults.
//!
//! Each checkout has at most one rig. It goes on running when the program that brought it up ends;
//! everything about it is found again through its [`layout`].

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Client, Config};

pub mod build;
pub mod cgroup;
pub mod cluster;
pub mod control_plane;
pub mod down;
pub mod faults;
pub mod files;
pub mod images;
pub mod layout;
pub mod load;
pub mod logs;
pub mod network;
pub mod node;
pub mod operator;
pub mod packages;
pub mod pki;
pub mod pod;
pub mod process;
pub mod progress;
pub mod s3;
pub mod scratch;
pub mod slot;
pub mod state;
pub mod status;
pub mod storage;
pub mod up;
pub mod wait;

use layout::{Layout, Node};
use state::{Phase, State};

pub use up::Options;

/// A rig that runs.
#[derive(Clone)]
pub struct Rig {
    layout: Layout,
    state: State,
    client: Client,
    /// Held together with all who use the rig, or alone by one who breaks it.
    _use: Option<Arc<File>>,
}

impl std::fmt::Debug for Rig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rig").field("state", &self.state).finish_non_exhaustive()
    }
}

impl Rig {
    fn new(layout: Layout, state: State, client: Client) -> Self {
        Self { layout, state, client, _use: None }
    }

    /// Brings this checkout's rig up, or what is missing of it.
    pub async fn up(options: &Options) -> Result<Self> {
        up::up(options).await
    }

    /// This checkout's rig, which must run. Nobody breaks it as long as this value lives.
    pub async fn attach() -> Result<Self> {
        Self::attach_with(slot::lock_shared).await
    }

    /// This checkout's rig for one who breaks it: waits until nobody else uses it, and keeps all
    /// others waiting. Faults that were left behind are undone.
    pub async fn attach_alone() -> Result<Self> {
        let rig = Self::attach_with(slot::lock).await?;
        rig.faults().heal_all()?;
        Ok(rig)
    }

    async fn attach_with(lock: fn(&Path) -> Result<File>) -> Result<Self> {
        let (layout, state) = running()?;
        let file = layout.cache().slots().join(format!("{}.use", layout.slot()));
        let lock = tokio::task::spawn_blocking(move || lock(&file)).await??;
        let client = client(&layout).await?;
        Ok(Self { layout, state, client, _use: Some(Arc::new(lock)) })
    }

    /// Takes this checkout's rig down; harmless when there is none.
    pub fn down() -> Result<()> {
        let Some(layout) = slot::find(&slot::cache()?, &slot::checkout()?)? else { return Ok(()) };
        let _lock = slot::lock_rig(&layout)?;
        down::down(&layout)
    }

    /// Names, addresses and paths.
    #[must_use]
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// The settings it was brought up with.
    #[must_use]
    pub fn state(&self) -> &State {
        &self.state
    }

    /// An administrator's client.
    #[must_use]
    pub fn client(&self) -> Client {
        self.client.clone()
    }

    /// The administrator's kubeconfig.
    #[must_use]
    pub fn kubeconfig(&self) -> PathBuf {
        self.layout.kubeconfig()
    }

    /// The rig's nodes.
    pub fn nodes(&self) -> impl Iterator<Item = Node> + Clone + use<> {
        self.state.nodes()
    }

    /// A node by its number, counted from 1.
    pub fn node(&self, number: u8) -> Result<Node> {
        let nodes = self.state.nodes;
        let node = Node::new(number).filter(|_| number <= nodes);
        node.with_context(|| format!("no node {number}: the rig has {nodes}"))
    }

    /// Runs kubectl to its end; an exit code other than 0 is an error with what it said.
    pub fn kubectl<I, S>(&self, args: I) -> Result<String>
    where
        I: IntoIterator<Item = S>,
        S: AsRef<std::ffi::OsStr>,
    {
        let Output { status, stdout, stderr } = self.kubectl_command().args(args).output()?;
        ensure!(status.success(), "kubectl: {}", String::from_utf8_lossy(&stderr).trim());
        Ok(String::from_utf8(stdout)?)
    }

    /// kubectl for this rig, to be given its arguments.
    #[must_use]
    pub fn kubectl_command(&self) -> Command {
        kubectl(&self.layout, &self.state.program)
    }

    /// The rig's S3 server; it may still be on its way up.
    #[must_use]
    pub fn s3(&self) -> s3::S3 {
        s3::S3::of(&self.layout)
    }

    /// The names of the daemons that have a log.
    pub fn logs(&self) -> Result<Vec<String>> {
        logs::names(&self.layout)
    }
}

/// The layout and state of this checkout's rig, without talking to it.
pub fn running() -> Result<(Layout, State)> {
    let layout = slot::find(&slot::cache()?, &slot::checkout()?)?;
    let found = match layout {
        Some(layout) => State::read(&layout)?.map(|state| (layout, state)),
        None => None,
    };
    let boot = state::boot()?;
    found
        .filter(|(_, state)| state.phase == Phase::Running && state.boot == boot)
        .context("no rig of this checkout runs\nhint: cargo xtask rig up")
}

/// kubectl with a rig's kubeconfig.
#[must_use]
pub fn kubectl(layout: &Layout, program: &Path) -> Command {
    let mut command = Command::new(program);
    command.arg("kubectl").env("KUBECONFIG", layout.kubeconfig());
    command
}

/// An administrator's client for the rig.
pub async fn client(layout: &Layout) -> Result<Client> {
    let kubeconfig = Kubeconfig::read_from(layout.kubeconfig())?;
    let config = Config::from_custom_kubeconfig(kubeconfig, &KubeConfigOptions::default()).await?;
    Ok(Client::try_from(config)?)
}
