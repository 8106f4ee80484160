//! Writes a file so that a long row of zeros takes no room on the volume: a relation of a gigabyte
//! of which only a few pages were ever written comes back as small as it was.
//!
//! Short rows are written: the server has made them to be sure of the room.

use std::fs::File;
use std::io::{self, Read, Seek as _, SeekFrom, Write as _};

use crate::fill::fill;

/// What is looked at at once.
const CHUNK: usize = 64 << 10;

/// From this length on a row of zeros becomes a hole.
const LONG: u64 = 1 << 20;

static ZEROS: [u8; CHUNK] = [0; CHUNK];

/// Copies everything into a file that is empty; returns how many bytes that were.
///
/// # Errors
/// When it cannot be read or written.
pub(super) fn copy(mut from: impl Read, to: &mut File) -> io::Result<u64> {
    let mut buffer = vec![0; CHUNK];
    let (mut size, mut zeros) = (0, 0);
    loop {
        let count = fill(&mut from, &mut buffer)?;
        let chunk = &buffer[..count];
        size += count as u64;
        if count > 0 && chunk == &ZEROS[..count] {
            zeros += count as u64;
            continue;
        }
        if zeros >= LONG {
            to.seek(SeekFrom::Current(i64::try_from(zeros).map_err(io::Error::other)?))?;
        } else {
            write_zeros(to, zeros)?;
        }
        if count == 0 {
            if zeros >= LONG {
                to.set_len(size)?;
            }
            return Ok(size);
        }
        to.write_all(chunk)?;
        zeros = 0;
    }
}

fn write_zeros(to: &mut File, mut zeros: u64) -> io::Result<()> {
    while zeros > 0 {
        let count = usize::try_from(zeros).map_or(CHUNK, |zeros| zeros.min(CHUNK));
        to.write_all(&ZEROS[..count])?;
        zeros -= count as u64;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::MetadataExt as _;

    use super::*;

    #[test]
    fn only_long_rows_of_zeros_become_holes() {
        const MANY: usize = 4 << 20;
        let row = |parts: &[(u8, usize)]| -> Vec<u8> {
            parts.iter().flat_map(|(byte, count)| vec![*byte; *count]).collect()
        };
        for (name, content, holes) in [
            ("nothing", row(&[]), false),
            ("short", row(&[(0, 8192)]), false),
            ("zeros in between", row(&[(1, 8192), (0, 512 << 10), (1, 8192)]), false),
            ("zeros at the end", row(&[(1, 8192), (0, 512 << 10)]), false),
            ("a hole", row(&[(1, 8192), (0, MANY), (1, 8192)]), true),
            ("a hole at the end", row(&[(1, 8192), (0, MANY)]), true),
            ("a hole at the beginning", row(&[(0, MANY), (1, 1)]), true),
            ("nothing but a hole", row(&[(0, MANY)]), true),
        ] {
            let folder = tempfile::tempdir().expect("a folder");
            let path = folder.path().join("file");
            let mut file = File::create(&path).expect("made");
            assert_eq!(copy(&content[..], &mut file).expect("copied"), content.len() as u64);
            assert!(std::fs::read(&path).expect("read") == content, "{name}");
            let taken = file.metadata().expect("there").blocks() * 512;
            assert_eq!(taken + LONG < content.len() as u64, holes, "{name}: {taken} bytes");
        }
    }
}
