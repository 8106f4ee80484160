//! Objects read by way of JSON values: the program then has one reader of each type, where the
//! client's own methods and what is read for documents would make it two.

use std::fmt::Debug;

use kube::Resource;
use kube::api::{
    Api, DeleteParams, GetParams, ListParams, Patch, PatchParams, PostParams, Request,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// The requests of [`Api`] that commands make.
pub trait Values<K> {
    async fn fetch(&self, name: &str) -> kube::Result<K>;
    async fn all(&self, which: &ListParams) -> kube::Result<Vec<K>>;
    async fn post(&self, object: &K) -> kube::Result<K>
    where
        K: Serialize;
    async fn put(&self, name: &str, object: &K) -> kube::Result<()>
    where
        K: Serialize;
    async fn merge(&self, name: &str, part: Option<&str>, patch: &Value) -> kube::Result<K>;
    async fn remove(&self, name: &str, how: &DeleteParams) -> kube::Result<()>;
}

impl<K> Values<K> for Api<K>
where
    K: Resource + DeserializeOwned + Clone + Debug,
{
    async fn fetch(&self, name: &str) -> kube::Result<K> {
        let request = Request::new(self.resource_url()).get(name, &GetParams::default());
        typed(&send(self, request).await?).map_err(kube::Error::SerdeError)
    }

    async fn all(&self, which: &ListParams) -> kube::Result<Vec<K>> {
        let list = send(self, Request::new(self.resource_url()).list(which)).await?;
        let items = list["items"].as_array().into_iter().flatten();
        items.map(typed).collect::<Result<_, _>>().map_err(kube::Error::SerdeError)
    }

    async fn post(&self, object: &K) -> kube::Result<K>
    where
        K: Serialize,
    {
        let object = serde_json::to_vec(object).map_err(kube::Error::SerdeError)?;
        let request = Request::new(self.resource_url()).create(&PostParams::default(), object);
        typed(&send(self, request).await?).map_err(kube::Error::SerdeError)
    }

    async fn put(&self, name: &str, object: &K) -> kube::Result<()>
    where
        K: Serialize,
    {
        let object = serde_json::to_vec(object).map_err(kube::Error::SerdeError)?;
        let request = Request::new(self.resource_url());
        let request = request.replace(name, &PostParams::default(), object);
        send(self, request).await.map(drop)
    }

    async fn merge(&self, name: &str, part: Option<&str>, patch: &Value) -> kube::Result<K> {
        let (params, patch) = (PatchParams::default(), Patch::Merge(patch));
        let request = Request::new(self.resource_url());
        let request = match part {
            None => request.patch(name, &params, &patch),
            Some(part) => request.patch_subresource(part, name, &params, &patch),
        };
        typed(&send(self, request).await?).map_err(kube::Error::SerdeError)
    }

    async fn remove(&self, name: &str, how: &DeleteParams) -> kube::Result<()> {
        send(self, Request::new(self.resource_url()).delete(name, how)).await.map(drop)
    }
}

async fn send<K: Resource + Clone>(
    api: &Api<K>,
    request: Result<http::Request<Vec<u8>>, kube::core::request::Error>,
) -> kube::Result<Value> {
    let request = request.map_err(kube::Error::BuildRequest)?;
    api.clone().into_client().request(request).await
}

/// A value as an object of a type.
///
/// # Errors
/// When it is none.
pub fn typed<K: DeserializeOwned>(value: &Value) -> Result<K, serde_json::Error> {
    K::deserialize(value)
}
