//! The Python literals that stand in `backup.info`: text, numbers, lists, tuples, dictionaries.

use std::fmt;
use std::iter::Peekable;
use std::str::Chars;

/// A literal.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    None,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
    List(Vec<Literal>),
    Tuple(Vec<Literal>),
    Dict(Vec<(Literal, Literal)>),
}

/// How deep literals may lie in each other.
const DEPTH: usize = 32;

impl Literal {
    /// Reads one literal and nothing after it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut chars = text.chars().peekable();
        let literal = value(&mut chars, DEPTH)?;
        space(&mut chars);
        chars.next().is_none().then_some(literal)
    }

    /// The text, if it is one.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// What is in a list or a tuple.
    #[must_use]
    pub fn items(&self) -> Option<&[Self]> {
        match self {
            Self::List(items) | Self::Tuple(items) => Some(items),
            _ => None,
        }
    }
}

fn space(chars: &mut Peekable<Chars<'_>>) {
    while chars.next_if(|c| c.is_whitespace()).is_some() {}
}

fn value(chars: &mut Peekable<Chars<'_>>, depth: usize) -> Option<Literal> {
    let depth = depth.checked_sub(1)?;
    space(chars);
    match *chars.peek()? {
        '\'' | '"' => text(chars).map(Literal::Text),
        '[' => sequence(chars, ']', depth).map(|(items, _)| Literal::List(items)),
        '(' => {
            let (mut items, commas) = sequence(chars, ')', depth)?;
            // Parentheses alone group; a comma makes the tuple.
            if items.len() == 1 && commas == 0 { items.pop() } else { Some(Literal::Tuple(items)) }
        }
        '{' => dict(chars, depth).map(Literal::Dict),
        c if c.is_ascii_digit() || matches!(c, '-' | '+' | '.') => number(chars),
        _ => word(chars),
    }
}

fn sequence(
    chars: &mut Peekable<Chars<'_>>,
    end: char,
    depth: usize,
) -> Option<(Vec<Literal>, usize)> {
    chars.next();
    let (mut items, mut commas) = (Vec::new(), 0);
    loop {
        space(chars);
        if chars.next_if_eq(&end).is_some() {
            return Some((items, commas));
        }
        if items.len() > commas {
            return None;
        }
        items.push(value(chars, depth)?);
        space(chars);
        if chars.next_if_eq(&',').is_some() {
            commas += 1;
        }
    }
}

fn dict(chars: &mut Peekable<Chars<'_>>, depth: usize) -> Option<Vec<(Literal, Literal)>> {
    chars.next();
    let mut pairs = Vec::new();
    loop {
        space(chars);
        if chars.next_if_eq(&'}').is_some() {
            return Some(pairs);
        }
        let key = value(chars, depth)?;
        space(chars);
        chars.next_if_eq(&':')?;
        pairs.push((key, value(chars, depth)?));
        space(chars);
        if chars.next_if_eq(&',').is_none() {
            chars.next_if_eq(&'}')?;
            return Some(pairs);
        }
    }
}

fn text(chars: &mut Peekable<Chars<'_>>) -> Option<String> {
    let quote = chars.next()?;
    let mut text = String::new();
    loop {
        match chars.next()? {
            c if c == quote => return Some(text),
            '\\' => match chars.next()? {
                'n' => text.push('\n'),
                't' => text.push('\t'),
                'r' => text.push('\r'),
                'a' => text.push('\x07'),
                'b' => text.push('\x08'),
                'f' => text.push('\x0c'),
                'v' => text.push('\x0b'),
                'x' => text.push(code(chars, 2)?),
                'u' => text.push(code(chars, 4)?),
                'U' => text.push(code(chars, 8)?),
                '\n' => {}
                c @ ('\\' | '\'' | '"') => text.push(c),
                c if c.is_digit(8) => {
                    let mut number = c.to_digit(8)?;
                    for _ in 0..2 {
                        let Some(digit) = chars.next_if(|c| c.is_digit(8)) else { break };
                        number = number * 8 + digit.to_digit(8)?;
                    }
                    text.push(char::from_u32(number)?);
                }
                other => text.extend(['\\', other]),
            },
            c => text.push(c),
        }
    }
}

fn code(chars: &mut Peekable<Chars<'_>>, digits: usize) -> Option<char> {
    let mut number = 0;
    for _ in 0..digits {
        number = number * 16 + chars.next()?.to_digit(16)?;
    }
    char::from_u32(number)
}

fn number(chars: &mut Peekable<Chars<'_>>) -> Option<Literal> {
    let mut digits = String::new();
    while let Some(c) =
        chars.next_if(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '+' | '.' | '_'))
    {
        digits.push(c);
    }
    let integer = digits.parse().ok().map(Literal::Int);
    integer.or_else(|| digits.parse().ok().filter(|f: &f64| f.is_finite()).map(Literal::Float))
}

fn word(chars: &mut Peekable<Chars<'_>>) -> Option<Literal> {
    let mut word = String::new();
    while let Some(c) = chars.next_if(char::is_ascii_alphabetic) {
        word.push(c);
    }
    match word.as_str() {
        "None" => Some(Literal::None),
        "True" => Some(Literal::Bool(true)),
        "False" => Some(Literal::Bool(false)),
        _ => None,
    }
}

/// As Python's `repr` writes it.
impl fmt::Display for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |f: &mut fmt::Formatter<'_>, items: &[Literal]| {
            for (index, item) in items.iter().enumerate() {
                write!(f, "{}{item}", if index == 0 { "" } else { ", " })?;
            }
            Ok(())
        };
        match self {
            Self::None => f.write_str("None"),
            Self::Bool(yes) => f.write_str(if *yes { "True" } else { "False" }),
            Self::Int(number) => write!(f, "{number}"),
            Self::Float(number) => write!(f, "{number:?}"),
            Self::Text(text) => write_text(f, text),
            Self::List(items) => {
                f.write_str("[")?;
                list(f, items)?;
                f.write_str("]")
            }
            Self::Tuple(items) => {
                f.write_str("(")?;
                list(f, items)?;
                f.write_str(if items.len() == 1 { ",)" } else { ")" })
            }
            Self::Dict(pairs) => {
                f.write_str("{")?;
                for (index, (key, value)) in pairs.iter().enumerate() {
                    write!(f, "{}{key}: {value}", if index == 0 { "" } else { ", " })?;
                }
                f.write_str("}")
            }
        }
    }
}

fn write_text(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    write!(f, "{quote}")?;
    for c in text.chars() {
        match c {
            '\n' => f.write_str("\\n")?,
            '\t' => f.write_str("\\t")?,
            '\r' => f.write_str("\\r")?,
            '\\' => f.write_str("\\\\")?,
            c if c == quote => write!(f, "\\{c}")?,
            c if c.is_control() && u32::from(c) < 0x100 => write!(f, "\\x{:02x}", u32::from(c))?,
            c if c.is_control() => write!(f, "\\u{:04x}", u32::from(c))?,
            c => write!(f, "{c}")?,
        }
    }
    write!(f, "{quote}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn literals() {
        for (text, again) in [
            ("None", Some("None")),
            (" True ", Some("True")),
            ("[]", Some("[]")),
            ("[1, 2,]", Some("[1, 2]")),
            ("(1)", Some("1")),
            ("(1,)", Some("(1,)")),
            ("()", Some("()")),
            ("[('t', 16386, '/a')]", Some("[('t', 16386, '/a')]")),
            (r#""it's""#, Some(r#""it's""#)),
            (r"'it\'s'", Some(r#""it's""#)),
            (r"'\x41\u00e9\101\q'", Some(r"'AéA\\q'")),
            ("{'a': 0.5, 'b': {}}", Some("{'a': 0.5, 'b': {}}")),
            ("-1e3", Some("-1000.0")),
            ("[1 2]", None),
            ("{1}", None),
            ("'open", None),
            ("nan", None),
            ("1 2", None),
            ("__import__('os')", None),
            ("", None),
        ] {
            let got = Literal::parse(text).map(|literal| literal.to_string());
            assert_eq!(got.as_deref(), again, "{text}");
        }
        assert_eq!(Literal::parse(&"[".repeat(100_000)), None);
    }

    proptest! {
        #[test]
        fn text_comes_back(text: String) {
            let written = Literal::Text(text.clone()).to_string();
            prop_assert!(!written.contains('\n'));
            prop_assert_eq!(Literal::parse(&written), Some(Literal::Text(text)));
        }

        #[test]
        fn no_text_makes_it_panic(text: String) {
            let _ = Literal::parse(&text);
        }
    }
}
