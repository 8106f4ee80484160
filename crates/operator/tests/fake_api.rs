//! An API server in memory: objects by path, with the conflicts a real one would report.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use axum::body::Body;
use http::{Method, Request, Response, StatusCode};
use kube::Client;
use serde_json::{Value, json};

/// Paths that end like this name a collection.
const COLLECTIONS: &[&str] = &["secrets", "deployments", "leases"];

#[derive(Clone, Default)]
pub struct FakeApi(Arc<Mutex<World>>);

#[derive(Default)]
struct World {
    objects: BTreeMap<String, Value>,
    version: u64,
    /// Who writes just before the next write of somebody else, once.
    intruder: Option<(String, Value)>,
    /// Nothing is answered any more.
    silent: bool,
    writes: u32,
}

impl FakeApi {
    pub fn client(&self) -> Client {
        let world = self.clone();
        let service = tower::service_fn(move |request: Request<kube::client::Body>| {
            let world = world.clone();
            async move {
                let (parts, body) = request.into_parts();
                let bytes = axum::body::to_bytes(Body::new(body), usize::MAX).await;
                if world.lock().silent {
                    std::future::pending::<()>().await;
                }
                let (path, bytes) = (parts.uri.path().to_owned(), bytes.expect("a body"));
                let (status, value) = world.lock().answer(&parts.method, &path, &bytes);
                let response =
                    Response::builder().status(status).body(Body::from(value.to_string()));
                Ok::<_, Infallible>(response.expect("an answer"))
            }
        });
        Client::new(service, "default")
    }

    pub fn put(&self, path: &str, object: Value) {
        self.lock().store(path, object);
    }

    pub fn get(&self, path: &str) -> Option<Value> {
        self.lock().objects.get(path).cloned()
    }

    pub fn remove(&self, path: &str) {
        self.lock().objects.remove(path);
    }

    /// Somebody else writes this just before the next write.
    pub fn intrude(&self, path: &str, object: Value) {
        self.lock().intruder = Some((path.to_owned(), object));
    }

    pub fn fall_silent(&self) {
        self.lock().silent = true;
    }

    /// How many writes went through.
    pub fn writes(&self) -> u32 {
        self.lock().writes
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, World> {
        self.0.lock().expect("no panic inside")
    }
}

impl World {
    fn answer(&mut self, method: &Method, path: &str, body: &[u8]) -> (StatusCode, Value) {
        if *method != Method::GET
            && let Some((path, object)) = self.intruder.take()
        {
            self.store(&path, object);
        }
        let last = path.rsplit('/').next().unwrap_or_default();
        let parsed = || serde_json::from_slice::<Value>(body).expect("JSON");
        match *method {
            Method::GET if COLLECTIONS.contains(&last) => {
                let below = format!("{path}/");
                let items = self.objects.iter().filter(|(path, _)| path.starts_with(&below));
                let items: Vec<_> = items.map(|(_, object)| object).collect();
                (StatusCode::OK, json!({"metadata": {}, "items": items}))
            }
            Method::GET => match self.objects.get(path) {
                Some(object) => (StatusCode::OK, object.clone()),
                None => refused(StatusCode::NOT_FOUND, "NotFound"),
            },
            Method::POST => {
                let object = parsed();
                let name = object["metadata"]["name"].as_str().expect("a name");
                let path = format!("{path}/{name}");
                if self.objects.contains_key(&path) {
                    return refused(StatusCode::CONFLICT, "AlreadyExists");
                }
                (StatusCode::CREATED, self.write(&path, object))
            }
            Method::PUT => {
                let object = parsed();
                let version = |object: &Value| object["metadata"]["resourceVersion"].clone();
                match self.objects.get(path) {
                    None => refused(StatusCode::NOT_FOUND, "NotFound"),
                    Some(old) if version(old) != version(&object) => {
                        refused(StatusCode::CONFLICT, "Conflict")
                    }
                    Some(_) => (StatusCode::OK, self.write(path, object)),
                }
            }
            Method::PATCH => {
                let Some(mut object) = self.objects.get(path).cloned() else {
                    return refused(StatusCode::NOT_FOUND, "NotFound");
                };
                let patch = serde_json::from_slice::<json_patch::Patch>(body).expect("a patch");
                match json_patch::patch(&mut object, &patch) {
                    Ok(()) => (StatusCode::OK, self.write(path, object)),
                    Err(_) => refused(StatusCode::UNPROCESSABLE_ENTITY, "Invalid"),
                }
            }
            _ => refused(StatusCode::METHOD_NOT_ALLOWED, "MethodNotAllowed"),
        }
    }

    fn write(&mut self, path: &str, object: Value) -> Value {
        self.writes += 1;
        self.store(path, object)
    }

    fn store(&mut self, path: &str, mut object: Value) -> Value {
        self.version += 1;
        object["metadata"]["resourceVersion"] = json!(self.version.to_string());
        self.objects.insert(path.to_owned(), object.clone());
        object
    }
}

fn refused(status: StatusCode, reason: &str) -> (StatusCode, Value) {
    let code = status.as_u16();
    (status, json!({"status": "Failure", "reason": reason, "message": reason, "code": code}))
}
