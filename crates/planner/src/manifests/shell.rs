//! Lists of words as one argument, quoted as a POSIX shell reads them.

/// Joins words so that splitting them by the rules of a shell gives the same words again.
pub(super) fn join<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    words.into_iter().map(quoted).collect::<Vec<_>>().join(" ")
}

fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-+=./:,@%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    // Nothing is special between single quotes but the quote itself.
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_reads_the_same_words() {
        for (words, wanted) in [
            (vec!["--encoding=UTF8", "-k"], "--encoding=UTF8 -k"),
            (vec!["create table a(b int)"], "'create table a(b int)'"),
            (vec!["select 'x'", ""], r"'select '\''x'\''' ''"),
            (vec!["a\nb", "$HOME", "\\"], "'a\nb' '$HOME' '\\'"),
            (vec![], ""),
        ] {
            assert_eq!(join(words), wanted);
        }
    }
}
