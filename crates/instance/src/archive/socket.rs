//! How the commands of PostgreSQL and the manager speak: a socket, a line, and a line back.
//!
//! The command is started for every file, so it is nothing but this: no runtime, no client of the
//! API server, no store.

use std::io::{self, BufRead as _, BufReader, Write as _};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::{Duration, Instant};

/// What a command asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Ask {
    Archive {
        path: String,
    },
    Restore {
        file: String,
        to: String,
        rewind: bool,
    },
    /// All files that wait for the archiver, before they are rewound away.
    Sweep,
}

/// What it is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    Done,
    /// There is no such file.
    Nothing(String),
    /// It did not work, and may work later.
    Failed(String),
    /// PostgreSQL must not go on without it.
    Fatal(String),
}

/// How long the manager may be away, because another image of it takes over.
const AWAY: Duration = Duration::from_secs(5);

const PAUSE: Duration = Duration::from_millis(20);

/// How long an answer may take: the manager has deadlines of its own, which are shorter.
const ANSWER: Duration = Duration::from_secs(1800);

impl Ask {
    pub fn line(&self) -> String {
        match self {
            Self::Archive { path } => format!("archive\t{path}\n"),
            Self::Restore { file, to, rewind } => {
                let kind = if *rewind { "rewind" } else { "restore" };
                format!("{kind}\t{file}\t{to}\n")
            }
            Self::Sweep => "sweep\n".to_owned(),
        }
    }

    pub fn parse(line: &str) -> Option<Self> {
        let mut words = line.strip_suffix('\n')?.split('\t');
        let ask = match words.next()? {
            "archive" => Self::Archive { path: words.next()?.to_owned() },
            kind @ ("restore" | "rewind") => Self::Restore {
                file: words.next()?.to_owned(),
                to: words.next()?.to_owned(),
                rewind: kind == "rewind",
            },
            "sweep" => Self::Sweep,
            _ => return None,
        };
        words.next().is_none().then_some(ask)
    }
}

impl Answer {
    pub fn line(&self) -> String {
        let (word, text) = match self {
            Self::Done => ("done", ""),
            Self::Nothing(text) => ("nothing", text.as_str()),
            Self::Failed(text) => ("failed", text.as_str()),
            Self::Fatal(text) => ("fatal", text.as_str()),
        };
        format!("{word}\t{}\n", text.replace(['\n', '\r'], " "))
    }

    pub fn parse(line: &str) -> Option<Self> {
        let (word, text) = line.strip_suffix('\n')?.split_once('\t')?;
        Some(match word {
            "done" => Self::Done,
            "nothing" => Self::Nothing(text.to_owned()),
            "failed" => Self::Failed(text.to_owned()),
            "fatal" => Self::Fatal(text.to_owned()),
            _ => return None,
        })
    }
}

/// Asks, and waits for the answer; a manager that is away for a moment is asked again.
pub(super) fn ask(socket: &Path, question: &Ask) -> io::Result<Answer> {
    let began = Instant::now();
    loop {
        match exchange(socket, question) {
            Err(error) if began.elapsed() < AWAY && error.kind() != io::ErrorKind::WouldBlock => {
                std::thread::sleep(PAUSE);
            }
            answered => return answered,
        }
    }
}

fn exchange(socket: &Path, question: &Ask) -> io::Result<Answer> {
    let mut stream = UnixStream::connect(socket)?;
    stream.set_read_timeout(Some(ANSWER))?;
    stream.write_all(question.line().as_bytes())?;
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line)?;
    // An end without an answer is a manager that has ended: its next image answers.
    Answer::parse(&line).ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_as_they_are_written() {
        for ask in [
            Ask::Archive { path: "pg_wal/000000010000000000000001".to_owned() },
            Ask::Restore {
                file: "f".to_owned(),
                to: "pg_wal/RECOVERYXLOG".to_owned(),
                rewind: false,
            },
            Ask::Restore { file: "f".to_owned(), to: "t".to_owned(), rewind: true },
            Ask::Sweep,
        ] {
            assert_eq!(Ask::parse(&ask.line()), Some(ask));
        }
        for answer in [
            Answer::Done,
            Answer::Nothing("no such file".to_owned()),
            Answer::Failed("later".to_owned()),
            Answer::Fatal("never".to_owned()),
        ] {
            assert_eq!(Answer::parse(&answer.line()), Some(answer));
        }
        let broken = Answer::Failed("two\nlines".to_owned()).line();
        assert_eq!(Answer::parse(&broken), Some(Answer::Failed("two lines".to_owned())));
        for line in ["", "archive\n", "archive\ta\tb\n", "drop\ta\n", "archive\ta"] {
            assert_eq!(Ask::parse(line), None, "{line:?}");
        }
        for line in ["", "done", "done\n", "what\t\n"] {
            assert_eq!(Answer::parse(line), None, "{line:?}");
        }
    }
}
