//! Booleans as PostgreSQL reads them.

/// Reads a boolean setting: any case, and any unambiguous beginning of a word.
///
/// A lone `o` could become `on` or `off`, so it is neither.
#[must_use]
pub fn parse(text: &str) -> Option<bool> {
    let text = text.to_ascii_lowercase();
    let begins = |word: &str, at_least: usize| text.len() >= at_least && word.starts_with(&*text);
    match text.as_str() {
        "1" => Some(true),
        "0" => Some(false),
        _ if begins("true", 1) || begins("yes", 1) || text == "on" => Some(true),
        _ if begins("false", 1) || begins("no", 1) || begins("off", 2) => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn beginnings_of_words_are_booleans() {
        for text in ["on", "ON", "1", "t", "tru", "TRUE", "y", "ye", "Yes"] {
            assert_eq!(parse(text), Some(true), "{text}");
        }
        for text in ["off", "of", "OFF", "0", "f", "False", "n", "no"] {
            assert_eq!(parse(text), Some(false), "{text}");
        }
        for text in ["", "o", "onn", "2", "truee", " on", "maybe"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
