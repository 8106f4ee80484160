//! What the tests of this program share: a server, the way to it, bytes.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::Result;
use objectstore::settings::Timeouts;
use objectstore::{Credentials, Keys, Location, Settings, Store};
use testkit::rig::s3::{ACCESS_KEY, SECRET_KEY};
use testkit::rig::slot;
use testkit::s3::Server;

pub async fn server() -> Result<Server> {
    Server::start(&slot::cache()?).await
}

/// An attempt has little time: over a proxy that keeps silent it lasts as long.
pub fn impatient(settings: &mut Settings) {
    settings.timeouts.attempt = Duration::from_millis(500);
}

pub fn open(endpoint: &str, server: &str, change: impl FnOnce(&mut Settings)) -> Store {
    let _ = rustls::crypto::ring::default_provider().install_default(); // by any other test
    let location = Location::parse("s3://bucket/some/path/", server).expect("a location");
    let mut settings = Settings {
        endpoint: Some(endpoint.to_owned()),
        credentials: Credentials::Keys(Keys {
            id: ACCESS_KEY.to_owned(),
            secret: SECRET_KEY.to_owned().into(),
            session_token: None,
        }),
        timeouts: Timeouts { retry: Duration::from_secs(30), ..Timeouts::default() },
        tags: BTreeMap::from([("team".to_owned(), "db & co".to_owned())]),
        ..Settings::default()
    };
    change(&mut settings);
    Store::open(&settings, &location).expect("opened")
}

pub fn noise(length: usize, mut seed: u32) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(length);
    while bytes.len() < length {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        bytes.extend_from_slice(&seed.to_le_bytes());
    }
    bytes.truncate(length);
    bytes
}
