//! Between the two encodings of a P-256 key: SEC 1 as kept in Secrets, PKCS #8 as `ring` wants it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

const SEQUENCE: u8 = 0x30;
const OCTETS: u8 = 0x04;
const INTEGER: u8 = 0x02;
const PARAMETERS: u8 = 0xa0;
const PUBLIC_KEY: u8 = 0xa1;

/// The object identifier of the curve, `prime256v1`.
const P256: &[u8] = &[0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
/// The object identifier of keys on curves, `id-ecPublicKey`.
const EC_KEY: &[u8] = &[0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];

/// A PEM block with 64 characters a line.
pub fn pem(label: &str, der: &[u8]) -> String {
    let mut text = format!("-----BEGIN {label}-----\n");
    let encoded = STANDARD.encode(der);
    let mut rest = encoded.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(64));
        text.push_str(line);
        text.push('\n');
        rest = after;
    }
    text.push_str(&format!("-----END {label}-----\n"));
    text
}

/// Wraps an EC private key as PKCS #8.
pub fn to_pkcs8(sec1: &[u8]) -> Vec<u8> {
    let algorithm = element(SEQUENCE, &[EC_KEY, P256].concat());
    let content = [element(INTEGER, &[0]), algorithm, element(OCTETS, sec1)].concat();
    element(SEQUENCE, &content)
}

/// Takes the EC private key out of a PKCS #8 wrapping and names its curve, as OpenSSL and Go do.
pub fn from_pkcs8(pkcs8: &[u8]) -> Option<Vec<u8>> {
    let (outer, _) = take(SEQUENCE, pkcs8)?;
    let (_, rest) = take(INTEGER, outer)?;
    let (_, rest) = take(SEQUENCE, rest)?;
    let (sec1, _) = take(OCTETS, rest)?;

    let (inner, _) = take(SEQUENCE, sec1)?;
    let (version, rest) = take(INTEGER, inner)?;
    let (key, rest) = take(OCTETS, rest)?;
    let after = take(PARAMETERS, rest).map_or(rest, |(_, after)| after);
    let (public, _) = take(PUBLIC_KEY, after)?;
    let content = [
        element(INTEGER, version),
        element(OCTETS, key),
        element(PARAMETERS, P256),
        element(PUBLIC_KEY, public),
    ];
    Some(element(SEQUENCE, &content.concat()))
}

/// One DER element; ours are all shorter than 64 KiB.
fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).expect("keys are short").to_be_bytes();
    let mut der = vec![tag];
    match length {
        [0, short @ 0..=0x7f] => der.push(short),
        [0, long] => der.extend([0x81, long]),
        [high, low] => der.extend([0x82, high, low]),
    }
    der.extend(content);
    der
}

/// The content of the element at the front, and what follows it.
fn take(tag: u8, der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (&found, rest) = der.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = match first {
        0..=0x7f => (usize::from(first), rest),
        0x81 => (usize::from(*rest.first()?), rest.get(1..)?),
        0x82 => (usize::from(u16::from_be_bytes([*rest.first()?, *rest.get(1)?])), rest.get(2..)?),
        _ => return None,
    };
    (found == tag && rest.len() >= length).then(|| rest.split_at(length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_survives_both_ways() {
        let key = rcgen::KeyPair::generate().expect("a key");
        let sec1 = from_pkcs8(&key.serialize_der()).expect("converted");
        let back = rcgen::KeyPair::try_from(to_pkcs8(&sec1)).expect("read back");
        assert_eq!(back.public_key_raw(), key.public_key_raw());
        assert_eq!(sec1.len(), 121, "as others write it: with curve and public key");
    }

    #[test]
    fn nonsense_is_refused() {
        let key = rcgen::KeyPair::generate().expect("a key").serialize_der();
        for length in 0..key.len() {
            assert_eq!(from_pkcs8(&key[..length]), None, "cut at {length}");
        }
        assert_eq!(from_pkcs8(&[SEQUENCE, 0x83, 1, 1, 1]), None);
    }
}
