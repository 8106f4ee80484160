//! The instances of a cluster as people name them, and what the cluster's own words say of them.

use api::cluster::ClusterSpec;
use api::cluster::status::ClusterStatus;
use api::{Cluster, annotations, conditions, labels, phases};
use jiff::Timestamp;
use k8s_openapi::api::core::v1::Pod;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{Condition, Time};
use kube::ResourceExt as _;

/// The instance a person means: a number is that of the cluster, anything else is a name.
pub fn instance_name(cluster: &str, text: &str) -> String {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if number { format!("{cluster}-{text}") } else { text.to_owned() }
}

/// The status of a cluster, empty where there is none yet.
pub fn status(cluster: &Cluster) -> ClusterStatus {
    cluster.status.clone().unwrap_or_default()
}

/// Whether a pod is an instance of the cluster.
pub fn belongs(pod: &Pod, cluster: &str) -> bool {
    pod.owner_references().iter().any(|owner| owner.kind == "Cluster" && owner.name == cluster)
}

/// The role a pod's labels give it.
pub fn role(pod: &Pod) -> &str {
    let label = |key| pod.labels().get(key).map(String::as_str).filter(|it| !it.is_empty());
    label(labels::LEGACY_INSTANCE_ROLE).or_else(|| label(labels::INSTANCE_ROLE)).unwrap_or_default()
}

/// Whether the pod's condition `Ready` is true.
pub fn is_ready(pod: &Pod) -> bool {
    let conditions = pod.status.iter().flat_map(|status| status.conditions.iter().flatten());
    conditions.into_iter().any(|it| it.type_ == "Ready" && it.status == "True")
}

/// Whether the cluster follows another one.
pub fn is_replica_cluster(name: &str, spec: &ClusterSpec) -> bool {
    let Some(replica) = &spec.replica else { return false };
    let own = replica.self_name.as_deref().unwrap_or(name);
    replica.enabled.unwrap_or_else(|| replica.primary.as_deref().unwrap_or_default() != own)
}

/// Which instances are fenced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fenced {
    Some(Vec<String>),
    All,
}

/// An annotation that is no list of names.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("fencedInstances annotation has invalid syntax")]
pub struct BadFence;

impl Fenced {
    /// Reads the annotation of a cluster.
    pub fn of(cluster: &Cluster) -> Result<Self, BadFence> {
        let annotation = cluster.annotations().get(annotations::FENCED_INSTANCES);
        let Some(text) = annotation.filter(|text| !text.is_empty()) else {
            return Ok(Self::Some(Vec::new()));
        };
        let mut names: Vec<String> = serde_json::from_str(text).map_err(|_| BadFence)?;
        names.sort();
        names.dedup();
        Ok(if names.iter().any(|name| name == "*") { Self::All } else { Self::Some(names) })
    }

    pub fn contains(&self, instance: &str) -> bool {
        match self {
            Self::All => true,
            Self::Some(names) => names.iter().any(|name| name == instance),
        }
    }

    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Some(names) if names.is_empty())
    }

    /// The annotation; `None` removes it.
    pub fn render(&self) -> Option<String> {
        match self {
            Self::All => Some(r#"["*"]"#.to_owned()),
            Self::Some(names) if names.is_empty() => None,
            Self::Some(names) => Some(serde_json::to_string(names).expect("names are JSON")),
        }
    }
}

/// Sets the phase, and the condition that goes with it.
pub fn set_phase(status: &mut ClusterStatus, phase: &str, reason: &str, now: Timestamp) {
    status.phase = Some(phase.to_owned());
    status.phase_reason = Some(reason.to_owned());
    let (truth, word, message) = if phase == phases::cluster::HEALTHY {
        ("True", conditions::reason::CLUSTER_IS_READY, "Cluster is Ready")
    } else {
        ("False", conditions::reason::CLUSTER_IS_NOT_READY, "Cluster Is Not Ready")
    };
    let known = status.conditions.iter_mut().find(|it| it.type_ == conditions::READY);
    match known {
        Some(condition) => {
            if condition.status != truth {
                condition.last_transition_time = Time(now);
            }
            condition.status = truth.to_owned();
            condition.reason = word.to_owned();
            condition.message = message.to_owned();
        }
        None => status.conditions.push(Condition {
            type_: conditions::READY.to_owned(),
            status: truth.to_owned(),
            reason: word.to_owned(),
            message: message.to_owned(),
            last_transition_time: Time(now),
            observed_generation: None,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_an_instance_of_the_cluster() {
        for (text, expected) in [
            ("1", "pg-1"),
            ("01", "pg-01"),
            ("-1", "pg--1"),
            ("pg-1", "pg-1"),
            ("other", "other"),
            ("-", "-"),
            ("*", "*"),
        ] {
            assert_eq!(instance_name("pg", text), expected, "{text}");
        }
    }

    #[test]
    fn fences_are_read() {
        let fenced = |text: &str| {
            let mut cluster = Cluster::default();
            let annotations = cluster.annotations_mut();
            annotations.insert(annotations::FENCED_INSTANCES.to_owned(), text.to_owned());
            Fenced::of(&cluster)
        };
        assert_eq!(fenced(r#"["b","a","a"]"#).unwrap().render().unwrap(), r#"["a","b"]"#);
        assert_eq!(fenced(r#"["a","*"]"#), Ok(Fenced::All));
        assert_eq!(fenced("[]").unwrap().render(), None);
        assert_eq!(fenced("a"), Err(BadFence));
        assert!(Fenced::of(&Cluster::default()).unwrap().is_empty());
    }
}
