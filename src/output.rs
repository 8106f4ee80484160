//! The only code that prints: standard output is data, standard error is talk.

use std::io::Write;
use std::process::ExitCode;

use crate::{CommandError, cli};

/// Where a command's words go.
pub struct Output {
    data: Box<dyn Write>,
    talk: Box<dyn Write>,
}

impl std::fmt::Debug for Output {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Output").finish_non_exhaustive()
    }
}

impl Output {
    /// The streams of this process.
    pub fn of_process() -> Self {
        Self { data: Box::new(std::io::stdout()), talk: Box::new(std::io::stderr()) }
    }

    /// One line of data.
    pub(crate) fn line(&mut self, text: std::fmt::Arguments<'_>) -> Result<(), CommandError> {
        self.bytes(format!("{text}\n").as_bytes())
    }

    /// Data as it is.
    pub(crate) fn bytes(&mut self, bytes: &[u8]) -> Result<(), CommandError> {
        match self.data.write_all(bytes).and_then(|()| self.data.flush()) {
            // Whoever reads us has read enough: `kubectl cnpg ... | head` is no failure.
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
            done => done.map_err(CommandError::Output),
        }
    }

    pub(crate) fn clap_help(
        &mut self,
        command: &mut clap::Command,
    ) -> Result<ExitCode, CommandError> {
        let help = command.render_help().to_string();
        self.bytes(help.as_bytes())?;
        Ok(ExitCode::SUCCESS)
    }

    /// Says what clap has to say: help on the data stream, a refusal as `Error: ...` on the other.
    pub(crate) fn clap(&mut self, stop: &clap::Error) -> ExitCode {
        let code = cli::exit_code(stop);
        let text = stop.render().to_string();
        if stop.use_stderr() {
            let text = text.strip_prefix("error: ").unwrap_or(&text);
            // Nobody is left to tell when standard error is gone.
            let _ = writeln!(self.talk, "Error: {}", text.trim_end());
        } else {
            let _ = self.bytes(text.as_bytes());
        }
        code
    }

    /// Says why a command failed and what to try next.
    pub(crate) fn failure(&mut self, error: &CommandError) -> ExitCode {
        let mut text = format!("Error: {error}");
        let mut cause = std::error::Error::source(error);
        while let Some(next) = cause {
            text.push_str(&format!(": {next}"));
            cause = next.source();
        }
        if let Some(hint) = error.hint() {
            text.push_str(&format!("\nhint: {hint}"));
        }
        let _ = writeln!(self.talk, "{text}");
        ExitCode::FAILURE
    }
}
