use k8s_openapi::ByteString;
use k8s_openapi::api::core::v1::Secret;
use serde_json::{Value, json};

use super::*;

fn store(more: Value) -> ObjectStore {
    let mut object = json!({
        "destinationPath": "s3://b/p",
        "endpointURL": "http://s3:8333",
        "s3Credentials": {
            "accessKeyId": {"name": "s", "key": "id"},
            "secretAccessKey": {"name": "s", "key": "secret"},
        },
    });
    for (key, value) in more.as_object().expect("an object") {
        object[key] = value.clone();
    }
    serde_json::from_value(object).expect("a store")
}

fn secrets() -> BTreeMap<String, Content> {
    let data =
        [("id", "me\n"), ("secret", "hush"), ("region", "eu-1"), ("token", "t"), ("ca", "PEM")];
    let data = data.map(|(key, value)| (key.to_owned(), ByteString(value.into())));
    let secret = Secret { data: Some(data.into()), ..Secret::default() };
    BTreeMap::from([("s".to_owned(), Content::from(secret))])
}

fn made(
    more: Value,
    purpose: Purpose,
    environment: &[(&str, &str)],
) -> Result<Settings, StoreError> {
    let variable = |name: &str| {
        environment.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
    };
    settings(&store(more), purpose, &secrets(), variable)
}

#[test]
fn fields_become_settings() {
    let plain = made(json!({}), Purpose::ArchiveWal, &[]).expect("settings");
    let Credentials::Keys(keys) = &plain.credentials else { panic!("{plain:?}") };
    assert_eq!((keys.id.as_str(), plain.region.as_deref()), ("me", None));
    assert_eq!((plain.encryption, plain.addressing, plain.proxy), (None, None, None));

    let full = json!({
        "endpointCA": {"name": "s", "key": "ca"},
        "tags": {"a": "b"},
        "wal": {"encryption": "AES256", "archiveAdditionalCommandArgs": ["--read-timeout=7"]},
        "data": {"encryption": "aws:kms", "additionalCommandArgs": ["--sse-kms-key-id=k", "--addressing-style=virtual"]},
    });
    let environment = [("AWS_REGION", "eu-2"), ("HTTP_PROXY", "http://p:1"), ("NO_PROXY", "x")];
    let wal = made(full.clone(), Purpose::ArchiveWal, &environment).expect("settings");
    assert_eq!(wal.encryption, Some(Encryption::Aes256));
    assert_eq!(wal.timeouts.attempt.as_secs(), 7);
    assert_eq!(wal.region.as_deref(), Some("eu-2"));
    assert_eq!(wal.authorities.as_deref(), Some("PEM"));
    assert_eq!(wal.tags.get("a").map(String::as_str), Some("b"));
    let proxy = wal.proxy.expect("a proxy");
    assert_eq!((proxy.url.as_str(), proxy.except.as_deref()), ("http://p:1", Some("x")));
    let data = made(full.clone(), Purpose::Backup, &[]).expect("settings");
    assert_eq!(data.encryption, Some(Encryption::Kms { key: Some("k".to_owned()) }));
    assert_eq!(data.addressing, Some(Addressing::Host));
    let read = made(full, Purpose::RestoreWal, &[]).expect("settings");
    assert_eq!(read.encryption, None);
}

#[test]
fn credentials_are_what_the_object_says() {
    let inherit = json!({"s3Credentials": {"inheritFromIAMRole": true, "region": {"name": "s", "key": "region"}}});
    let role = [("AWS_ROLE_ARN", "r"), ("AWS_WEB_IDENTITY_TOKEN_FILE", "/t"), ("AWS_REGION", "no")];
    let made_so = made(inherit, Purpose::Backup, &role).expect("settings");
    assert!(matches!(made_so.credentials, Credentials::Ambient(_)));
    assert_eq!(made_so.region.as_deref(), Some("eu-1"), "the secret wins");
    let wrong = |more: Value| made(more, Purpose::Backup, &role).expect_err("wrong").to_string();
    let id = json!({"name": "s", "key": "id"});
    assert!(wrong(json!({"s3Credentials": {"accessKeyId": id}})).contains("no secretAccessKey"));
    assert!(wrong(json!({"s3Credentials": {}})).contains("no credentials"));
    let other = json!({"s3Credentials": {"accessKeyId": {"name": "z", "key": "id"}, "secretAccessKey": id}});
    assert!(wrong(other).contains("a secret of the object store"));
}

#[test]
fn other_providers_are_named() {
    for (more, provider) in
        [(json!({"azureCredentials": {}}), "Azure"), (json!({"googleCredentials": {}}), "Google")]
    {
        let error = location(&store(more), "pg").expect_err("not yet").to_string();
        assert!(error.starts_with(provider), "{error}");
    }
    let named = location(&store(json!({"serverName": "other"})), "pg").expect("a location");
    assert_eq!(named.server(), "other");
    assert_eq!(location(&store(json!({})), "pg").expect("a location").server(), "pg");
}

#[test]
fn packing_and_parallelism() {
    for codec in Codec::ALL {
        let wal = store(json!({"wal": {"compression": codec.name(), "maxParallel": 4}}));
        let expected = if codec == Codec::None { Codec::None } else { codec };
        assert_eq!((wal_codec(&wal), max_parallel(&wal)), (expected, 4));
    }
    assert_eq!(max_parallel(&store(json!({}))), 1);
    assert_eq!(data_codec(&store(json!({"data": {"compression": "snappy"}}))), Codec::Snappy);
}
