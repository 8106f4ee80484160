//! The store in memory; the real one is tested beside this crate.

use super::*;
use crate::location::Location;

#[tokio::test]
async fn objects_come_and_go() {
    let location = Location::parse("s3://b", "s").expect("a location");
    let store = Store::in_memory(&location);
    for name in ["a1", "a2.gz", "b"] {
        let put = store.put_new(&format!("s/{name}"), Bytes::from("x")).await.expect("put");
        assert_eq!(put, Put::Written);
    }
    let again = store.put_new("s/b", Bytes::from("y")).await.expect("put");
    assert_eq!(again, Put::Exists);
    assert_eq!(store.get("s/b").await.expect("read"), Bytes::from("x"));
    let named = store.list_named("s", "a").await.expect("listed");
    let named: Vec<_> = named.iter().map(|object| object.key.as_str()).collect();
    assert_eq!(named, ["s/a1", "s/a2.gz"]);
    let found = store.find("s", |key| key.ends_with(".gz")).await.expect("asked");
    assert_eq!(found.as_deref(), Some("s/a2.gz"));
    let keys: Vec<_> = ["s/a1", "s/a2.gz", "s/none"].map(str::to_owned).into();
    store.delete(&keys).await.expect("deleted");
    assert_eq!(store.list("s").await.expect("listed").len(), 1);
    let absent = store.get("s/a1").await.expect_err("deleted");
    assert_eq!(absent.kind(), Kind::NotFound);
    assert_eq!(absent.to_string(), "s/a1 is not in the store at memory");
}
