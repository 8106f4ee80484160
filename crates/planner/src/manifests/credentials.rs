//! The secrets with which applications and the superuser log in.

use std::fmt::Write;

use api::labels;
use api::references::LocalRef;
use k8s_openapi::ByteString;
use k8s_openapi::api::core::v1::Secret;

use super::metadata::map;
use super::{Manifests, names};

const PORT: u16 = 5432;
const SUPERUSER: &str = "postgres";
/// Every database, where one has to be named.
const ANY_DATABASE: &str = "*";

/// Credentials that we keep a secret for; the password is not among them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    /// Name of the secret.
    pub secret: String,
    pub user: String,
    pub database: String,
    user_type: &'static str,
}

/// The user and database that a cluster is made for, as one of its bootstrap sections has it.
struct Application<'a> {
    database: Option<&'a str>,
    owner: Option<&'a str>,
    secret: Option<&'a LocalRef>,
    /// Whether the data comes from elsewhere.
    copied: bool,
}

impl Manifests<'_> {
    /// The application's credentials, when it is on us to make them.
    #[must_use]
    pub fn app_credentials(&self) -> Option<Credentials> {
        let application = self.application()?;
        let follows = application.copied && self.cluster.is_replica_cluster();
        let given = application.secret.is_some_and(|secret| !secret.name.is_empty());
        if follows || given {
            return None;
        }
        Some(Credentials {
            secret: self.app_secret_name(),
            user: application.owner.filter(|it| !it.is_empty())?.to_owned(),
            database: application.database.filter(|it| !it.is_empty())?.to_owned(),
            user_type: labels::USER_TYPE_APP,
        })
    }

    /// The superuser's credentials, when it is on us to make them.
    #[must_use]
    pub fn superuser_credentials(&self) -> Option<Credentials> {
        let spec = &self.cluster.spec;
        let given = spec.superuser_secret.as_ref().is_some_and(|secret| !secret.name.is_empty());
        (spec.enable_superuser_access == Some(true) && !given).then(|| Credentials {
            secret: names::superuser_secret(self.cluster_name()),
            user: SUPERUSER.to_owned(),
            database: ANY_DATABASE.to_owned(),
            user_type: labels::USER_TYPE_SUPERUSER,
        })
    }

    /// Name of the secret that the application logs in with, whoever made it.
    #[must_use]
    pub fn app_secret_name(&self) -> String {
        let given = self.application().and_then(|it| it.secret).map(|secret| secret.name.clone());
        given
            .filter(|name| !name.is_empty())
            .unwrap_or_else(|| names::app_secret(self.cluster_name()))
    }

    /// A secret with everything that clients may ask for to connect.
    #[must_use]
    pub fn credentials_secret(&self, credentials: &Credentials, password: &str) -> Secret {
        let Credentials { user, database, .. } = credentials;
        let host = names::read_write_service(self.cluster_name());
        let short = format!("{host}.{}", self.namespace());
        let full = format!("{short}.svc.{}", self.installation.cluster_domain);
        let uri = |host: &str| {
            let (user, password) = (escaped(user, IN_USER), escaped(password, IN_USER));
            format!("postgresql://{user}:{password}@{host}:{PORT}/{}", escaped(database, IN_PATH))
        };
        let jdbc = |host: &str| {
            let (user, password) = (escaped(user, ""), escaped(password, ""));
            let database = escaped(database, IN_PATH);
            format!("jdbc:postgresql://{host}:{PORT}/{database}?password={password}&user={user}")
        };
        let line = [&host, &PORT.to_string(), database, user, password].map(pgpass).join(":");
        let data = [
            ("username", user.clone()),
            ("user", user.clone()),
            ("password", password.to_owned()),
            ("dbname", database.clone()),
            ("host", host),
            ("port", PORT.to_string()),
            ("pgpass", format!("{line}\n")),
            ("uri", uri(&short)),
            ("jdbc-uri", jdbc(&short)),
            ("fqdn-uri", uri(&full)),
            ("fqdn-jdbc-uri", jdbc(&full)),
        ];
        let mut own = self.labels();
        own.extend(map([
            (labels::RELOAD, labels::TRUE),
            (labels::USER_TYPE, credentials.user_type),
        ]));
        Secret {
            metadata: self.metadata(credentials.secret.clone(), own),
            type_: Some("kubernetes.io/basic-auth".to_owned()),
            data: Some(
                data.map(|(key, value)| (key.to_owned(), ByteString(value.into_bytes()))).into(),
            ),
            ..Secret::default()
        }
    }

    fn application(&self) -> Option<Application<'_>> {
        let bootstrap = self.cluster.spec.bootstrap.as_ref()?;
        if let Some(it) = &bootstrap.recovery {
            return Some(Application {
                database: it.database.as_deref(),
                owner: it.owner.as_deref(),
                secret: it.secret.as_ref(),
                copied: true,
            });
        }
        if let Some(it) = &bootstrap.pg_basebackup {
            return Some(Application {
                database: it.database.as_deref(),
                owner: it.owner.as_deref(),
                secret: it.secret.as_ref(),
                copied: true,
            });
        }
        let it = bootstrap.initdb.as_ref()?;
        Some(Application {
            database: it.database.as_deref(),
            owner: it.owner.as_deref(),
            secret: it.secret.as_ref(),
            copied: false,
        })
    }
}

/// What may stand unescaped in the user part of a URI, besides letters and digits.
const IN_USER: &str = "$&+,;=";
/// What may stand unescaped in a path.
const IN_PATH: &str = "$&+,/:;=@!'()*";

/// A text as a part of a URI.
fn escaped(text: &str, allowed: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        let c = char::from(byte);
        if c.is_ascii_alphanumeric() || "-_.~".contains(c) || allowed.contains(c) {
            out.push(c);
        } else {
            write!(out, "%{byte:02X}").expect("text grows");
        }
        out
    })
}

/// A text as a field of a password file.
fn pgpass(field: impl AsRef<str>) -> String {
    field.as_ref().replace('\\', r"\\").replace(':', r"\:")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn special_characters_do_not_end_a_part() {
        assert_eq!(escaped("a@b/c:d e", IN_USER), "a%40b%2Fc%3Ad%20e");
        assert_eq!(escaped("a&b=c+d", ""), "a%26b%3Dc%2Bd");
        assert_eq!(escaped("*", IN_PATH), "*");
        assert_eq!(escaped("ä?", IN_PATH), "%C3%A4%3F");
        assert_eq!(pgpass(r"a:b\c"), r"a\:b\\c");
    }
}
