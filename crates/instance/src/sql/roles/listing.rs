//! The roles as the server has them.

use tokio_postgres::{Client, Error, Row};

/// The transaction that last wrote a role.
pub const XMIN: &str = "select xmin::text::int8 from pg_catalog.pg_authid where rolname = $1";

/// A role.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Role {
    pub name: String,
    pub superuser: bool,
    pub createdb: bool,
    pub createrole: bool,
    pub inherit: bool,
    pub login: bool,
    pub replication: bool,
    pub bypassrls: bool,
    pub connection_limit: i32,
    pub valid_until: ValidUntil,
    pub comment: Option<String>,
    /// The roles that it is a member of.
    pub parents: Vec<String>,
    /// The transaction that wrote it last.
    pub xmin: i64,
}

/// How long a password is good.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ValidUntil {
    #[default]
    Always,
    /// Microseconds since 1970.
    Microsecond(i64),
}

/// All roles but those of PostgreSQL.
pub async fn all(client: &Client) -> Result<Vec<Role>, Error> {
    let rows = client.query(include_str!("listing.sql"), &[]).await?;
    rows.iter().map(role).collect()
}

fn role(row: &Row) -> Result<Role, Error> {
    let until: Option<i64> = row.try_get("valid_until")?;
    Ok(Role {
        name: row.try_get("name")?,
        superuser: row.try_get("rolsuper")?,
        createdb: row.try_get("rolcreatedb")?,
        createrole: row.try_get("rolcreaterole")?,
        inherit: row.try_get("rolinherit")?,
        login: row.try_get("rolcanlogin")?,
        replication: row.try_get("rolreplication")?,
        bypassrls: row.try_get("rolbypassrls")?,
        connection_limit: row.try_get("rolconnlimit")?,
        valid_until: until.map_or(ValidUntil::Always, ValidUntil::Microsecond),
        comment: row.try_get("comment")?,
        parents: row.try_get("parents")?,
        xmin: row.try_get("xmin")?,
    })
}
