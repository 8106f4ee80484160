//! Where everything of a rig is: names, addresses and paths, all computed from its slot.
//!
//! Pure: nothing here looks at the machine. Several rigs share a machine without meeting, because
//! each has a slot and every name, network and folder below contains that slot's number.

use std::fmt;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// How many rigs one machine can hold.
pub const SLOTS: u8 = 8;

/// How many nodes one rig can have.
pub const MAX_NODES: u8 = 9;

/// The cgroup v1 controllers in which each node has a cgroup.
pub const CONTROLLERS: [&str; 9] =
    ["cpu", "cpuacct", "cpuset", "memory", "devices", "freezer", "blkio", "pids", "systemd"];

/// A rig's place on its machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slot(u8);

impl Slot {
    /// The slot of this number, if there is one.
    #[must_use]
    pub fn new(number: u8) -> Option<Self> {
        (number < SLOTS).then_some(Self(number))
    }

    /// Every slot, lowest first.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..SLOTS).map(Self)
    }

    /// The slot's number.
    #[must_use]
    pub fn number(self) -> u8 {
        self.0
    }
}

impl fmt::Display for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A node of a rig; its text is the node's name in Kubernetes.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(into = "String", try_from = "String")]
pub struct Node(u8);

/// The text names no node.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a node: nodes are node1 to node{MAX_NODES}")]
pub struct NoSuchNode(String);

impl Node {
    /// The node of this number, counted from 1.
    #[must_use]
    pub fn new(number: u8) -> Option<Self> {
        (1..=MAX_NODES).contains(&number).then_some(Self(number))
    }

    /// The first `count` nodes (at most [`MAX_NODES`]).
    pub fn first(count: u8) -> impl Iterator<Item = Self> + Clone {
        (1..=count.min(MAX_NODES)).map(Self)
    }

    /// The node's number, counted from 1.
    #[must_use]
    pub fn number(self) -> u8 {
        self.0
    }
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "node{}", self.0)
    }
}

impl From<Node> for String {
    fn from(node: Node) -> Self {
        node.to_string()
    }
}

impl TryFrom<String> for Node {
    type Error = NoSuchNode;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl FromStr for Node {
    type Err = NoSuchNode;

    /// Reads `node2` or `2`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let number = text.strip_prefix("node").unwrap_or(text);
        number.parse().ok().and_then(Self::new).ok_or_else(|| NoSuchNode(text.to_owned()))
    }
}

/// An IPv4 network; its text is `address/prefix`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    pub address: Ipv4Addr,
    pub prefix: u8,
}

impl Network {
    /// Whether the address lies inside.
    #[must_use]
    pub fn contains(self, address: Ipv4Addr) -> bool {
        let mask = u32::MAX.checked_shl(32 - u32::from(self.prefix)).unwrap_or(0);
        u32::from(address) & mask == u32::from(self.address) & mask
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.prefix)
    }
}

/// The cache folder that all rigs of a user share; it survives every rig.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cache(PathBuf);

impl Cache {
    /// The cache in this folder.
    #[must_use]
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self(root.into())
    }

    /// The folder itself.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.0
    }

    /// Built programs, a folder for each hash of their sources.
    #[must_use]
    pub fn bin(&self) -> PathBuf {
        self.0.join("bin")
    }

    /// Image archives, `<hash>.tar`.
    #[must_use]
    pub fn images(&self) -> PathBuf {
        self.0.join("images")
    }

    /// Image stores that new nodes start from, a folder for each set of images.
    #[must_use]
    pub fn stores(&self) -> PathBuf {
        self.0.join("stores")
    }

    /// Who owns which slot.
    #[must_use]
    pub fn slots(&self) -> PathBuf {
        self.0.join("slots")
    }
}

/// All names, addresses and paths of one rig.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    cache: Cache,
    slot: Slot,
}

impl Layout {
    /// The layout of the rig in this slot.
    #[must_use]
    pub fn new(cache: Cache, slot: Slot) -> Self {
        Self { cache, slot }
    }

    /// The rig's slot.
    #[must_use]
    pub fn slot(&self) -> Slot {
        self.slot
    }

    /// The cache the rig's state lies in.
    #[must_use]
    pub fn cache(&self) -> &Cache {
        &self.cache
    }

    /// What every name of this rig on the machine starts with.
    #[must_use]
    pub fn prefix(&self) -> String {
        format!("cnpgrig{}", self.slot)
    }

    /// The bridge all nodes hang on.
    #[must_use]
    pub fn bridge(&self) -> String {
        self.prefix()
    }

    /// The network namespace of a node.
    #[must_use]
    pub fn namespace(&self, node: Node) -> String {
        format!("{}-{node}", self.prefix())
    }

    /// The file to enter a node's network namespace by.
    #[must_use]
    pub fn namespace_path(&self, node: Node) -> PathBuf {
        Path::new("/run/netns").join(self.namespace(node))
    }

    /// The end of a node's cable that is plugged into the bridge; the other end is its `eth0`.
    #[must_use]
    pub fn veth(&self, node: Node) -> String {
        format!("{}v{}", self.prefix(), node.number())
    }

    /// The cgroup of a node, the same name in every controller.
    #[must_use]
    pub fn cgroup(&self, node: Node) -> String {
        self.namespace(node)
    }

    /// The cgroup of everything that runs outside the nodes.
    #[must_use]
    pub fn control_cgroup(&self) -> String {
        format!("{}-control", self.prefix())
    }

    /// Where the API server, DNS and S3 listen: the root namespace's address on the bridge.
    #[must_use]
    pub fn gateway(&self) -> Ipv4Addr {
        Ipv4Addr::new(198, 18, self.first(), 1)
    }

    /// The API server's URL.
    #[must_use]
    pub fn api_url(&self) -> String {
        format!("https://{}:6443", self.gateway())
    }

    /// A loopback address of this rig alone, for what only the control plane may reach.
    #[must_use]
    pub fn loopback(&self) -> Ipv4Addr {
        Ipv4Addr::new(127, 18, self.slot.number(), 1)
    }

    /// The network between the nodes and the control plane.
    #[must_use]
    pub fn node_network(&self) -> Network {
        Network { address: Ipv4Addr::new(198, 18, self.first(), 0), prefix: 24 }
    }

    /// A node's address.
    #[must_use]
    pub fn node_address(&self, node: Node) -> Ipv4Addr {
        Ipv4Addr::new(198, 18, self.first(), 10 + node.number())
    }

    /// The network of a node's pods.
    #[must_use]
    pub fn pod_network(&self, node: Node) -> Network {
        Network { address: Ipv4Addr::new(198, 18, self.first() + node.number(), 0), prefix: 24 }
    }

    /// The network that holds the nodes and all their pods.
    #[must_use]
    pub fn cluster_network(&self) -> Network {
        Network { address: Ipv4Addr::new(198, 18, self.first(), 0), prefix: 19 }
    }

    /// The network of the services.
    #[must_use]
    pub fn service_network(&self) -> Network {
        Network { address: Ipv4Addr::new(198, 19, self.first(), 0), prefix: 19 }
    }

    /// The address of the service `kubernetes.default`.
    #[must_use]
    pub fn kubernetes_service(&self) -> Ipv4Addr {
        Ipv4Addr::new(198, 19, self.first(), 1)
    }

    /// All that a running rig writes; nothing in it outlives `down`.
    #[must_use]
    pub fn state(&self) -> PathBuf {
        self.cache.root().join("state").join(self.slot.to_string())
    }

    /// Keys, certificates and the components' kubeconfigs.
    #[must_use]
    pub fn pki(&self) -> PathBuf {
        self.state().join("pki")
    }

    /// The administrator's kubeconfig.
    #[must_use]
    pub fn kubeconfig(&self) -> PathBuf {
        self.state().join("kubeconfig")
    }

    /// The database of etcd.
    #[must_use]
    pub fn etcd(&self) -> PathBuf {
        self.state().join("etcd")
    }

    /// A log file for each component.
    #[must_use]
    pub fn logs(&self) -> PathBuf {
        self.state().join("log")
    }

    /// The log of one component.
    #[must_use]
    pub fn log(&self, component: &str) -> PathBuf {
        self.logs().join(format!("{component}.log"))
    }

    /// A record for each process that was started.
    #[must_use]
    pub fn pids(&self) -> PathBuf {
        self.state().join("pids")
    }

    /// The images and mounts of persistent volumes.
    #[must_use]
    pub fn volumes(&self) -> PathBuf {
        self.state().join("volumes")
    }

    /// What one node writes.
    #[must_use]
    pub fn node_dir(&self, node: Node) -> PathBuf {
        self.state().join("nodes").join(node.number().to_string())
    }

    /// The socket of a node's containerd.
    #[must_use]
    pub fn containerd_socket(&self, node: Node) -> PathBuf {
        self.node_dir(node).join("containerd.sock")
    }

    /// The third number of the first address of this slot: each slot has 32 networks of 256.
    fn first(&self) -> u8 {
        self.slot.number() * 32
    }
}

#[cfg(test)]
mod tests;
