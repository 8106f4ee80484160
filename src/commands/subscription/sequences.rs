//! Sequences of a publisher and a subscriber: logical replication does not copy their values.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::CommandError;
use crate::database::{identifier, literal};

/// All sequences of a database, as a JSON array; nothing where there are none.
pub const QUERY: &str = "SELECT pg_catalog.json_agg(pg_catalog.json_build_object(\
    'sq_namespace', schemaname, 'sq_name', sequencename, 'sq_value', last_value)) \
    FROM pg_catalog.pg_sequences";

/// What asks for the connection string of a subscription of the current database.
pub fn conninfo_query(subscription: &str) -> String {
    format!(
        "SELECT subconninfo FROM pg_catalog.pg_subscription WHERE subname OPERATOR(pg_catalog.=) {} \
         AND subdbid OPERATOR(pg_catalog.=) (SELECT oid FROM pg_catalog.pg_database \
         WHERE datname OPERATOR(pg_catalog.=) pg_catalog.current_database())",
        literal(subscription)
    )
}

/// The values of sequences by schema and name; none before the first use.
pub type Sequences = BTreeMap<(String, String), Option<i64>>;

#[derive(Deserialize)]
struct Row {
    sq_namespace: String,
    sq_name: String,
    sq_value: Option<i64>,
}

/// Reads what a server answered.
///
/// # Errors
/// An answer that is no list of sequences.
pub fn read(whose: &str, answer: &str) -> Result<Sequences, CommandError> {
    if answer.trim().is_empty() {
        return Ok(Sequences::new());
    }
    let rows: Vec<Row> = serde_json::from_str(answer).map_err(|error| {
        CommandError::refused(format!("failed to read the sequences of {whose}: {error}"))
    })?;
    Ok(rows.into_iter().map(|row| ((row.sq_namespace, row.sq_name), row.sq_value)).collect())
}

/// The SQL that sets each sequence that both sides have to the publisher's value.
pub fn script(source: &Sequences, local: &Sequences, offset: i64) -> String {
    let both = local.keys().filter_map(|key| Some((key, source.get(key)?)));
    let lines = both.map(|((namespace, name), value)| {
        let sequence = literal(&format!("{}.{}", identifier(namespace), identifier(name)));
        let value = value.map_or_else(|| "NULL".to_owned(), |value| value.to_string());
        let offset = if offset == 0 { String::new() } else { format!(" + {offset}") };
        format!("SELECT pg_catalog.setval({sequence}, {value}{offset});\n")
    });
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sequences_of_both_sides_are_set() {
        let source = read(
            "a",
            r#"[{"sq_namespace":"public","sq_name":"a'b","sq_value":7},
                {"sq_namespace":"public","sq_name":"new","sq_value":null},
                {"sq_namespace":"public","sq_name":"only there","sq_value":1}]"#,
        )
        .unwrap();
        let local = read(
            "b",
            r#"[{"sq_namespace":"public","sq_name":"new","sq_value":3},
                {"sq_namespace":"public","sq_name":"a'b","sq_value":null},
                {"sq_namespace":"other","sq_name":"a'b","sq_value":null}]"#,
        )
        .unwrap();
        assert_eq!(
            script(&source, &local, 0),
            "SELECT pg_catalog.setval('\"public\".\"a''b\"', 7);\n\
             SELECT pg_catalog.setval('\"public\".\"new\"', NULL);\n"
        );
        assert!(script(&source, &local, 10).contains(", 7 + 10);"));
        assert_eq!(script(&source, &read("b", "").unwrap(), 0), "");
        assert!(read("b", "{").is_err());
    }
}
