//! No JSON makes admission panic, and defaults are filled in only once.

#![no_main]

use api::admission::{self, CheckedCluster, Context, Kind, Operation};
use api::cluster::Cluster;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

const KINDS: [Kind; 5] =
    [Kind::Backup, Kind::Cluster, Kind::Database, Kind::Pooler, Kind::ScheduledBackup];

fuzz_target!(|bytes: &[u8]| {
    let Ok(object) = serde_json::from_slice::<Value>(bytes) else { return };
    let context = Context::default();
    for kind in KINDS {
        let _ = admission::review(kind, Operation::Create, &object, &context);
        let _ = admission::review(kind, Operation::Update { old: &object }, &object, &context);
        if let Some(whole) = admission::default(kind, &object, &context.defaults) {
            assert_eq!(admission::default(kind, &whole, &context.defaults), None);
        }
    }
    if let Ok(cluster) = serde_json::from_value::<Cluster>(object) {
        let _ = CheckedCluster::try_from(cluster);
    }
});
