//! One life of the server: started, told what to do, and awaited; nothing is decided here.

use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::time::Duration;

use nix::unistd::Pid;
use pgkit::children::Children;
use pgkit::connection::Target;
use pgkit::postmaster::machine::{Exit, Mode};
use pgkit::postmaster::{Server, ServerConfig};
use pgkit::programs::Programs;
use pgkit::ready::{self, Answer};
use planner::leadership::clock::BootTime;
use tokio::net::unix::pipe::Receiver;
use tokio::sync::{Notify, mpsc, watch};
use tokio::time::{sleep, timeout};

use super::look::{Look, LookError, Looker};
use super::{Happening, Inbox};

/// How often a starting server is asked whether it takes connections: at first, and at last.
const ASK_FIRST: Duration = Duration::from_millis(10);
const ASK_LAST: Duration = Duration::from_millis(200);

/// The number of the first life; one that was found is that.
pub const FIRST: u64 = 0;

/// What a living server can be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    Stop(Mode),
    Reload,
    /// Look for a primary to receive from now, and not after the usual pause.
    Wake(Pid),
}

/// What a life has to tell.
#[derive(Debug)]
pub enum Sign {
    /// It runs; its output comes out of these pipes.
    Up(Pid, Vec<OwnedFd>),
    Ready,
    Ended(Exit),
    Looked {
        began: BootTime,
        seen: Result<Look, LookError>,
    },
}

/// What a life is made with.
#[derive(Debug, Clone)]
pub struct Maker {
    pub config: Arc<ServerConfig>,
    pub programs: Programs,
    pub children: Children,
    pub target: Target,
    pub inbox: Inbox,
    /// The configuration has been written: before that nothing is started.
    pub configured: watch::Receiver<bool>,
}

/// A life under way.
#[derive(Debug)]
pub struct Life {
    pub number: u64,
    orders: mpsc::UnboundedSender<Order>,
    look: Arc<Notify>,
    pace: watch::Sender<Duration>,
}

/// Where the server of a life comes from.
#[derive(Debug)]
pub enum Origin {
    /// It is started.
    New,
    /// Another image of this program has started it; its output comes out of these pipes.
    Found(Vec<Receiver>),
}

impl Life {
    /// Begins one.
    pub fn begin(maker: &Maker, number: u64, pace: Duration, origin: Origin) -> Self {
        let (orders, ordered) = mpsc::unbounded_channel();
        let look = Arc::<Notify>::default();
        let (pace, paced) = watch::channel(pace);
        let (maker, soon) = (maker.clone(), Arc::clone(&look));
        tokio::spawn(async move {
            let exit = live(&maker, number, ordered, soon, paced, origin).await;
            maker.inbox.send(Happening::Server(number, Sign::Ended(exit)));
        });
        Self { number, orders, look, pace }
    }

    /// Tells the server something; one that has just ended does not hear it.
    pub fn order(&self, order: Order) {
        let _ = self.orders.send(order);
    }

    /// Asks for a look at once.
    pub fn look_now(&self) {
        self.look.notify_one();
    }

    /// Sets the pause between looks.
    pub fn pace(&self, pace: Duration) {
        self.pace.send_if_modified(|known| std::mem::replace(known, pace) != pace);
    }
}

async fn live(
    maker: &Maker,
    number: u64,
    mut ordered: mpsc::UnboundedReceiver<Order>,
    look: Arc<Notify>,
    pace: watch::Receiver<Duration>,
    origin: Origin,
) -> Exit {
    let tell = |sign| maker.inbox.send(Happening::Server(number, sign));
    let server = match origin {
        Origin::New => {
            let mut configured = maker.configured.clone();
            loop {
                tokio::select! {
                    _ = configured.wait_for(|done| *done) => break,
                    order = ordered.recv() => match order {
                        Some(Order::Stop(_)) | None => return Exit::NeverStarted,
                        Some(Order::Reload | Order::Wake(_)) => {}
                    },
                }
            }
            Server::start(&maker.config, &maker.children).await.map(Some)
        }
        Origin::Found(output) => Server::take_over(&maker.config, &maker.children, output),
    };
    let mut server = match server {
        Ok(Some(server)) => server,
        Ok(None) => return Exit::Unknown, // it has ended meanwhile
        Err(error) => {
            tracing::error!(error = super::chain(&error), "PostgreSQL does not start");
            return Exit::NeverStarted;
        }
    };
    let output = server.output();
    tell(Sign::Up(server.pid(), output));
    let looks = async {
        until_ready(maker).await;
        tell(Sign::Ready);
        let mut looker = Looker::new(maker.target.clone());
        loop {
            let (began, seen) = looker.look().await;
            tell(Sign::Looked { began, seen });
            let pause = *pace.borrow();
            let _ = timeout(pause, look.notified()).await;
        }
    };
    let mut looks = Some(Box::pin(looks));
    loop {
        tokio::select! {
            exit = server.wait() => return exit,
            order = ordered.recv() => match order {
                Some(Order::Stop(mode)) => {
                    looks = None; // a smart stop waits for our session too
                    tracing::info!(?mode, pid = server.pid().as_raw(), "stopping PostgreSQL");
                    server.stop(mode);
                }
                Some(Order::Reload) => server.reload(),
                Some(Order::Wake(pid)) => {
                    // The process that replays reads its configuration, and with that tries anew.
                    let _ = nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGHUP);
                }
                // Nobody is left to say when it shall stop: the process ends, and all with it.
                None => return server.wait().await,
            },
            () = async { looks.as_mut().expect("it is some").await }, if looks.is_some() => {}
        }
    }
}

async fn until_ready(maker: &Maker) {
    let mut pause = ASK_FIRST;
    while ready::ask(&maker.config.socket_directory, maker.config.port).await != Answer::Accepting {
        sleep(pause).await;
        pause = (pause * 2).min(ASK_LAST);
    }
}
