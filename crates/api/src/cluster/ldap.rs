//! cluster/ldap

use k8s_openapi::api::core::v1::SecretKeySelector;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::schema::PlainInt;
use crate::string_enum::string_enum;
use crate::text;

/// Ldap
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Ldap {
    /// Simple bind
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bind_as_auth: Option<LdapBindAs>,
    /// Search + bind
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bind_search_auth: Option<LdapBindSearch>,
    /// Port
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<PlainInt>")]
    pub port: Option<i64>,
    /// URL scheme
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scheme: Option<LdapScheme>,
    /// Host
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub server: Option<String>,
    /// ldaptls=1
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tls: Option<bool>,
}

/// LdapBindAs
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LdapBindAs {
    /// ldapprefix
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub prefix: Option<String>,
    /// ldapsuffix
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub suffix: Option<String>,
}

/// LdapBindSearch
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LdapBindSearch {
    /// ldapbasedn
    #[serde(
        rename = "baseDN",
        default,
        deserialize_with = "text::or_unset",
        skip_serializing_if = "Option::is_none"
    )]
    pub base_dn: Option<String>,
    /// ldapbinddn
    #[serde(
        rename = "bindDN",
        default,
        deserialize_with = "text::or_unset",
        skip_serializing_if = "Option::is_none"
    )]
    pub bind_dn: Option<String>,
    /// Secret key with ldapbindpasswd
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bind_password: Option<SecretKeySelector>,
    /// ldapsearchattribute
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub search_attribute: Option<String>,
    /// ldapsearchfilter
    #[serde(default, deserialize_with = "text::or_unset", skip_serializing_if = "Option::is_none")]
    pub search_filter: Option<String>,
}

string_enum! {
    /// LdapScheme
    pub enum LdapScheme {
        /// ldap
        Ldap = "ldap",
        /// ldaps
        Ldaps = "ldaps",
    }
}
