//! A zip file: each entry is packed as a whole and written once.
//!
//! <https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT>

use std::io::{self, Write};

use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};
use jiff::civil::DateTime;

/// Names are UTF-8.
const UTF8: u16 = 1 << 11;
const STORED: u16 = 0;
const DEFLATED: u16 = 8;
/// What a reader must know at least: folders and deflate.
const NEEDED: u16 = 20;
/// The attributes of the entries are those of Unix.
const MADE_BY: u16 = (3 << 8) | NEEDED;

/// A zip file that is being written.
#[derive(Debug)]
pub struct Archive<W> {
    to: W,
    written: u64,
    /// The directory at the end, as far as it is known.
    directory: Vec<u8>,
    entries: u64,
    time: u16,
    date: u16,
}

impl<W: Write> Archive<W> {
    /// An archive whose entries are all of one moment.
    pub fn new(to: W, now: DateTime) -> Self {
        let number = |value: i8| u16::try_from(value).unwrap_or_default();
        let year = u16::try_from(now.year() - 1980).unwrap_or_default().min(127);
        Self {
            to,
            written: 0,
            directory: Vec::new(),
            entries: 0,
            time: number(now.hour()) << 11 | number(now.minute()) << 5 | (number(now.second()) / 2),
            date: year << 9 | number(now.month()) << 5 | number(now.day()),
        }
    }

    /// Adds a folder; its name ends with a slash.
    pub fn folder(&mut self, name: &str) -> io::Result<()> {
        self.entry(name, STORED, &[], &Crc::new(), 0, 0o040_700)
    }

    /// Adds a file.
    pub fn file(&mut self, name: &str, content: &[u8]) -> io::Result<()> {
        let mut crc = Crc::new();
        crc.update(content);
        let mut packed = DeflateEncoder::new(Vec::new(), Compression::default());
        packed.write_all(content)?;
        let packed = packed.finish()?;
        self.entry(name, DEFLATED, &packed, &crc, content.len(), 0o100_600)
    }

    fn entry(
        &mut self,
        name: &str,
        method: u16,
        packed: &[u8],
        crc: &Crc,
        size: usize,
        mode: u32,
    ) -> io::Result<()> {
        let mut common = Vec::new();
        for number in [NEEDED, UTF8, method, self.time, self.date] {
            common.extend(number.to_le_bytes());
        }
        for number in [u64::from(crc.sum()), packed.len() as u64, size as u64] {
            common.extend(small(number)?.to_le_bytes());
        }
        let length = u16::try_from(name.len()).map_err(|_| too_large())?;
        common.extend(length.to_le_bytes());
        // No extra fields.
        common.extend([0, 0]);

        let start = small(self.written)?;
        self.write(b"PK\x03\x04")?;
        self.write(&common)?;
        self.write(name.as_bytes())?;
        self.write(packed)?;

        self.directory.extend(b"PK\x01\x02");
        self.directory.extend(MADE_BY.to_le_bytes());
        self.directory.extend(common);
        // No comment, on the first disk, no attributes of its own.
        self.directory.extend([0; 6]);
        let folder = u32::from(name.ends_with('/')) << 4;
        self.directory.extend((mode << 16 | folder).to_le_bytes());
        self.directory.extend(start.to_le_bytes());
        self.directory.extend(name.as_bytes());
        self.entries += 1;
        Ok(())
    }

    /// Writes the directory; what is not ended is no archive.
    pub fn finish(mut self) -> io::Result<W> {
        let directory = std::mem::take(&mut self.directory);
        let (start, size) = (small(self.written)?, small(directory.len() as u64)?);
        let entries = u16::try_from(self.entries).map_err(|_| too_large())?;
        self.write(&directory)?;
        let mut end = b"PK\x05\x06\0\0\0\0".to_vec();
        for number in [entries, entries] {
            end.extend(number.to_le_bytes());
        }
        for number in [size, start] {
            end.extend(number.to_le_bytes());
        }
        end.extend([0, 0]);
        self.write(&end)?;
        self.to.flush()?;
        Ok(self.to)
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.to.write_all(bytes)?;
        self.written += bytes.len() as u64;
        Ok(())
    }
}

/// Without the 64-bit additions of the format, which a report never needs.
fn small(number: u64) -> io::Result<u32> {
    u32::try_from(number).map_err(|_| too_large())
}

fn too_large() -> io::Error {
    io::Error::new(io::ErrorKind::FileTooLarge, "a zip file ends at 4 GiB and 65535 entries")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_archive_is_laid_out_as_the_format_says() {
        let now = "2026-11-21T07:52:50".parse().unwrap();
        let mut archive = Archive::new(Vec::new(), now);
        archive.folder("r/").unwrap();
        archive.file("r/a.yaml", b"a: 1\n").unwrap();
        let bytes = archive.finish().unwrap();
        let end = &bytes[bytes.len() - 22..];
        assert_eq!(&end[..4], b"PK\x05\x06");
        assert_eq!(end[8..12], [2, 0, 2, 0], "two entries");
        let start = u32::from_le_bytes(end[16..20].try_into().unwrap()) as usize;
        assert_eq!(&bytes[start..start + 4], b"PK\x01\x02");
        // 2026-11-21 and 07:52:50 in the way of DOS.
        assert_eq!(u16::from_le_bytes([bytes[10], bytes[11]]), 7 << 11 | 52 << 5 | 25);
        assert_eq!(u16::from_le_bytes([bytes[12], bytes[13]]), 46 << 9 | 11 << 5 | 21);
    }
}
