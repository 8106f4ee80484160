//! Brings a rig up, or what is missing of one: every step leaves alone what is there already.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant, SystemTime};

use anyhow::{Context, Result, ensure};
use futures::future::try_join_all;
use k8s_openapi::api::coordination::v1::Lease;
use k8s_openapi::api::core::v1 as core;
use kube::{Api, Client};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, UnixStream};
use tokio::task::spawn_blocking;

use super::control_plane::{API_SERVER, CONTROLLER_MANAGER, ControlPlane, DNS, ETCD, PROVISIONER};
use super::layout::{Cache, Layout, Node};
use super::node::NodeSetup;
use super::progress::Progress;
use super::s3::{self, S3};
use super::state::{self, Phase, State};
use super::wait::Wait;
use super::{Rig, build, cgroup, down, images, network, packages, pki, process, slot};

/// How long any single thing may take to become ready; many times what it takes.
const PATIENCE: Duration = Duration::from_secs(90);

/// What rig is wanted.
#[derive(Debug, Clone)]
pub struct Options {
    /// How many nodes; none leaves only etcd and the API server.
    pub nodes: u8,
    /// How long a node may be silent before its pods count as lost.
    pub node_monitor_grace: Duration,
    pub progress: Progress,
}

impl Default for Options {
    fn default() -> Self {
        let node_monitor_grace = Duration::from_secs(40);
        Self { nodes: 3, node_monitor_grace, progress: Progress::on_stderr() }
    }
}

impl Options {
    /// Only etcd and the API server: for tests of the API, up in seconds.
    #[must_use]
    pub fn api_only() -> Self {
        Self { nodes: 0, ..Self::default() }
    }
}

/// Brings this checkout's rig up, starting what does not run; what is there beyond the options stays.
pub async fn up(options: &Options) -> Result<Rig> {
    let progress = options.progress;
    let wanted = options.clone();
    let prepared = spawn_blocking(move || prepare(&wanted)).await??;
    let Prepared { layout, state, .. } = &prepared;
    let plane = plane(layout, state);
    plane.write_files()?;
    for daemon in [plane.etcd(), plane.api_server()] {
        process::ensure(layout, &daemon)?;
    }
    let nodes: Vec<Node> = state.nodes().collect();
    let (client, ()) = tokio::try_join!(api_server_ready(layout), runtimes_ready(&prepared))?;
    progress.step("API server ready");
    if !nodes.is_empty() {
        for daemon in plane.followers() {
            process::ensure(layout, &daemon)?;
        }
        for node in &nodes {
            start_node(layout, state, *node)?;
        }
        // Not waited for: only some need it, and they wait.
        S3::of(layout).ensure()?;
        tokio::try_join!(
            nodes_ready(layout, &client, &nodes, progress),
            controllers_ready(layout, &client, progress),
            dns_ready(layout, plane.dns_ready(), progress),
        )?;
    }
    State { phase: Phase::Running, ..state.clone() }.write(layout)?;
    progress.step(format_args!("up: {}", layout.api_url()));
    Ok(Rig::new(layout.clone(), state.clone(), client))
}

/// Starts what does not run on a node that was up before, in order: the agent ends at once when it
/// does not find the runtime. Does not wait for the node to be ready.
pub fn start_node(layout: &Layout, state: &State, node: Node) -> Result<()> {
    let setup = setup(layout, state, node);
    process::ensure(layout, &setup.containerd())?;
    let socket = layout.containerd_socket(node);
    let deadline = Instant::now() + PATIENCE;
    while let Err(error) = std::os::unix::net::UnixStream::connect(&socket) {
        ensure!(Instant::now() < deadline, "the container runtime of {node} is silent: {error}");
        std::thread::sleep(Duration::from_millis(20));
    }
    for daemon in setup.daemons() {
        process::ensure(layout, &daemon)?;
    }
    Ok(())
}

/// Starts the API server if it does not run, and waits until it is ready.
pub async fn start_api_server(layout: &Layout, state: &State) -> Result<()> {
    process::ensure(layout, &plane(layout, state).api_server())?;
    api_server_ready(layout).await.map(drop)
}

/// What is there before the first daemon is started.
struct Prepared {
    layout: Layout,
    state: State,
    /// Until the end of `up`, nobody else touches this rig.
    _lock: fs::File,
    /// The image store that new nodes start from.
    store: Option<PathBuf>,
}

fn plane<'a>(layout: &'a Layout, state: &'a State) -> ControlPlane<'a> {
    let node_monitor_grace = state.node_monitor_grace;
    ControlPlane { layout, program: &state.program, node_monitor_grace }
}

fn setup<'a>(layout: &'a Layout, state: &'a State, node: Node) -> NodeSetup<'a> {
    NodeSetup { layout, program: &state.program, node, sandbox_image: images::PAUSE }
}

/// Packages, programs, images, cgroups, wires and keys.
fn prepare(options: &Options) -> Result<Prepared> {
    let progress = &options.progress;
    let (cache, checkout) = (slot::cache()?, slot::checkout()?);
    packages::ensure_installed(progress)?;
    ensure!(nix::unistd::geteuid().is_root(), "a rig needs root: namespaces, mounts and cgroups");
    let (program, store) = std::thread::scope(|scope| {
        let wares = scope.spawn(|| (options.nodes > 0).then(|| wares(&cache)).transpose());
        let program = build::program(&cache, &checkout, progress)?;
        anyhow::Ok((program, wares.join().expect("the thread does not panic")?))
    })?;
    let layout = slot::claim(&cache, &checkout)?;
    let lock = slot::lock_rig(&layout)?;
    let boot = state::boot()?;
    let before =
        State::read(&layout)?.filter(|state| state.phase == Phase::Running && state.boot == boot);
    if before.is_none() && !down::traces(&layout)?.is_empty() {
        progress.step("removing what an interrupted run left behind");
        down::down(&layout)?;
    }
    let state = State {
        phase: before.as_ref().map_or(Phase::Starting, |before| before.phase),
        boot,
        nodes: options.nodes.max(before.as_ref().map_or(0, |before| before.nodes)),
        node_monitor_grace: options.node_monitor_grace,
        program,
    };
    state.write(&layout)?;
    if let Some(before) = &before {
        end_what_changed(&layout, before, &state)?;
    }
    // The nodes watch many files; the kernel's 128 watchers are for a desktop.
    let watchers = "/proc/sys/fs/inotify/max_user_instances";
    if fs::read_to_string(watchers)?.trim().parse::<u32>()? < 8192 {
        fs::write(watchers, "8192").context("failed to raise the limit of inotify instances")?;
    }
    let nodes: Vec<_> = state.nodes().collect();
    cgroup::create(&layout.control_cgroup())?;
    network::create_bridge(&layout)?;
    for node in &nodes {
        cgroup::create(&layout.cgroup(*node))?;
        network::create_node(&layout, *node, &nodes)?;
    }
    pki::create(&layout, &nodes)?;
    Ok(Prepared { layout, state, _lock: lock, store })
}

/// What is fetched while the program is built: the images, and the S3 server. Returns the image
/// store that new nodes start from.
fn wares(cache: &Cache) -> Result<PathBuf> {
    s3::install(cache)?;
    images::store::ensure(cache, &images::standard(cache)?)
}

/// Ends the daemons that were started with other settings; they are started again with the new.
fn end_what_changed(layout: &Layout, before: &State, now: &State) -> Result<()> {
    if before.node_monitor_grace != now.node_monitor_grace {
        process::stop(layout, CONTROLLER_MANAGER)?;
    }
    if before.program != now.program {
        // The rest of the program is Kubernetes itself, whose version does not change so easily.
        for name in [DNS, PROVISIONER] {
            process::stop(layout, name)?;
        }
    }
    Ok(())
}

async fn api_server_ready(layout: &Layout) -> Result<Client> {
    let client = super::client(layout).await?;
    let daemons = [API_SERVER.to_owned(), ETCD.to_owned()];
    let wait = Wait { layout, what: "API server ready", daemons: &daemons, patience: PATIENCE };
    wait.until(|| async {
        let request = http::Request::get("/readyz").body(Vec::new())?;
        client.request_text(request).await?;
        Ok(Some(()))
    })
    .await?;
    Ok(client)
}

/// Starts the nodes' container runtimes, all at once.
async fn runtimes_ready(prepared: &Prepared) -> Result<()> {
    let all = prepared.state.nodes().map(|node| runtime_ready(prepared, node));
    try_join_all(all).await.map(drop)
}

async fn runtime_ready(prepared: &Prepared, node: Node) -> Result<()> {
    let setup = setup(&prepared.layout, &prepared.state, node);
    setup.write_files()?;
    if let Some(store) = &prepared.store
        && !setup.containerd_root().exists()
    {
        images::store::seed(store, &setup.containerd_root())?;
    }
    let layout = &prepared.layout;
    let daemon = setup.containerd();
    process::ensure(layout, &daemon)?;
    let what = format!("container runtime of {node} ready");
    let daemons = [daemon.name];
    let wait = Wait { layout, what: &what, daemons: &daemons, patience: PATIENCE };
    let socket = layout.containerd_socket(node);
    wait.until(|| async { Ok(Some(UnixStream::connect(&socket).await?)) }).await.map(drop)
}

async fn nodes_ready(
    layout: &Layout,
    client: &Client,
    nodes: &[Node],
    progress: Progress,
) -> Result<()> {
    let all = nodes.iter().map(|node| async move {
        node_ready(layout, client, *node).await?;
        progress.step(format_args!("{node} ready"));
        Ok(())
    });
    try_join_all(all).await.map(drop)
}

/// Waits until a node is ready, and says so since its kubelet was started: what the API holds of a
/// node that was down for a moment is from before.
pub async fn node_ready(layout: &Layout, client: &Client, node: Node) -> Result<()> {
    let name = node.to_string();
    let daemons = ["kubelet", "containerd", "kube-proxy"].map(|on| format!("{on}-{name}"));
    let started = process::started_at(layout, &daemons[0])?;
    let nodes: Api<core::Node> = Api::all(client.clone());
    let leases: Api<Lease> = Api::namespaced(client.clone(), "kube-node-lease");
    let what = format!("{name} ready");
    let wait = Wait { layout, what: &what, daemons: &daemons, patience: PATIENCE };
    wait.until(|| async {
        let renewed = leases.get(&name).await?.spec.and_then(|lease| lease.renew_time);
        let is_fresh = renewed.is_some_and(|time| SystemTime::from(time.0) > started);
        Ok((is_fresh && is_ready(&nodes.get(&name).await?)).then_some(()))
    })
    .await
}

fn is_ready(node: &core::Node) -> bool {
    let conditions = node.status.as_ref().and_then(|status| status.conditions.as_ref());
    conditions.is_some_and(|all| all.iter().any(|one| one.type_ == "Ready" && one.status == "True"))
}

/// Without its service account a namespace takes no pods.
async fn controllers_ready(layout: &Layout, client: &Client, progress: Progress) -> Result<()> {
    let daemons = [CONTROLLER_MANAGER.to_owned()];
    let what = "service account of the default namespace there";
    let wait = Wait { layout, what, daemons: &daemons, patience: PATIENCE };
    let api: Api<core::ServiceAccount> = Api::namespaced(client.clone(), "default");
    wait.until(|| async { Ok(api.get_opt("default").await?) }).await?;
    progress.step("controllers ready");
    Ok(())
}

async fn dns_ready(layout: &Layout, address: String, progress: Progress) -> Result<()> {
    let daemons = [DNS.to_owned()];
    let wait = Wait { layout, what: "DNS ready", daemons: &daemons, patience: PATIENCE };
    wait.until(|| async {
        let mut stream = TcpStream::connect(&address).await?;
        stream.write_all(b"GET /ready HTTP/1.0\r\n\r\n").await?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await?;
        Ok(answer.split(' ').nth(1).is_some_and(|status| status == "200").then_some(()))
    })
    .await?;
    progress.step("DNS ready");
    Ok(())
}
