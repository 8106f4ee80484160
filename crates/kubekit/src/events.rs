//! Events: what happened to an object, for those who run `kubectl describe`.
//!
//! They are core/v1 Events, which is what existing dashboards and scripts read. The same sentence
//! about the same object within some minutes raises the count of the event that is there.

use std::collections::HashMap;
use std::time::Duration;

use jiff::Timestamp;
use k8s_openapi::api::core::v1::{Event, EventSource, ObjectReference};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{ObjectMeta, Time};
use kube::api::{Api, Patch, PatchParams, PostParams};
use kube::{Client, Resource};
use serde_json::json;
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::calls::{self, LIMIT, within};

/// For how long a sentence is counted rather than written anew.
const WINDOW: Duration = Duration::from_secs(10 * 60);
/// How many sentences are remembered.
const REMEMBERED: usize = 512;

/// Whether somebody should worry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    Normal,
    Warning,
}

impl Kind {
    fn text(self) -> &'static str {
        match self {
            Self::Normal => "Normal",
            Self::Warning => "Warning",
        }
    }
}

/// What is said about an object.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Note {
    pub kind: Kind,
    pub reason: String,
    pub message: String,
}

impl Note {
    pub fn normal(reason: impl Into<String>, message: impl Into<String>) -> Self {
        Self { kind: Kind::Normal, reason: reason.into(), message: message.into() }
    }

    pub fn warning(reason: impl Into<String>, message: impl Into<String>) -> Self {
        Self { kind: Kind::Warning, ..Self::normal(reason, message) }
    }
}

/// Writes events in the name of one part of the program.
pub struct Recorder {
    client: Client,
    component: &'static str,
    written: Mutex<HashMap<(String, Note), Written>>,
}

#[derive(Debug, Clone)]
struct Written {
    name: String,
    count: i32,
    at: Instant,
}

impl std::fmt::Debug for Recorder {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Recorder").field("component", &self.component).finish_non_exhaustive()
    }
}

impl Recorder {
    pub fn new(client: Client, component: &'static str) -> Self {
        Self { client, component, written: Mutex::default() }
    }

    /// Says `note` about `object`.
    pub async fn publish<K>(&self, object: &K, note: Note) -> Result<(), calls::Error>
    where
        K: Resource<DynamicType = ()>,
    {
        let about = object.object_ref(&());
        let namespace = about.namespace.clone().unwrap_or_else(|| "default".to_owned());
        let api: Api<Event> = Api::namespaced(self.client.clone(), &namespace);
        let key = (about.uid.clone().unwrap_or_default(), note.clone());
        let mut written = self.written.lock().await;
        let now = Instant::now();
        written.retain(|_, one| now - one.at < WINDOW);
        if let Some(before) = written.get_mut(&key) {
            let count = before.count + 1;
            let patch = json!({"count": count, "lastTimestamp": Time(Timestamp::now())});
            let params = PatchParams::default();
            match within(LIMIT, api.patch(&before.name, &params, &Patch::Merge(&patch))).await {
                Ok(_) => {
                    *before = Written { name: before.name.clone(), count, at: now };
                    return Ok(());
                }
                // Events live for an hour; somebody may have deleted this one before.
                Err(error) if error.is_missing() => {}
                Err(error) => return Err(error),
            }
        }
        let event = self.event(about, &namespace, &note, Timestamp::now());
        let name = event.metadata.name.clone().unwrap_or_default();
        within(LIMIT, api.create(&PostParams::default(), &event)).await?;
        if written.len() < REMEMBERED {
            written.insert(key, Written { name, count: 1, at: now });
        }
        Ok(())
    }

    fn event(&self, about: ObjectReference, namespace: &str, note: &Note, now: Timestamp) -> Event {
        let name = about.name.as_deref().unwrap_or_default();
        let nanoseconds = now.as_nanosecond();
        Event {
            metadata: ObjectMeta {
                name: Some(format!("{name}.{nanoseconds:x}")),
                namespace: Some(namespace.to_owned()),
                ..ObjectMeta::default()
            },
            involved_object: about,
            reason: Some(note.reason.clone()),
            message: Some(note.message.clone()),
            type_: Some(note.kind.text().to_owned()),
            count: Some(1),
            first_timestamp: Some(Time(now)),
            last_timestamp: Some(Time(now)),
            source: Some(EventSource {
                component: Some(self.component.to_owned()),
                ..EventSource::default()
            }),
            reporting_component: Some(self.component.to_owned()),
            ..Event::default()
        }
    }
}
