use bytes::Bytes;
use objectstore::{Codec, Location, Store};

use super::*;

fn segment(number: u32) -> WalName {
    format!("0000000100000000{number:08X}").parse().unwrap()
}

struct World {
    folder: tempfile::TempDir,
    store: Store,
    restorer: Arc<Restorer>,
}

impl World {
    /// An archive with these segments of one mebibyte.
    async fn with(numbers: std::ops::Range<u32>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::in_memory(&Location::parse("s3://b", "s").unwrap());
        let restorer = Arc::new(Restorer::new(&folder.path().join("spool"), None).unwrap());
        let world = Self { folder, store, restorer };
        for number in numbers {
            world.put(number).await;
        }
        world
    }

    async fn put(&self, number: u32) {
        let body = vec![u8::try_from(number).unwrap(); 1 << 20];
        let key = self.store.location().wal(segment(number));
        self.store.put(&key, Bytes::from(body)).await.unwrap();
    }

    fn source(&self, parallel: usize) -> Source {
        let places = Arc::new(Places::new(self.store.clone(), Codec::None));
        Source { places, parallel, no_partial: false }
    }

    async fn asks(&self, number: u32, parallel: usize, end: End) -> Answer {
        let to = self.folder.path().join("RECOVERYXLOG");
        let _ = std::fs::remove_file(&to);
        let answer = self.restorer.restore(&self.source(parallel), segment(number), &to, end).await;
        if answer == Answer::Done {
            let content = std::fs::read(&to).unwrap();
            assert_eq!(content, vec![u8::try_from(number).unwrap(); 1 << 20], "{number}");
        }
        answer
    }

    fn spooled(&self) -> usize {
        std::fs::read_dir(self.folder.path().join("spool")).unwrap().count()
    }
}

#[tokio::test]
async fn segments_come_in_order_and_the_spool_stays_small() {
    let world = World::with(1..20).await;
    for number in 1..20 {
        assert_eq!(world.asks(number, 3, End::Promotes).await, Answer::Done, "{number}");
        assert!(world.spooled() <= 2 * 3, "{} in the spool", world.spooled());
    }
    assert!(matches!(world.asks(20, 3, End::Promotes).await, Answer::Nothing(_)));
}

#[tokio::test]
async fn the_end_is_told_once_to_who_streams_and_looked_up_for_who_does_not() {
    for (end, sees_new) in [(End::Streams, false), (End::Waits, true), (End::Promotes, true)] {
        let world = World::with(1..3).await;
        assert_eq!(world.asks(1, 2, end).await, Answer::Done);
        assert_eq!(world.asks(2, 2, end).await, Answer::Done);
        let key = segment(3).to_string();
        let mut ahead = world.restorer.lock().get(&key).unwrap().ahead.clone();
        let _ = ahead.wait_for(|ahead| *ahead != Ahead::Running).await.unwrap();
        world.put(3).await;
        let answer = world.asks(3, 2, end).await;
        assert_eq!(answer == Answer::Done, sees_new, "{end:?}: {answer:?}");
        assert_eq!(world.asks(3, 2, end).await, Answer::Done, "{end:?}");
    }
}

#[tokio::test]
async fn a_jump_forgets_what_was_fetched_for_nothing() {
    let world = World::with(1..40).await;
    assert_eq!(world.asks(1, 4, End::Waits).await, Answer::Done);
    assert_eq!(world.asks(30, 4, End::Waits).await, Answer::Done);
    let known: Vec<_> = world.restorer.lock().keys().cloned().collect();
    assert_eq!(known, [31, 32, 33, 34].map(|number| segment(number).to_string()));
}

#[tokio::test]
async fn a_damaged_file_is_a_failure_and_no_end() {
    let world = World::with(1..2).await;
    let key = format!("{}.gz", world.store.location().wal(segment(2)));
    world.store.put(&key, Bytes::from("no gzip")).await.unwrap();
    assert_eq!(world.asks(1, 1, End::Streams).await, Answer::Done);
    assert!(matches!(world.asks(2, 1, End::Streams).await, Answer::Failed(_)));
    let to = world.folder.path().join("old");
    let rewound = world.restorer.rewind(&world.source(1), segment(1), &to).await;
    assert_eq!(rewound, Answer::Done);
}

#[tokio::test]
async fn who_was_asked_before_puts_nothing_any_more() {
    let world = World::with(1..3).await;
    let to = world.folder.path().join("RECOVERYXLOG");
    let source = world.source(1);
    let old = world.restorer.turns.take(&to);
    assert_eq!(world.asks(2, 1, End::Waits).await, Answer::Done);
    let late = world.restorer.fetch(&source, segment(1), &old).await;
    assert!(matches!(late, Err(WalError::Write { .. })), "{late:?}");
    assert_eq!(std::fs::read(&to).unwrap()[0], 2, "the one that was asked for last");
    let names = std::fs::read_dir(world.folder.path()).unwrap().count();
    assert_eq!(names, 2, "the place and the spool, and no leftover");
}

#[tokio::test]
async fn what_nobody_wants_any_more_leaves_the_spool() {
    let world = World::with(1..40).await;
    for number in [1, 30, 2, 20, 3] {
        assert_eq!(world.asks(number, 4, End::Waits).await, Answer::Done);
    }
    let wanted: Vec<_> = world.restorer.lock().values().cloned().collect();
    for mut spooled in wanted {
        let _ = spooled.ahead.wait_for(|ahead| *ahead != Ahead::Running).await.unwrap();
    }
    // Those that were on their way when they were dropped remove themselves.
    testkit::until::until("gone", std::time::Duration::from_secs(5), async || {
        anyhow::ensure!(world.spooled() == 4, "{} in the spool", world.spooled());
        Ok(())
    })
    .await
    .unwrap();
}
