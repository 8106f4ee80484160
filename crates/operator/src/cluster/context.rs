//! What every pass has at hand.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use api::admission::OperatorDefaults;
use kube::Client;
use kubekit::events::Recorder;
use planner::cluster::Kubernetes;
use planner::manifests::Installation;

use super::ages::Ages;
use super::ask::Asker;
use super::binaries::Binaries;
use super::identity::Identity;
use super::secrets::Secrets;
use super::stores::{Key, Stores};
use crate::settings::Settings;

/// Shared by all passes over all clusters.
#[derive(Debug)]
pub struct Context {
    pub client: Client,
    pub stores: Stores,
    pub secrets: Secrets,
    pub ages: Arc<Ages>,
    pub asker: Asker,
    pub identity: Arc<Identity>,
    pub recorder: Recorder,
    pub binaries: Binaries,
    pub settings: Settings,
    pub defaults: OperatorDefaults,
    pub installation: Installation,
    pub kubernetes: Kubernetes,
    pub operator_namespace: String,
    pub rollouts: Rollouts,
}

/// When a pod was last replaced, and of which cluster: one slot for the whole operator.
#[derive(Debug, Default)]
pub struct Rollouts {
    last: Mutex<Option<(Key, Instant)>>,
    troubled: Mutex<HashMap<Key, String>>,
}

impl Rollouts {
    /// How long the cluster must still wait before it may replace a pod.
    pub fn wait(&self, key: &Key, settings: &Settings) -> Duration {
        let last = self.last.lock().expect("nobody panics with it");
        let Some((cluster, at)) = last.as_ref() else { return Duration::ZERO };
        let delay = if cluster == key {
            settings.instances_rollout_delay
        } else {
            settings.clusters_rollout_delay
        };
        delay.saturating_sub(at.elapsed())
    }

    /// A pod of the cluster is being replaced.
    pub fn took(&self, key: &Key) {
        *self.last.lock().expect("nobody panics with it") = Some((key.clone(), Instant::now()));
    }

    /// Whether this trouble of the cluster is another than the one told last; `None`: all is well.
    pub fn is_news(&self, key: &Key, trouble: Option<&str>) -> bool {
        let mut troubled = self.troubled.lock().expect("nobody panics with it");
        match trouble {
            None => {
                troubled.remove(key);
                false
            }
            Some(text) => troubled.insert(key.clone(), text.to_owned()).as_deref() != Some(text),
        }
    }
}
