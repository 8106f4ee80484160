//! What the `additionalCommandArgs` of an object store mean to us: they were options of the
//! programs of the original, and those with a meaning for us keep it.

use std::time::Duration;

/// The options that have an effect.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Arguments {
    /// `--read-timeout`: how long the store may be silent.
    pub read_timeout: Option<Duration>,
    /// `--min-chunk-size`: the smallest part of an upload.
    pub min_chunk_size: Option<u64>,
    /// `--max-archive-size`: when the next archive of a backup begins.
    pub max_archive_size: Option<u64>,
    /// `--max-bandwidth`: bytes each second.
    pub max_bandwidth: Option<u64>,
    /// `--compression-level`; words are numbers here.
    pub compression_level: Option<i32>,
    /// `--sse-kms-key-id`: the key for encryption by the store.
    pub sse_kms_key_id: Option<String>,
    /// `--addressing-style`: whether requests name the bucket in their path.
    pub path_style: Option<bool>,
    /// `--no-partial`: an unfinished segment does not stand in for a whole one.
    pub no_partial: bool,
}

/// What is wrong with an argument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ignored {
    pub argument: String,
    pub why: &'static str,
}

const UNKNOWN: &str = "it has no meaning here";
const VALUE: &str = "its value cannot be read";

/// Reads arguments; those without an effect are told apart. An option that is given twice counts
/// the first time.
#[must_use]
pub fn read(arguments: &[String]) -> (Arguments, Vec<Ignored>) {
    let mut read = Arguments::default();
    let mut ignored = Vec::new();
    let mut rest = arguments.iter().map(|argument| argument.trim()).peekable();
    while let Some(argument) = rest.next() {
        let (name, value) = match argument.split_once('=') {
            Some((name, value)) => (name, Some(value.trim())),
            None => (argument, None),
        };
        let has_value =
            !matches!(name, "--no-partial" | "-v" | "-vv" | "--verbose" | "-q" | "--quiet");
        let value = match value {
            // A value may also be the next word.
            None if has_value => rest.next_if(|next| !next.starts_with('-')),
            value => value,
        };
        if let Err(why) = read.take(name, value.unwrap_or_default()) {
            ignored.push(Ignored { argument: argument.to_owned(), why });
        }
    }
    (read, ignored)
}

impl Arguments {
    fn take(&mut self, name: &str, value: &str) -> Result<(), &'static str> {
        match name {
            "--read-timeout" => first(&mut self.read_timeout, seconds(value)),
            "--min-chunk-size" => first(&mut self.min_chunk_size, size(value)),
            "-S" | "--max-archive-size" => first(&mut self.max_archive_size, size(value)),
            "--max-bandwidth" => first(&mut self.max_bandwidth, size(value)),
            "--compression-level" => first(&mut self.compression_level, level(value)),
            "--sse-kms-key-id" => {
                first(&mut self.sse_kms_key_id, (!value.is_empty()).then(|| value.to_owned()))
            }
            "--addressing-style" => first(
                &mut self.path_style,
                match value {
                    "path" => Some(true),
                    "virtual" => Some(false),
                    "auto" => return Ok(()),
                    _ => None,
                },
            ),
            "--no-partial" => {
                self.no_partial = true;
                Ok(())
            }
            // How much is logged is set for the whole instance.
            "-v" | "-vv" | "--verbose" | "-q" | "--quiet" => Ok(()),
            "-P" | "--aws-profile" | "--profile" => Err("there are no profiles in the container"),
            "--encryption-scope"
            | "--max-block-size"
            | "--max-concurrency"
            | "--max-single-put-size" => {
                Err("it is an option of Azure, which is not supported yet")
            }
            "--kms-key-name" => Err("it is an option of Google, which is not supported yet"),
            _ => Err(UNKNOWN),
        }
    }
}

fn first<T>(place: &mut Option<T>, value: Option<T>) -> Result<(), &'static str> {
    let value = value.ok_or(VALUE)?;
    place.get_or_insert(value);
    Ok(())
}

fn seconds(text: &str) -> Option<Duration> {
    text.parse().ok().filter(|seconds| *seconds > 0).map(Duration::from_secs)
}

/// `5MB`, `5MiB`, `100G`, `4096`: without an `i` and with a `B`, decimal; else binary.
fn size(text: &str) -> Option<u64> {
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let number: u64 = text[..digits].parse().ok()?;
    let unit = text[digits..].trim().to_ascii_lowercase();
    let (power, base) = match unit.as_str() {
        "" | "b" => (0, 1),
        "k" | "kib" | "ki" => (1, 1024_u64),
        "m" | "mib" | "mi" => (2, 1024),
        "g" | "gib" | "gi" => (3, 1024),
        "t" | "tib" | "ti" => (4, 1024),
        "kb" => (1, 1000),
        "mb" => (2, 1000),
        "gb" => (3, 1000),
        "tb" => (4, 1000),
        _ => return None,
    };
    number.checked_mul(base.pow(power)).filter(|size| *size > 0)
}

fn level(text: &str) -> Option<i32> {
    match text {
        "low" => Some(1),
        "medium" => Some(6),
        "high" => Some(9),
        number => number.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_arguments_mean() {
        let with = |change: fn(&mut Arguments)| {
            let mut expected = Arguments::default();
            change(&mut expected);
            expected
        };
        for (given, expected, ignored) in [
            ("", Arguments::default(), 0),
            ("--read-timeout=60 -vv", with(|a| a.read_timeout = Some(Duration::from_secs(60))), 0),
            ("--read-timeout 60", with(|a| a.read_timeout = Some(Duration::from_secs(60))), 0),
            ("--min-chunk-size=5MB", with(|a| a.min_chunk_size = Some(5_000_000)), 0),
            ("--max-archive-size=1GiB", with(|a| a.max_archive_size = Some(1 << 30)), 0),
            ("--max-bandwidth 10M", with(|a| a.max_bandwidth = Some(10 << 20)), 0),
            ("--compression-level=high", with(|a| a.compression_level = Some(9)), 0),
            ("--compression-level=-3", with(|a| a.compression_level = Some(-3)), 0),
            ("--sse-kms-key-id=k", with(|a| a.sse_kms_key_id = Some("k".to_owned())), 0),
            ("--addressing-style=virtual", with(|a| a.path_style = Some(false)), 0),
            ("--no-partial", with(|a| a.no_partial = true), 0),
            (
                "--read-timeout=1 --read-timeout=2",
                with(|a| a.read_timeout = Some(Duration::from_secs(1))),
                0,
            ),
            ("--read-timeout=soon", Arguments::default(), 1),
            ("--min-chunk-size=5parsecs --max-concurrency=4", Arguments::default(), 2),
            ("-P me --tags=a,b nonsense", Arguments::default(), 3),
        ] {
            let words: Vec<String> = given.split_whitespace().map(str::to_owned).collect();
            let (read, left) = read(&words);
            assert_eq!(read, expected, "{given}");
            assert_eq!(left.len(), ignored, "{given}: {left:?}");
        }
    }
}
