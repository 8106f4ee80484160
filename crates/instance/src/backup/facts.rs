//! What the metadata of a backup say about its server.

use objectstore::info::{Info, Tablespace};
use thiserror::Error;

use super::session::Session;

/// Why the server is not described.
#[derive(Debug, Error)]
pub enum FactsError {
    #[error("the server does not describe itself")]
    Query(#[from] tokio_postgres::Error),
    #[error("the server describes itself in a strange way")]
    Strange,
}

/// Metadata without a beginning and an end.
pub(super) async fn read(session: &Session, id: &str, name: &str) -> Result<Info, FactsError> {
    let client = session.client();
    let row = client.query_one(include_str!("facts.sql"), &[]).await?;
    let number = |at: usize| -> Result<u32, FactsError> {
        let number: i64 = row.try_get(at)?;
        u32::try_from(number).map_err(|_| FactsError::Strange)
    };
    let query = "select spcname::text, oid::bigint, pg_tablespace_location(oid) \
         from pg_tablespace where pg_tablespace_location(oid) <> '' order by oid";
    let mut tablespaces = Vec::new();
    for row in client.query(query, &[]).await? {
        let oid: i64 = row.try_get(1)?;
        tablespaces.push(Tablespace {
            name: row.try_get(0)?,
            oid: u32::try_from(oid).map_err(|_| FactsError::Strange)?,
            location: row.try_get(2)?,
        });
    }
    Ok(Info {
        id: id.to_owned(),
        name: Some(name.to_owned()),
        version: Some(number(0)?),
        data_directory: row.try_get(1)?,
        config_file: row.try_get(2)?,
        hba_file: row.try_get(3)?,
        ident_file: row.try_get(4)?,
        segment_size: Some(number(5)?),
        system_id: row.try_get(6)?,
        included_files: row.try_get(7)?,
        mode: Some("concurrent".to_owned()),
        tablespaces,
        ..Info::default()
    })
}
