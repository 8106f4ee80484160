use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Semaphore;

use super::*;

/// Sends nothing, and notes what it was asked to send; each needs a permit.
struct Notes {
    sent: Mutex<Vec<String>>,
    permits: Semaphore,
    running: AtomicUsize,
    most: AtomicUsize,
    refused: Mutex<Option<WalName>>,
}

impl Notes {
    fn new(permits: usize) -> Self {
        Self {
            sent: Mutex::default(),
            permits: Semaphore::new(permits),
            running: AtomicUsize::new(0),
            most: AtomicUsize::new(0),
            refused: Mutex::default(),
        }
    }
}

impl Send for Notes {
    async fn send(&self, name: WalName, _: PathBuf) -> Result<(), SendError> {
        let running = self.running.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(running, Ordering::SeqCst);
        self.permits.acquire().await.unwrap().forget();
        self.running.fetch_sub(1, Ordering::SeqCst);
        if *self.refused.lock().unwrap() == Some(name) {
            return Err(SendError::Wal(WalError::Differs { key: name.to_string() }));
        }
        self.sent.lock().unwrap().push(name.to_string());
        Ok(())
    }
}

fn segment(number: u32) -> String {
    format!("0000000100000000{number:08X}")
}

struct Server {
    folder: tempfile::TempDir,
}

impl Server {
    fn with(names: &[String]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("pg_wal/archive_status")).unwrap();
        let server = Self { folder };
        for name in names {
            std::fs::write(server.path(name), name).unwrap();
            std::fs::write(server.mark(name, "ready"), "").unwrap();
        }
        server
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join("pg_wal").join(name)
    }

    fn mark(&self, name: &str, kind: &str) -> PathBuf {
        self.folder.path().join(format!("pg_wal/archive_status/{name}.{kind}"))
    }

    /// What the server does: asks, and marks as done.
    async fn archives(&self, archiver: &Arc<Archiver<Notes>>, name: &str, parallel: usize) -> bool {
        let asked = archiver.archive(name.parse().unwrap(), &self.path(name), parallel).await;
        if asked.is_ok() {
            std::fs::rename(self.mark(name, "ready"), self.mark(name, "done")).unwrap();
        }
        asked.is_ok()
    }
}

#[tokio::test]
async fn each_file_is_sent_once_and_never_more_at_a_time_than_allowed() {
    for parallel in [1, 4] {
        let mut names: Vec<_> = (1..40).map(segment).collect();
        names.insert(0, "00000002.history".to_owned());
        let server = Server::with(&names);
        let archiver = Arc::new(Archiver::new(Notes::new(1000), server.folder.path()));
        for name in &names {
            assert!(server.archives(&archiver, name, parallel).await);
            let sent = archiver.sender.sent.lock().unwrap().clone();
            assert!(sent.contains(name), "{name} was reported before it was sent");
        }
        let mut sent = archiver.sender.sent.lock().unwrap().clone();
        sent.sort();
        let mut expected = names.clone();
        expected.sort();
        assert_eq!(sent, expected, "parallel {parallel}");
        let most = archiver.sender.most.load(Ordering::SeqCst);
        assert!(most <= parallel, "{most} of {parallel}");
    }
}

#[tokio::test]
async fn files_are_sent_ahead_as_far_as_there_is_room() {
    let names: Vec<_> = (1..60).map(segment).collect();
    let server = Server::with(&names);
    let archiver = Arc::new(Archiver::new(Notes::new(1000), server.folder.path()));
    assert!(server.archives(&archiver, &names[0], 4).await);
    while archiver.sender.running.load(Ordering::SeqCst) > 0 {
        tokio::task::yield_now().await;
    }
    let sent = archiver.sender.sent.lock().unwrap().len();
    assert!((2..=1 + 4 + AHEAD).contains(&sent), "{sent} were sent");
}

#[tokio::test]
async fn another_file_of_the_same_name_is_sent_again() {
    let names = [segment(1), segment(2)];
    let server = Server::with(&names);
    let archiver = Arc::new(Archiver::new(Notes::new(1000), server.folder.path()));
    assert!(server.archives(&archiver, &names[0], 1).await);
    while archiver.sender.sent.lock().unwrap().len() < 2 {
        tokio::task::yield_now().await;
    }
    std::fs::write(server.path(&names[1]), "something else").unwrap();
    assert!(server.archives(&archiver, &names[1], 1).await);
    assert_eq!(archiver.sender.sent.lock().unwrap().len(), 3);
}

#[tokio::test]
async fn a_failure_is_told_and_tried_again_when_asked() {
    let names = [segment(1), segment(2)];
    let server = Server::with(&names);
    let archiver = Arc::new(Archiver::new(Notes::new(1000), server.folder.path()));
    *archiver.sender.refused.lock().unwrap() = Some(names[1].parse().unwrap());
    assert!(server.archives(&archiver, &names[0], 2).await);
    assert!(!server.archives(&archiver, &names[1], 2).await);
    *archiver.sender.refused.lock().unwrap() = None;
    assert!(server.archives(&archiver, &names[1], 2).await);
    assert!(server.mark(&names[1], "done").exists());
}

#[tokio::test]
async fn a_sweep_marks_what_it_sent_and_leaves_what_is_foreign() {
    let names: Vec<_> = (1..6).map(segment).collect();
    let server = Server::with(&names);
    let archiver = Arc::new(Archiver::new(Notes::new(1000), server.folder.path()));
    *archiver.sender.refused.lock().unwrap() = Some(names[2].parse().unwrap());
    assert_eq!(archiver.sweep(2).await.unwrap(), 4);
    for (index, name) in names.iter().enumerate() {
        assert_eq!(server.mark(name, "done").exists(), index != 2, "{name}");
    }
    assert_eq!(archiver.sweep(2).await.unwrap(), 0);
}
