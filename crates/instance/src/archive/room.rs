//! How much WAL is in memory at the same time, however many files may be moved: `maxParallel` is a
//! number of files, and a segment may have a gigabyte.

use tokio::sync::{Semaphore, SemaphorePermit};

/// Thirty segments of the usual size. A larger file has all of it to itself.
const MEBIBYTES: u32 = 512;

/// The room that all files of one kind of work share.
#[derive(Debug)]
pub(super) struct Room(Semaphore);

impl Default for Room {
    fn default() -> Self {
        Self(Semaphore::new(MEBIBYTES as usize))
    }
}

impl Room {
    /// Waits until there is room for so many bytes, in the order of those who ask; it is given back
    /// when this is dropped.
    pub async fn take(&self, bytes: u64) -> SemaphorePermit<'_> {
        let wanted = u32::try_from(bytes.div_ceil(1 << 20)).unwrap_or(MEBIBYTES);
        let room = self.0.acquire_many(wanted.clamp(1, MEBIBYTES)).await;
        room.expect("it is never closed")
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;

    use super::*;

    #[tokio::test]
    async fn no_more_than_there_is() {
        const SEGMENT: u64 = 64 << 20;
        let room = Room::default();
        let mut taken = Vec::new();
        while let Some(some) = room.take(SEGMENT).now_or_never() {
            taken.push(some);
        }
        assert_eq!(taken.len(), 8);
        assert!(room.take(0).now_or_never().is_none());
        taken.pop();
        assert!(room.take(0).now_or_never().is_some());
        taken.clear();
        let all = room.take(1 << 40).now_or_never().expect("the largest file fits alone");
        assert!(room.take(1).now_or_never().is_none());
        drop(all);
    }
}
