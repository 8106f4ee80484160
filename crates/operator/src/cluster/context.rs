//! What every pass has at hand.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use api::admission;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use kube::Client;
use kubekit::events::Recorder;
use planner::cluster::Kubernetes;
use planner::manifests::Installation;

use super::act::update::Updates;
use super::ages::Ages;
use super::ask::Asker;
use super::binaries::Binaries;
use super::identity::Identity;
use super::secrets::Secrets;
use super::stores::{Key, Stores};
use crate::settings::Settings;

/// Shared by all passes over all clusters.
pub struct Context {
    pub client: Client,
    pub stores: Stores,
    pub secrets: Secrets,
    pub ages: Arc<Ages>,
    pub asker: Asker,
    pub identity: Arc<Identity>,
    pub recorder: Arc<Recorder>,
    pub binaries: Binaries,
    pub settings: Settings,
    pub admission: admission::Context,
    pub installation: Installation,
    pub kubernetes: Kubernetes,
    pub operator_namespace: String,
    pub rollouts: Rollouts,
    pub updates: Updates,
    pub copies: Copies,
}

impl fmt::Debug for Context {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Context").field("identity", &self.identity).finish_non_exhaustive()
    }
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

/// Which version of a source each copy was made from.
#[derive(Debug, Default)]
pub struct Copies {
    made: Mutex<HashMap<String, (String, String)>>,
    noted: Mutex<HashMap<String, String>>,
}

impl Copies {
    /// Whether neither has changed since the copy was made.
    pub fn is_current(&self, source: &ObjectMeta, copy: &ObjectMeta) -> bool {
        let uid = copy.uid.clone().unwrap_or_default();
        let made = self.made.lock().expect("nobody panics with it");
        made.get(&uid) == Some(&versions(source, copy))
    }

    /// The copy is that of this source.
    pub fn made(&self, source: &ObjectMeta, copy: &ObjectMeta) {
        let uid = copy.uid.clone().unwrap_or_default();
        self.made.lock().expect("nobody panics with it").insert(uid, versions(source, copy));
    }
}

impl Copies {
    /// Whether this was noted of an object last.
    pub fn is_noted(&self, uid: &str, state: &str) -> bool {
        let noted = self.noted.lock().expect("nobody panics with it");
        noted.get(uid).is_some_and(|known| known == state)
    }

    pub fn note(&self, uid: &str, state: &str) {
        let mut noted = self.noted.lock().expect("nobody panics with it");
        noted.insert(uid.to_owned(), state.to_owned());
    }
}

fn versions(source: &ObjectMeta, copy: &ObjectMeta) -> (String, String) {
    let version = |meta: &ObjectMeta| meta.resource_version.clone().unwrap_or_default();
    (version(source), version(copy))
}
