//! Signing requests the way S3 wants it, version 4: pure, from the request and the time.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html>

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

const ALGORITHM: &str = "AWS4-HMAC-SHA256";
const REGION: &str = "us-east-1";

/// What is signed of a request.
#[derive(Debug, Clone)]
pub(super) struct Unsigned<'a> {
    pub method: &'a str,
    /// Percent-encoded, as it goes over the wire.
    pub path: &'a str,
    /// Encoded and sorted by name.
    pub query: &'a str,
    /// Names in lower case, sorted; they include `host` and `x-amz-date`.
    pub headers: &'a [(&'a str, &'a str)],
    /// Digest of the body, as in `x-amz-content-sha256`.
    pub body: &'a str,
    /// `20130524T000000Z`, as in `x-amz-date`.
    pub time: &'a str,
}

impl Unsigned<'_> {
    /// The value of the header `authorization`.
    pub(super) fn authorization(&self, access_key: &str, secret_key: &str) -> String {
        let date = self.time.split('T').next().unwrap_or_default();
        let scope = format!("{date}/{REGION}/s3/aws4_request");
        let (time, request) = (self.time, digest(self.canonical().as_bytes()));
        let text = format!("{ALGORITHM}\n{time}\n{scope}\n{request}");
        let key = [date, REGION, "s3", "aws4_request"]
            .iter()
            .fold(format!("AWS4{secret_key}").into_bytes(), |key, part| mac(&key, part));
        format!(
            "{ALGORITHM} Credential={access_key}/{scope}, SignedHeaders={}, Signature={}",
            self.signed_headers(),
            hex(&mac(&key, &text)),
        )
    }

    fn canonical(&self) -> String {
        let headers: String =
            self.headers.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
        let names = self.signed_headers();
        let Self { method, path, query, body, .. } = self;
        format!("{method}\n{path}\n{query}\n{headers}\n{names}\n{body}")
    }

    fn signed_headers(&self) -> String {
        self.headers.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(";")
    }
}

/// A digest in the form that `x-amz-content-sha256` has.
pub(super) fn digest(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Percent-encodes all but what the signature takes as it is; `/` stays.
pub(super) fn encode(path: &str) -> String {
    path.bytes().fold(String::new(), |mut encoded, byte| {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                encoded.push(char::from(byte));
            }
            _ => encoded += &format!("%{byte:02X}"),
        }
        encoded
    })
}

fn mac(key: &[u8], text: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("a key of any length will do");
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the description above.
    #[test]
    fn the_published_example_gets_its_published_signature() {
        let body = digest(b"");
        let unsigned = Unsigned {
            method: "GET",
            path: "/test.txt",
            query: "",
            headers: &[
                ("host", "examplebucket.s3.amazonaws.com"),
                ("range", "bytes=0-9"),
                ("x-amz-content-sha256", &body),
                ("x-amz-date", "20130524T000000Z"),
            ],
            body: &body,
            time: "20130524T000000Z",
        };
        let authorization = unsigned
            .authorization("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
        assert_eq!(
            authorization,
            "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, \
             SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, \
             Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
        );
    }

    #[test]
    fn a_path_keeps_its_slashes_and_nothing_else_unusual() {
        assert_eq!(encode("/wal/0001 +ü"), "/wal/0001%20%2B%C3%BC");
    }
}
