//! Passwords nobody has to remember.

use std::collections::BTreeSet;

/// How long a password is, and how many of its characters are digits.
const LENGTH: usize = 64;
const DIGITS: usize = 10;

/// A new password: letters of both cases and ten digits, from the system's random source.
pub fn password() -> String {
    let mut text: Vec<char> = (0..LENGTH)
        .map(|_| {
            let letter = char::from(b'a' + below(26));
            if below(2) == 0 { letter } else { letter.to_ascii_uppercase() }
        })
        .collect();
    let mut places = BTreeSet::new();
    while places.len() < DIGITS {
        places.insert(usize::from(below(64)));
    }
    for place in places {
        text[place] = char::from(b'0' + below(10));
    }
    text.into_iter().collect()
}

/// A number below `limit`, each as likely as any other.
fn below(limit: u8) -> u8 {
    let fair = u8::MAX - u8::MAX % limit;
    loop {
        let mut byte = [0];
        let source = rustls::crypto::ring::default_provider().secure_random;
        source.fill(&mut byte).expect("the kernel always has random numbers");
        if byte[0] < fair {
            return byte[0] % limit;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_have_the_recorded_shape() {
        let one = password();
        assert_eq!(one.len(), LENGTH);
        assert_eq!(one.chars().filter(char::is_ascii_digit).count(), DIGITS);
        assert!(one.chars().all(|c| c.is_ascii_alphanumeric()));
        assert!(one.chars().any(|c| c.is_ascii_lowercase()));
        assert!(one.chars().any(|c| c.is_ascii_uppercase()));
        assert_ne!(one, password());
    }
}
