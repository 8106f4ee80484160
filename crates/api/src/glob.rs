//! Path-style patterns, by which labels and annotations are inherited.

/// Whether the whole text fits a pattern: `*` is any run of characters except `/`, `?` is one
/// of them, `[a-z]` and `[^a-z]` are sets, and `\` makes the next character plain.
///
/// A malformed pattern fits nothing.
#[must_use]
pub fn fits(pattern: &str, text: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let text: Vec<char> = text.chars().collect();
    parse(&pattern).is_some_and(|pieces| matches(&pieces, &text))
}

enum Piece {
    Run,
    One,
    Plain(char),
    Set { negated: bool, ranges: Vec<(char, char)> },
}

fn parse(mut rest: &[char]) -> Option<Vec<Piece>> {
    let mut pieces = Vec::new();
    while let Some((first, tail)) = rest.split_first() {
        rest = tail;
        pieces.push(match first {
            '*' => Piece::Run,
            '?' => Piece::One,
            '[' => set(&mut rest)?,
            '\\' => Piece::Plain(take(&mut rest)?),
            plain => Piece::Plain(*plain),
        });
    }
    Some(pieces)
}

fn set(rest: &mut &[char]) -> Option<Piece> {
    let negated = rest.first() == Some(&'^');
    if negated {
        *rest = &rest[1..];
    }
    let mut ranges = Vec::new();
    while ranges.is_empty() || rest.first() != Some(&']') {
        let low = member(rest)?;
        let high = if rest.first() == Some(&'-') {
            *rest = &rest[1..];
            member(rest)?
        } else {
            low
        };
        ranges.push((low, high));
    }
    *rest = &rest[1..];
    Some(Piece::Set { negated, ranges })
}

fn member(rest: &mut &[char]) -> Option<char> {
    match take(rest)? {
        '\\' => take(rest),
        ']' | '-' => None,
        plain => Some(plain),
    }
}

fn take(rest: &mut &[char]) -> Option<char> {
    let (first, tail) = rest.split_first()?;
    *rest = tail;
    Some(*first)
}

/// Goes back to the last run when the rest does not fit: linear in practice, never exponential.
fn matches(pieces: &[Piece], text: &[char]) -> bool {
    let (mut piece, mut at) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    loop {
        let fitting = match pieces.get(piece) {
            None => at == text.len(),
            Some(Piece::Run) => {
                retry = Some((piece + 1, at));
                piece += 1;
                continue;
            }
            Some(one) => text.get(at).is_some_and(|c| fits_one(one, *c)),
        };
        match (fitting, retry) {
            (true, _) if piece == pieces.len() => return true,
            (true, _) => (piece, at) = (piece + 1, at + 1),
            (false, Some((after, from))) if text.get(from).is_some_and(|c| *c != '/') => {
                retry = Some((after, from + 1));
                (piece, at) = (after, from + 1);
            }
            (false, _) => return false,
        }
    }
}

fn fits_one(piece: &Piece, c: char) -> bool {
    match piece {
        Piece::Run | Piece::One => c != '/',
        Piece::Plain(plain) => *plain == c,
        Piece::Set { negated, ranges } => {
            c != '/' && ranges.iter().any(|(low, high)| (*low..=*high).contains(&c)) != *negated
        }
    }
}

#[cfg(test)]
mod tests {
    use super::fits;
    use proptest::prelude::*;

    #[test]
    fn patterns() {
        for (pattern, text, expected) in [
            ("app", "app", true),
            ("app", "apps", false),
            ("*", "team", true),
            ("*", "example.com/team", false),
            ("example.com/*", "example.com/team", true),
            ("*/*", "example.com/team", true),
            ("a*b*c", "aXbYbZc", true),
            ("a?c", "abc", true),
            ("a?c", "a/c", false),
            ("[a-c]x", "bx", true),
            ("[^a-c]x", "bx", false),
            ("\\*", "*", true),
            ("\\*", "x", false),
            ("[a", "a", false),
            ("", "", true),
            ("", "a", false),
        ] {
            assert_eq!(fits(pattern, text), expected, "{pattern} {text}");
        }
    }

    proptest! {
        #[test]
        fn any_pattern_is_judged(pattern in ".*", text in ".*") {
            let _ = fits(&pattern, &text);
        }
    }
}
