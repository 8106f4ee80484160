//! What is wrong with the words, in the sentences that people's scripts know.

use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::NAME;

/// The sentence for words that clap refused, without `Error: `.
pub fn text(stop: &clap::Error) -> String {
    let said = match stop.kind() {
        ErrorKind::UnknownArgument => unknown(stop),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => invalid(stop),
        ErrorKind::MissingRequiredArgument => missing(stop),
        _ => None,
    };
    said.unwrap_or_else(|| {
        let text = stop.render().to_string();
        text.strip_prefix("error: ").unwrap_or(&text).trim_end().to_owned()
    })
}

/// The sentence for a word that is no command.
pub fn unknown_command(root: &clap::Command, word: &str) -> String {
    let mut text = format!("unknown command \"{word}\" for \"{NAME}\"\n");
    let names = root.get_subcommands().filter(|it| !it.is_hide_set()).map(clap::Command::get_name);
    let near: Vec<_> =
        names.filter(|name| distance(name, word) <= 2 || name.starts_with(word)).collect();
    if !near.is_empty() {
        text.push_str(&format!("\nDid you mean this?\n\t{}\n\n", near.join("\n\t")));
    }
    text.push_str(&format!("Run '{NAME} --help' for usage."));
    text
}

fn unknown(stop: &clap::Error) -> Option<String> {
    let word = string(stop, ContextKind::InvalidArg)?;
    let said = match word.strip_prefix('-') {
        Some(long) if long.starts_with('-') => format!("unknown flag: {word}"),
        Some(letters) => {
            let letter = letters.chars().next()?;
            format!("unknown shorthand flag: '{letter}' in {word}")
        }
        None => return None,
    };
    Some(match stop.get(ContextKind::SuggestedArg) {
        Some(ContextValue::String(near)) => format!("{said}\n\nDid you mean this?\n\t{near}"),
        _ => said,
    })
}

fn invalid(stop: &clap::Error) -> Option<String> {
    let flag = string(stop, ContextKind::InvalidArg)?;
    let flag = flag.split([' ', '=', '[']).next().unwrap_or(flag);
    let value = string(stop, ContextKind::InvalidValue).unwrap_or_default();
    if value.is_empty() && stop.kind() == ErrorKind::InvalidValue {
        return Some(format!("flag needs an argument: {flag}"));
    }
    let cause = match stop.get(ContextKind::ValidValue) {
        Some(ContextValue::Strings(values)) if !values.is_empty() => {
            format!("should be one of {}", choice(values))
        }
        _ => std::error::Error::source(stop).map(ToString::to_string).unwrap_or_default(),
    };
    Some(format!("invalid argument \"{value}\" for \"{flag}\" flag: {cause}"))
}

fn choice(values: &[String]) -> String {
    let quoted: Vec<_> = values.iter().map(|value| format!("'{value}'")).collect();
    match quoted.as_slice() {
        [] => String::new(),
        [only] => only.clone(),
        [one, two] => format!("{one} or {two}"),
        [start @ .., last] => format!("{}, or {last}", start.join(", ")),
    }
}

fn missing(stop: &clap::Error) -> Option<String> {
    let Some(ContextValue::Strings(args)) = stop.get(ContextKind::InvalidArg) else { return None };
    let mut flags: Vec<_> = args
        .iter()
        .filter_map(|arg| arg.strip_prefix("--"))
        .map(|flag| flag.split([' ', '=']).next().unwrap_or(flag))
        .collect();
    flags.sort_unstable();
    let quoted: Vec<_> = flags.iter().map(|flag| format!("\"{flag}\"")).collect();
    (!quoted.is_empty()).then(|| format!("required flag(s) {} not set", quoted.join(", ")))
}

fn string(stop: &clap::Error, kind: ContextKind) -> Option<&str> {
    match stop.get(kind) {
        Some(ContextValue::String(text)) => Some(text),
        _ => None,
    }
}

/// How many letters apart two words are.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, letter) in one.chars().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, wanted) in other.iter().enumerate() {
            let replaced = corner + usize::from(letter != *wanted);
            corner = row[j + 1];
            row[j + 1] = replaced.min(corner + 1).min(row[j] + 1);
        }
    }
    row[other.len()]
}
