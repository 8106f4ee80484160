//! Whether there is colour, and which.

use clap::ValueEnum;

/// When the output carries colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum When {
    Always,
    Auto,
    Never,
}

/// A colour; never the only bearer of a meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hue {
    Red,
    Green,
    Yellow,
    Blue,
    Magenta,
    Cyan,
}

/// The decision whether there is colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    coloured: bool,
}

impl Style {
    /// No colour.
    pub const fn plain() -> Self {
        Self { coloured: false }
    }

    /// The flag first, then the environment, then whether a terminal reads.
    pub fn decide(when: When, terminal: bool) -> Self {
        let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let forced =
            std::env::var_os("CLICOLOR_FORCE").is_some_and(|it| !it.is_empty() && it != "0");
        let off = std::env::var_os("CLICOLOR").is_some_and(|value| value == "0");
        let dumb = std::env::var_os("TERM").is_some_and(|value| value == "dumb");
        let coloured = match when {
            When::Always => true,
            When::Never => false,
            When::Auto if set("NO_COLOR") => false,
            When::Auto => forced || (terminal && !off && !dumb),
        };
        Self { coloured }
    }

    pub const fn coloured(self) -> bool {
        self.coloured
    }

    /// The text in a colour, or plain.
    pub fn paint(self, hue: Hue, text: impl std::fmt::Display) -> String {
        let number = match hue {
            Hue::Red => 31,
            Hue::Green => 32,
            Hue::Yellow => 33,
            Hue::Blue => 34,
            Hue::Magenta => 35,
            Hue::Cyan => 36,
        };
        if self.coloured { format!("\x1b[{number}m{text}\x1b[0m") } else { text.to_string() }
    }
}
