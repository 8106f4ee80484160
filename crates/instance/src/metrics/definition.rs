//! The YAML in which queries are given.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, de};

/// Queries by their keys.
pub(super) type Definitions = BTreeMap<String, Definition>;

/// A query, and what its columns are.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Definition {
    pub query: String,
    #[serde(default)]
    pub predicate_query: String,
    #[serde(default)]
    pub metrics: Vec<BTreeMap<String, Column>>,
    /// The older word for `primary`.
    #[serde(default)]
    master: bool,
    #[serde(default)]
    primary: bool,
    #[serde(default)]
    pub runonserver: String,
    #[serde(default)]
    pub target_databases: Vec<String>,
    #[serde(default)]
    pub name: String,
}

impl Definition {
    /// Whether only a primary runs it.
    pub(super) const fn primary_only(&self) -> bool {
        self.primary || self.master
    }

    /// How the names of its metrics begin.
    pub(super) fn prefix(&self, key: &str) -> String {
        format!("cnpg_{}", if self.name.is_empty() { key } else { &self.name })
    }

    /// The column of a result by its name, with the rest of the metric's name.
    pub(super) fn column(&self, name: &str) -> Option<&Column> {
        self.metrics.iter().find_map(|column| column.get(name))
    }

    /// How many columns the result has to have.
    pub(super) fn width(&self) -> usize {
        let columns = self.metrics.iter().flat_map(BTreeMap::values);
        columns.map(|column| if column.usage == Usage::Histogram { 4 } else { 1 }).sum()
    }
}

/// What a column is.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Column {
    pub usage: Usage,
    #[serde(default)]
    pub description: String,
    #[serde(default)]
    pub metric_mapping: BTreeMap<String, f64>,
    #[serde(default)]
    pub name: String,
}

/// What becomes of the value of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Usage {
    Label,
    Discard,
    Counter,
    Gauge,
    /// A text that stands for a number.
    Mapped,
    /// A length of time as text, shown in milliseconds.
    Duration,
    Histogram,
}

impl<'de> Deserialize<'de> for Usage {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let word = String::deserialize(from)?;
        Ok(match word.as_str() {
            "LABEL" => Self::Label,
            "DISCARD" => Self::Discard,
            "COUNTER" => Self::Counter,
            "GAUGE" => Self::Gauge,
            "MAPPEDMETRIC" => Self::Mapped,
            "DURATION" => Self::Duration,
            "HISTOGRAM" => Self::Histogram,
            _ => {
                return Err(de::Error::custom(format_args!(
                    "usage {word:?} is none of LABEL, DISCARD, COUNTER, GAUGE, MAPPEDMETRIC, \
                     DURATION and HISTOGRAM"
                )));
            }
        })
    }
}

/// Reads a document.
pub(super) fn parse(text: &str) -> Result<Definitions, String> {
    if text.trim().is_empty() {
        return Ok(Definitions::new());
    }
    serde_saphyr::from_str(text).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_read_with_all_options() {
        let text = "
some:
  query: SELECT 1
  predicate_query: SELECT true
  master: true
  cache_seconds: 30
  runonserver: '>=10'
  target_databases: ['*', app]
  name: other
  metrics:
    - datname: {usage: LABEL, description: The database, pg_version: '>=9'}
    - h: {usage: HISTOGRAM}
    - state: {usage: MAPPEDMETRIC, metric_mapping: {up: 1, down: 0.5}, name: st}
plain: {query: SELECT 2, metrics: [{n: {usage: GAUGE}}]}
";
        let queries = parse(text).unwrap();
        let some = &queries["some"];
        assert!(some.primary_only() && !queries["plain"].primary_only());
        assert_eq!((some.prefix("some").as_str(), some.width()), ("cnpg_other", 6));
        assert_eq!(some.column("state").unwrap().metric_mapping["down"], 0.5);
        assert_eq!(some.target_databases, ["*", "app"]);
        assert_eq!(parse("\n").unwrap().len(), 0);
        assert!(parse("a: [").is_err());
        assert!(
            parse("a: {query: b, metrics: [{c: {usage: NONE}}]}").unwrap_err().contains("NONE")
        );
    }
}
