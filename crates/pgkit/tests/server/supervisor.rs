//! A real server is started, stopped, killed, fenced and adopted.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use pgkit::children::Children;
use pgkit::postmaster::machine::{Command, CrashLimit, End, Fence, Haste, Limits};
use pgkit::postmaster::{Phase, PidFile, PidFileStatus, Server};
use pgkit::ready::{self, Answer};

use crate::fixture::{LIMIT, Supervised, alive, config, until};
use crate::postgres_server::{PORT, PostgresHome};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_comes_up_and_ends_as_asked() -> Result<()> {
    let home = PostgresHome::new()?;
    let mut server = Supervised::new(&home)?;
    let pid = server.running().await?;
    let file = PidFile::read(server.data())?.expect("a live server has one");
    assert_eq!((file.pid, file.port), (Pid::from_raw(pid), Some(PORT)));
    assert_eq!(file.status, Some(PidFileStatus::Ready));
    let socket = server.config.socket_directory.clone();
    assert_eq!(ready::ask(&socket, PORT).await, Answer::Accepting);
    server.ask(Command::Terminate(Haste::Quick)).await;
    assert_eq!(server.end().await?, End::Terminated);
    assert!(!alive(pid));
    assert_eq!(ready::ask(&socket, PORT).await, Answer::Silent);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_smart_stop_waits_for_sessions_until_its_time_is_over() -> Result<()> {
    let home = PostgresHome::new()?;
    let mut server = Supervised::new(&home)?;
    server.limits.send_modify(|limits| limits.smart = Duration::from_secs(1));
    server.running().await?;
    let session = server.connect().await?;
    let began = Instant::now();
    server.ask(Command::Terminate(Haste::Orderly)).await;
    server.until("stopping", |phase| *phase == Phase::Stopping).await?;
    assert_eq!(session.client().query_one("select 1", &[]).await?.get::<_, i32>(0), 1);
    assert_eq!(server.end().await?, End::Terminated);
    assert!(began.elapsed() >= Duration::from_secs(1), "the session had its second");
    assert!(session.client().query_one("select 1", &[]).await.is_err());
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fenced_server_stays_down_and_comes_back() -> Result<()> {
    let home = PostgresHome::new()?;
    let mut server = Supervised::new(&home)?;
    let first = server.running().await?;
    server.ask(Command::Fence(Fence::Requested)).await;
    server.until("fenced", |phase| matches!(phase, Phase::Fenced(_))).await?;
    assert!(!alive(first));
    server.ask(Command::Restart(Haste::Quick)).await;
    server.ask(Command::LiftFence(Fence::Requested)).await;
    assert_ne!(server.running().await?, first);
    server.ask(Command::Depose).await;
    assert_eq!(server.end().await?, End::Deposed);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_server_is_back_with_its_data() -> Result<()> {
    let home = PostgresHome::new()?;
    let mut server = Supervised::new(&home)?;
    let first = server.running().await?;
    let session = server.connect().await?;
    session.client().batch_execute("create table public.kept as select 42 as answer").await?;
    // Busy in one long computation: it does not notice the death of its parent.
    let busy = server.connect().await?;
    let busy = tokio::spawn(async move {
        busy.client()
            .query("select count(*) from generate_series(1, 100000000000)", &[])
            .await
            .is_err()
    });
    let began = Instant::now();
    kill(Pid::from_raw(first), Signal::SIGKILL)?;
    server.until("down", |phase| *phase == Phase::Starting).await?;
    let second = server.running().await?;
    println!("running again after {:?}", began.elapsed());
    assert_ne!(first, second);
    assert!(busy.await?, "the old backend is gone");
    let session = server.connect().await?;
    let row = session.client().query_one("select answer from public.kept", &[]).await?;
    assert_eq!(row.get::<_, i32>(0), 42);
    drop(session);
    server.ask(Command::Terminate(Haste::Quick)).await;
    assert_eq!(server.end().await?, End::Terminated);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_cannot_start_is_given_up() -> Result<()> {
    let home = PostgresHome::new()?;
    let data = home.initdb("data", &[])?;
    std::fs::write(data.join("postgresql.auto.conf"), "shared_buffers = 'many'\n")?;
    let mut server = Supervised::of(&home, &data)?;
    let mut said = Vec::new();
    while let Some(entry) = server.entries.recv().await {
        said.push(format!("{entry:?}"));
        if said.iter().filter(|line| line.contains("shared_buffers")).count() > 3 {
            break;
        }
    }
    assert!(matches!(server.end().await?, End::Crashed(_)));
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_number_of_restarts_is_limited() -> Result<()> {
    let home = PostgresHome::new()?;
    let mut server = Supervised::new(&home)?;
    let crashes = CrashLimit { times: 1, within: Duration::from_secs(300) };
    server.limits.send_replace(Limits { crashes, ..Limits::default() });
    for _ in 0..2 {
        let pid = server.running().await?;
        kill(Pid::from_raw(pid), Signal::SIGKILL)?;
        server.until("down", |phase| !matches!(phase, Phase::Running { .. })).await?;
    }
    assert!(matches!(server.end().await?, End::Crashed(_)));
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_live_server_is_adopted() -> Result<()> {
    let home = PostgresHome::new()?;
    let mut first = Supervised::new(&home)?;
    let pid = first.running().await?;
    first.ask(Command::Leave).await;
    let (config, (_, entries)) = (first.config.clone(), tokio::sync::mpsc::channel(1));
    assert_eq!(first.end().await?, End::Left);
    assert!(alive(pid));
    let mut second = Supervised::with(config, entries, Children::default());
    assert_eq!(second.running().await?, pid, "the same process");
    second.ask(Command::Restart(Haste::Quick)).await;
    second
        .until("another", |phase| match phase {
            Phase::Running { pid: other } => other.as_raw() != pid,
            _ => false,
        })
        .await?;
    assert!(!alive(pid));
    second.ask(Command::Terminate(Haste::Quick)).await;
    assert_eq!(second.end().await?, End::Terminated);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_dead_server_left_does_not_matter() -> Result<()> {
    let home = PostgresHome::new()?;
    let data = home.initdb("data", &[])?;
    let (config, _entries) = config(&home, &data)?;
    // The process id of someone else: it must neither be adopted nor be signalled.
    let stale = format!("{}\n{}\n", std::process::id(), data.display());
    std::fs::write(data.join("postmaster.pid"), stale)?;
    std::fs::write(ready::socket(&config.socket_directory, PORT), "")?;
    let mut server = Server::start(&config, &Children::default()).await?;
    assert!(!server.is_adopted());
    crate::until::until("ready", LIMIT, async || {
        let answer = ready::ask(&config.socket_directory, PORT).await;
        ensure!(answer == Answer::Accepting, "{answer:?}");
        Ok(())
    })
    .await?;
    let pid = server.pid().as_raw();
    server.stop(pgkit::postmaster::machine::Mode::Immediate);
    server.wait().await;
    until("gone", || !alive(pid)).await?;
    Ok(())
}
