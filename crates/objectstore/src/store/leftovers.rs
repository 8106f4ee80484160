//! Uploads that nobody finished: their parts are in no listing, and are paid for all the same.

use http::{Method, StatusCode};
use object_store::aws::AwsAuthorizer;
use object_store::client::{HttpRequest, HttpRequestBody};
use object_store::path::Path;
use object_store::signer::Signer as _;

use super::Store;
use super::bucket::{Cause, Maker, VALID, later};
use super::error::{Error, Kind};

/// An upload that was begun.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Begun {
    key: String,
    id: String,
}

impl Maker {
    /// One page of the uploads below a prefix that are neither completed nor aborted.
    async fn begun(&self, prefix: &str) -> Result<Result<Vec<Begun>, StatusCode>, Cause> {
        let mut url = self.s3.signed_url(Method::GET, &Path::ROOT, VALID).await?;
        url.query_pairs_mut().clear().append_pair("prefix", prefix).append_pair("uploads", "");
        let mut request = HttpRequest::new(HttpRequestBody::empty());
        *request.uri_mut() = url.as_str().parse()?;
        let credential = self.s3.credentials().get_credential().await?;
        AwsAuthorizer::new(&credential, "s3", self.region()).try_authorize(&mut request, None)?;
        let headers = request.headers().clone();
        let answer = self.client()?.get(url).headers(headers).send().await?;
        let status = answer.status();
        if status.is_server_error() && status != StatusCode::NOT_IMPLEMENTED {
            return Err(status.to_string().into());
        }
        if !status.is_success() {
            return Ok(Err(status));
        }
        Ok(Ok(read(&answer.text().await?)))
    }
}

/// Reads the answer of the store.
fn read(text: &str) -> Vec<Begun> {
    let field = |upload: &str, name: &str| {
        let rest = upload.split_once(&format!("<{name}>"))?.1;
        Some(plain(rest.split_once(&format!("</{name}>"))?.0))
    };
    let uploads = text.split("<Upload>").skip(1);
    let begun = uploads.filter_map(|upload| {
        Some(Begun { key: field(upload, "Key")?, id: field(upload, "UploadId")? })
    });
    begun.collect()
}

fn plain(text: &str) -> String {
    let known = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#34;", "\""), ("&apos;", "'")];
    let text = known.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to));
    text.replace("&#39;", "'").replace("&amp;", "&")
}

impl Store {
    /// Takes back all uploads below a prefix that were begun and not finished, whoever began them.
    /// Returns how many there were.
    ///
    /// # Errors
    /// When the store does not answer, or lists no uploads.
    pub async fn abort_uploads(&self, prefix: &str) -> Result<usize, Error> {
        self.abort_where(prefix, |_| true).await
    }

    /// Takes back the uploads of one object, as far as the store lets us.
    pub(crate) async fn abort_uploads_of(&self, object: &str) {
        match self.abort_where(object, |key| key == object).await {
            Err(error) if error.kind() != Kind::Unsupported => {
                tracing::warn!(key = object, %error, "parts of an unfinished object are left behind");
            }
            _ => {}
        }
    }

    async fn abort_where(
        &self,
        prefix: &str,
        wanted: impl Fn(&str) -> bool,
    ) -> Result<usize, Error> {
        let Some(maker) = &self.shared.bucket else { return Ok(0) };
        let mut aborted = 0;
        loop {
            let list = || async { maker.begun(prefix).await.map_err(later) };
            let begun = match self.again("list uploads of", prefix, 0, list).await? {
                Ok(begun) => begun,
                Err(StatusCode::NOT_FOUND) => return Ok(aborted),
                Err(status) => {
                    let (what, why) = ("list uploads of", status.to_string());
                    return Err(self.error(what, prefix, Kind::Unsupported, why));
                }
            };
            // Some stores do not narrow the list.
            let ours = |upload: &Begun| upload.key.starts_with(prefix) && wanted(&upload.key);
            let ours: Vec<_> = begun.into_iter().filter(ours).collect();
            if ours.is_empty() {
                return Ok(aborted);
            }
            for Begun { key, id } in ours {
                let path = self.path(&key)?;
                let abort = || self.shared.backend.abort_multipart(&path, &id);
                match self.again("abort", &key, 0, abort).await {
                    Err(error) if error.kind() != Kind::NotFound => return Err(error),
                    _ => aborted += 1,
                }
            }
            if aborted > MOST {
                return Err(self.error("abort", prefix, Kind::Other, "they do not become fewer"));
            }
        }
    }
}

/// So many uploads nobody leaves behind: a store that goes on listing them does not abort them.
const MOST: usize = 100_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_read() {
        let begun = |key: &str, id: &str| Begun { key: key.to_owned(), id: id.to_owned() };
        let text = "<ListMultipartUploadsResult><Prefix>p</Prefix><Upload><Key>p/a&amp;b.tar</Key>\
                    <UploadId>1&#34;</UploadId></Upload><Upload><UploadId>2</UploadId><Key>p/c</Key>\
                    </Upload><Upload><Key>torn</Key></Upload></ListMultipartUploadsResult>";
        assert_eq!(read(text), [begun("p/a&b.tar", "1\""), begun("p/c", "2")]);
        assert_eq!(read("<ListMultipartUploadsResult/>"), []);
    }
}
