//! What decides which queries run, and where.

use api::Cluster;
use api::glob;
use pgkit::connection::Connection;

use super::definition::Definition;
use super::range::{ServerVersion, contains};

#[derive(Debug, Clone)]
pub(super) struct ServerFacts {
    pub version: ServerVersion,
    pub standby: bool,
    /// Those that the exporter may look into.
    pub databases: Vec<String>,
}

const FACTS: &str =
    "select current_setting('server_version_num')::int as version, pg_is_in_recovery() as standby";

const DATABASES: &str = "select datname::text from pg_database \
     where datallowconn and not datistemplate and has_database_privilege(oid, 'CONNECT') \
     order by datname";

impl ServerFacts {
    pub(super) async fn read(session: &Connection) -> Result<Self, tokio_postgres::Error> {
        let row = session.client().query_one(FACTS, &[]).await?;
        let databases = session.client().query(DATABASES, &[]).await?;
        let version: i32 = row.try_get("version")?;
        Ok(Self {
            version: ServerVersion::from_number(version.unsigned_abs()),
            standby: row.try_get("standby")?,
            databases: databases.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?,
        })
    }

    /// Where a query runs now; an error when its range of versions is none.
    pub(super) fn targets(&self, query: &Definition, usual: &str) -> Result<Vec<String>, String> {
        if query.primary_only() && self.standby {
            return Ok(Vec::new());
        }
        if !query.runonserver.is_empty() {
            let fits = contains(&query.runonserver, self.version);
            let fits = fits.ok_or_else(|| {
                format!("runonserver {:?} is no range of versions", query.runonserver)
            })?;
            if !fits {
                return Ok(Vec::new());
            }
        }
        if query.target_databases.is_empty() {
            return Ok(vec![usual.to_owned()]);
        }
        let mut targets: Vec<String> = Vec::new();
        for wanted in &query.target_databases {
            if wanted.contains(['*', '?', '[', ']']) {
                let fitting = self.databases.iter().filter(|name| glob::fits(wanted, name));
                targets.extend(fitting.cloned());
            } else {
                targets.push(wanted.clone());
            }
        }
        targets.sort();
        targets.dedup();
        Ok(targets)
    }
}

/// The database that queries run in unless they say otherwise.
pub(super) fn usual_database(cluster: Option<&Cluster>) -> String {
    let bootstrap = cluster.and_then(|cluster| cluster.spec.bootstrap.as_ref());
    let database = bootstrap.and_then(|bootstrap| {
        let initdb = bootstrap.initdb.as_ref().and_then(|initdb| initdb.database.clone());
        let recovery = bootstrap.recovery.as_ref().and_then(|recovery| recovery.database.clone());
        let copy = bootstrap.pg_basebackup.as_ref().and_then(|copy| copy.database.clone());
        initdb.or(recovery).or(copy)
    });
    database.unwrap_or_else(|| "postgres".to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::definition::parse;
    use super::*;

    #[test]
    fn where_a_query_runs() {
        let facts = |standby| ServerFacts {
            version: ServerVersion::from_number(170_002),
            standby,
            databases: vec!["app".into(), "apple".into(), "postgres".into()],
        };
        let here = || Ok(vec!["app".to_owned()]);
        for (name, options, standby, expected) in [
            ("plain", "", false, here()),
            ("on a primary", ", primary: true", false, here()),
            ("not on a standby", ", master: true", true, Ok(vec![])),
            ("in range", ", runonserver: '>=17.0.0'", false, here()),
            ("out of range", ", runonserver: '<17.0.0'", false, Ok(vec![])),
            ("one", ", target_databases: [x]", false, Ok(vec!["x".to_owned()])),
            (
                "some",
                ", target_databases: ['app*', apple]",
                false,
                Ok(vec!["app".to_owned(), "apple".to_owned()]),
            ),
        ] {
            let queries = parse(&format!("q: {{query: s{options}}}")).unwrap();
            assert_eq!(facts(standby).targets(&queries["q"], "app"), expected, "{name}");
        }
        let queries = parse("q: {query: s, runonserver: new}").unwrap();
        assert!(facts(false).targets(&queries["q"], "app").is_err());
    }
}
