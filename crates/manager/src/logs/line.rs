//! How a log line looks.

use std::fmt;

use jiff::Timestamp;
use serde_json::{Map, Value};
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::fmt::format::{FormatEvent, JsonFields, Writer};
use tracing_subscriber::fmt::{FmtContext, FormattedFields};
use tracing_subscriber::registry::LookupSpan;

/// The end of the names of fields whose text is JSON.
const JSON: &str = ".json";

/// The keys a user may rename.
#[derive(Debug)]
pub struct Keys {
    pub level: String,
    pub time: String,
}

/// Writes an event as one JSON object, the well-known keys first.
#[derive(Debug)]
pub struct Line {
    keys: Keys,
    pod: Option<String>,
}

impl Line {
    pub fn new(keys: Keys) -> Self {
        Self { keys, pod: std::env::var("POD_NAME").ok().filter(|name| !name.is_empty()) }
    }

    fn write(&self, out: &mut dyn fmt::Write, record: Record<'_>) -> fmt::Result {
        let mut line = Pairs { out, first: true };
        line.pair(&self.keys.level, &level_name(record.level).into())?;
        line.pair(&self.keys.time, &record.time.to_string().into())?;
        line.pair("logger", &record.logger.into())?;
        if let Some(caller) = record.caller {
            line.pair("caller", &caller.into())?;
        }
        line.pair("msg", &record.message.into())?;
        for (key, value) in &record.fields {
            // A key that appears twice would hide one of its values.
            let taken = [&self.keys.level, &self.keys.time, "logger", "caller", "msg"];
            if taken.contains(&key.as_str()) {
                line.pair(&format!("{key}_"), value)?;
            } else {
                line.pair(key, value)?;
            }
        }
        if let Some(pod) = &self.pod {
            line.pair("logging_pod", &pod.as_str().into())?;
        }
        out.write_str("}\n")
    }
}

impl<S> FormatEvent<S, JsonFields> for Line
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    fn format_event(
        &self,
        cx: &FmtContext<'_, S, JsonFields>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let mut collected = Collected::default();
        for span in cx.event_scope().into_iter().flat_map(|scope| scope.from_root()) {
            if let Some(fields) = span.extensions().get::<FormattedFields<JsonFields>>()
                && let Ok(Value::Object(fields)) = serde_json::from_str(&fields.fields)
            {
                collected.fields.extend(fields);
            }
        }
        event.record(&mut collected);
        let metadata = event.metadata();
        self.write(
            &mut writer,
            Record {
                level: *metadata.level(),
                time: Timestamp::now(),
                logger: logger(metadata.target()),
                caller: caller(metadata),
                message: &collected.message,
                fields: collected.fields,
            },
        )
    }
}

/// All that one line says.
struct Record<'a> {
    level: Level,
    time: Timestamp,
    logger: &'a str,
    caller: Option<String>,
    message: &'a str,
    fields: Map<String, Value>,
}

fn level_name(level: Level) -> &'static str {
    match level {
        Level::ERROR => "error",
        Level::WARN => "warning",
        Level::INFO => "info",
        Level::DEBUG => "debug",
        Level::TRACE => "trace",
    }
}

/// The part of the program that speaks: our modules by their own name, others by their crate's.
fn logger(target: &str) -> &str {
    // The wiring has no name of its own; what it wires has.
    let mut parts = target.split("::").filter(|part| *part != "run");
    let name = parts.next().unwrap_or(target);
    match name {
        "operator" | "instance" | "kubekit" | "pgkit" => parts.next().unwrap_or(name),
        _ => name,
    }
}

/// Where the event is written down; only asked for by those who read the code.
fn caller(metadata: &Metadata<'_>) -> Option<String> {
    (*metadata.level() >= Level::DEBUG)
        .then(|| Some(format!("{}:{}", metadata.file()?, metadata.line()?)))
        .flatten()
}

/// Writes `{"key":value,...` without the closing brace.
struct Pairs<'a> {
    out: &'a mut dyn fmt::Write,
    first: bool,
}

impl Pairs<'_> {
    fn pair(&mut self, key: &str, value: &Value) -> fmt::Result {
        self.out.write_str(if std::mem::take(&mut self.first) { "{" } else { "," })?;
        write!(self.out, "{}:{value}", Value::from(key))
    }
}

/// The message and the fields of an event.
#[derive(Default)]
struct Collected {
    message: String,
    fields: Map<String, Value>,
}

impl Collected {
    fn keep(&mut self, field: &Field, value: Value) {
        match (field.name(), value) {
            ("message", Value::String(message)) => self.message = message,
            // What is no plain value comes as the text of its JSON, under a name that says so.
            (name, Value::String(text)) if name.ends_with(JSON) => {
                let value = serde_json::from_str(&text).unwrap_or(Value::String(text));
                self.fields.insert(name.trim_end_matches(JSON).to_owned(), value);
            }
            (name, value) => {
                self.fields.insert(name.to_owned(), value);
            }
        }
    }
}

impl Visit for Collected {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.keep(field, value.into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.keep(field, value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.keep(field, value.into());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.keep(field, value.into());
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.keep(field, value.into());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.keep(field, format!("{value:?}").into());
    }
}

#[cfg(test)]
mod tests;
