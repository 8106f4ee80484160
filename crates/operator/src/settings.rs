//! What the operator can be told by its environment, a ConfigMap and a Secret.
//!
//! Pure: the sources are handed in as maps. A value that cannot be read leaves the one before it
//! in force and is reported, so that a typo never stops the operator.

pub mod load;

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

/// Names and values of one source.
pub type Source = BTreeMap<String, String>;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// All settings, with their defaults filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// How long a new certificate is valid.
    pub certificate_duration: Duration,
    /// A certificate is renewed when less than this is left.
    pub expiring_check_threshold: Duration,
    pub clusters_rollout_delay: Duration,
    pub instances_rollout_delay: Duration,
    pub create_any_service: bool,
    /// Taint keys that mean that a node is being emptied.
    pub drain_taints: Vec<String>,
    pub inplace_manager_updates: bool,
    /// The webhook configurations carry the operator's namespace in their names.
    pub webhook_namespace_suffix: bool,
    /// Plugins added to every cluster.
    pub include_plugins: Vec<String>,
    pub inherited_annotations: Vec<String>,
    pub inherited_labels: Vec<String>,
    pub cluster_domain: String,
    /// Whether the operator writes its CA into the webhook configurations.
    pub manage_webhook_configurations: bool,
    /// Directory with `tls.crt` and `tls.key` for the metrics server; plain HTTP without.
    pub metrics_cert_dir: Option<String>,
    pub monitoring_queries_configmap: Option<String>,
    pub monitoring_queries_secret: Option<String>,
    /// Image of the operator, for the init containers of instances.
    pub operator_image: Option<String>,
    pub postgres_image: Option<String>,
    pub pgbouncer_image: Option<String>,
    pub operator_namespace: Option<String>,
    pub pull_secret_name: String,
    /// Milliseconds; unset leaves the choice to the instances, 0 to the operating system.
    pub standby_tcp_user_timeout: Option<u32>,
    /// Namespaces to look after; empty means all.
    pub watch_namespaces: Vec<String>,
    /// Directory with `apiserver.crt` and `apiserver.key` made by someone else.
    pub webhook_cert_dir: Option<String>,
    pub plugin_socket_dir: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            certificate_duration: 90 * DAY,
            expiring_check_threshold: 7 * DAY,
            clusters_rollout_delay: Duration::ZERO,
            instances_rollout_delay: Duration::ZERO,
            create_any_service: false,
            drain_taints: list(
                "node.kubernetes.io/unschedulable,ToBeDeletedByClusterAutoscaler,\
                 karpenter.sh/disrupted,karpenter.sh/disruption",
            ),
            inplace_manager_updates: false,
            webhook_namespace_suffix: false,
            include_plugins: Vec::new(),
            inherited_annotations: Vec::new(),
            inherited_labels: Vec::new(),
            cluster_domain: "cluster.local".to_owned(),
            manage_webhook_configurations: true,
            metrics_cert_dir: None,
            monitoring_queries_configmap: None,
            monitoring_queries_secret: None,
            operator_image: None,
            postgres_image: None,
            pgbouncer_image: None,
            operator_namespace: None,
            pull_secret_name: "cnpg-pull-secret".to_owned(),
            standby_tcp_user_timeout: None,
            watch_namespaces: Vec::new(),
            webhook_cert_dir: None,
            plugin_socket_dir: "/plugins".to_owned(),
        }
    }
}

/// A value that was left out of account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ignored {
    pub key: &'static str,
    pub value: String,
    pub wanted: &'static str,
}

impl fmt::Display for Ignored {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} is {:?}, which is not {}", self.key, self.value, self.wanted)
    }
}

/// Settings that contradict each other.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    #[error("ENABLE_WEBHOOK_NAMESPACE_SUFFIX needs OPERATOR_NAMESPACE")]
    SuffixWithoutNamespace,
}

type Apply = fn(&mut Settings, &str) -> Result<(), &'static str>;

/// Every known name, and what its value does.
const KEYS: &[(&str, Apply)] = &[
    ("CERTIFICATE_DURATION", |to, text| days(&mut to.certificate_duration, text, 90)),
    ("EXPIRING_CHECK_THRESHOLD", |to, text| days(&mut to.expiring_check_threshold, text, 7)),
    ("CLUSTERS_ROLLOUT_DELAY", |to, text| seconds(&mut to.clusters_rollout_delay, text)),
    ("INSTANCES_ROLLOUT_DELAY", |to, text| seconds(&mut to.instances_rollout_delay, text)),
    ("CREATE_ANY_SERVICE", |to, text| boolean(&mut to.create_any_service, text)),
    ("DRAIN_TAINTS", |to, text| names(&mut to.drain_taints, text)),
    ("ENABLE_INSTANCE_MANAGER_INPLACE_UPDATES", |to, text| {
        boolean(&mut to.inplace_manager_updates, text)
    }),
    ("ENABLE_WEBHOOK_NAMESPACE_SUFFIX", |to, text| boolean(&mut to.webhook_namespace_suffix, text)),
    ("INCLUDE_PLUGINS", |to, text| names(&mut to.include_plugins, text)),
    ("INHERITED_ANNOTATIONS", |to, text| names(&mut to.inherited_annotations, text)),
    ("INHERITED_LABELS", |to, text| names(&mut to.inherited_labels, text)),
    ("KUBERNETES_CLUSTER_DOMAIN", |to, text| word(&mut to.cluster_domain, text)),
    ("MANAGE_WEBHOOK_CONFIGURATIONS", |to, text| {
        boolean(&mut to.manage_webhook_configurations, text)
    }),
    ("METRICS_CERT_DIR", |to, text| optional(&mut to.metrics_cert_dir, text)),
    ("MONITORING_QUERIES_CONFIGMAP", |to, text| {
        optional(&mut to.monitoring_queries_configmap, text)
    }),
    ("MONITORING_QUERIES_SECRET", |to, text| optional(&mut to.monitoring_queries_secret, text)),
    ("OPERATOR_IMAGE_NAME", |to, text| optional(&mut to.operator_image, text)),
    ("POSTGRES_IMAGE_NAME", |to, text| optional(&mut to.postgres_image, text)),
    ("PGBOUNCER_IMAGE_NAME", |to, text| optional(&mut to.pgbouncer_image, text)),
    ("OPERATOR_NAMESPACE", |to, text| optional(&mut to.operator_namespace, text)),
    ("PULL_SECRET_NAME", |to, text| word(&mut to.pull_secret_name, text)),
    ("STANDBY_TCP_USER_TIMEOUT", |to, text| {
        to.standby_tcp_user_timeout = Some(integer(text).and_then(small)?);
        Ok(())
    }),
    ("WATCH_NAMESPACE", |to, text| names(&mut to.watch_namespaces, text)),
    ("WEBHOOK_CERT_DIR", |to, text| optional(&mut to.webhook_cert_dir, text)),
    ("PLUGIN_SOCKET_DIR", |to, text| word(&mut to.plugin_socket_dir, text)),
];

impl Settings {
    /// Reads the sources in order, later ones winning, and says what it could not use.
    pub fn read<'a>(sources: impl IntoIterator<Item = &'a Source>) -> (Self, Vec<Ignored>) {
        let (mut settings, mut ignored) = (Self::default(), Vec::new());
        for source in sources {
            for (key, apply) in KEYS {
                let Some(value) = source.get(*key) else { continue };
                if let Err(wanted) = apply(&mut settings, value) {
                    ignored.push(Ignored { key, value: value.clone(), wanted });
                }
            }
        }
        (settings, ignored)
    }

    /// Refuses settings that cannot all be meant.
    pub fn check(&self) -> Result<(), Error> {
        if self.webhook_namespace_suffix && self.operator_namespace.is_none() {
            return Err(Error::SuffixWithoutNamespace);
        }
        Ok(())
    }

    /// Whether `name` is one the operator reads at all.
    pub fn knows(name: &str) -> bool {
        KEYS.iter().any(|(key, _)| *key == name)
    }
}

const BOOLEAN: &str = "a boolean";
const INTEGER: &str = "a whole number";
const SMALL: &str = "a whole number from 0 to 4294967295";

fn list(text: &str) -> Vec<String> {
    text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect()
}

fn integer(text: &str) -> Result<i64, &'static str> {
    text.trim().parse().map_err(|_| INTEGER)
}

fn small(number: i64) -> Result<u32, &'static str> {
    u32::try_from(number).map_err(|_| SMALL)
}

fn days(to: &mut Duration, text: &str, default: u32) -> Result<(), &'static str> {
    let days = integer(text)?;
    *to = DAY * if days <= 0 { default } else { small(days)? };
    Ok(())
}

fn seconds(to: &mut Duration, text: &str) -> Result<(), &'static str> {
    *to = Duration::from_secs(small(integer(text)?)?.into());
    Ok(())
}

fn boolean(to: &mut bool, text: &str) -> Result<(), &'static str> {
    *to = match text.trim() {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => true,
        "0" | "f" | "F" | "false" | "FALSE" | "False" => false,
        _ => return Err(BOOLEAN),
    };
    Ok(())
}

fn names(to: &mut Vec<String>, text: &str) -> Result<(), &'static str> {
    *to = list(text);
    Ok(())
}

#[expect(clippy::unnecessary_wraps, reason = "all readers have one shape")]
fn optional(to: &mut Option<String>, text: &str) -> Result<(), &'static str> {
    *to = Some(text.trim()).filter(|text| !text.is_empty()).map(str::to_owned);
    Ok(())
}

/// A name that cannot be taken away, only replaced.
#[expect(clippy::unnecessary_wraps, reason = "all readers have one shape")]
fn word(to: &mut String, text: &str) -> Result<(), &'static str> {
    if !text.trim().is_empty() {
        text.trim().clone_into(to);
    }
    Ok(())
}

#[cfg(test)]
mod tests;
