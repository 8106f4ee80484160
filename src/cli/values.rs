//! Values of flags, read as the original reads them.

use std::time::Duration;

use api::duration::Span;

/// A length of time such as `1m30s`.
pub fn duration(text: &str) -> Result<Duration, String> {
    let span: Span = text.parse().map_err(|error| format!("{error}"))?;
    let nanos = u64::try_from(span.0).map_err(|_| format!("{text} is less than nothing"))?;
    Ok(Duration::from_nanos(nanos))
}

/// A limit of a request: a length of time, or seconds; zero for none.
pub fn timeout(text: &str) -> Result<Duration, String> {
    text.parse().map(Duration::from_secs).or_else(|_| duration(text))
}

/// The words that stand for true and false.
pub fn boolean(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "TRUE" | "true" | "True" => Some(true),
        "0" | "f" | "F" | "FALSE" | "false" | "False" => Some(false),
        _ => None,
    }
}

/// A flag that is on unless it says otherwise.
pub fn switch(text: &str) -> Result<bool, String> {
    boolean(text).ok_or_else(|| format!("{text:?} is neither true nor false"))
}

/// Lists from flags that may be repeated, each a record of values between commas.
pub fn records(texts: &[String]) -> Vec<String> {
    texts.iter().flat_map(|text| record(text)).collect()
}

/// One record: values between commas, with quotes around those that hold some.
fn record(text: &str) -> Vec<String> {
    let mut values = vec![String::new()];
    let mut quoted = false;
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let last = values.last_mut().expect("there is always one");
        match character {
            '"' if quoted && characters.peek() == Some(&'"') => {
                last.push('"');
                characters.next();
            }
            '"' if quoted => quoted = false,
            '"' if last.is_empty() => quoted = true,
            ',' if !quoted => values.push(String::new()),
            other => last.push(other),
        }
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_lists() {
        assert_eq!(duration("1m30s"), Ok(Duration::from_secs(90)));
        assert!(duration("-1s").is_err() && duration("x").is_err());
        assert_eq!(timeout("5"), Ok(Duration::from_secs(5)));
        assert_eq!(timeout("500ms"), Ok(Duration::from_millis(500)));
        let lists = ["a,b".to_owned(), r#""x (a,b)",c"#.to_owned(), r#""say ""no""""#.to_owned()];
        assert_eq!(records(&lists), ["a", "b", "x (a,b)", "c", r#"say "no""#]);
    }
}
