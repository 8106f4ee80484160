//! Lists in one argument: words as a shell would take them apart.

use thiserror::Error;

/// A text that no shell would take.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum WordsError {
    #[error("a quote in an argument is not closed")]
    OpenQuote,
    #[error("an argument ends with a backslash")]
    OpenEscape,
}

/// The words of a text.
///
/// # Errors
/// When a quote or an escape is not finished.
pub fn split(text: &str) -> Result<Vec<String>, WordsError> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            space if space.is_whitespace() => words.extend(word.take()),
            '\'' => {
                let word = word.get_or_insert_default();
                loop {
                    match characters.next().ok_or(WordsError::OpenQuote)? {
                        '\'' => break,
                        other => word.push(other),
                    }
                }
            }
            '"' => quoted(&mut characters, word.get_or_insert_default())?,
            '\\' => {
                let escaped = characters.next().ok_or(WordsError::OpenEscape)?;
                if escaped != '\n' {
                    word.get_or_insert_default().push(escaped);
                }
            }
            '#' if word.is_none() => {
                characters.by_ref().find(|character| *character == '\n');
            }
            other => word.get_or_insert_default().push(other),
        }
    }
    words.extend(word);
    Ok(words)
}

/// The rest of a text between double quotes, where a backslash only escapes some characters.
fn quoted(characters: &mut std::str::Chars<'_>, word: &mut String) -> Result<(), WordsError> {
    loop {
        match characters.next().ok_or(WordsError::OpenQuote)? {
            '"' => return Ok(()),
            '\\' => match characters.next().ok_or(WordsError::OpenEscape)? {
                '\n' => {}
                escaped @ ('$' | '`' | '"' | '\\') => word.push(escaped),
                other => {
                    word.push('\\');
                    word.push(other);
                }
            },
            other => word.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_those_of_a_shell() {
        for (text, words) in [
            ("", vec![]),
            ("  a  b\tc\n", vec!["a", "b", "c"]),
            ("'create table a (x int)' \"b 'c'\"", vec!["create table a (x int)", "b 'c'"]),
            (r#"'it'"'"'s' '' a\ b "\$x \n""#, vec!["it's", "", "a b", r"$x \n"]),
            ("a'b'\"c\" d#e # f", vec!["abc", "d#e"]),
        ] {
            assert_eq!(split(text).unwrap(), words, "{text}");
        }
        assert_eq!(split("'a"), Err(WordsError::OpenQuote));
        assert_eq!(split("\"a"), Err(WordsError::OpenQuote));
        assert_eq!(split("a\\"), Err(WordsError::OpenEscape));
    }
}
