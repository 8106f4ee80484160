//! What holds for every object, also for those that nobody would write.

use std::sync::LazyLock;

use api::admission::{self, CheckedCluster, Kind, Operation};
use api::cluster::Cluster;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::admission::server;

const KINDS: [Kind; 5] =
    [Kind::Backup, Kind::Cluster, Kind::Database, Kind::Pooler, Kind::ScheduledBackup];

/// The specs of our samples, of which random pieces are put together.
static SPECS: LazyLock<Vec<Value>> = LazyLock::new(|| {
    let lines = include_str!("cases.jsonl").lines();
    let cases = lines.map(|line| serde_json::from_str::<Value>(line).unwrap());
    let clusters = cases.filter(|case| case["input"]["kind"] == "Cluster");
    clusters.map(|case| case["input"]["spec"].clone()).collect()
});

/// Any JSON, with names that our types know among its keys.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        "(1Gi|0/0|\\*|latest|@every 1|\\$\\{|[0-9]{1,30}(Ei|e9)?)".prop_map(Value::from),
    ];
    let key = prop_oneof![
        ".{0,6}",
        "(spec|metadata|name|annotations|bootstrap|initdb|recovery|postgresql|parameters|storage)",
        "(size|replica|managed|roles|affinity|tolerations|resources|limits|schedule|tablespaces)",
    ];
    leaf.prop_recursive(5, 48, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map(key.clone(), inner, 0..6)
                .prop_map(|members| Value::Object(Map::from_iter(members))),
        ]
    })
}

/// A cluster with any JSON at some place of a sample.
fn broken_cluster() -> impl Strategy<Value = Value> {
    let place = (0..SPECS.len(), any::<prop::sample::Index>(), any_json());
    place.prop_map(|(spec, member, junk)| {
        let mut object = server::cluster(&SPECS[spec]);
        let members = object["spec"].as_object_mut().unwrap();
        let at = member.index(members.len());
        *members.values_mut().nth(at).unwrap() = junk;
        object
    })
}

/// A cluster put together from two samples.
fn mixed_cluster() -> impl Strategy<Value = Value> {
    (0..SPECS.len(), 0..SPECS.len()).prop_map(|(one, other)| {
        let mut object = server::cluster(&SPECS[one]);
        json_patch::merge(&mut object["spec"], &SPECS[other]);
        object
    })
}

fn judge_everything(object: &Value) {
    let context = server::context();
    for kind in KINDS {
        for operation in [Operation::Create, Operation::Update { old: object }] {
            let review = admission::review(kind, operation, object, &context);
            for error in review.errors {
                assert!(!error.problem.is_empty() && !error.remedy.is_empty(), "{error}");
            }
        }
    }
    if let Ok(mut cluster) = serde_json::from_value::<Cluster>(object.clone()) {
        admission::complete(&mut cluster, &context.defaults);
        let _ = CheckedCluster::try_from(cluster);
    }
}

/// Whether everything that stands in one value stands in the other.
fn holds_all_of(larger: &Value, smaller: &Value) -> bool {
    match (larger, smaller) {
        (Value::Object(larger), Value::Object(smaller)) => smaller.iter().all(|(name, value)| {
            larger.get(name).is_some_and(|larger| holds_all_of(larger, value))
        }),
        (Value::Array(larger), Value::Array(smaller)) => {
            let mut rest = larger.iter();
            smaller.iter().all(|item| rest.any(|larger| holds_all_of(larger, item)))
        }
        (_, _) => true,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_json_is_judged(object in any_json()) {
        judge_everything(&object);
    }

    #[test]
    fn a_broken_cluster_is_judged(object in broken_cluster()) {
        judge_everything(&object);
    }

    #[test]
    fn defaults_are_filled_in_once(object in mixed_cluster()) {
        let defaults = server::context().defaults;
        if let Some(once) = admission::default(Kind::Cluster, &object, &defaults) {
            prop_assert!(holds_all_of(&once, &object), "{object} lost something: {once}");
            prop_assert_eq!(admission::default(Kind::Cluster, &once, &defaults), None);
        }
    }

    #[test]
    fn a_valid_cluster_stays_valid(object in mixed_cluster()) {
        let context = server::context();
        if let Ok(stored) = server::create(&object, &context).stored {
            let again = server::create(&stored, &context);
            prop_assert_eq!(again.stored.as_ref(), Ok(&stored));
            let updated = server::update(&stored, &json!({}), &context);
            prop_assert_eq!(updated.stored.as_ref(), Ok(&stored));
            let cluster: Cluster = serde_json::from_value(stored).unwrap();
            prop_assert!(CheckedCluster::try_from(cluster).is_ok());
        }
    }

    #[test]
    fn the_operators_values_win_in_the_end(object in mixed_cluster()) {
        let defaults = server::context().defaults;
        let mut cluster: Cluster = match serde_json::from_value(object) {
            Ok(cluster) => cluster,
            Err(_) => return Ok(()),
        };
        admission::complete(&mut cluster, &defaults);
        let once = cluster.clone();
        admission::complete(&mut cluster, &defaults);
        prop_assert_eq!(once, cluster);
    }
}
