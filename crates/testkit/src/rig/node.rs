//! What runs on a node: containerd, kubelet and kube-proxy, in the node's network namespace.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;
use serde_json::json;

use super::files;
use super::layout::{Layout, Node};
use super::pki::Pki;
use super::process::Daemon;

/// What a node's files and command lines are made from.
#[derive(Debug, Clone, Copy)]
pub struct NodeSetup<'a> {
    pub layout: &'a Layout,
    /// The program that is all components.
    pub program: &'a Path,
    pub node: Node,
    /// The image of the container that holds a pod's namespaces.
    pub sandbox_image: &'a str,
}

impl NodeSetup<'_> {
    /// Everything on the node, in the order it is started.
    #[must_use]
    pub fn daemons(&self) -> [Daemon; 3] {
        [self.containerd(), self.kubelet(), self.proxy()]
    }

    /// The container runtime.
    #[must_use]
    pub fn containerd(&self) -> Daemon {
        let args = vec!["--config".to_owned(), self.path("containerd.toml")];
        Daemon { program: PathBuf::from("containerd"), ..self.daemon("containerd", args) }
    }

    /// The node's agent.
    #[must_use]
    pub fn kubelet(&self) -> Daemon {
        let args = vec![
            "kubelet".to_owned(),
            format!("--config={}", self.path("kubelet.json")),
            format!("--kubeconfig={}", Pki::of(self.layout).kubeconfig(&self.node.to_string())),
            format!("--hostname-override={}", self.node),
            format!("--node-ip={}", self.layout.node_address(self.node)),
            format!("--root-dir={}", self.path("kubelet")),
            format!("--cert-dir={}", self.path("certificates")),
            "--housekeeping-interval=30s".to_owned(),
            "--v=1".to_owned(),
        ];
        self.daemon("kubelet", args)
    }

    /// What makes service addresses work on the node.
    #[must_use]
    pub fn proxy(&self) -> Daemon {
        let args = vec!["kube-proxy".to_owned(), format!("--config={}", self.path("proxy.json"))];
        self.daemon("kube-proxy", args)
    }

    /// Where containerd keeps images and snapshots.
    #[must_use]
    pub fn containerd_root(&self) -> PathBuf {
        self.layout.node_dir(self.node).join("containerd")
    }

    /// Writes the configuration of all three.
    pub fn write_files(&self) -> Result<()> {
        for folder in ["cni", "manifests"] {
            fs::create_dir_all(self.path(folder))?;
        }
        let resolver = format!("nameserver {}\n", self.layout.gateway());
        files::write(self.path("resolv.conf"), resolver)?;
        files::write(self.path("cni/10-rig.conflist"), self.cni().to_string())?;
        files::write(self.path("containerd.toml"), self.containerd_config())?;
        files::write(self.path("kubelet.json"), self.kubelet_config().to_string())?;
        files::write(self.path("proxy.json"), self.proxy_config().to_string())
    }

    /// `ptp`, since over a bridge answers of a pod on the same node would not be translated back.
    fn cni(&self) -> serde_json::Value {
        json!({
            "cniVersion": "1.0.0",
            "name": self.layout.prefix(),
            "plugins": [
                {
                    "type": "ptp",
                    "ipMasq": false,
                    "ipam": {
                        "type": "host-local",
                        "dataDir": self.path("addresses"),
                        "ranges": [[{"subnet": self.layout.pod_network(self.node).to_string()}]],
                        "routes": [{"dst": "0.0.0.0/0"}],
                    },
                },
                {"type": "portmap", "capabilities": {"portMappings": true}},
            ],
        })
    }

    /// Everything below the node's folder, so that `down` finds all its mounts there.
    ///
    /// A process without the right to do so cannot lower an out-of-memory score: the runtime is
    /// told not to try. The plugins that are off could not work here and only cost time.
    fn containerd_config(&self) -> String {
        format!(
            r#"version = 2
root = {root:?}
state = {state:?}
disabled_plugins = [
  "io.containerd.internal.v1.opt",
  "io.containerd.snapshotter.v1.aufs",
  "io.containerd.snapshotter.v1.btrfs",
  "io.containerd.snapshotter.v1.devmapper",
  "io.containerd.snapshotter.v1.zfs",
]
[grpc]
  address = {socket:?}
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = {sandbox:?}
  restrict_oom_score_adj = true
  netns_mounts_under_state_dir = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = {cni:?}
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
      Root = {runc:?}
"#,
            root = self.containerd_root(),
            state = self.path("run"),
            socket = self.layout.containerd_socket(self.node),
            sandbox = self.sandbox_image,
            cni = self.path("cni"),
            runc = self.path("runc"),
        )
    }

    fn kubelet_config(&self) -> serde_json::Value {
        let pki = Pki::of(self.layout);
        let server = format!("{}-server", self.node);
        json!({
            "apiVersion": "kubelet.config.k8s.io/v1beta1",
            "kind": "KubeletConfiguration",
            "failCgroupV1": false,
            "cgroupDriver": "cgroupfs",
            "cgroupRoot": format!("/{}", self.layout.cgroup(self.node)),
            "enforceNodeAllocatable": ["pods"],
            "failSwapOn": false,
            "clusterDNS": [self.layout.gateway()],
            "clusterDomain": "cluster.local",
            "containerRuntimeEndpoint":
                format!("unix://{}", self.layout.containerd_socket(self.node).display()),
            "staticPodPath": self.path("manifests"),
            "authentication": {
                "anonymous": {"enabled": false},
                "webhook": {"enabled": true},
                "x509": {"clientCAFile": pki.cert("ca")},
            },
            "authorization": {"mode": "Webhook"},
            "tlsCertFile": pki.cert(&server),
            "tlsPrivateKeyFile": pki.key(&server),
            "resolvConf": self.path("resolv.conf"),
            "volumePluginDir": self.path("plugins"),
            "podLogsDir": self.path("pod-logs"),
            // All nodes see the disk and memory of the one machine: only the last resort is kept.
            "evictionHard":
                {"nodefs.available": "1%", "imagefs.available": "1%", "memory.available": "100Mi"},
            // An image collected as garbage could not be pulled again.
            "imageGCHighThresholdPercent": 100,
            "imageGCLowThresholdPercent": 99,
            "serializeImagePulls": false,
            "makeIPTablesUtilChains": false,
            "shutdownGracePeriod": "0s",
        })
    }

    fn proxy_config(&self) -> serde_json::Value {
        json!({
            "apiVersion": "kubeproxy.config.k8s.io/v1alpha1",
            "kind": "KubeProxyConfiguration",
            "mode": "nftables",
            "clientConnection": {"kubeconfig": Pki::of(self.layout).kubeconfig("proxy")},
            "hostnameOverride": self.node.to_string(),
            "clusterCIDR": self.layout.cluster_network().to_string(),
            // Limits of the whole machine, which are not this node's to change.
            "conntrack": {
                "maxPerCore": 0,
                "min": 0,
                "tcpEstablishedTimeout": "0s",
                "tcpCloseWaitTimeout": "0s",
            },
            "healthzBindAddress": "127.0.0.1:10256",
            "metricsBindAddress": "127.0.0.1:10249",
        })
    }

    fn daemon(&self, name: &str, args: Vec<String>) -> Daemon {
        Daemon {
            name: format!("{name}-{}", self.node),
            program: self.program.to_owned(),
            args,
            env: Vec::new(),
            cgroup: self.layout.cgroup(self.node),
            namespace: Some(self.layout.namespace_path(self.node)),
        }
    }

    fn path(&self, name: &str) -> String {
        self.layout.node_dir(self.node).join(name).display().to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rig::layout::{Cache, Slot};

    #[test]
    fn all_that_is_written_lies_below_the_state_of_the_rig() {
        let dir = tempfile::tempdir().unwrap();
        let layout = Layout::new(Cache::new(dir.path()), Slot::new(3).unwrap());
        let (node, program) = (Node::new(2).unwrap(), Path::new("/cache/bin/rig"));
        let setup = NodeSetup { layout: &layout, program, node, sandbox_image: "pause" };
        setup.write_files().unwrap();
        let state = layout.state().display().to_string();
        let containerd = setup.containerd_config();
        // What only reads, and what is no path of the machine.
        let known = ["/usr/lib/cni"];
        let paths = containerd.split('"').filter(|text| text.starts_with('/'));
        for path in paths.filter(|path| !known.contains(path)) {
            assert!(path.starts_with(&state), "{path}");
        }
        for daemon in setup.daemons() {
            assert_eq!(daemon.cgroup, "cnpgrig3-node2", "{}", daemon.name);
            assert_eq!(daemon.namespace, Some(layout.namespace_path(node)), "{}", daemon.name);
            let paths = daemon.args.iter().filter_map(|arg| arg.split_once("=/"));
            for (flag, path) in paths {
                assert!(format!("/{path}").starts_with(&state), "{flag} of {}", daemon.name);
            }
        }
    }

    #[test]
    fn the_kubelet_keeps_to_the_nodes_cgroup_and_pods() {
        let layout = Layout::new(Cache::new("/cache"), Slot::new(3).unwrap());
        let (node, program) = (Node::new(2).unwrap(), Path::new("/cache/bin/rig"));
        let setup = NodeSetup { layout: &layout, program, node, sandbox_image: "pause" };
        assert_eq!(setup.kubelet_config()["cgroupRoot"], "/cnpgrig3-node2");
        let range = &setup.cni()["plugins"][0]["ipam"]["ranges"][0][0]["subnet"];
        assert_eq!(range, "198.18.98.0/24");
    }
}
