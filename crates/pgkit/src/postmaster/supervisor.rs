//! Performs what the machine decides, for as long as there shall be a server.

use std::collections::BTreeSet;
use std::future::pending;
use std::pin::Pin;
use std::time::Duration;

use nix::unistd::Pid;
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep, sleep_until};

use super::machine::{Command, Effect, End, Event, Exit, Fence, Haste, Limits, State};
use super::server::{Server, ServerConfig, StartError};
use crate::children::Children;
use crate::ready::{self, Answer};

/// How often a starting server is asked whether it takes connections: at first, and at last.
const ASK_FIRST: Duration = Duration::from_millis(10);
const ASK_LAST: Duration = Duration::from_millis(200);

/// What others may know of the server.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Phase {
    #[default]
    Starting,
    Running {
        pid: Pid,
    },
    Stopping,
    Fenced(BTreeSet<Fence>),
    Done(End),
}

/// Runs the server until the machine says that it is over. A closed channel of commands is an
/// orderly end.
pub async fn supervise(
    config: &ServerConfig,
    limits: watch::Receiver<Limits>,
    children: &Children,
    fences: BTreeSet<Fence>,
    mut commands: mpsc::Receiver<Command>,
    phase: &watch::Sender<Phase>,
) -> End {
    let mut hands = Hands { config, children, process: Process::None, ready: None };
    let (mut state, mut effects) = State::first(fences);
    let mut asking = true;
    loop {
        let mut next = None;
        for effect in effects {
            match hands.perform(effect) {
                Outcome::Nothing => {}
                Outcome::Event(event) => next = Some(event),
                Outcome::End(end) => {
                    phase.send_replace(Phase::Done(end));
                    return end;
                }
            }
        }
        hands.expect_ready(matches!(state, State::Starting { .. }));
        phase.send_if_modified(|seen| replace(seen, hands.phase(&state)));
        let event = match next {
            Some(event) => event,
            None => tokio::select! {
                command = commands.recv(), if asking => command.map_or_else(
                    || { asking = false; Event::Asked(Command::Terminate(Haste::Orderly)) },
                    Event::Asked,
                ),
                event = hands.event() => event,
                () = due(state.deadline()) => Event::Deadline,
            },
        };
        tracing::debug!(?event, "the server's state may change");
        let limits = *limits.borrow();
        (state, effects) = state.on(event, Instant::now().into_std(), &limits);
    }
}

async fn due(deadline: Option<std::time::Instant>) {
    match deadline {
        Some(deadline) => sleep_until(deadline.into()).await,
        None => pending().await,
    }
}

fn replace(seen: &mut Phase, phase: Phase) -> bool {
    let changed = *seen != phase;
    *seen = phase;
    changed
}

type Starting<'a> = Pin<Box<dyn Future<Output = Result<Server, StartError>> + Send + 'a>>;
type Asking = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The part that touches the process.
struct Hands<'a> {
    config: &'a ServerConfig,
    children: &'a Children,
    process: Process<'a>,
    /// Resolves when the server takes connections.
    ready: Option<Asking>,
}

enum Process<'a> {
    None,
    Starting(Starting<'a>),
    Live(Server),
}

enum Outcome {
    Nothing,
    Event(Event),
    End(End),
}

impl Hands<'_> {
    fn perform(&mut self, effect: Effect) -> Outcome {
        match (effect, &mut self.process) {
            (Effect::Start, _) => {
                self.process =
                    Process::Starting(Box::pin(Server::start(self.config, self.children)));
                Outcome::Nothing
            }
            (Effect::Stop(mode), Process::Live(server)) => {
                tracing::info!(?mode, pid = server.pid().as_raw(), "stopping the server");
                server.stop(mode);
                Outcome::Nothing
            }
            (Effect::Stop(_), Process::Starting(_) | Process::None) => {
                // Between two polls there is no process yet: dropping the start undoes it.
                self.process = Process::None;
                Outcome::Event(Event::Exited(Exit::NeverStarted))
            }
            (Effect::Reload, Process::Live(server)) => {
                server.reload();
                Outcome::Nothing
            }
            // It will read its configuration when it starts.
            (Effect::Reload, Process::Starting(_) | Process::None) => Outcome::Nothing,
            (Effect::Finish(end), _) => Outcome::End(end),
        }
    }

    /// Asks whether the server is ready, or ceases to.
    fn expect_ready(&mut self, expected: bool) {
        match &self.process {
            Process::Live(_) if expected => {
                let config = self.config;
                self.ready.get_or_insert_with(|| {
                    let directory = config.socket_directory.clone();
                    Box::pin(until_ready(directory, config.port))
                });
            }
            _ => self.ready = None,
        }
    }

    /// Waits for what the process does. Loses nothing when it is dropped and called again.
    async fn event(&mut self) -> Event {
        loop {
            match &mut self.process {
                Process::None => pending().await,
                Process::Starting(start) => match start.await {
                    Ok(server) => {
                        self.process = Process::Live(server);
                        self.expect_ready(true);
                    }
                    Err(error) => {
                        self.process = Process::None;
                        tracing::error!(error = chain(&error), "the server does not start");
                        return Event::Exited(Exit::NeverStarted);
                    }
                },
                Process::Live(server) => {
                    let asked = async {
                        match &mut self.ready {
                            Some(ready) => ready.await,
                            None => pending().await,
                        }
                    };
                    tokio::select! {
                        exit = server.wait() => {
                            self.process = Process::None;
                            self.ready = None;
                            tracing::info!(?exit, "the server has ended");
                            return Event::Exited(exit);
                        }
                        () = asked => {
                            self.ready = None;
                            return Event::Ready;
                        }
                    }
                }
            }
        }
    }

    fn phase(&self, state: &State) -> Phase {
        match (state, &self.process) {
            (State::Running { .. }, Process::Live(server)) => Phase::Running { pid: server.pid() },
            (State::Starting { .. } | State::Running { .. }, _) => Phase::Starting,
            (State::Stopping(_), _) => Phase::Stopping,
            (State::Fenced { by, .. }, _) => Phase::Fenced(by.clone()),
            (State::Done(end), _) => Phase::Done(*end),
        }
    }
}

/// Asks until the server takes connections.
async fn until_ready(directory: std::path::PathBuf, port: u16) {
    let mut pause = ASK_FIRST;
    while ready::ask(&directory, port).await != Answer::Accepting {
        sleep(pause).await;
        pause = (pause * 2).min(ASK_LAST);
    }
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text = format!("{text}: {error}");
        source = error.source();
    }
    text
}
