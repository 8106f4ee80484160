//! The flags that choose an API server, a user and a namespace, as kubectl has them.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::path::PathBuf;
use std::time::Duration;

use kube::Config;
use kube::config::{AuthInfo, Cluster, Context, KubeConfigOptions, Kubeconfig};
use kube::config::{NamedAuthInfo, NamedCluster, NamedContext};

use crate::CommandError;
use crate::cli::values;

/// Where the flags of this group stand in the help.
const HEADING: &str = "Connection";

/// How to reach the API server, and as whom.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = HEADING)]
pub struct Connection {
    /// Namespace of the request
    #[arg(short = 'n', long, global = true, value_name = "NAMESPACE")]
    pub namespace: Option<String>,
    /// Context of the kubeconfig to use
    #[arg(long, global = true, value_name = "NAME")]
    pub context: Option<String>,
    /// Path to the kubeconfig file
    #[arg(long, global = true, value_name = "PATH")]
    pub kubeconfig: Option<PathBuf>,
    /// User to act as
    #[arg(long = "as", id = "as", global = true, value_name = "USER")]
    pub as_user: Option<String>,
    /// Longest time for one request, such as 5s or 1m; 0 for no limit
    #[arg(long, global = true, value_name = "TIME", value_parser = values::timeout)]
    pub request_timeout: Option<Duration>,
    /// Cluster of the kubeconfig to use
    #[arg(long = "cluster", id = "kube-cluster", global = true, hide_short_help = true)]
    pub kube_cluster: Option<String>,
    /// User of the kubeconfig to use
    #[arg(long = "user", id = "kube-user", global = true, hide_short_help = true)]
    pub kube_user: Option<String>,
    /// Address of the API server
    #[arg(short = 's', long, global = true, hide_short_help = true)]
    pub server: Option<String>,
    /// Name that the API server's certificate must have
    #[arg(long, global = true, hide_short_help = true)]
    pub tls_server_name: Option<String>,
    /// Do not check the API server's certificate
    #[arg(long, global = true, hide_short_help = true)]
    pub insecure_skip_tls_verify: bool,
    /// File with the authority of the API server's certificate
    #[arg(long, global = true, hide_short_help = true)]
    pub certificate_authority: Option<String>,
    /// File with the client certificate
    #[arg(long, global = true, hide_short_help = true)]
    pub client_certificate: Option<String>,
    /// File with the key of the client certificate
    #[arg(long, global = true, hide_short_help = true)]
    pub client_key: Option<String>,
    /// Bearer token
    #[arg(long, global = true, hide_short_help = true)]
    pub token: Option<String>,
    /// UID to act as
    #[arg(long, global = true, hide_short_help = true)]
    pub as_uid: Option<String>,
    /// Group to act as; repeatable
    #[arg(long, global = true, hide_short_help = true)]
    pub as_group: Vec<String>,
    /// Extra fields of the user to act as, KEY=VALUE; repeatable
    #[arg(long, global = true, hide_short_help = true)]
    pub as_user_extra: Vec<String>,
    /// Ask for answers without compression
    #[arg(long, global = true, hide_short_help = true)]
    pub disable_compression: bool,
    /// Not used: nothing is discovered
    #[arg(long, global = true, hide = true)]
    pub cache_dir: Option<String>,
}

impl Connection {
    /// The configuration that the flags, `KUBECONFIG`, the home directory or the pod give.
    ///
    /// # Errors
    /// No kubeconfig, a context that it lacks, or an address that is none.
    pub async fn config(&self) -> Result<Config, CommandError> {
        let mut config = match self.read()? {
            Some(kubeconfig) => self.with_kubeconfig(kubeconfig).await?,
            None => Config::incluster().map_err(|_| CommandError::NoKubeconfig)?,
        };
        if let Some(namespace) = &self.namespace {
            config.default_namespace.clone_from(namespace);
        }
        let agent = format!(
            "kubectl-cnpg/v{} ({})",
            env!("CARGO_PKG_VERSION"),
            option_env!("CNPG_BUILD_COMMIT").unwrap_or("none")
        );
        let agent = agent.parse().expect("letters, digits and dots make a header");
        config.headers.push((http::header::USER_AGENT, agent));
        Ok(config)
    }

    /// The kubeconfig; `None` where there is no file and no address among the flags.
    fn read(&self) -> Result<Option<Kubeconfig>, CommandError> {
        if let Some(path) = &self.kubeconfig {
            let read = Kubeconfig::read_from(path).map_err(CommandError::kubeconfig)?;
            return Ok(Some(read));
        }
        let unnamed = || Ok(self.server.is_some().then(Kubeconfig::default));
        if let Some(list) = std::env::var_os("KUBECONFIG").filter(|list| !list.is_empty()) {
            return merged(&list)?.map_or_else(unnamed, |read| Ok(Some(read)));
        }
        let home = std::env::var_os("HOME").or_else(|| std::env::var_os("USERPROFILE"));
        let path = home.map(|home| PathBuf::from(home).join(".kube/config"));
        match path.filter(|path| path.exists()) {
            Some(path) => Ok(Some(Kubeconfig::read_from(path).map_err(CommandError::kubeconfig)?)),
            None => unnamed(),
        }
    }

    async fn with_kubeconfig(&self, mut kubeconfig: Kubeconfig) -> Result<Config, CommandError> {
        let mut options = KubeConfigOptions {
            context: self.context.clone(),
            cluster: self.kube_cluster.clone(),
            user: self.kube_user.clone(),
        };
        if kubeconfig.contexts.is_empty() && self.server.is_some() {
            let name = String::from("flags");
            kubeconfig.contexts.push(NamedContext {
                name: name.clone(),
                context: Some(Context {
                    cluster: name.clone(),
                    user: Some(name.clone()),
                    ..Context::default()
                }),
                ..NamedContext::default()
            });
            kubeconfig.clusters.push(NamedCluster {
                name: name.clone(),
                cluster: Some(Cluster::default()),
                ..NamedCluster::default()
            });
            kubeconfig.auth_infos.push(NamedAuthInfo {
                name: name.clone(),
                auth_info: Some(AuthInfo::default()),
                ..NamedAuthInfo::default()
            });
            options.context = Some(name);
        }
        for cluster in kubeconfig.clusters.iter_mut().filter_map(|it| it.cluster.as_mut()) {
            self.change_cluster(cluster);
        }
        let mut config = Config::from_custom_kubeconfig(kubeconfig, &options)
            .await
            .map_err(CommandError::kubeconfig)?;
        self.change_user(&mut config.auth_info);
        Ok(config)
    }

    fn change_cluster(&self, cluster: &mut Cluster) {
        if let Some(server) = &self.server {
            cluster.server = Some(server.clone());
        }
        if let Some(name) = &self.tls_server_name {
            cluster.tls_server_name = Some(name.clone());
        }
        if let Some(path) = &self.certificate_authority {
            cluster.certificate_authority = Some(path.clone());
            cluster.certificate_authority_data = None;
        }
        if self.insecure_skip_tls_verify {
            cluster.insecure_skip_tls_verify = Some(true);
        }
        if self.disable_compression {
            cluster.disable_compression = Some(true);
        }
    }

    fn change_user(&self, user: &mut AuthInfo) {
        if let Some(path) = &self.client_certificate {
            user.client_certificate = Some(path.clone());
            user.client_certificate_data = None;
        }
        if let Some(path) = &self.client_key {
            user.client_key = Some(path.clone());
            user.client_key_data = None;
        }
        if let Some(token) = &self.token {
            user.token = Some(token.clone().into());
            user.token_file = None;
        }
        if let Some(name) = &self.as_user {
            user.impersonate = Some(name.clone());
        }
        if let Some(uid) = &self.as_uid {
            user.impersonate_uid = Some(uid.clone());
        }
        if !self.as_group.is_empty() {
            user.impersonate_groups = Some(self.as_group.clone());
        }
        if !self.as_user_extra.is_empty() {
            let mut extra: HashMap<String, Vec<String>> = HashMap::new();
            for pair in &self.as_user_extra {
                let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
                extra.entry(key.to_owned()).or_default().push(value.to_owned());
            }
            user.impersonate_user_extra = Some(extra);
        }
    }

    /// The same choices as words for `kubectl`.
    pub fn words(&self) -> Vec<String> {
        let mut words = Vec::new();
        let kubeconfig = self.kubeconfig.as_ref().map(|path| path.display().to_string());
        for (flag, value) in [
            ("--context", &self.context),
            ("--kubeconfig", &kubeconfig),
            ("--as", &self.as_user),
            ("--cluster", &self.kube_cluster),
            ("--user", &self.kube_user),
            ("--server", &self.server),
            ("--tls-server-name", &self.tls_server_name),
            ("--certificate-authority", &self.certificate_authority),
            ("--client-certificate", &self.client_certificate),
            ("--client-key", &self.client_key),
            ("--token", &self.token),
            ("--as-uid", &self.as_uid),
        ] {
            words.extend(value.iter().map(|value| format!("{flag}={value}")));
        }
        words.extend(self.as_group.iter().map(|group| format!("--as-group={group}")));
        words.extend(self.as_user_extra.iter().map(|it| format!("--as-user-extra={it}")));
        if self.insecure_skip_tls_verify {
            words.push("--insecure-skip-tls-verify".to_owned());
        }
        words
    }
}

/// The files of a list as one, the first to say something winning; like kubectl, without those that
/// are not there.
fn merged(list: &OsStr) -> Result<Option<Kubeconfig>, CommandError> {
    let mut found: Option<Kubeconfig> = None;
    for path in std::env::split_paths(list).filter(|path| path.try_exists().unwrap_or(true)) {
        let next = Kubeconfig::read_from(path).map_err(CommandError::kubeconfig)?;
        found = Some(match found {
            Some(first) => first.merge(next).map_err(CommandError::kubeconfig)?,
            None => next,
        });
    }
    Ok(found)
}
