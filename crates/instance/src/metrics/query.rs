//! Runs one query in one database and makes samples of what it returns.

use std::time::Duration;

use api::duration::Span;
use pgkit::connection::Connection;
use thiserror::Error;
use tokio::time::timeout;
use tokio_postgres::types::Type;
use tokio_postgres::{SimpleQueryMessage, SimpleQueryRow};

use super::definition::{Column, Definition, Usage};
use super::page::{Figure, Kind, Labels, Sample};
use super::value;

/// A sample with the family it belongs to.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Found {
    pub name: String,
    pub help: String,
    pub kind: Kind,
    pub sample: Sample,
}

/// Why a query gave nothing.
#[derive(Debug, Error)]
pub(super) enum QueryError {
    #[error("{}", crate::http::document::chain(.0))]
    Server(#[from] tokio_postgres::Error),
    #[error("no answer within {0:?}")]
    TooLong(Duration),
    #[error("it returns {found} columns, and {wanted} are described")]
    Width { found: usize, wanted: usize },
}

impl QueryError {
    /// Whether it only took too long.
    pub(super) fn is_slow(&self) -> bool {
        match self {
            Self::TooLong(_) => true,
            Self::Server(error) => {
                error.code() == Some(&tokio_postgres::error::SqlState::QUERY_CANCELED)
            }
            Self::Width { .. } => false,
        }
    }
}

/// What the server gets beyond the limit to cancel the query itself.
const GRACE: Duration = Duration::from_secs(1);

/// Runs a query in a transaction that only reads. After an error the session may be of no use.
pub(super) async fn run(
    session: &Connection,
    key: &str,
    definition: &Definition,
    limit: Duration,
) -> Result<Vec<Found>, QueryError> {
    let asked = timeout(limit + GRACE, ask(session, definition, limit));
    let answer = asked.await.map_err(|_| QueryError::TooLong(limit))?;
    let end = if answer.is_ok() { "COMMIT" } else { "ROLLBACK" };
    let ended = timeout(GRACE, session.client().batch_execute(end)).await;
    let Some((kinds, rows)) = answer? else { return Ok(Vec::new()) };
    ended.map_err(|_| QueryError::TooLong(limit))??;
    let mut found = Vec::new();
    for row in &rows {
        samples(key, definition, &kinds, row, &mut found);
    }
    Ok(found)
}

type Answer = (Vec<Type>, Vec<SimpleQueryRow>);

async fn ask(
    session: &Connection,
    definition: &Definition,
    limit: Duration,
) -> Result<Option<Answer>, QueryError> {
    let client = session.client();
    let begin = format!(
        "BEGIN READ ONLY; SET LOCAL statement_timeout = {}; \
         SET LOCAL search_path = pg_catalog, public, pg_temp; \
         SET LOCAL standard_conforming_strings = on",
        limit.as_millis()
    );
    client.batch_execute(&begin).await?;
    if !definition.predicate_query.is_empty() {
        let answer = rows(client.simple_query(&definition.predicate_query).await?);
        let said = answer.first().and_then(|row| row.get(0));
        if said.is_none_or(|said| said == "f") {
            return Ok(None);
        }
    }
    // The types come with the plan, the values as text: every type has one.
    let plan = client.prepare(&definition.query).await?;
    let kinds: Vec<_> = plan.columns().iter().map(|column| column.type_().clone()).collect();
    let (found, wanted) = (kinds.len(), definition.width());
    if found != wanted {
        return Err(QueryError::Width { found, wanted });
    }
    Ok(Some((kinds, rows(client.simple_query(&definition.query).await?))))
}

fn rows(messages: Vec<SimpleQueryMessage>) -> Vec<SimpleQueryRow> {
    let row = |message| match message {
        SimpleQueryMessage::Row(row) => Some(row),
        _ => None,
    };
    messages.into_iter().filter_map(row).collect()
}

/// A row by the names of its columns.
struct Row<'a> {
    columns: Vec<(&'a str, &'a Type, Option<&'a str>)>,
}

impl<'a> Row<'a> {
    fn of(kinds: &'a [Type], row: &'a SimpleQueryRow) -> Self {
        let columns = row.columns().iter().zip(kinds).enumerate();
        let columns = columns.map(|(at, (column, kind))| (column.name(), kind, row.get(at)));
        Self { columns: columns.collect() }
    }

    fn text(&self, name: &str) -> Option<&'a str> {
        self.columns.iter().find(|(known, _, _)| *known == name)?.2
    }

    fn number(&self, name: &str) -> Option<f64> {
        let (_, kind, text) = self.columns.iter().find(|(known, _, _)| *known == name)?;
        value::number(kind, *text)
    }
}

fn samples(
    key: &str,
    definition: &Definition,
    kinds: &[Type],
    row: &SimpleQueryRow,
    found: &mut Vec<Found>,
) {
    let row = Row::of(kinds, row);
    let mut labels = Labels::new();
    for (name, kind, text) in &row.columns {
        if definition.column(name).is_some_and(|column| column.usage == Usage::Label) {
            labels.insert((*name).to_owned(), value::label(kind, *text));
        }
    }
    let prefix = definition.prefix(key);
    for (name, column) in definition.metrics.iter().flatten() {
        let Some((suffix, kind, figure)) = figure(name, column, &row) else { continue };
        let shown = if column.name.is_empty() { name } else { &column.name };
        found.push(Found {
            name: format!("{prefix}_{shown}{suffix}"),
            help: column.description.clone(),
            kind,
            sample: Sample { labels: labels.clone(), figure },
        });
    }
}

/// What a column shows; none for labels, and for what is no number.
fn figure(name: &str, column: &Column, row: &Row<'_>) -> Option<(&'static str, Kind, Figure)> {
    let told = |number: Option<f64>| {
        if number.is_none() {
            tracing::warn!(column = name, "a value is no number and not shown");
        }
        number.map(Figure::Number)
    };
    match column.usage {
        Usage::Label | Usage::Discard => None,
        Usage::Counter => Some(("", Kind::Counter, told(row.number(name))?)),
        Usage::Gauge => Some(("", Kind::Gauge, told(row.number(name))?)),
        Usage::Mapped => {
            let mapped = row.text(name).and_then(|text| column.metric_mapping.get(text).copied());
            Some(("", Kind::Gauge, told(mapped)?))
        }
        Usage::Duration => {
            let text = row.text(name)?;
            if text == "-1" {
                return None;
            }
            let span = text.parse::<Span>().ok();
            #[expect(clippy::cast_precision_loss, reason = "half a year fits exactly")]
            let millis = span.map(|span| span.0 as f64 / 1e6);
            Some(("_milliseconds", Kind::Gauge, told(millis)?))
        }
        Usage::Histogram => {
            let of = |suffix: &str| format!("{name}{suffix}");
            let bounds = value::numbers(row.text(name)?)?;
            let counts = value::numbers(row.text(&of("_bucket"))?)?;
            let (sum, count) = (row.number(&of("_sum"))?, row.number(&of("_count"))?);
            let buckets = bounds.into_iter().zip(counts).collect();
            Some(("", Kind::Histogram, Figure::Distribution { buckets, sum, count }))
        }
    }
}
