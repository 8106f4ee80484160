//! One watch: keeps a store and tells which clusters a change concerns.

use std::collections::HashMap;
use std::fmt::Debug;
use std::sync::Arc;

use futures::{Stream, StreamExt as _};
use k8s_openapi::NamespaceResourceScope;
use kube::core::{ClusterResourceScope, PartialObjectMeta};
use kube::runtime::WatchStreamExt as _;
use kube::runtime::reflector::store::Writer;
use kube::runtime::reflector::{self, ObjectRef, Store};
use kube::runtime::watcher::{self, Config, Event, watcher};
use kube::{Api, Client, Resource, ResourceExt as _};
use kubekit::stop::Stop;
use serde::de::DeserializeOwned;
use tokio::sync::mpsc::UnboundedSender;
use tracing::debug;

use super::{Cache, Key};

/// Where to watch: `None` is everywhere.
pub(crate) struct Scope(Vec<Option<String>>);

impl Scope {
    pub(crate) fn namespaces(names: &[String]) -> Self {
        if names.is_empty() {
            Self(vec![None])
        } else {
            Self(names.iter().cloned().map(Some).collect())
        }
    }

    pub(crate) fn namespaces_and(names: &[String], another: &str) -> Self {
        let mut scope = Self::namespaces(names);
        let another = Some(another.to_owned());
        if scope.0 != [None] && !scope.0.contains(&another) {
            scope.0.push(another);
        }
        scope
    }
}

/// Starts watches that end with `stop`.
pub(crate) struct Watcher {
    pub client: Client,
    pub due: UnboundedSender<Key>,
    pub stop: Stop,
}

impl Watcher {
    /// Watches a kind that lives in namespaces.
    pub fn watch<K>(
        &self,
        scope: &Scope,
        config: Config,
        concerns: impl Fn(Option<&K>, Option<&K>) -> Vec<Key> + Clone + Send + 'static,
    ) -> Cache<K>
    where
        K: Resource<DynamicType = (), Scope = NamespaceResourceScope>
            + DeserializeOwned
            + Clone
            + Debug
            + Send
            + Sync
            + 'static,
    {
        let each = scope.0.iter().map(|namespace| {
            let api = self.api(namespace.as_deref());
            self.keep(watcher(api, config.clone()), concerns.clone())
        });
        Cache { parts: each.collect() }
    }

    /// Watches names, labels, owners and versions of a kind, and nothing else of it.
    pub fn watch_metadata<K>(
        &self,
        scope: &Scope,
        config: Config,
        concerns: impl Fn(Option<&PartialObjectMeta<K>>, Option<&PartialObjectMeta<K>>) -> Vec<Key>
        + Clone
        + Send
        + 'static,
    ) -> Cache<PartialObjectMeta<K>>
    where
        K: Resource<DynamicType = (), Scope = NamespaceResourceScope>
            + Clone
            + Debug
            + Send
            + Sync
            + 'static,
    {
        let each = scope.0.iter().map(|namespace| {
            let api: Api<PartialObjectMeta<K>> = self.api(namespace.as_deref());
            let slim = watcher(api, config.clone()).modify(|one| one.metadata.annotations = None);
            self.keep(slim, concerns.clone())
        });
        Cache { parts: each.collect() }
    }

    /// Watches a kind that lives in no namespace.
    pub fn watch_everywhere<K>(
        &self,
        concerns: impl Fn(Option<&K>, Option<&K>) -> Vec<Key> + Send + 'static,
    ) -> Cache<K>
    where
        K: Resource<DynamicType = (), Scope = ClusterResourceScope>
            + DeserializeOwned
            + Clone
            + Debug
            + Send
            + Sync
            + 'static,
    {
        let api: Api<K> = Api::all(self.client.clone());
        Cache { parts: vec![self.keep(watcher(api, Config::default()), concerns)] }
    }

    fn api<K>(&self, namespace: Option<&str>) -> Api<K>
    where
        K: Resource<DynamicType = (), Scope = NamespaceResourceScope>,
    {
        match namespace {
            Some(namespace) => Api::namespaced(self.client.clone(), namespace),
            None => Api::all(self.client.clone()),
        }
    }

    fn keep<K>(
        &self,
        events: impl Stream<Item = watcher::Result<Event<K>>> + Send + 'static,
        concerns: impl Fn(Option<&K>, Option<&K>) -> Vec<Key> + Send + 'static,
    ) -> Store<K>
    where
        K: Resource<DynamicType = ()> + Clone + Debug + Send + Sync + 'static,
    {
        let (store, writer) = reflector::store();
        let (reader, due, mut stop) = (store.clone(), self.due.clone(), self.stop.clone());
        let slim = events.modify(|one| one.managed_fields_mut().clear());
        tokio::spawn(async move {
            let following = follow(slim, reader, writer, concerns, due);
            tokio::select! {
                () = stop.asked() => {}
                () = following => {}
            }
        });
        store
    }
}

/// Every event goes to the store, and what it changes to those it concerns.
async fn follow<K>(
    events: impl Stream<Item = watcher::Result<Event<K>>>,
    store: Store<K>,
    mut writer: Writer<K>,
    concerns: impl Fn(Option<&K>, Option<&K>) -> Vec<Key>,
    due: UnboundedSender<Key>,
) where
    K: Resource<DynamicType = ()> + Clone + Debug + 'static,
{
    // Of a list that replaces the store: what was there before and has not come up again.
    let mut missing: HashMap<ObjectRef<K>, Arc<K>> = HashMap::new();
    let mut events = std::pin::pin!(events.default_backoff());
    while let Some(event) = events.next().await {
        let event = match event {
            Ok(event) => event,
            Err(error) => {
                debug!(kind = %K::kind(&()), %error, "a watch broke, it starts anew");
                continue;
            }
        };
        let mut keys = Vec::new();
        match &event {
            Event::Init => {
                let before = store.state().into_iter();
                missing = before.map(|one| (ObjectRef::from_obj(&*one), one)).collect();
            }
            Event::InitApply(new) | Event::Apply(new) => {
                let reference = ObjectRef::from_obj(new);
                missing.remove(&reference);
                let old = store.get(&reference);
                let same =
                    |old: &Arc<K>| old.meta().resource_version == new.meta().resource_version;
                if !old.as_ref().is_some_and(same) {
                    keys = concerns(old.as_deref(), Some(new));
                }
            }
            Event::Delete(old) => keys = concerns(Some(old), None),
            Event::InitDone => {
                keys = missing.drain().flat_map(|(_, old)| concerns(Some(&old), None)).collect();
            }
        }
        writer.apply_watcher_event(&event);
        for key in keys {
            let _ = due.send(key); // nobody listens any more: the end is near
        }
    }
}
