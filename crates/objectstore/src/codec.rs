//! How bytes are packed: the six compressions of the original, streamed in both directions.

use std::fmt;
use std::io::{self, BufRead, BufReader, Read, Write};

/// A compression, or none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Codec {
    #[default]
    None,
    Bzip2,
    Gzip,
    Lz4,
    Snappy,
    Xz,
    Zstd,
}

/// A text that names no compression.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no compression")]
pub struct UnknownCodec(String);

impl std::str::FromStr for Codec {
    type Err = UnknownCodec;

    fn from_str(name: &str) -> Result<Self, UnknownCodec> {
        let found = Self::ALL.iter().find(|codec| codec.name() == name && **codec != Self::None);
        found.copied().ok_or_else(|| UnknownCodec(name.to_owned()))
    }
}

impl fmt::Display for Codec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Codec {
    /// All of them, in the order in which the original finds their suffixes.
    pub const ALL: [Self; 7] =
        [Self::None, Self::Bzip2, Self::Gzip, Self::Lz4, Self::Snappy, Self::Xz, Self::Zstd];

    /// What a cluster calls it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Bzip2 => "bzip2",
            Self::Gzip => "gzip",
            Self::Lz4 => "lz4",
            Self::Snappy => "snappy",
            Self::Xz => "xz",
            Self::Zstd => "zstd",
        }
    }

    /// What is added to the name of an object, with its dot.
    #[must_use]
    pub const fn suffix(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Bzip2 => ".bz2",
            Self::Gzip => ".gz",
            Self::Lz4 => ".lz4",
            Self::Snappy => ".snappy",
            Self::Xz => ".xz",
            Self::Zstd => ".zst",
        }
    }

    /// Takes the suffix off a name; a name without one is not compressed.
    #[must_use]
    pub fn of(name: &str) -> (&str, Self) {
        let packed = Self::ALL.iter().filter(|codec| **codec != Self::None);
        packed
            .filter_map(|codec| Some((name.strip_suffix(codec.suffix())?, *codec)))
            .next()
            .unwrap_or((name, Self::None))
    }

    /// Packs everything that is written to it into one member; a level outside of what the
    /// compression knows is brought inside.
    ///
    /// # Errors
    /// When the compression cannot start.
    pub fn encoder<W: Write>(self, to: W, level: Option<i32>) -> io::Result<Encoder<W>> {
        let unsigned = |default: u32, low: i32, high: i32| {
            level.map_or(default, |level| level.clamp(low, high).unsigned_abs())
        };
        Ok(match self {
            Self::None => Encoder::Plain(to),
            Self::Gzip => {
                // Higher levels take four times as long for a twelfth of the size: WAL has to keep up.
                let level = flate2::Compression::new(unsigned(2, 0, 9));
                Encoder::Gzip(flate2::write::GzEncoder::new(to, level))
            }
            Self::Bzip2 => {
                let level = bzip2::Compression::new(unsigned(9, 1, 9));
                Encoder::Bzip2(bzip2::write::BzEncoder::new(to, level))
            }
            Self::Xz => Encoder::Xz(liblzma::write::XzEncoder::new(to, unsigned(6, 0, 9))),
            Self::Zstd => {
                let level = level.map_or(3, |level| level.clamp(-7, 22));
                Encoder::Zstd(zstd::stream::write::Encoder::new(to, level)?)
            }
            Self::Lz4 => Encoder::Lz4(Box::new(lz4_flex::frame::FrameEncoder::with_frame_info(
                lz4_flex::frame::FrameInfo::new()
                    .block_size(lz4_flex::frame::BlockSize::Max256KB)
                    .content_checksum(true),
                to,
            ))),
            Self::Snappy => Encoder::Snappy(Box::new(snap::write::FrameEncoder::new(to))),
        })
    }

    /// Unpacks what it reads; members that follow each other count as one.
    ///
    /// # Errors
    /// When the compression cannot start.
    pub fn decoder<'a, R: Read + Send + 'a>(
        self,
        from: R,
    ) -> io::Result<Box<dyn Read + Send + 'a>> {
        Ok(match self {
            Self::None => Box::new(from),
            Self::Gzip => Box::new(flate2::read::MultiGzDecoder::new(from)),
            Self::Bzip2 => Box::new(bzip2::read::MultiBzDecoder::new(from)),
            Self::Xz => Box::new(liblzma::read::XzDecoder::new_multi_decoder(from)),
            Self::Zstd => Box::new(zstd::stream::read::Decoder::new(from)?),
            Self::Lz4 => Box::new(Lz4 { frame: FrameOf::Between(Some(BufReader::new(from))) }),
            Self::Snappy => Box::new(snap::read::FrameDecoder::new(from)),
        })
    }
}

/// Packs what is written; without [`Encoder::finish`] the end is missing.
pub enum Encoder<W: Write> {
    Plain(W),
    Gzip(flate2::write::GzEncoder<W>),
    Bzip2(bzip2::write::BzEncoder<W>),
    Xz(liblzma::write::XzEncoder<W>),
    Zstd(zstd::stream::write::Encoder<'static, W>),
    Lz4(Box<lz4_flex::frame::FrameEncoder<W>>),
    Snappy(Box<snap::write::FrameEncoder<W>>),
}

impl<W: Write> fmt::Debug for Encoder<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Encoder").finish_non_exhaustive()
    }
}

impl<W: Write> Encoder<W> {
    /// Writes the end and gives back what it wrote to.
    ///
    /// # Errors
    /// When the end cannot be written.
    pub fn finish(self) -> io::Result<W> {
        match self {
            Self::Plain(to) => Ok(to),
            Self::Gzip(encoder) => encoder.finish(),
            Self::Bzip2(encoder) => encoder.finish(),
            Self::Xz(encoder) => encoder.finish(),
            Self::Zstd(encoder) => encoder.finish(),
            Self::Lz4(encoder) => encoder.finish().map_err(io::Error::other),
            Self::Snappy(encoder) => encoder.into_inner().map_err(|error| error.into_error()),
        }
    }

    /// What it writes to; what is still being packed is not there yet.
    pub fn get_ref(&self) -> &W {
        match self {
            Self::Plain(to) => to,
            Self::Gzip(encoder) => encoder.get_ref(),
            Self::Bzip2(encoder) => encoder.get_ref(),
            Self::Xz(encoder) => encoder.get_ref(),
            Self::Zstd(encoder) => encoder.get_ref(),
            Self::Lz4(encoder) => encoder.get_ref(),
            Self::Snappy(encoder) => encoder.get_ref(),
        }
    }

    fn inner(&mut self) -> &mut dyn Write {
        match self {
            Self::Plain(to) => to,
            Self::Gzip(encoder) => encoder,
            Self::Bzip2(encoder) => encoder,
            Self::Xz(encoder) => encoder,
            Self::Zstd(encoder) => encoder,
            Self::Lz4(encoder) => &mut **encoder,
            Self::Snappy(encoder) => &mut **encoder,
        }
    }
}

impl<W: Write> Write for Encoder<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.inner().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner().flush()
    }
}

/// LZ4 frames one after the other: the decoder of one frame takes its end for the end of all.
struct Lz4<R: Read> {
    frame: FrameOf<R>,
}

enum FrameOf<R: Read> {
    Between(Option<BufReader<R>>),
    Inside(Box<lz4_flex::frame::FrameDecoder<BufReader<R>>>),
}

impl<R: Read> Read for Lz4<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            match &mut self.frame {
                FrameOf::Between(input) => {
                    let Some(mut from) = input.take() else { return Ok(0) };
                    if from.fill_buf()?.is_empty() {
                        return Ok(0);
                    }
                    let decoder = lz4_flex::frame::FrameDecoder::new(from);
                    self.frame = FrameOf::Inside(Box::new(decoder));
                }
                FrameOf::Inside(decoder) => {
                    let count = decoder.read(buffer)?;
                    if count > 0 {
                        return Ok(count);
                    }
                    let done = std::mem::replace(&mut self.frame, FrameOf::Between(None));
                    let FrameOf::Inside(decoder) = done else { return Ok(0) };
                    self.frame = FrameOf::Between(Some(decoder.into_inner()));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
