//! Passwords as the server keeps them: made here, so that the server never sees the plain text.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use postgres_protocol::password::scram_sha_256;

/// A password in the form that is sent.
#[must_use]
pub fn encode(password: &str) -> String {
    if is_encoded(password) { password.to_owned() } else { scram_sha_256(password.as_bytes()) }
}

/// Whether a text is what the server would keep: it takes that as it is.
#[must_use]
pub fn is_encoded(text: &str) -> bool {
    is_md5(text) || is_scram(text).is_some()
}

fn is_md5(text: &str) -> bool {
    text.strip_prefix("md5")
        .is_some_and(|hash| hash.len() == 32 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// `SCRAM-SHA-256$<iterations>:<salt>$<stored key>:<server key>`
fn is_scram(text: &str) -> Option<()> {
    let (first, keys) = text.strip_prefix("SCRAM-SHA-256$")?.split_once('$')?;
    let (iterations, salt) = first.split_once(':')?;
    let (stored, server) = keys.split_once(':')?;
    let decode = |text: &str| STANDARD.decode(text).ok();
    let right = iterations.parse::<u32>().is_ok_and(|number| number > 0)
        && !decode(salt)?.is_empty()
        && decode(stored)?.len() == 32
        && decode(server)?.len() == 32;
    right.then_some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encoded_passwords_stay_as_they_are() {
        let scram = encode("sesame");
        assert!(scram.starts_with("SCRAM-SHA-256$4096:") && scram.len() > 100, "{scram}");
        for text in [&*scram, "md50123456789abcdef0123456789abcdef"] {
            assert_eq!(encode(text), text);
        }
        for text in ["md5", "md5zz23456789abcdef0123456789abcdef", "SCRAM-SHA-256$4096:a$b:c", ""] {
            assert!(!is_encoded(text), "{text}");
        }
        assert_ne!(encode("sesame"), scram, "the salt is random");
    }
}
