//! The log of a real server through the FIFO: every line, in order.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::Result;
use pgkit::data_directory::DataDirectory;
use pgkit::log::{Entry, Fifo, read_csv};
use pgkit::postmaster::machine::{Command, End, Haste};
use postgres::conf;
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::fixture::{LIMIT, Supervised};
use crate::postgres_server::PostgresHome;

const LINES: usize = 20_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn not_a_line_is_lost() -> Result<()> {
    let home = PostgresHome::new()?;
    let data = home.initdb("data", &[])?;
    let logs = home.directory("log")?;
    let path = logs.join("postgres.csv");
    let fifo = Fifo::open(&path)?;
    let text = logs.join("postgres");
    let _text = Fifo::open(&text)?;
    for path in [&path, &text] {
        if let Some((user, group)) = home.account() {
            std::os::unix::fs::chown(path, Some(user), Some(group))?;
        }
    }
    let directory = DataDirectory::new(&data);
    let setting = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
    let mut settings: BTreeMap<_, _> =
        postgres::settings::DEFAULTS.iter().copied().map(setting).collect();
    settings.extend([setting(("log_directory", &logs.display().to_string()))]);
    for name in ["ssl_max_protocol_version", "ssl_min_protocol_version"] {
        settings.remove(name);
    }
    let _ = directory.write(conf::CUSTOM, &conf::custom(&settings).text)?;
    let _ = directory.write(conf::OVERRIDE, "")?;
    let _ = directory.include_ours()?;
    // Smaller than the burst: the log collector has to wait for us.
    let (sink, mut entries) = mpsc::channel(64);
    let reader = tokio::spawn(read_csv(fifo, sink, std::future::pending()));
    let mut server = Supervised::of(&home, &data)?;
    server.running().await?;
    let session = server.connect().await?;
    let writing = tokio::spawn(async move {
        let burst = format!(
            "do $$ begin for i in 1..{LINES} loop raise log 'line %\n, \"%\"', i, repeat('x', 100); end loop; end $$"
        );
        session.client().batch_execute(&burst).await
    });
    let (mut next, mut began) = (1, None);
    while next <= LINES {
        let entry = timeout(LIMIT, entries.recv()).await?.expect("the reader runs");
        let Entry::Record(record) = entry else { panic!("no record: {entry:?}") };
        let message = record.get("message");
        if message.starts_with("line ") {
            began.get_or_insert_with(Instant::now);
            assert_eq!(message, format!("line {next}\n, \"{}\"", "x".repeat(100)));
            assert_eq!(record.get("user_name"), "postgres");
            assert_eq!(record.get("backend_type"), "client backend");
            next += 1;
        }
    }
    let took = began.map_or(Duration::MAX, |began| began.elapsed());
    let rate = f64::from(u32::try_from(LINES)?) / took.as_secs_f64();
    println!("{rate:.0} lines a second from a real server");
    assert!(rate >= 5_000.0, "only {rate:.0} lines a second");
    writing.await??;
    server.ask(Command::Terminate(Haste::Quick)).await;
    while let Ok(Some(_)) = timeout(Duration::from_millis(200), entries.recv()).await {}
    assert_eq!(server.end().await?, End::Terminated);
    reader.abort();
    Ok(())
}
