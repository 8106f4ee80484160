//! Keys, certificates and kubeconfigs of a rig; each rig has authorities of its own.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use kube::config::{
    AuthInfo, Cluster, Context as KubeContext, Kubeconfig, NamedAuthInfo, NamedCluster,
    NamedContext,
};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose, date_time_ymd,
};

use super::layout::{Layout, Node};

/// Clients of the API server: the file's name, the user, the group.
const CLIENTS: [(&str, &str, Option<&str>); 7] = [
    ("admin", "admin", Some("system:masters")),
    ("apiserver-to-kubelet", "apiserver-to-kubelet", Some("system:masters")),
    ("controller-manager", "system:kube-controller-manager", None),
    ("scheduler", "system:kube-scheduler", None),
    ("proxy", "system:kube-proxy", None),
    ("dns", "rig-dns", Some("system:masters")),
    ("provisioner", "rig-provisioner", Some("system:masters")),
];

/// Where the files lie.
#[derive(Debug, Clone)]
pub struct Pki {
    folder: PathBuf,
}

impl Pki {
    /// The keys of this rig, which need not exist yet.
    #[must_use]
    pub fn of(layout: &Layout) -> Self {
        Self { folder: layout.pki() }
    }

    /// A certificate.
    #[must_use]
    pub fn cert(&self, name: &str) -> String {
        self.file(name, "crt")
    }

    /// A private key.
    #[must_use]
    pub fn key(&self, name: &str) -> String {
        self.file(name, "key")
    }

    /// A public key.
    #[must_use]
    pub fn public_key(&self, name: &str) -> String {
        self.file(name, "pub")
    }

    /// A component's kubeconfig.
    #[must_use]
    pub fn kubeconfig(&self, name: &str) -> String {
        self.file(name, "kubeconfig")
    }

    fn file(&self, name: &str, end: &str) -> String {
        self.folder.join(format!("{name}.{end}")).display().to_string()
    }
}

/// Writes everything; files that are there already stay, so a running rig keeps its keys.
pub fn create(layout: &Layout, nodes: &[Node]) -> Result<()> {
    let pki = Pki::of(layout);
    fs::create_dir_all(&pki.folder)?;
    fs::set_permissions(&pki.folder, fs::Permissions::from_mode(0o700))?;
    let authority = authority(&pki, "ca", "rig authority")?;
    // Whoever this one vouches for may speak in anybody's name: it signs one certificate only.
    let front_authority = self::authority(&pki, "front-ca", "rig front proxy authority")?;

    let api_names = [
        "kubernetes".to_owned(),
        "kubernetes.default".to_owned(),
        "kubernetes.default.svc".to_owned(),
        "kubernetes.default.svc.cluster.local".to_owned(),
        layout.gateway().to_string(),
        layout.kubernetes_service().to_string(),
    ];
    issue(&pki, &authority, "apiserver", Subject::server("kube-apiserver", api_names.to_vec()))?;
    issue(&pki, &front_authority, "front-proxy", Subject::client("front-proxy-client", None))?;
    for (name, user, group) in CLIENTS {
        issue(&pki, &authority, name, Subject::client(user, group))?;
        kubeconfig(layout, &pki, name)?;
    }
    for node in nodes {
        let names = vec![node.to_string(), layout.node_address(*node).to_string()];
        let user = format!("system:node:{node}");
        issue(&pki, &authority, &format!("{node}-server"), Subject::server(&user, names))?;
        let subject = Subject::client(&user, Some("system:nodes"));
        issue(&pki, &authority, &node.to_string(), subject)?;
        kubeconfig(layout, &pki, &node.to_string())?;
    }
    service_account_key(&pki)?;
    let admin = fs::read(pki.kubeconfig("admin"))?;
    write_secret(&layout.kubeconfig(), &admin)
}

/// Whom a certificate is for.
struct Subject {
    name: String,
    group: Option<String>,
    addresses: Vec<String>,
    usage: ExtendedKeyUsagePurpose,
}

impl Subject {
    fn client(name: &str, group: Option<&str>) -> Self {
        Self {
            name: name.to_owned(),
            group: group.map(str::to_owned),
            addresses: Vec::new(),
            usage: ExtendedKeyUsagePurpose::ClientAuth,
        }
    }

    fn server(name: &str, addresses: Vec<String>) -> Self {
        let usage = ExtendedKeyUsagePurpose::ServerAuth;
        Self { name: name.to_owned(), group: None, addresses, usage }
    }
}

type Authority = CertifiedIssuer<'static, KeyPair>;

/// An authority signs only while it is made; later nodes get theirs from the stored key.
fn authority(pki: &Pki, name: &str, subject: &str) -> Result<Authority> {
    let stored = Path::new(&pki.key(name)).exists();
    let key = if stored {
        KeyPair::from_pem(&fs::read_to_string(pki.key(name))?)?
    } else {
        KeyPair::generate()?
    };
    let mut params = params(subject, None, Vec::new())?;
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::DigitalSignature];
    let authority = CertifiedIssuer::self_signed(params, key)?;
    if !stored {
        fs::write(pki.cert(name), authority.pem())?;
        write_secret(Path::new(&pki.key(name)), authority.key().serialize_pem().as_bytes())?;
    }
    Ok(authority)
}

fn issue(pki: &Pki, authority: &Authority, name: &str, subject: Subject) -> Result<()> {
    if Path::new(&pki.key(name)).exists() {
        return Ok(());
    }
    let key = KeyPair::generate()?;
    let mut params = params(&subject.name, subject.group.as_deref(), subject.addresses)?;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![subject.usage];
    let cert = params.signed_by(&key, authority)?;
    fs::write(pki.cert(name), cert.pem())?;
    write_secret(Path::new(&pki.key(name)), key.serialize_pem().as_bytes())
}

fn params(name: &str, group: Option<&str>, addresses: Vec<String>) -> Result<CertificateParams> {
    let mut params = CertificateParams::new(addresses)?;
    params.distinguished_name.push(DnType::CommonName, name);
    if let Some(group) = group {
        params.distinguished_name.push(DnType::OrganizationName, group);
    }
    // A rig lives for hours; these dates only have to contain every clock.
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(2120, 1, 1);
    Ok(params)
}

fn service_account_key(pki: &Pki) -> Result<()> {
    let file = pki.key("service-account");
    if Path::new(&file).exists() {
        return Ok(());
    }
    let key = KeyPair::generate()?;
    fs::write(pki.public_key("service-account"), key.public_key_pem())?;
    write_secret(Path::new(&file), key.serialize_pem().as_bytes())
}

fn kubeconfig(layout: &Layout, pki: &Pki, name: &str) -> Result<()> {
    let cluster = Cluster {
        server: Some(layout.api_url()),
        certificate_authority: Some(pki.cert("ca")),
        ..Cluster::default()
    };
    let user = AuthInfo {
        client_certificate: Some(pki.cert(name)),
        client_key: Some(pki.key(name)),
        ..AuthInfo::default()
    };
    let context = KubeContext {
        cluster: layout.prefix(),
        user: Some(name.to_owned()),
        ..KubeContext::default()
    };
    let config = Kubeconfig {
        api_version: Some("v1".to_owned()),
        kind: Some("Config".to_owned()),
        clusters: vec![NamedCluster {
            name: layout.prefix(),
            cluster: Some(cluster),
            ..NamedCluster::default()
        }],
        auth_infos: vec![NamedAuthInfo {
            name: name.to_owned(),
            auth_info: Some(user),
            ..NamedAuthInfo::default()
        }],
        contexts: vec![NamedContext {
            name: layout.prefix(),
            context: Some(context),
            ..NamedContext::default()
        }],
        current_context: Some(layout.prefix()),
        ..Kubeconfig::default()
    };
    // JSON is YAML.
    write_secret(Path::new(&pki.kubeconfig(name)), &serde_json::to_vec_pretty(&config)?)
}

fn write_secret(path: &Path, content: &[u8]) -> Result<()> {
    let write = || {
        fs::write(path, content)?;
        fs::set_permissions(path, fs::Permissions::from_mode(0o600))
    };
    write().with_context(|| format!("failed to write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rig::layout::{Cache, Slot};

    #[test]
    fn a_second_call_keeps_the_keys_and_adds_new_nodes() {
        let dir = tempfile::tempdir().unwrap();
        let layout = Layout::new(Cache::new(dir.path()), Slot::new(1).unwrap());
        let nodes: Vec<_> = Node::first(2).collect();
        create(&layout, &nodes[..1]).unwrap();
        let pki = Pki::of(&layout);
        let before: Vec<_> = ["ca", "front-ca", "apiserver", "node1", "service-account"]
            .map(|name| fs::read(pki.key(name)).unwrap())
            .into();
        assert!(!Path::new(&pki.key("node2")).exists());
        create(&layout, &nodes).unwrap();
        let after: Vec<_> = ["ca", "front-ca", "apiserver", "node1", "service-account"]
            .map(|name| fs::read(pki.key(name)).unwrap())
            .into();
        assert_eq!(before, after);
        assert!(Path::new(&pki.key("node2")).exists());
        assert!(Kubeconfig::read_from(layout.kubeconfig()).is_ok());
    }
}
