//! Ends an upload only where there is no such object yet: the library has no call for that.

use http::{Method, StatusCode};
use object_store::aws::AwsAuthorizer;
use object_store::client::{HttpRequest, HttpRequestBody};
use object_store::multipart::PartId;
use object_store::path::Path;
use object_store::signer::Signer as _;

use super::Store;
use super::bucket::{Cause, Maker, VALID, later};
use super::error::{Error, Kind};

/// What the store said to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Completed {
    Done,
    /// Another was quicker.
    Exists,
    /// There is no such upload any more: perhaps it was completed, and the answer was lost.
    Gone,
    /// It knows no such condition.
    Unsupported,
}

impl Maker {
    async fn complete_new(
        &self,
        path: &Path,
        id: &str,
        parts: &[PartId],
    ) -> Result<Result<Completed, StatusCode>, Cause> {
        let mut url = self.s3.signed_url(Method::POST, path, VALID).await?;
        url.query_pairs_mut().clear().append_pair("uploadId", id);
        let body = body(parts);
        let mut request = HttpRequest::new(HttpRequestBody::from(body.clone()));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = url.as_str().parse()?;
        request.headers_mut().insert(http::header::IF_NONE_MATCH, "*".parse()?);
        let credential = self.s3.credentials().get_credential().await?;
        AwsAuthorizer::new(&credential, "s3", self.region()).try_authorize(&mut request, None)?;
        let headers = request.headers().clone();
        let answer = self.client()?.post(url).headers(headers).body(body).send().await?;
        let status = answer.status();
        let text = answer.text().await?;
        Ok(Ok(match status {
            // Stores begin to answer before they know how it ends.
            _ if status.is_success() && text.contains("<Error>") => return Err(text.into()),
            _ if status.is_success() => Completed::Done,
            StatusCode::PRECONDITION_FAILED => Completed::Exists,
            StatusCode::CONFLICT => return Err(text.into()),
            StatusCode::NOT_FOUND => Completed::Gone,
            StatusCode::NOT_IMPLEMENTED => Completed::Unsupported,
            _ if status.is_server_error() => return Err(status.to_string().into()),
            _ => return Ok(Err(status)),
        }))
    }
}

fn body(parts: &[PartId]) -> String {
    let mut text = "<CompleteMultipartUpload>".to_owned();
    for (number, part) in (1..).zip(parts) {
        let tag = part.content_id.replace('&', "&amp;").replace('<', "&lt;");
        let part = format!("<Part><ETag>{tag}</ETag><PartNumber>{number}</PartNumber></Part>");
        text.push_str(&part);
    }
    text.push_str("</CompleteMultipartUpload>");
    text
}

impl Store {
    /// Ends an upload unless there is such an object.
    pub(super) async fn complete_new(
        &self,
        key: &str,
        path: &Path,
        id: &str,
        parts: &[PartId],
    ) -> Result<Completed, Error> {
        let Some(maker) = &self.shared.bucket else { return Ok(Completed::Unsupported) };
        let complete = || async { maker.complete_new(path, id, parts).await.map_err(later) };
        match self.again("complete", key, 0, complete).await? {
            Ok(completed) => Ok(completed),
            Err(status) => Err(self.error("complete", key, Kind::Other, status.to_string())),
        }
    }
}
