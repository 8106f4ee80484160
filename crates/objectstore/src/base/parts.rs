//! The names of archives, and which of them make a whole.

use std::collections::BTreeMap;

use thiserror::Error;

use crate::codec::Codec;
use crate::store::Listed;

/// One tar of a series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    pub key: String,
    pub codec: Codec,
    pub size: u64,
}

/// What is wrong with the archives of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PartsError {
    #[error("the archive {series}.tar is missing in {folder}")]
    First { series: String, folder: String },
    #[error("archive {number} of the series {series} is missing in {folder}: there is a later one")]
    Hole { series: String, folder: String, number: u32 },
    #[error("archive {number} of the series {series} is twice in {folder}")]
    Twice { series: String, folder: String, number: u32 },
}

/// The name of a tar: the first has no number.
pub(super) fn part_name(series: &str, number: u32, codec: Codec) -> String {
    let suffix = codec.suffix();
    match number {
        0 => format!("{series}.tar{suffix}"),
        number => format!("{series}_{number:04}.tar{suffix}"),
    }
}

/// The tars of a series among the objects of a backup, in their order.
pub(super) fn of_series(
    objects: &[Listed],
    folder: &str,
    series: &str,
) -> Result<Vec<Part>, PartsError> {
    let names = || (series.to_owned(), folder.to_owned());
    let mut found = BTreeMap::new();
    for object in objects {
        let Some(name) = object.key.strip_prefix(folder).and_then(|n| n.strip_prefix('/')) else {
            continue;
        };
        let Some((number, codec)) = number(name, series) else { continue };
        let part = Part { key: object.key.clone(), codec, size: object.size };
        if found.insert(number, part).is_some() {
            let (series, folder) = names();
            return Err(PartsError::Twice { series, folder, number });
        }
    }
    if !found.contains_key(&0) {
        let (series, folder) = names();
        return Err(PartsError::First { series, folder });
    }
    for (expected, number) in (0..).zip(found.keys()) {
        if expected != *number {
            let (series, folder) = names();
            return Err(PartsError::Hole { series, folder, number: expected });
        }
    }
    Ok(found.into_values().collect())
}

/// Which tar of the series an object is.
fn number(name: &str, series: &str) -> Option<(u32, Codec)> {
    let rest = name.strip_prefix(series)?;
    let (tar, codec) = Codec::of(rest);
    let middle = tar.strip_suffix(".tar")?;
    if middle.is_empty() {
        return Some((0, codec));
    }
    let digits = middle.strip_prefix('_')?;
    if digits.len() < 4 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let number = digits.parse().ok()?;
    (number > 0).then_some((number, codec))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn series() {
        let listed = |names: &[&str]| -> Vec<Listed> {
            let one = |name: &&str| Listed {
                key: format!("s/base/i/{name}"),
                size: 1,
                modified: jiff::Timestamp::UNIX_EPOCH,
            };
            names.iter().map(one).collect()
        };
        for (name, names, expected) in [
            ("one", &["data.tar", "backup.info"][..], Ok(1)),
            ("packed", &["data.tar.gz", "16386.tar.gz"], Ok(1)),
            ("mixed", &["data.tar.gz", "data_0001.tar.snappy"], Ok(2)),
            ("many", &["data_0002.tar", "data.tar", "data_0001.tar"], Ok(3)),
            ("unknown packing", &["data.tar", "data_0001.tar.7z"], Ok(1)),
            ("another series", &["data.tar", "database.tar", "data2_0001.tar"], Ok(1)),
            ("no first", &["data_0001.tar"], Err("data.tar is missing")),
            ("nothing", &["backup.info"], Err("data.tar is missing")),
            ("a hole", &["data.tar", "data_0002.tar"], Err("archive 1 of")),
            ("twice", &["data.tar", "data.tar.gz"], Err("archive 0 of the series data is twice")),
        ] {
            let got = of_series(&listed(names), "s/base/i", "data");
            match (got, expected) {
                (Ok(parts), Ok(count)) => assert_eq!(parts.len(), count, "{name}"),
                (Err(error), Err(part)) => {
                    assert!(error.to_string().contains(part), "{name}: {error}");
                }
                (got, _) => panic!("{name}: {got:?}"),
            }
        }
        assert_eq!(part_name("data", 0, Codec::Gzip), "data.tar.gz");
        assert_eq!(part_name("16386", 12, Codec::None), "16386_0012.tar");
    }
}
