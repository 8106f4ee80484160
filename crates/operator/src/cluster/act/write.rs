//! Single writes that may be repeated.

use kube::api::{DeleteParams, PostParams};
use kube::{Api, Resource, ResourceExt as _};
use kubekit::calls::{LIMIT, within};
use planner::cluster::Object;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{Error, conditional, merge};

/// Makes an object; one that is there already is fine when it belongs to the same cluster.
pub(super) async fn create<K>(api: &Api<K>, object: &K, owner: &str) -> Result<(), Error>
where
    K: Resource + Clone + std::fmt::Debug + Serialize + DeserializeOwned,
{
    let name = object.name_any();
    let failed = |what| {
        let name = name.clone();
        move |source| Error::Api { what, name, source }
    };
    match within(LIMIT, api.create(&PostParams::default(), object)).await {
        Ok(_) => Ok(()),
        Err(error) if error.is_conflict() => {
            let there = within(LIMIT, api.get(&name)).await.map_err(failed("read"))?;
            let owned = there.owner_references().iter().any(|one| one.uid == owner);
            match (owned, there.meta().deletion_timestamp.is_some()) {
                (_, true) => Err(Error::Going(name)),
                (true, false) => Ok(()),
                (false, false) => Err(Error::Foreign(name)),
            }
        }
        Err(error) => Err(failed("create")(error)),
    }
}

/// Deletes the object that was seen; one that is gone, or another of the same name, is fine.
pub(super) async fn delete<K>(
    api: &Api<K>,
    object: &Object,
    params: DeleteParams,
) -> Result<(), Error>
where
    K: Resource + Clone + std::fmt::Debug + DeserializeOwned,
{
    let params = conditional(params, object);
    match within(LIMIT, api.delete(&object.name, &params)).await {
        Ok(_) => Ok(()),
        Err(error) if error.is_missing() || error.is_conflict() => Ok(()),
        Err(source) => Err(Error::Api { what: "delete", name: object.name.clone(), source }),
    }
}

pub(super) async fn patch<K>(api: &Api<K>, name: &str, patch: &Value) -> Result<(), Error>
where
    K: Resource + Clone + std::fmt::Debug + DeserializeOwned,
{
    let (params, patch) = merge(patch);
    let patched = within(LIMIT, api.patch(name, &params, &patch)).await;
    patched.map_err(|source| Error::Api { what: "change", name: name.to_owned(), source })?;
    Ok(())
}
