//! Readers of FIFOs beside slow takers, torn records and writers that come and go.

use std::io::Write as _;

use tokio::sync::{mpsc, oneshot};

use super::*;

fn csv(message: &str) -> String {
    format!("2026-11-21 06:14:42.123 UTC{}\"{message}\"{}\n", ",".repeat(13), ",".repeat(12))
}

fn message(entry: Entry) -> String {
    match entry {
        Entry::Record(record) => record.get("message").to_owned(),
        Entry::Text { text, .. } => format!("text: {text}"),
        other => panic!("{other:?}"),
    }
}

fn writer(path: &Path) -> std::fs::File {
    std::fs::OpenOptions::new().append(true).open(path).unwrap()
}

#[tokio::test]
async fn a_file_in_its_place_gives_way() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("postgres.csv");
    std::fs::write(&path, "old").unwrap();
    drop(Fifo::open(&path).unwrap());
    assert!(is_fifo(&std::fs::symlink_metadata(&path).unwrap()));
    drop(Fifo::open(&path).unwrap());
    assert!(matches!(Fifo::open(&folder.path().join("no/such")), Err(FifoError::Make { .. })));
}

#[tokio::test]
async fn writers_come_and_go_and_the_rest_is_read_after_stop() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("postgres.csv");
    let fifo = Fifo::open(&path).unwrap();
    writer(&path).write_all(csv("first").as_bytes()).unwrap();
    let (sink, mut entries) = mpsc::channel(4);
    let (stop, stopped) = oneshot::channel::<()>();
    let reader = tokio::spawn(read_csv(fifo, sink, async { stopped.await.unwrap_or(()) }));
    assert_eq!(message(entries.recv().await.unwrap()), "first");
    let mut second = writer(&path);
    second.write_all(csv("second\nline").as_bytes()).unwrap();
    assert_eq!(message(entries.recv().await.unwrap()), "second\nline");
    second.write_all(csv("third").as_bytes()).unwrap();
    second.write_all(b"2026 torn").unwrap();
    stop.send(()).unwrap();
    assert_eq!(message(entries.recv().await.unwrap()), "third");
    assert_eq!(message(entries.recv().await.unwrap()), "text: 2026 torn");
    assert!(entries.recv().await.is_none());
    reader.await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_thousand_lines_arrive_in_order_and_in_time() {
    const LINES: usize = 20_000;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("postgres.csv");
    let fifo = Fifo::open(&path).unwrap();
    // A small channel: the writer has to wait for us many times.
    let (sink, mut entries) = mpsc::channel(16);
    let reader = tokio::spawn(read_csv(fifo, sink, std::future::pending()));
    let began = std::time::Instant::now();
    let writing = std::thread::spawn(move || {
        let mut file = writer(&path);
        for number in 0..LINES {
            file.write_all(csv(&format!("line {number}: {}", "x".repeat(200))).as_bytes()).unwrap();
        }
    });
    let (envelope, mut out) = (crate::log::Envelope::default(), Vec::new());
    for number in 0..LINES {
        let entry = entries.recv().await.unwrap();
        out.clear();
        entry.write(&envelope, jiff::Timestamp::UNIX_EPOCH, &mut out);
        assert!(message(entry).starts_with(&format!("line {number}:")));
    }
    let took = began.elapsed();
    writing.join().unwrap();
    reader.abort();
    let rate = f64::from(u32::try_from(LINES).unwrap()) / took.as_secs_f64();
    println!("{rate:.0} lines a second");
    assert!(rate >= 5_000.0, "only {rate:.0} lines a second");
}
