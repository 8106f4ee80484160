//! For how long records have stood as they are, as this process saw it.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use k8s_openapi::api::coordination::v1::Lease;

/// By cluster and what is marked: its text, and since when it has read so.
type Marks = HashMap<(String, &'static str), (String, Instant)>;

/// Since when each Lease is as it is, and since when each cluster has its target.
///
/// Only memory: after a start of the operator everything counts as fresh, which makes it wait
/// longer and never shorter.
#[derive(Debug, Default)]
pub struct Ages {
    leases: Mutex<HashMap<String, (u64, Instant)>>,
    marks: Mutex<Marks>,
}

impl Ages {
    /// Takes note of a Lease, and tells for how long it has not changed.
    pub fn seen(&self, lease: &Lease) -> Duration {
        let meta = &lease.metadata;
        let version = meta.resource_version.as_deref().and_then(|text| text.parse().ok());
        let version: u64 = version.unwrap_or(0);
        let Some(uid) = meta.uid.clone() else { return Duration::ZERO };
        let now = Instant::now();
        let mut leases = self.leases.lock().expect("nobody panics with it");
        let known = leases.entry(uid).or_insert((version, now));
        if version > known.0 {
            *known = (version, now);
        }
        now - known.1
    }

    /// For how long the thing called `what` about an object has had this value.
    pub fn stands(&self, uid: &str, what: &'static str, value: &str) -> Duration {
        let now = Instant::now();
        let mut marks = self.marks.lock().expect("nobody panics with it");
        let known = marks.entry((uid.to_owned(), what)).or_insert_with(|| (value.to_owned(), now));
        if known.0 != value {
            *known = (value.to_owned(), now);
        }
        now - known.1
    }

    /// Forgets about an object that is gone.
    pub fn forget(&self, uid: &str) {
        self.leases.lock().expect("nobody panics with it").remove(uid);
        self.marks.lock().expect("nobody panics with it").retain(|(owner, _), _| owner != uid);
    }
}
