//! Text of other programs, line by line, however long or strange a line is.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt};

/// A longer line is cut: memory stays bounded.
pub const LONGEST: usize = 64 << 10;

/// Takes bytes as they come and gives lines without their ends.
#[derive(Debug, Default)]
pub struct Splitter {
    pending: Vec<u8>,
}

impl Splitter {
    /// Adds bytes and hands every complete line that is not empty to `each`.
    pub fn feed(&mut self, bytes: &[u8], mut each: impl FnMut(String)) {
        for piece in bytes.split_inclusive(|byte| matches!(byte, b'\n' | b'\r')) {
            let (text, complete) = match piece.split_last() {
                Some((b'\n' | b'\r', text)) => (text, true),
                _ => (piece, false),
            };
            for part in text.chunks(LONGEST) {
                if self.pending.len() + part.len() > LONGEST {
                    self.finish().into_iter().for_each(&mut each);
                }
                self.pending.extend_from_slice(part);
            }
            if complete {
                self.finish().into_iter().for_each(&mut each);
            }
        }
    }

    /// What is left when no more bytes will come.
    pub fn finish(&mut self) -> Option<String> {
        let rest = std::mem::take(&mut self.pending);
        (!rest.is_empty()).then(|| String::from_utf8_lossy(&rest).into_owned())
    }
}

/// Lines out of a pipe, a handful at a time.
#[derive(Debug)]
pub struct Lines<R> {
    from: R,
    splitter: Splitter,
    buffer: Vec<u8>,
}

impl<R: AsyncRead + Unpin> Lines<R> {
    /// The lines of a pipe.
    pub fn new(from: R) -> Self {
        Self { from, splitter: Splitter::default(), buffer: vec![0; 8192] }
    }

    /// The next lines; none at the end.
    ///
    /// # Errors
    /// When reading fails.
    pub async fn next(&mut self) -> io::Result<Option<Vec<String>>> {
        let mut lines = Vec::new();
        while lines.is_empty() {
            let length = self.from.read(&mut self.buffer).await?;
            if length == 0 {
                return Ok(self.splitter.finish().map(|line| vec![line]));
            }
            self.splitter.feed(&self.buffer[..length], |line| lines.push(line));
        }
        Ok(Some(lines))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn split(bytes: &[u8], piece: usize) -> Vec<String> {
        let mut splitter = Splitter::default();
        let mut lines = Vec::new();
        for bytes in bytes.chunks(piece) {
            splitter.feed(bytes, |line| lines.push(line));
        }
        lines.extend(splitter.finish());
        lines
    }

    #[test]
    fn lines_are_told_apart() {
        for piece in [1, 3, 100] {
            assert_eq!(split(b"one\r\n\ntwo\rthree", piece), ["one", "two", "three"], "{piece}");
        }
    }

    #[test]
    fn a_long_line_is_cut_and_nothing_of_it_lost() {
        let long = vec![b'x'; LONGEST * 2 + 5];
        for piece in [1000, LONGEST, long.len()] {
            let lines = split(&long, piece);
            assert!(lines.iter().all(|line| line.len() <= LONGEST), "{piece}");
            assert_eq!(lines.concat().len(), long.len(), "{piece}");
        }
    }

    proptest! {
        #[test]
        fn pieces_do_not_matter(text in "[a-c\n\r]{0,60}", piece in 1usize..20) {
            prop_assert_eq!(split(text.as_bytes(), piece), split(text.as_bytes(), 1000));
        }
    }
}
