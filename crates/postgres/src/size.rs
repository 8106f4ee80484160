//! Amounts of memory and disk as settings write them.

use thiserror::Error;

/// A size in bytes.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Size {
    bytes: f64,
    /// Whether the text named a unit; without one the number was read as megabytes.
    pub has_unit: bool,
}

/// A text that is no size.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0:?} is not a number followed by a unit (B, kB, MB, GB, TB, PB)")]
pub struct SizeError(String);

const MEGABYTE: f64 = 1024.0 * 1024.0;

/// Units in powers of 1024.
const UNITS: &[(&str, i32)] =
    &[("kB", 1), ("KB", 1), ("MB", 2), ("GB", 3), ("TB", 4), ("PB", 5), ("EB", 6)];

impl Size {
    /// Reads an integer or decimal number with an optional unit, spaces allowed between them.
    pub fn parse(text: &str) -> Result<Self, SizeError> {
        let wrong = || SizeError(text.to_owned());
        let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
        let (number, unit) = (&text[..end], text[end..].trim_start());
        let decimal = number.contains('.');
        if number.is_empty() || number.starts_with('.') || number.ends_with('.') {
            return Err(wrong());
        }
        let number: f64 = number.parse().map_err(|_| wrong())?;
        let bytes = match unit {
            "" if decimal => return Err(wrong()),
            "" => return Ok(Self { bytes: number * MEGABYTE, has_unit: false }),
            "B" if decimal => return Err(wrong()),
            "B" => number,
            _ => {
                let found = UNITS.iter().find(|(name, _)| *name == unit);
                let (_, power) = found.ok_or_else(wrong)?;
                number * 1024f64.powi(*power)
            }
        };
        Ok(Self { bytes, has_unit: true })
    }

    /// The size in bytes; sizes above 2^53 are rounded.
    #[must_use]
    pub fn bytes(self) -> f64 {
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_powers_of_1024() {
        for (text, bytes) in [
            ("128MB", 128.0 * MEGABYTE),
            ("1.5 GB", 1536.0 * MEGABYTE),
            ("64kB", 65536.0),
            ("512B", 512.0),
            ("2TB", 2.0 * MEGABYTE * MEGABYTE),
        ] {
            let size = Size::parse(text).unwrap();
            assert_eq!(size.bytes(), bytes, "{text}");
            assert!(size.has_unit, "{text}");
        }
    }

    #[test]
    fn a_bare_integer_is_megabytes() {
        let size = Size::parse("1000").unwrap();
        assert_eq!(size.bytes(), 1000.0 * MEGABYTE);
        assert!(!size.has_unit);
    }

    #[test]
    fn other_texts_are_no_sizes() {
        for text in ["", "MB", "1.5", "1.5B", "1Mi", "1M", "-1MB", "1..2MB", ".5MB", "1 2MB", "x"] {
            assert!(Size::parse(text).is_err(), "{text}");
        }
    }
}
