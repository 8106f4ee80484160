//! PostgreSQL's log on its way to ours: out of the FIFOs, into lines on the standard output.

use std::io::{self, Write as _};

use jiff::Timestamp;
use kubekit::stop::Stop;
use pgkit::log::{Entry, Envelope, Fifo, FifoError, read_csv, read_json, read_text};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::paths::Paths;

/// How many lines may wait for the standard output before their writers do.
const WAITING: usize = 256;

/// The channel that all lines of other programs go through.
pub fn channel() -> (mpsc::Sender<Entry>, mpsc::Receiver<Entry>) {
    mpsc::channel(WAITING)
}

/// Prints entries until nobody is left who sends any.
pub async fn print(mut entries: mpsc::Receiver<Entry>, envelope: Envelope) {
    let (mut batch, mut text) = (Vec::new(), Vec::new());
    while entries.recv_many(&mut batch, WAITING).await > 0 {
        let now = Timestamp::now();
        batch.drain(..).for_each(|entry| entry.write(&envelope, now, &mut text));
        // One call, so that lines of two threads do not mix. Nobody could be told of a failure.
        let mut to = io::stdout().lock();
        let _ = to.write_all(&text).and_then(|()| to.flush());
        text.clear();
        text.shrink_to(64 << 10);
    }
}

/// Makes the three FIFOs and reads them until `stop`.
///
/// # Errors
/// When one cannot be made or opened.
pub fn read_fifos(
    paths: &Paths,
    sink: &mpsc::Sender<Entry>,
    stop: &Stop,
    tasks: &mut JoinSet<Result<(), FifoError>>,
) -> Result<(), FifoError> {
    let asked = || {
        let mut stop = stop.clone();
        async move { stop.asked().await }
    };
    let open = |name: &str| Fifo::open(&paths.log(name));
    let (csv, text, json) = (open("postgres.csv")?, open("postgres")?, open("postgres.json")?);
    tasks.spawn(read_csv(csv, sink.clone(), asked()));
    tasks.spawn(read_text(text, sink.clone(), asked()));
    tasks.spawn(read_json(json, sink.clone(), asked()));
    Ok(())
}
