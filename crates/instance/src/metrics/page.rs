//! Families of samples, and the text that Prometheus reads.
//!
//! <https://prometheus.io/docs/instrumenting/exposition_formats/>

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

pub(super) const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// What a family is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Counter,
    Gauge,
    Histogram,
}

/// Label names with their values; sorted, as the text has them.
pub(super) type Labels = BTreeMap<String, String>;

/// One value, or one distribution.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Sample {
    pub labels: Labels,
    pub figure: Figure,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Figure {
    Number(f64),
    /// Upper bounds with how many are below each, their sum, and how many there are.
    Distribution {
        buckets: Vec<(f64, f64)>,
        sum: f64,
        count: f64,
    },
}

#[derive(Debug, Clone)]
struct Family {
    help: String,
    kind: Kind,
    samples: Vec<Sample>,
    /// No two samples of a family have the same labels.
    known: BTreeSet<Labels>,
}

/// A page; its families are sorted by name.
#[derive(Debug, Clone, Default)]
pub(super) struct Page {
    families: BTreeMap<String, Family>,
}

/// Why a sample is not shown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unfit {
    #[error("{0:?} cannot be the name of a metric or label")]
    Name(String),
    #[error("{0} is a metric of another kind elsewhere")]
    Kind(String),
    #[error("{0} has two values with the same labels")]
    Twice(String),
}

impl Page {
    /// Adds a sample.
    pub(super) fn add(
        &mut self,
        name: &str,
        help: &str,
        kind: Kind,
        sample: Sample,
    ) -> Result<(), Unfit> {
        let bad = sample.labels.keys().find(|label| !is_name(label) || label.contains(':'));
        if let Some(bad) = bad.map(String::as_str).or((!is_name(name)).then_some(name)) {
            return Err(Unfit::Name(bad.to_owned()));
        }
        if !self.families.contains_key(name) {
            let family =
                Family { help: help.to_owned(), kind, samples: Vec::new(), known: BTreeSet::new() };
            self.families.insert(name.to_owned(), family);
        }
        let family = self.families.get_mut(name).expect("it is there by now");
        if family.kind != kind {
            return Err(Unfit::Kind(name.to_owned()));
        }
        if !family.known.insert(sample.labels.clone()) {
            return Err(Unfit::Twice(name.to_owned()));
        }
        family.samples.push(sample);
        Ok(())
    }

    /// Adds one of our own numbers, whose name and labels are sound.
    pub(super) fn number(
        &mut self,
        name: &str,
        help: &str,
        kind: Kind,
        labels: &[(&str, &str)],
        number: f64,
    ) {
        let labels =
            labels.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let sample = Sample { labels, figure: Figure::Number(number) };
        if let Err(error) = self.add(name, help, kind, sample) {
            tracing::error!(%error, "a metric of our own is unfit");
        }
    }

    /// The text.
    pub(super) fn render(mut self) -> String {
        let mut text = String::with_capacity(64 * 1024);
        for (name, family) in &mut self.families {
            let kind = match family.kind {
                Kind::Counter => "counter",
                Kind::Gauge => "gauge",
                Kind::Histogram => "histogram",
            };
            let help = family.help.replace('\\', "\\\\").replace('\n', "\\n");
            let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}");
            family.samples.sort_by(|one, other| one.labels.cmp(&other.labels));
            for sample in &family.samples {
                write_sample(&mut text, name, sample);
            }
        }
        text
    }
}

fn is_name(name: &str) -> bool {
    let starts = |c: char| c.is_ascii_alphabetic() || c == '_' || c == ':';
    name.starts_with(starts) && name.chars().all(|c| starts(c) || c.is_ascii_digit())
}

fn write_sample(text: &mut String, name: &str, sample: &Sample) {
    match &sample.figure {
        Figure::Number(number) => write_line(text, name, &sample.labels, None, *number),
        Figure::Distribution { buckets, sum, count } => {
            let below = format!("{name}_bucket");
            for (bound, within) in buckets.iter().filter(|(bound, _)| bound.is_finite()) {
                write_line(text, &below, &sample.labels, Some(&show(*bound)), *within);
            }
            write_line(text, &below, &sample.labels, Some("+Inf"), *count);
            write_line(text, &format!("{name}_sum"), &sample.labels, None, *sum);
            write_line(text, &format!("{name}_count"), &sample.labels, None, *count);
        }
    }
}

fn write_line(text: &mut String, name: &str, labels: &Labels, bound: Option<&str>, number: f64) {
    text.push_str(name);
    let bound = bound.map(|bound| ("le", bound));
    let labels = labels.iter().map(|(name, value)| (name.as_str(), value.as_str())).chain(bound);
    let mut open = '{';
    for (label, value) in labels {
        text.push(open);
        let _ = write!(text, "{label}=\"");
        for c in value.chars() {
            match c {
                '\\' => text.push_str("\\\\"),
                '"' => text.push_str("\\\""),
                '\n' => text.push_str("\\n"),
                c => text.push(c),
            }
        }
        text.push('"');
        open = ',';
    }
    if open == ',' {
        text.push('}');
    }
    text.push(' ');
    text.push_str(&show(number));
    text.push('\n');
}

/// A number as the exporters of this family write it: `8.1e+06`, `NaN`, `+Inf`.
fn show(number: f64) -> String {
    if number.is_nan() {
        return "NaN".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { "+Inf" } else { "-Inf" }.to_owned();
    }
    let scientific = format!("{number:e}");
    let Some((digits, exponent)) = scientific.split_once('e') else { return scientific };
    let exponent: i32 = exponent.parse().unwrap_or_default();
    if (-4..6).contains(&exponent) {
        return format!("{number}");
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", exponent.unsigned_abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_look_as_they_are_known() {
        for (number, text) in [
            (0.0, "0"),
            (-1.0, "-1"),
            (594_300.0, "594300"),
            (7_993_011.0, "7.993011e+06"),
            (2e8, "2e+08"),
            (1_795_242_003.0, "1.795242003e+09"),
            (0.003_349_583, "0.003349583"),
            (0.000_01, "1e-05"),
            (17.12, "17.12"),
            (f64::NAN, "NaN"),
            (f64::INFINITY, "+Inf"),
            (f64::NEG_INFINITY, "-Inf"),
        ] {
            assert_eq!(show(number), text);
        }
    }

    #[test]
    fn a_page_is_sorted_and_escaped() {
        let mut page = Page::default();
        page.number("b", "two\nlines", Kind::Gauge, &[("l", "z")], 1.0);
        page.number("b", "", Kind::Gauge, &[("l", "a\"\n"), ("k", "\\")], 2.5);
        let labels = Labels::from([("l".to_owned(), "x".to_owned())]);
        let buckets = vec![(0.5, 1.0), (f64::INFINITY, 3.0)];
        let figure = Figure::Distribution { buckets, sum: 4.0, count: 3.0 };
        page.add("a", "h", Kind::Histogram, Sample { labels, figure }).unwrap();
        assert_eq!(
            page.render(),
            "# HELP a h\n# TYPE a histogram\na_bucket{l=\"x\",le=\"0.5\"} 1\n\
             a_bucket{l=\"x\",le=\"+Inf\"} 3\na_sum{l=\"x\"} 4\na_count{l=\"x\"} 3\n\
             # HELP b two\\nlines\n# TYPE b gauge\n\
             b{k=\"\\\\\",l=\"a\\\"\\n\"} 2.5\nb{l=\"z\"} 1\n"
        );
    }

    #[test]
    fn what_would_spoil_the_page_is_left_out() {
        let sample = |label: &str| Sample {
            labels: Labels::from([(label.to_owned(), "v".to_owned())]),
            figure: Figure::Number(1.0),
        };
        let mut page = Page::default();
        page.add("a", "", Kind::Gauge, sample("l")).unwrap();
        for (name, metric, kind, label, why) in [
            ("again", "a", Kind::Gauge, "l", Unfit::Twice("a".to_owned())),
            ("another kind", "a", Kind::Counter, "m", Unfit::Kind("a".to_owned())),
            ("no name", "a b", Kind::Gauge, "l", Unfit::Name("a b".to_owned())),
            ("no label", "c", Kind::Gauge, "?column?", Unfit::Name("?column?".to_owned())),
        ] {
            assert_eq!(page.add(metric, "", kind, sample(label)), Err(why), "{name}");
        }
        assert_eq!(page.render(), "# HELP a \n# TYPE a gauge\na{l=\"v\"} 1\n");
    }
}
