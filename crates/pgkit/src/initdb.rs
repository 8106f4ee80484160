//! Makes a new data directory.

use std::path::PathBuf;

use postgres::wal_name::SegmentSize;

use crate::tool::Tool;

/// How the new data directory shall be.
#[derive(Debug, Clone, Default)]
pub struct Initdb {
    pub data_directory: PathBuf,
    /// Where the WAL goes when it has a volume of its own.
    pub wal_directory: Option<PathBuf>,
    pub data_checksums: Checksums,
    pub segment_size: Option<SegmentSize>,
    pub encoding: Option<String>,
    pub locale: Locale,
    /// Words of the user, which come last and so win.
    pub options: Vec<String>,
}

/// Whether pages carry checksums.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Checksums {
    /// What the version takes by itself: off, and on from 18.
    #[default]
    Default,
    On,
    Off,
}

/// The locale and its parts, by the names of the options.
#[derive(Debug, Clone, Default)]
pub struct Locale {
    pub locale: Option<String>,
    pub collate: Option<String>,
    pub ctype: Option<String>,
    pub provider: Option<String>,
    pub icu_locale: Option<String>,
    pub icu_rules: Option<String>,
    pub builtin_locale: Option<String>,
}

impl Initdb {
    /// The arguments, in a fixed order.
    #[must_use]
    pub fn arguments(&self) -> Vec<String> {
        let mut arguments = vec![
            "--username".to_owned(),
            "postgres".to_owned(),
            "-D".to_owned(),
            self.data_directory.display().to_string(),
        ];
        arguments.extend(match self.data_checksums {
            Checksums::Default => None,
            Checksums::On => Some("--data-checksums".to_owned()),
            Checksums::Off => Some("--no-data-checksums".to_owned()),
        });
        let segment = self.segment_size.map(|size| (size.bytes() >> 20).to_string());
        let wal = self.wal_directory.as_ref().map(|path| path.display().to_string());
        let locale = &self.locale;
        let named = [
            ("--waldir", &wal),
            ("--encoding", &self.encoding),
            ("--locale", &locale.locale),
            ("--lc-collate", &locale.collate),
            ("--lc-ctype", &locale.ctype),
            ("--locale-provider", &locale.provider),
            ("--icu-locale", &locale.icu_locale),
            ("--icu-rules", &locale.icu_rules),
            ("--builtin-locale", &locale.builtin_locale),
            ("--wal-segsize", &segment),
        ];
        let named = named.into_iter().filter_map(|(name, value)| Some((name, value.as_ref()?)));
        arguments.extend(named.map(|(name, value)| format!("{name}={value}")));
        arguments.extend(self.options.iter().cloned());
        arguments
    }

    /// The program that makes it.
    #[must_use]
    pub fn tool(&self, program: impl Into<PathBuf>) -> Tool {
        Tool::new(program).args(self.arguments())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_asked_for_is_said() {
        let plain = Initdb { data_directory: "/data".into(), ..Initdb::default() };
        assert_eq!(plain.arguments(), ["--username", "postgres", "-D", "/data"]);
        let full = Initdb {
            wal_directory: Some("/wal".into()),
            data_checksums: Checksums::On,
            segment_size: SegmentSize::new(64 << 20),
            encoding: Some("UTF8".to_owned()),
            locale: Locale { locale: Some("C".to_owned()), ..Locale::default() },
            options: vec!["--auth=peer".to_owned()],
            ..plain
        };
        assert_eq!(
            full.arguments()[4..],
            [
                "--data-checksums",
                "--waldir=/wal",
                "--encoding=UTF8",
                "--locale=C",
                "--wal-segsize=64",
                "--auth=peer"
            ]
        );
    }
}
