//! LDAP as the judge of passwords.

use k8s_openapi::api::core::v1::SecretKeySelector;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::schema::PlainInt;
use crate::string_enum::string_enum;
use crate::text;

/// An LDAP server that checks passwords, by one of two ways to bind.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Ldap {
    /// Bind as the user, whose distinguished name is put together from parts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bind_as_auth: Option<LdapBindAs>,
    /// Search for the user first, then bind as what was found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bind_search_auth: Option<LdapBindSearch>,
    /// Port of the server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<PlainInt>")]
    pub port: Option<i64>,
    /// Scheme of the URL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scheme: Option<LdapScheme>,
    /// Host name or address of the server.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub server: Option<String>,
    /// Whether the connection is encrypted by StartTLS.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tls: Option<bool>,
}

/// Bind with a distinguished name made of a prefix, the user name and a suffix.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LdapBindAs {
    /// Text before the user name.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub prefix: Option<String>,
    /// Text after the user name.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub suffix: Option<String>,
}

/// Search for the user, then bind as what was found.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LdapBindSearch {
    /// Where in the directory the search starts.
    #[serde(
        rename = "baseDN",
        default,
        deserialize_with = "text::or_unset",
        skip_serializing_if = "Option::is_none"
    )]
    pub base_dn: Option<String>,
    /// Distinguished name for the search.
    #[serde(
        rename = "bindDN",
        default,
        deserialize_with = "text::or_unset",
        skip_serializing_if = "Option::is_none"
    )]
    pub bind_dn: Option<String>,
    /// Key of a Secret with the password for the search.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bind_password: Option<SecretKeySelector>,
    /// Attribute that holds the user name.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub search_attribute: Option<String>,
    /// Filter for the search, with `$username` for the user name.
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub search_filter: Option<String>,
}

string_enum! {
    /// The scheme of an LDAP URL.
    pub enum LdapScheme {
        /// Plain, or encrypted by StartTLS.
        Ldap = "ldap",
        /// Encrypted from the start.
        Ldaps = "ldaps",
    }
}
