//! The ledger as a program of its own, to be run in a pod or in a network namespace.
//!
//! ```sh
//! nsenter --net=/run/netns/cnpgrig0-node1 ledger write --address 198.19.0.20:5432 --journal service.jsonl
//! nsenter --net=/run/netns/cnpgrig0-node1 ledger report --address 198.19.0.20:5432 service.jsonl
//! ```

use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use clap::{Args, Parser, Subcommand};
use testkit::probe::analysis::{Question, report};
use testkit::probe::clock::Moment;
use testkit::probe::journal::{History, Journal};
use testkit::probe::session::{self, Order, Progress, Session};
use testkit::probe::{Pace, Route, Target, Tls};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

/// Write numbered rows all the time, and tell afterwards what became of them
#[derive(Debug, Parser)]
#[command(name = "ledger")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Write until interrupted or terminated, a line in the journal for each step
    Write(WriteArgs),
    /// Read back the rows of a run, and compare them with its journals
    ///
    /// Fails when a promise was broken.
    Report(ReportArgs),
}

#[derive(Debug, Args)]
struct ServerArgs {
    /// Where the server or service listens; an address, not a name
    #[arg(long)]
    address: SocketAddr,
    #[arg(long, default_value = "postgres")]
    user: String,
    #[arg(long, env = "PGPASSWORD", hide_env_values = true, default_value = "")]
    password: String,
    /// The database, if not named like the user
    #[arg(long)]
    database: Option<String>,
    /// Use TLS, and take any certificate
    #[arg(long, conflicts_with = "authority")]
    tls: bool,
    /// Use TLS, and take only a certificate of this authority (a PEM file)
    #[arg(long, requires = "tls_name")]
    authority: Option<PathBuf>,
    /// The name that the certificate must have
    #[arg(long, requires = "authority")]
    tls_name: Option<String>,
}

#[derive(Debug, Args)]
struct WriteArgs {
    #[command(flatten)]
    server: ServerArgs,
    /// The file to write; it must not exist
    #[arg(long)]
    journal: PathBuf,
    /// What all sessions of one measurement have in common; made up if not given
    #[arg(long)]
    run: Option<String>,
    /// Unlike that of any other session of the run
    #[arg(long, default_value = "service")]
    session: String,
    /// Hold on to one server, whatever it refuses
    #[arg(long)]
    held: bool,
    /// Milliseconds from one write to the next
    #[arg(long, default_value_t = 20)]
    interval: u64,
}

#[derive(Debug, Args)]
struct ReportArgs {
    #[command(flatten)]
    server: ServerArgs,
    /// The journals of all sessions of one run
    #[arg(required = true)]
    journals: Vec<PathBuf>,
    /// Milliseconds from which on a gap gets a line
    #[arg(long, default_value_t = 500)]
    gap: u64,
    /// As JSON instead of text
    #[arg(long)]
    json: bool,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Write(args) => write(args).await,
        Command::Report(args) => tell(&args).await,
    };
    match done {
        Ok(code) => code,
        Err(error) => {
            // Nobody may be reading.
            let _ = writeln!(std::io::stderr(), "Error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn write(args: WriteArgs) -> Result<ExitCode> {
    let route = if args.held { Route::Held } else { Route::Service };
    let interval = Duration::from_millis(args.interval.max(1));
    let made_up = || format!("{:x}-{:x}", Moment::now().0, std::process::id());
    let session = Session {
        run: args.run.unwrap_or_else(made_up),
        name: args.session,
        route,
        target: args.server.target()?,
        pace: Pace { interval, ..Pace::of(route) },
    };
    let mut journal = Journal::create(&args.journal, &session.start())?;
    let (sender, order) = watch::channel(Order::Write);
    let (mut interrupt, mut terminate) =
        (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    tokio::spawn(async move {
        tokio::select! { _ = interrupt.recv() => {}, _ = terminate.recv() => {} }
        sender.send_replace(Order::Stop);
        // The session ends by the order, not by its sender going away.
        sender.closed().await;
    });
    let (progress, _watched) = watch::channel(Progress::default());
    session::run(&session, &mut journal, &progress, order).await?;
    Ok(ExitCode::SUCCESS)
}

async fn tell(args: &ReportArgs) -> Result<ExitCode> {
    let read = |path: &PathBuf| History::read(path);
    let histories = args.journals.iter().map(read).collect::<Result<Vec<_>>>()?;
    let run = &histories.first().context("no journal")?.start.run;
    ensure!(histories.iter().all(|one| one.start.run == *run), "the journals are of several runs");
    let rows = session::read_back(&args.server.target()?, run).await?;
    let report = report(&histories, &rows, &Question { gap: Duration::from_millis(args.gap) });
    let mut out = std::io::stdout();
    if args.json {
        writeln!(out, "{}", serde_json::to_string_pretty(&report)?)?;
    } else {
        writeln!(out, "{report}")?;
    }
    Ok(if report.kept_every_promise() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

impl ServerArgs {
    fn target(&self) -> Result<Target> {
        let tls = match (&self.authority, &self.tls_name) {
            (Some(path), Some(name)) => {
                let authority = std::fs::read_to_string(path)
                    .with_context(|| format!("failed to read {}", path.display()))?;
                Tls::Verified { authority, name: name.clone() }
            }
            _ if self.tls => Tls::Unverified,
            _ => Tls::Off,
        };
        let target = Target::new(self.address, &self.user, &self.password).tls(tls);
        Ok(match &self.database {
            Some(database) => target.database(database),
            None => target,
        })
    }
}
