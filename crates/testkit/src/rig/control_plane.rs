//! What runs outside the nodes: etcd, the API server, its controllers, DNS and the provisioner.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Result;

use super::files;
use super::layout::Layout;
use super::pki::Pki;
use super::process::Daemon;

/// Controllers whose work no rig has.
const NOT_NEEDED: [&str; 10] = [
    "certificatesigningrequest-approving-controller",
    "certificatesigningrequest-cleaner-controller",
    "certificatesigningrequest-signing-controller",
    "horizontal-pod-autoscaler-controller",
    "legacy-serviceaccount-token-cleaner-controller",
    "podcertificaterequest-cleaner-controller",
    "replicationcontroller-controller",
    "resourceclaim-controller",
    "storageversion-garbage-collector-controller",
    "ttl-controller",
];

/// The names of the daemons, which are those of their logs too.
pub const ETCD: &str = "etcd";
pub const API_SERVER: &str = "kube-apiserver";
pub const CONTROLLER_MANAGER: &str = "kube-controller-manager";
pub const SCHEDULER: &str = "kube-scheduler";
pub const DNS: &str = "coredns";
pub const PROVISIONER: &str = "provisioner";

/// What the control plane's command lines are made from.
#[derive(Debug, Clone)]
pub struct ControlPlane<'a> {
    pub layout: &'a Layout,
    /// The program that is all components.
    pub program: &'a Path,
    /// How long a node may be silent before its pods count as lost.
    pub node_monitor_grace: Duration,
}

impl ControlPlane<'_> {
    /// The database. Nothing is synced to disk: no rig outlives its machine.
    #[must_use]
    pub fn etcd(&self) -> Daemon {
        let address = self.layout.loopback();
        let (clients, peers) = (self.etcd_url(), format!("http://{address}:2380"));
        let args = [
            format!("--data-dir={}", self.layout.etcd().display()),
            format!("--listen-client-urls={clients}"),
            format!("--advertise-client-urls={clients}"),
            format!("--listen-peer-urls={peers}"),
            format!("--initial-advertise-peer-urls={peers}"),
            format!("--initial-cluster=default={peers}"),
            "--unsafe-no-fsync".to_owned(),
            "--logger=zap".to_owned(),
            "--log-level=warn".to_owned(),
        ];
        Daemon { program: PathBuf::from("etcd"), ..self.daemon(ETCD, "", args.to_vec()) }
    }

    /// The API server.
    #[must_use]
    pub fn api_server(&self) -> Daemon {
        let pki = Pki::of(self.layout);
        let gateway = self.layout.gateway();
        let args = [
            format!("--etcd-servers={}", self.etcd_url()),
            format!("--advertise-address={gateway}"),
            format!("--bind-address={gateway}"),
            "--secure-port=6443".to_owned(),
            format!("--service-cluster-ip-range={}", self.layout.service_network()),
            format!("--tls-cert-file={}", pki.cert("apiserver")),
            format!("--tls-private-key-file={}", pki.key("apiserver")),
            format!("--client-ca-file={}", pki.cert("ca")),
            format!("--service-account-key-file={}", pki.public_key("service-account")),
            format!("--service-account-signing-key-file={}", pki.key("service-account")),
            "--service-account-issuer=https://kubernetes.default.svc".to_owned(),
            format!("--kubelet-client-certificate={}", pki.cert("apiserver-to-kubelet")),
            format!("--kubelet-client-key={}", pki.key("apiserver-to-kubelet")),
            format!("--kubelet-certificate-authority={}", pki.cert("ca")),
            // The nodes' names mean nothing to this machine's resolver.
            "--kubelet-preferred-address-types=InternalIP".to_owned(),
            format!("--proxy-client-cert-file={}", pki.cert("front-proxy")),
            format!("--proxy-client-key-file={}", pki.key("front-proxy")),
            format!("--requestheader-client-ca-file={}", pki.cert("front-ca")),
            "--requestheader-allowed-names=front-proxy-client".to_owned(),
            "--requestheader-username-headers=X-Remote-User".to_owned(),
            "--requestheader-group-headers=X-Remote-Group".to_owned(),
            "--requestheader-extra-headers-prefix=X-Remote-Extra-".to_owned(),
            // It stands outside the service network: webhooks are called by their endpoints.
            "--enable-aggregator-routing=true".to_owned(),
            "--authorization-mode=Node,RBAC".to_owned(),
            "--enable-admission-plugins=NodeRestriction".to_owned(),
            "--allow-privileged=true".to_owned(),
            "--profiling=false".to_owned(),
        ];
        self.daemon(API_SERVER, API_SERVER, args.to_vec())
    }

    /// What needs a ready API server: controllers, scheduler, DNS, provisioner.
    #[must_use]
    pub fn followers(&self) -> [Daemon; 4] {
        [self.controller_manager(), self.scheduler(), self.dns(), self.provisioner()]
    }

    fn controller_manager(&self) -> Daemon {
        let pki = Pki::of(self.layout);
        let off: String = NOT_NEEDED.iter().map(|name| format!(",-{name}")).collect();
        let mut args = self.client_args("controller-manager");
        args.extend([
            format!("--controllers=*{off}"),
            format!("--service-account-private-key-file={}", pki.key("service-account")),
            format!("--root-ca-file={}", pki.cert("ca")),
            "--use-service-account-credentials=true".to_owned(),
            // Its controllers start one after the other, and each asks much at the start.
            "--kube-api-qps=200".to_owned(),
            "--kube-api-burst=400".to_owned(),
            "--node-monitor-period=2s".to_owned(),
            format!("--node-monitor-grace-period={}s", self.node_monitor_grace.as_secs()),
        ]);
        self.daemon(CONTROLLER_MANAGER, CONTROLLER_MANAGER, args)
    }

    fn scheduler(&self) -> Daemon {
        self.daemon(SCHEDULER, SCHEDULER, self.client_args("scheduler"))
    }

    fn dns(&self) -> Daemon {
        let args = vec!["-conf".to_owned(), self.corefile_path().display().to_string()];
        self.daemon(DNS, "coredns", args)
    }

    fn provisioner(&self) -> Daemon {
        let args = vec![
            format!("--kubeconfig={}", Pki::of(self.layout).kubeconfig("provisioner")),
            format!("--volumes={}", self.layout.volumes().display()),
        ];
        self.daemon(PROVISIONER, "provision", args)
    }

    /// Writes what the daemons read besides keys.
    pub fn write_files(&self) -> Result<()> {
        fs::create_dir_all(self.layout.volumes())?;
        files::write(self.corefile_path(), self.corefile())
    }

    /// Where DNS tells that it has read all services.
    #[must_use]
    pub fn dns_ready(&self) -> String {
        format!("{}:8181", self.layout.loopback())
    }

    fn corefile(&self) -> String {
        let (gateway, ready) = (self.layout.gateway(), self.dns_ready());
        let kubeconfig = Pki::of(self.layout).kubeconfig("dns");
        format!(
            "\
. {{
  bind {gateway}
  errors
  ready {ready}
  cache 5
  hosts {{
    {gateway} s3.rig.test
    ttl 5
    fallthrough
  }}
  kubernetes cluster.local in-addr.arpa {{
    kubeconfig {kubeconfig}
    pods insecure
    ttl 5
    fallthrough in-addr.arpa
  }}
  template ANY ANY {{
    rcode NXDOMAIN
  }}
}}
"
        )
    }

    fn corefile_path(&self) -> PathBuf {
        self.layout.state().join("Corefile")
    }

    fn etcd_url(&self) -> String {
        format!("http://{}:2379", self.layout.loopback())
    }

    /// What every daemon with a client of its own is told; there is only one of each to elect.
    fn client_args(&self, name: &str) -> Vec<String> {
        let kubeconfig = Pki::of(self.layout).kubeconfig(name);
        vec![
            format!("--kubeconfig={kubeconfig}"),
            format!("--authentication-kubeconfig={kubeconfig}"),
            format!("--authorization-kubeconfig={kubeconfig}"),
            format!("--bind-address={}", self.layout.loopback()),
            "--leader-elect=false".to_owned(),
            "--profiling=false".to_owned(),
        ]
    }

    fn daemon(&self, name: &str, component: &str, args: Vec<String>) -> Daemon {
        let component = (!component.is_empty()).then(|| component.to_owned());
        Daemon {
            name: name.to_owned(),
            program: self.program.to_owned(),
            args: component.into_iter().chain(args).collect(),
            env: Vec::new(),
            cgroup: self.layout.control_cgroup(),
            namespace: None,
        }
    }
}
