//! Configuration of PgBouncer.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::references::LocalRef;
use crate::string_enum::string_enum;
use crate::{cel, text};

/// Configuration of PgBouncer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-validations" = cel::PGBOUNCER))]
pub struct PgBouncer {
    /// Query that finds the password of a user. Needed when you bring your own credentials,
    /// refused otherwise.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub auth_query: Option<String>,
    /// Secret with the credentials for that query. Deprecated: use `serverTLSSecret`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth_query_secret: Option<LocalRef>,
    /// Secret with the authority for certificates of clients; the cluster's own when unset.
    #[serde(rename = "clientCASecret", default, skip_serializing_if = "Option::is_none")]
    pub client_ca_secret: Option<LocalRef>,
    /// Secret with the certificate that clients see; the cluster's own when unset.
    #[serde(rename = "clientTLSSecret", default, skip_serializing_if = "Option::is_none")]
    pub client_tls_secret: Option<LocalRef>,
    /// Image of PgBouncer. It wins over a catalog, and a template wins over it.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// Image of PgBouncer in an image catalog.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image_catalog_ref: Option<ComponentImageRef>,
    /// Settings of PgBouncer, as far as they may be set.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub parameters: BTreeMap<String, String>,
    /// Whether the pool is paused: clients wait until it is resumed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = false))]
    pub paused: Option<bool>,
    /// Further rules of who may connect and how.
    #[serde(rename = "pg_hba", default, skip_serializing_if = "Vec::is_empty")]
    pub pg_hba: Vec<String>,
    /// When a connection to the server is given to another client.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-default" = "session"))]
    pub pool_mode: Option<PoolMode>,
    /// Secret with the authority for the certificate of PostgreSQL; the cluster's own when unset.
    #[serde(rename = "serverCASecret", default, skip_serializing_if = "Option::is_none")]
    pub server_ca_secret: Option<LocalRef>,
    /// Secret with the client certificate to log in to PostgreSQL with. With it you bring your
    /// own credentials.
    #[serde(rename = "serverTLSSecret", default, skip_serializing_if = "Option::is_none")]
    pub server_tls_secret: Option<LocalRef>,
}

/// A component image in an image catalog.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend(
    "x-kubernetes-map-type" = "atomic",
    "x-kubernetes-validations" = cel::CATALOG_REF,
))]
pub struct ComponentImageRef {
    /// Group of the catalog, `postgresql.cnpg.io`.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub api_group: Option<String>,
    /// Key of the image in the catalog.
    #[serde(default)]
    #[schemars(extend(
        "x-required" = true,
        "maxLength" = 63,
        "pattern" = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$",
    ))]
    pub key: String,
    /// Kind of the catalog: `ImageCatalog` or `ClusterImageCatalog`.
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub kind: String,
    /// Name of the catalog.
    #[serde(default)]
    #[schemars(extend("x-required" = true))]
    pub name: String,
}

string_enum! {
    /// When a connection to the server is given to another client.
    pub enum PoolMode {
        /// When the client leaves.
        Session = "session",
        /// At the end of each transaction.
        Transaction = "transaction",
    }
}
