//! The words of a command line before clap reads them: which command they name, and the spellings
//! that only the original's parser knows.

use std::ffi::{OsStr, OsString};

use clap::{Arg, ArgAction, Command};

use super::values;

/// What the words name.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Walked {
    /// The names of the commands below the root.
    pub path: Vec<String>,
    /// How many words are no flag and no command.
    pub positionals: usize,
    /// The first word that is neither.
    pub stray: Option<String>,
}

/// Rewrites what clap would not take: `--flag=true`, `--count=2`.
pub fn rewrite(root: &Command, words: Vec<OsString>) -> Vec<OsString> {
    let mut out = Vec::with_capacity(words.len());
    let mut walk = Walk::new(root);
    for word in words {
        let (kind, arg) = walk.step(&word);
        match (kind, arg) {
            (Kind::Flag, Some(arg)) => out.extend(spell(arg, word)),
            _ => out.push(word),
        }
    }
    out
}

/// Finds the command that the words name.
pub fn walk(root: &Command, words: &[OsString]) -> Walked {
    let mut walk = Walk::new(root);
    for word in words {
        walk.step(word);
    }
    walk.found
}

/// The flag at the end of the words, when it waits for its value.
pub fn waiting<'a>(root: &'a Command, words: &[OsString]) -> Option<&'a Arg> {
    let mut walk = Walk::new(root);
    let mut last = None;
    for word in words {
        let (_, arg) = walk.step(word);
        last = arg.or_else(|| walk.short(word));
    }
    last.filter(|_| walk.value_next)
}

fn spell(arg: &Arg, word: OsString) -> Vec<OsString> {
    let Some((name, value)) = word.to_str().and_then(|word| word.split_once('=')) else {
        return vec![word];
    };
    match arg.get_action() {
        ArgAction::SetTrue => match values::boolean(value) {
            Some(true) => vec![name.into()],
            Some(false) => Vec::new(),
            None => vec![word],
        },
        ArgAction::Count => match value.parse::<usize>() {
            Ok(times) => vec![OsString::from(name); times.min(9)],
            Err(_) => vec![word],
        },
        _ => vec![word],
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Program,
    Flag,
    /// The value of the flag before it.
    Value,
    Command,
    Positional,
    /// The delimiter, or what stands behind it.
    Rest,
}

struct Walk<'a> {
    root: &'a Command,
    at: &'a Command,
    found: Walked,
    started: bool,
    value_next: bool,
    rest: bool,
}

impl<'a> Walk<'a> {
    fn new(root: &'a Command) -> Self {
        let found = Walked::default();
        Self { root, at: root, found, started: false, value_next: false, rest: false }
    }

    fn step(&mut self, word: &OsStr) -> (Kind, Option<&'a Arg>) {
        if !std::mem::replace(&mut self.started, true) {
            return (Kind::Program, None);
        }
        if std::mem::take(&mut self.value_next) {
            return (Kind::Value, None);
        }
        let text = word.to_string_lossy();
        if self.rest {
            self.found.positionals += 1;
            return (Kind::Rest, None);
        }
        if text == "--" {
            self.rest = true;
            return (Kind::Rest, None);
        }
        if let Some(flag) = text.strip_prefix("--") {
            let (name, value) = flag.split_once('=').map_or((flag, None), |(n, v)| (n, Some(v)));
            let arg = self.arg(|arg| arg.get_long() == Some(name));
            self.value_next = value.is_none() && arg.is_some_and(wants_next);
            return (Kind::Flag, arg);
        }
        if text.len() > 1 && text.starts_with('-') {
            let mut letters = text[1..].chars();
            while let Some(letter) = letters.next() {
                let Some(arg) = self.arg(|arg| arg.get_short() == Some(letter)) else { break };
                if arg.get_action().takes_values() {
                    self.value_next = letters.as_str().is_empty() && wants_next(arg);
                    break;
                }
            }
            let only = text.chars().nth(1).filter(|_| text.chars().nth(2) == Some('='));
            let arg = only.and_then(|letter| self.arg(|arg| arg.get_short() == Some(letter)));
            return (Kind::Flag, arg);
        }
        if self.found.positionals == 0
            && let Some(next) = self.at.find_subcommand(&*text)
        {
            self.at = next;
            self.found.path.push(text.into_owned());
            return (Kind::Command, None);
        }
        self.found.positionals += 1;
        self.found.stray.get_or_insert_with(|| text.into_owned());
        (Kind::Positional, None)
    }

    /// The flag behind the last letter of `-x`.
    fn short(&self, word: &OsStr) -> Option<&'a Arg> {
        let text = word.to_string_lossy();
        let letter = text.strip_prefix('-')?.chars().last()?;
        self.arg(|arg| arg.get_short() == Some(letter))
    }

    fn arg(&self, is: impl Fn(&Arg) -> bool) -> Option<&'a Arg> {
        let own = self.at.get_arguments().find(|arg| is(arg));
        own.or_else(|| self.root.get_arguments().find(|arg| arg.is_global_set() && is(arg)))
    }
}

fn wants_next(arg: &Arg) -> bool {
    arg.get_action().takes_values() && !arg.is_require_equals_set()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<OsString> {
        std::iter::once("kubectl-cnpg").chain(line.split(' ')).map(OsString::from).collect()
    }

    #[test]
    fn words_name_their_command() {
        let root = super::super::command();
        for (line, path, positionals) in [
            ("backup pg -t primary 3", "backup", 2),
            ("status pg -v 3", "status", 2),
            ("-n ns --context x fencing on pg 1", "fencing on", 2),
            ("fencing nosuch", "fencing", 1),
            ("reload pg -- -c x", "reload", 3),
            ("--namespace=reload promote", "promote", 0),
            ("-nreload promote a b", "promote", 2),
        ] {
            let walked = walk(&root, &words(line));
            assert_eq!(
                (walked.path.join(" ").as_str(), walked.positionals),
                (path, positionals),
                "{line}"
            );
        }
    }

    #[test]
    fn go_spellings_are_rewritten() {
        let root = super::super::command();
        for (line, expected) in [
            ("status pg --verbose=2", "status pg --verbose --verbose"),
            ("backup pg --dry-run=true", "backup pg --dry-run"),
            ("backup pg --dry-run=False", "backup pg"),
            ("-n --dry-run=true x", "-n --dry-run=true x"),
            ("reload pg -- --dry-run=false", "reload pg -- --dry-run=false"),
        ] {
            assert_eq!(rewrite(&root, words(line)), words(expected), "{line}");
        }
    }
}
