//! The only code that prints: standard output is data, standard error is talk.

mod document;
mod style;
mod table;

use std::cell::RefCell;
use std::io::{IsTerminal, Write};
use std::process::ExitCode;
use std::time::Duration;

use dialoguer::console;
use indicatif::{ProgressBar, ProgressStyle};

use crate::{CommandError, cli};

pub use document::{Format, yaml};
pub use style::{Hue, Style, When};
pub use table::{Rows, Table};

/// Where a command's words go.
pub struct Output {
    data: RefCell<Box<dyn Write>>,
    talk: RefCell<Box<dyn Write>>,
    style: Style,
    talk_is_terminal: bool,
}

impl std::fmt::Debug for Output {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Output").field("style", &self.style).finish_non_exhaustive()
    }
}

impl Output {
    /// The streams of this process.
    pub fn of_process() -> Self {
        Self {
            data: RefCell::new(Box::new(std::io::stdout())),
            talk: RefCell::new(Box::new(std::io::stderr())),
            style: Style::plain(),
            talk_is_terminal: std::io::stderr().is_terminal(),
        }
    }

    /// Decides once, for all that prints, whether there is colour.
    pub(crate) fn decide_colour(&mut self, when: When) {
        self.style = Style::decide(when, std::io::stdout().is_terminal());
        console::set_colors_enabled(self.style.coloured());
        let talk = Style::decide(when, self.talk_is_terminal);
        console::set_colors_enabled_stderr(talk.coloured());
    }

    pub(crate) fn style(&self) -> Style {
        self.style
    }

    /// One line of data.
    pub(crate) fn line(&self, text: std::fmt::Arguments<'_>) -> Result<(), CommandError> {
        self.bytes(format!("{text}\n").as_bytes())
    }

    /// Data as it is.
    pub(crate) fn bytes(&self, bytes: &[u8]) -> Result<(), CommandError> {
        let mut data = self.data.borrow_mut();
        match data.write_all(bytes).and_then(|()| data.flush()) {
            // Whoever reads us has read enough: `kubectl cnpg ... | head` is no failure.
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
            done => done.map_err(CommandError::Output),
        }
    }

    /// A whole view in the place of the one before; one after the other where there is no screen.
    pub(crate) fn screen(&self, text: &str) -> Result<(), CommandError> {
        if std::io::stdout().is_terminal() {
            // Home, then each line cleared to its end, then the rest of the screen: no flicker.
            let lines = text.replace('\n', "\x1b[K\n");
            return self.bytes(format!("\x1b[H{lines}\x1b[J").as_bytes());
        }
        self.bytes(format!("{text}---\n").as_bytes())
    }

    /// A line for the person, not for programs.
    pub(crate) fn talk(&self, text: std::fmt::Arguments<'_>) {
        // Nobody is left to tell when standard error is gone.
        let _ = writeln!(self.talk.borrow_mut(), "{text}");
    }

    /// A line that moves while something takes long; nothing where nobody watches.
    pub(crate) fn progress(&self, text: impl Into<String>) -> ProgressBar {
        if !self.talk_is_terminal {
            return ProgressBar::hidden();
        }
        let bar = ProgressBar::new_spinner().with_message(text.into());
        let style = ProgressStyle::with_template("{spinner} {msg} ({elapsed})");
        bar.set_style(style.expect("the template is fixed"));
        bar.enable_steady_tick(Duration::from_millis(120));
        bar
    }

    /// Whether a person can be asked.
    pub(crate) fn can_ask(&self) -> bool {
        self.talk_is_terminal && std::io::stdin().is_terminal()
    }

    /// Asks before something dangerous; refuses where nobody can answer.
    ///
    /// # Errors
    /// Nobody is there to ask, or nobody answered.
    pub(crate) fn confirm(&self, question: &str, answered: Answered) -> Result<(), CommandError> {
        let yes = match answered {
            Answered::Yes => true,
            // Scripts of the original run without a question, and must go on to.
            Answered::NotYet if !self.can_ask() => true,
            Answered::NotYet => dialoguer::Confirm::new()
                .with_prompt(question)
                .default(false)
                .interact()
                .unwrap_or(false),
        };
        if yes { Ok(()) } else { Err(CommandError::refused("nothing was changed")) }
    }

    pub(crate) fn clap_help(&self, command: &mut clap::Command) -> Result<ExitCode, CommandError> {
        let help = command.render_help().to_string();
        self.bytes(help.as_bytes())?;
        Ok(ExitCode::SUCCESS)
    }

    /// Says what clap has to say: help on the data stream, a refusal as `Error: ...` on the other.
    pub(crate) fn clap(&self, stop: &clap::Error) -> ExitCode {
        if stop.use_stderr() {
            self.talk(format_args!("Error: {}", cli::refusal::text(stop)));
        } else {
            let _ = self.bytes(stop.render().to_string().as_bytes());
        }
        cli::exit_code(stop)
    }

    /// Says why a command failed and what to try next.
    pub(crate) fn failure(&self, error: &CommandError) -> ExitCode {
        self.talk(format_args!("Error: {}", crate::error::chain(error)));
        if let Some(hint) = error.hint() {
            self.talk(format_args!("hint: {hint}"));
        }
        ExitCode::FAILURE
    }
}

/// Whether the person has agreed beforehand, with `--yes`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answered {
    Yes,
    NotYet,
}

impl From<bool> for Answered {
    fn from(yes: bool) -> Self {
        if yes { Self::Yes } else { Self::NotYet }
    }
}

/// Passes on what the API server warns of.
pub fn warning(text: &str) {
    // Nobody is left to tell when standard error is gone.
    let _ = writeln!(std::io::stderr(), "warning: {text}");
}
