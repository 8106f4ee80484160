//! Stores that stay open between files: connections are warm, and secrets are read now and then.

use std::time::Duration;

use api::object_store::ObjectStore;
use kube::Client;
use objectstore::Store;
use tokio::runtime::Handle;
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::files::secrets::Secrets;
use crate::store::{self, Purpose, StoreError};

/// After this time secrets are read again: they may have been replaced.
const FRESH: Duration = Duration::from_secs(60);

/// The stores of this instance.
pub(super) struct Opened {
    client: Client,
    namespace: String,
    /// Where calls of the API server run: their connections must not wait for our work.
    main: Handle,
    known: Mutex<Vec<Known>>,
}

struct Known {
    object: ObjectStore,
    server: String,
    purpose: Purpose,
    store: Store,
    read: Instant,
}

impl Opened {
    pub fn new(client: Client, namespace: &str, main: Handle) -> Self {
        Self { client, namespace: namespace.to_owned(), main, known: Mutex::default() }
    }

    /// The store of an object.
    pub async fn get(
        &self,
        object: &ObjectStore,
        server: &str,
        purpose: Purpose,
    ) -> Result<Store, StoreError> {
        let mut known = self.known.lock().await;
        let place = known.iter().position(|one| {
            one.purpose == purpose && one.server == server && one.object == *object
        });
        if let Some(one) = place.map(|place| &known[place])
            && one.read.elapsed() < FRESH
        {
            return Ok(one.store.clone());
        }
        match (self.open(object, server, purpose).await, place) {
            (Ok(store), place) => {
                let (object, server) = (object.clone(), server.to_owned());
                let (one, read) = (store.clone(), Instant::now());
                match place {
                    Some(place) => known[place] = Known { object, server, purpose, store, read },
                    None => {
                        // The one that was used before is of another version of the cluster.
                        known.retain(|other| other.purpose != purpose);
                        known.push(Known { object, server, purpose, store, read });
                    }
                }
                Ok(one)
            }
            // The API server is away; the store need not be.
            (Err(StoreError::Secret(error)), Some(place)) => {
                tracing::warn!(error = crate::run::chain(&error), "keeping the known credentials");
                known[place].read = Instant::now();
                Ok(known[place].store.clone())
            }
            (Err(error), _) => Err(error),
        }
    }

    /// What keeps failing at this work, while it is tried again and nobody has an answer yet.
    pub async fn trouble(&self, purpose: Purpose) -> Option<String> {
        let known = self.known.lock().await;
        known.iter().filter(|one| one.purpose == purpose).find_map(|one| one.store.trouble())
    }

    async fn open(
        &self,
        object: &ObjectStore,
        server: &str,
        purpose: Purpose,
    ) -> Result<Store, StoreError> {
        let secrets = Secrets::new(self.client.clone(), &self.namespace);
        let (object, server) = (object.clone(), server.to_owned());
        let opening =
            self.main.spawn(async move { store::open(&secrets, &object, &server, purpose).await });
        opening.await.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))
    }

    /// Credentials were refused: the next question reads them again.
    pub async fn forget(&self) {
        self.known.lock().await.clear();
    }
}
