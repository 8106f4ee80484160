//! `kubectl cnpg doctor [CLUSTER]`.

mod cluster;
mod environment;

use std::process::ExitCode;

use clap::ValueEnum;
use serde::Serialize;

use crate::cli::arity::Rest;
use crate::output::{Format, Hue, Table};
use crate::{CommandContext, CommandError};

/// Check the environment, and a cluster, and name the remedies
///
/// Nothing is changed. What cannot be checked for lack of rights is said to be unknown.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  kubectl cnpg doctor\n  kubectl cnpg doctor cluster-example\n  kubectl cnpg doctor cluster-example -o json --exit-code"
)]
pub struct DoctorArgs {
    /// Cluster to check; only the environment when left out
    cluster: Option<String>,
    /// How to print it: text, json or yaml
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    output: Shape,
    /// Tell the outcome by the exit code: 0 fine, 2 warnings, 3 problems
    #[arg(long)]
    exit_code: bool,
    #[command(flatten)]
    rest: Rest,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Shape {
    Text,
    Json,
    Yaml,
}

/// The outcome of one check, the worst last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
enum Verdict {
    Fine,
    /// It could not be looked at.
    Unknown,
    Warning,
    Problem,
}

/// What one check found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Finding {
    check: &'static str,
    verdict: Verdict,
    found: String,
    /// What to do; empty when there is nothing to do.
    remedy: String,
}

impl Finding {
    fn fine(check: &'static str, found: impl Into<String>) -> Self {
        Self { check, verdict: Verdict::Fine, found: found.into(), remedy: String::new() }
    }

    fn warning(check: &'static str, found: impl Into<String>, remedy: impl Into<String>) -> Self {
        let (found, remedy) = (found.into(), remedy.into());
        Self { check, verdict: Verdict::Warning, found, remedy }
    }

    fn problem(check: &'static str, found: impl Into<String>, remedy: impl Into<String>) -> Self {
        let (found, remedy) = (found.into(), remedy.into());
        Self { check, verdict: Verdict::Problem, found, remedy }
    }

    /// A check that failed to look.
    fn unknown(check: &'static str, error: &CommandError) -> Self {
        let remedy = error.hint().unwrap_or_default();
        Self { check, verdict: Verdict::Unknown, found: error.to_string(), remedy }
    }
}

/// Runs all checks and shows what they found.
pub async fn run(cx: &CommandContext, args: DoctorArgs) -> Result<ExitCode, CommandError> {
    let mut findings = environment::check(cx).await?;
    if let Some(name) = &args.cluster {
        findings.extend(cluster::check(cx, name).await?);
    }
    let document = serde_json::json!({ "findings": findings });
    match args.output {
        Shape::Text => text(cx, &findings)?,
        Shape::Json => cx.out().bytes(Format::Json.text(&document).as_bytes())?,
        Shape::Yaml => cx.out().bytes(Format::Yaml.text(&document).as_bytes())?,
    }
    let worst = findings.iter().map(|it| it.verdict).max().unwrap_or(Verdict::Fine);
    let code = match worst {
        Verdict::Warning => 2,
        Verdict::Problem => 3,
        Verdict::Fine | Verdict::Unknown => 0,
    };
    Ok(ExitCode::from(if args.exit_code { code } else { 0 }))
}

fn text(cx: &CommandContext, findings: &[Finding]) -> Result<(), CommandError> {
    let style = cx.out().style();
    let mut table = Table::new(&["Result", "Check", "Found"]);
    for finding in findings {
        let (word, hue) = match finding.verdict {
            Verdict::Fine => ("ok", Hue::Green),
            Verdict::Unknown => ("unknown", Hue::Yellow),
            Verdict::Warning => ("warning", Hue::Yellow),
            Verdict::Problem => ("PROBLEM", Hue::Red),
        };
        let found = style.paint(hue, finding.found.replace('\n', " "));
        table.add([word.to_owned(), finding.check.to_owned(), found]);
    }
    cx.out().bytes(table.render().as_bytes())?;
    let remedies: Vec<_> = findings.iter().filter(|it| !it.remedy.is_empty()).collect();
    if remedies.is_empty() {
        return Ok(());
    }
    cx.out().line(format_args!("\nWhat to do"))?;
    for finding in remedies {
        cx.out().line(format_args!("- {}: {}", finding.check, finding.remedy))?;
    }
    Ok(())
}
