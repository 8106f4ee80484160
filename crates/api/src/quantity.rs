//! Amounts of resources as Kubernetes writes them: `1Gi`, `500m`, `2e3`.

use std::cmp::Ordering;
use std::str::FromStr;

use thiserror::Error;

/// An exact amount, counted in billionths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Amount {
    billionths: i128,
}

/// A text that is no quantity.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0:?} is not a quantity such as 10Gi, 500Mi or 2")]
pub struct QuantityError(String);

const BILLION: i128 = 1_000_000_000;

/// Larger numbers are cut to this, as Kubernetes does.
const LIMIT: i128 = i64::MAX as i128 * BILLION;

impl Amount {
    /// The amount as a number, rounded where it has too many digits.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "the rounding is announced")]
    pub fn as_f64(self) -> f64 {
        self.billionths as f64 / BILLION as f64
    }

    /// A sum, cut at the largest amount.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self { billionths: (self.billionths + other.billionths).clamp(-LIMIT, LIMIT) }
    }

    /// Compares with a number of whole units.
    #[must_use]
    pub fn compare_f64(self, other: f64) -> Ordering {
        self.as_f64().total_cmp(&other)
    }
}

/// What a unit multiplies by: a base and a power, the power negative for parts.
fn unit(suffix: &str) -> Option<(i128, i32)> {
    Some(match suffix {
        "" => (10, 0),
        "Ki" => (1024, 1),
        "Mi" => (1024, 2),
        "Gi" => (1024, 3),
        "Ti" => (1024, 4),
        "Pi" => (1024, 5),
        "Ei" => (1024, 6),
        "n" => (10, -9),
        "u" => (10, -6),
        "m" => (10, -3),
        "k" => (10, 3),
        "M" => (10, 6),
        "G" => (10, 9),
        "T" => (10, 12),
        "P" => (10, 15),
        "E" => (10, 18),
        _ => (10, exponent(suffix)?),
    })
}

fn exponent(suffix: &str) -> Option<i32> {
    let digits = suffix.strip_prefix(['e', 'E'])?;
    let plain = digits.strip_prefix(['+', '-']).unwrap_or(digits);
    let whole = !plain.is_empty() && plain.bytes().all(|b| b.is_ascii_digit());
    whole.then(|| digits.parse().ok()).flatten()
}

/// A quantity as the API stores it: the largest unit that keeps the number whole.
///
/// Binary units stay binary, powers of ten stay so; amounts below 1024 need no binary unit.
/// `None` when the text is no quantity.
#[must_use]
pub fn canonical(text: &str) -> Option<String> {
    let Amount { billionths } = text.parse().ok()?;
    let suffix = text.trim_start_matches(|c: char| c.is_ascii_digit() || "+-.".contains(c));
    let small = billionths.abs() < 1024 * BILLION;
    if suffix.ends_with('i') && !small {
        return Some(binary(billionths));
    }
    let exponent_form = suffix.starts_with(['e', 'E']) && suffix.len() > 1;
    let (number, power) = thousands(billionths);
    let unit = match power {
        _ if exponent_form && power != 0 => return Some(format!("{number}e{power}")),
        -9 => "n",
        -6 => "u",
        -3 => "m",
        3 => "k",
        6 => "M",
        9 => "G",
        12 => "T",
        15 => "P",
        18 => "E",
        _ => "",
    };
    Some(format!("{number}{unit}"))
}

/// Whole units, the next one up where there are parts.
fn binary(billionths: i128) -> String {
    let parts = i128::from(billionths % BILLION != 0);
    let mut number = billionths / BILLION + parts * billionths.signum();
    let mut unit = "";
    for larger in ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"] {
        if number % 1024 != 0 {
            break;
        }
        (number, unit) = (number / 1024, larger);
    }
    format!("{number}{unit}")
}

/// A number and the power of ten, a multiple of three, that it is multiplied by.
fn thousands(billionths: i128) -> (i128, i32) {
    let (mut number, mut power) = (billionths, -9);
    while number != 0 && number % 1000 == 0 && power < 18 {
        (number, power) = (number / 1000, power + 3);
    }
    if number == 0 { (0, 0) } else { (number, power) }
}

impl FromStr for Amount {
    type Err = QuantityError;

    fn from_str(text: &str) -> Result<Self, QuantityError> {
        parse(text).ok_or_else(|| QuantityError(text.to_owned()))
    }
}

fn parse(text: &str) -> Option<Amount> {
    let (negative, rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
    let (number, suffix) = rest.split_at(end);
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if (whole.is_empty() && fraction.is_empty()) || fraction.contains('.') {
        return None;
    }
    let (base, power) = unit(suffix)?;
    let digits = format!("{whole}{fraction}");
    let scale = i32::try_from(fraction.len()).ok()?;
    let magnitude = billionths(digits.trim_start_matches('0'), scale, base, power);
    Some(Amount { billionths: if negative { -magnitude } else { magnitude } })
}

/// `digits` with `scale` decimals times `base^power`, rounded up to a billionth and cut at the
/// largest amount.
fn billionths(digits: &str, scale: i32, base: i128, power: i32) -> i128 {
    if digits.is_empty() {
        return 0;
    }
    // Decimal point of the result, counted in billionths, when the base is ten.
    let shift = 9 - scale.min(64) + if base == 10 { power.clamp(-64, 64) } else { 0 };
    let Ok(mut value) = digits[..digits.len().min(36)].parse::<i128>() else { return LIMIT };
    let shift = shift.saturating_add(i32::try_from(digits.len().saturating_sub(36)).unwrap_or(64));
    if base == 1024 {
        value = value.saturating_mul(1024i128.saturating_pow(power.unsigned_abs()));
    }
    for _ in 0..shift.unsigned_abs() {
        if shift > 0 {
            value = value.saturating_mul(10);
        } else {
            value = value / 10 + i128::from(value % 10 != 0);
        }
    }
    value.min(LIMIT)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn amount(text: &str) -> Amount {
        text.parse().unwrap()
    }

    #[test]
    fn units_are_understood() {
        for (text, same) in [
            ("1Gi", "1073741824"),
            ("1G", "1000M"),
            ("0.5", "500m"),
            (".5", "500m"),
            ("1.", "1"),
            ("2e3", "2k"),
            ("1E", "1000P"),
            ("5E-1", "500m"),
            ("+1", "1"),
            ("1.5Ki", "1536"),
            ("1e-40", "1n"),
        ] {
            assert_eq!(amount(text), amount(same), "{text}");
        }
        assert!(amount("-1") < amount("0"));
        assert!(amount("1Gi") > amount("1G"));
        assert!(amount("99999999999999999999999999999999999999999999E") >= amount("8Ei"));
    }

    #[test]
    fn one_amount_has_one_spelling() {
        for (text, stored) in [
            ("1Gi", "1Gi"),
            ("1024Mi", "1Gi"),
            ("1.5Gi", "1536Mi"),
            ("512Ki", "512Ki"),
            ("0.5Ki", "512"),
            ("0Gi", "0"),
            ("0.5", "500m"),
            ("1000m", "1"),
            ("1500m", "1500m"),
            ("100000", "100k"),
            ("1.5G", "1500M"),
            ("2e3", "2e3"),
            ("2", "2"),
            ("-1000m", "-1"),
            ("12345678", "12345678"),
        ] {
            assert_eq!(canonical(text).as_deref(), Some(stored), "{text}");
        }
        assert_eq!(canonical("x"), None);
    }

    #[test]
    fn other_texts_are_no_quantities() {
        for text in ["", "Gi", "1gi", "1.2.3", ".", "-", "1 Gi", "1e", "1e+", "x", "1GB", "１"] {
            assert!(text.parse::<Amount>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn whole_numbers_keep_their_order(a in 0u32.., b in 0u32..) {
            prop_assert_eq!(amount(&format!("{a}Mi")).cmp(&amount(&format!("{b}Mi"))), a.cmp(&b));
        }

        #[test]
        fn the_spelling_keeps_the_amount(text in "[0-9]{1,6}(\\.[0-9]{1,3})?(m|k|M|G|Ki|Mi|Gi|e3)?") {
            let stored = canonical(&text).unwrap();
            let whole = text.ends_with('i') && amount(&text) >= amount("1Ki");
            prop_assert!(amount(&stored) == amount(&text) || whole);
            // Half a Ki is written in bytes, and those in thousands when they are read again.
            let again = canonical(&stored).unwrap();
            prop_assert_eq!(amount(&again), amount(&stored));
            prop_assert_eq!(canonical(&again), Some(again));
        }

        #[test]
        fn any_text_is_judged(text in ".*") {
            let _ = canonical(&text);
        }
    }
}
