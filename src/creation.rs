//! Objects that a command makes, or shows instead.

use std::fmt::Debug;

use kube::ResourceExt as _;
use kube::api::Api;
use kube::core::NamespaceResourceScope;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::context::Ask;
use crate::output::yaml;
use crate::values::Values as _;
use crate::{CommandContext, CommandError};

/// Whether objects are made, or only shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    Create,
    /// Each as YAML, with a line `---` after it.
    Show,
}

impl From<bool> for Mode {
    fn from(dry_run: bool) -> Self {
        if dry_run { Self::Show } else { Self::Create }
    }
}

/// Makes or shows an object; `resource` is its plural with its group.
///
/// # Errors
/// The API server refused it; what was made before stays.
pub async fn create<K>(
    cx: &CommandContext,
    mode: Mode,
    resource: &'static str,
    object: &K,
) -> Result<(), CommandError>
where
    K: kube::Resource<Scope = NamespaceResourceScope, DynamicType = ()>
        + Serialize
        + DeserializeOwned
        + Clone
        + Debug,
{
    let name = object.name_any();
    if mode == Mode::Show {
        cx.out().bytes(yaml(object).as_bytes())?;
        return cx.out().line(format_args!("---"));
    }
    post(cx, resource, object).await?;
    cx.out().line(format_args!("{}/{name} created", K::kind(&())))
}

/// Makes an object without a word.
///
/// # Errors
/// The API server refused it.
pub async fn post<K>(
    cx: &CommandContext,
    resource: &'static str,
    object: &K,
) -> Result<(), CommandError>
where
    K: kube::Resource<Scope = NamespaceResourceScope, DynamicType = ()>
        + Serialize
        + DeserializeOwned
        + Clone
        + Debug,
{
    let api: Api<K> = cx.api().await?;
    let ask = Ask::new("", "create", resource, &object.name_any());
    cx.call(ask, api.post(object)).await.map(drop)
}

/// Bytes that nobody can guess.
///
/// # Errors
/// The system has none to give.
pub fn random<const N: usize>() -> Result<[u8; N], CommandError> {
    let mut bytes = [0; N];
    let source = rustls::crypto::ring::default_provider().secure_random;
    source.fill(&mut bytes).map_err(|_| CommandError::refused("the system has no random bytes"))?;
    Ok(bytes)
}
