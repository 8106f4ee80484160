//! The databases of a cluster: which one is meant, how another server is reached from a pod, and
//! SQL that runs in the primary's pod.

use api::Cluster;
use api::cluster::external::ExternalCluster;
use k8s_openapi::api::core::v1::SecretKeySelector;
use kube::ResourceExt as _;
use planner::manifests::names::app_secret;
use postgres::conninfo::{Conninfo, Quotes};

use crate::kubectl::Instance;
use crate::{CommandContext, CommandError};

/// Where instance managers keep what leads to other servers.
const EXTERNAL: &str = "/controller/external";

/// An identifier between quotes.
pub fn identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A text as a literal; one with backslashes means the same whatever the server's settings are.
pub fn literal(text: &str) -> String {
    let quoted = text.replace('\'', "''");
    if quoted.contains('\\') {
        format!(" E'{}'", quoted.replace('\\', r"\\"))
    } else {
        format!("'{quoted}'")
    }
}

/// The database that was named, else the one of the application.
///
/// # Errors
/// None was named, and the cluster was made without one.
pub fn named_or_application(cluster: &Cluster, name: &str) -> Result<String, CommandError> {
    let named = name.trim();
    if !named.is_empty() {
        return Ok(named.to_owned());
    }
    application(cluster).ok_or_else(|| {
        CommandError::refused_with(
            "the name of the database was not specified and there is no available application database",
            "name it with --dbname",
        )
    })
}

/// The database of the application.
pub fn application(cluster: &Cluster) -> Option<String> {
    let bootstrap = cluster.spec.bootstrap.as_ref()?;
    let names = [
        bootstrap.recovery.as_ref().and_then(|it| it.database.clone()),
        bootstrap.pg_basebackup.as_ref().and_then(|it| it.database.clone()),
        bootstrap.initdb.as_ref().and_then(|it| it.database.clone()),
    ];
    names.into_iter().flatten().find(|name| !name.is_empty())
}

/// The role that owns the database of the application.
pub fn owner(cluster: &Cluster) -> Option<String> {
    let bootstrap = cluster.spec.bootstrap.as_ref()?;
    let names = [
        bootstrap.recovery.as_ref().and_then(|it| it.owner.clone()),
        bootstrap.pg_basebackup.as_ref().and_then(|it| it.owner.clone()),
        bootstrap.initdb.as_ref().and_then(|it| it.owner.clone()),
    ];
    names.into_iter().flatten().find(|name| !name.is_empty())
}

/// The secret with the credentials of the application.
pub fn application_secret(cluster: &Cluster) -> String {
    let bootstrap = cluster.spec.bootstrap.as_ref();
    let secrets = [
        bootstrap.and_then(|it| it.recovery.as_ref()?.secret.clone()),
        bootstrap.and_then(|it| it.pg_basebackup.as_ref()?.secret.clone()),
        bootstrap.and_then(|it| it.initdb.as_ref()?.secret.clone()),
    ];
    let named = secrets.into_iter().flatten().map(|it| it.name).find(|name| !name.is_empty());
    named.unwrap_or_else(|| app_secret(&cluster.name_any()))
}

/// How a pod of the cluster reaches another server; `database` goes before the one it is defined with.
///
/// # Errors
/// The cluster defines no such server, or one whose files cannot have a path.
pub fn external(
    cluster: &Cluster,
    name: &str,
    database: Option<&str>,
) -> Result<String, CommandError> {
    let servers = &cluster.spec.external_clusters;
    let Some(server) = servers.iter().find(|server| server.name == name) else {
        let known: Vec<_> = servers.iter().map(|server| server.name.as_str()).collect();
        let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        return Err(CommandError::refused_with(
            "external cluster not existent in the cluster definition",
            format!("spec.externalClusters defines: {known}"),
        ));
    };
    let mut conninfo = Conninfo::default();
    for (key, value) in &server.connection_parameters {
        conninfo = conninfo.with(key, value);
    }
    for (key, file) in files(server) {
        conninfo = conninfo.with(key, path(name, &file?)?);
    }
    if let Some(database) = database.filter(|name| !name.is_empty()) {
        conninfo = conninfo.with("dbname", database);
    }
    Ok(conninfo.sorted().render(Quotes::Always))
}

/// The files that a server needs, by parameter.
fn files(
    server: &ExternalCluster,
) -> impl Iterator<Item = (&'static str, Result<String, CommandError>)> {
    let secret = |selector: &SecretKeySelector| {
        part(&selector.name)?;
        part(&selector.key)?;
        Ok(format!("{}_{}", selector.name, selector.key))
    };
    let named = [
        ("sslcert", server.ssl_cert.as_ref().map(secret)),
        ("sslkey", server.ssl_key.as_ref().map(secret)),
        ("sslrootcert", server.ssl_root_cert.as_ref().map(secret)),
        ("passfile", server.password.as_ref().map(|_| Ok("pgpass".to_owned()))),
    ];
    named.into_iter().filter_map(|(key, file)| Some((key, file?)))
}

fn path(server: &str, file: &str) -> Result<String, CommandError> {
    part(server)?;
    Ok(format!("{EXTERNAL}/{server}/{file}"))
}

/// Refuses a name that would lead elsewhere as part of a path.
fn part(name: &str) -> Result<(), CommandError> {
    if name.is_empty() || matches!(name, "." | "..") || name.contains(['/', '\\']) {
        let what = format!("the name {name:?} in spec.externalClusters cannot be part of a path");
        return Err(CommandError::refused(what));
    }
    Ok(())
}

/// The words that run SQL; `target` is a database or a connection string.
fn psql(target: &str, sql: &str) -> Vec<String> {
    ["psql", target, "-U", "postgres", "-c", sql, "-qAt"].map(str::to_owned).to_vec()
}

/// Runs SQL in the primary's pod; what it says goes to the person.
pub async fn run(
    cx: &CommandContext,
    cluster: &str,
    target: &str,
    sql: &str,
) -> Result<(), CommandError> {
    let primary = Instance::find(cx, cluster, api::labels::ROLE_PRIMARY).await?;
    primary.run(&psql(target, sql)).await
}

/// Runs SQL in the primary's pod for its answer, without the last line end.
pub async fn ask(
    cx: &CommandContext,
    primary: &Instance,
    target: &str,
    sql: &str,
) -> Result<String, CommandError> {
    let answer = primary.capture(cx, &psql(target, sql)).await?;
    Ok(answer.trim_end_matches(['\r', '\n']).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cluster() -> Cluster {
        serde_json::from_value(serde_json::json!({
            "metadata": { "name": "pg" },
            "spec": {
                "instances": 1,
                "bootstrap": { "initdb": { "database": "app" } },
                "externalClusters": [
                    {
                        "name": "origin",
                        "connectionParameters": { "host": "db", "user": "it's me" },
                        "password": { "name": "s", "key": "password" },
                        "sslRootCert": { "name": "ca", "key": "ca.crt" },
                    },
                    { "name": "bare", "password": { "name": "s", "key": "p" } },
                    { "name": "a/b", "password": { "name": "s", "key": "p" } },
                ],
            },
        }))
        .unwrap()
    }

    #[test]
    fn other_servers_are_reached_by_the_files_in_the_pod() {
        for (name, database, expected) in [
            (
                "origin",
                Some("x"),
                r"dbname='x' host='db' passfile='/controller/external/origin/pgpass' sslrootcert='/controller/external/origin/ca_ca.crt' user='it\'s me'",
            ),
            ("bare", None, "passfile='/controller/external/bare/pgpass'"),
        ] {
            assert_eq!(external(&cluster(), name, database).unwrap(), expected, "{name}");
        }
        for (name, part) in [("nope", "external cluster not existent"), ("a/b", "part of a path")] {
            let error = external(&cluster(), name, None).unwrap_err().to_string();
            assert!(error.contains(part), "{error}");
        }
    }

    #[test]
    fn names_and_texts_are_quoted() {
        assert_eq!(identifier("p\"1"), r#""p""1""#);
        assert_eq!(literal("it's"), "'it''s'");
        assert_eq!(literal(r"it's \n"), r" E'it''s \\n'");
    }

    #[test]
    fn the_database_is_the_applications_unless_named() {
        assert_eq!(named_or_application(&cluster(), " x ").unwrap(), "x");
        assert_eq!(named_or_application(&cluster(), "").unwrap(), "app");
        assert!(named_or_application(&Cluster::default(), "").is_err());
        let mut cluster = cluster();
        assert_eq!(application_secret(&cluster), "pg-app");
        let initdb = cluster.spec.bootstrap.as_mut().unwrap().initdb.as_mut().unwrap();
        initdb.secret = Some(api::references::LocalRef { name: "own".to_owned() });
        assert_eq!(application_secret(&cluster), "own");
    }
}
