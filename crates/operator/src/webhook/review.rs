//! The messages of `admission.k8s.io/v1`, as far as they are used.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use json_patch::Patch;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Status;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub const GROUP: &str = "postgresql.cnpg.io";

const API_VERSION: &str = "admission.k8s.io/v1";
const KIND: &str = "AdmissionReview";

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("{0}")]
    Json(#[from] serde_json::Error),
    #[error("it is a {kind} of {api_version}, wanted {KIND} of {API_VERSION}")]
    Kind { api_version: String, kind: String },
    #[error("it holds no request")]
    Empty,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Incoming {
    #[serde(default)]
    api_version: String,
    #[serde(default)]
    kind: String,
    request: Option<Request>,
}

/// What the API server asks.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    pub uid: String,
    pub kind: GroupVersionKind,
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub namespace: String,
    pub operation: String,
    #[serde(default)]
    pub object: Option<Value>,
    #[serde(default)]
    pub old_object: Option<Value>,
}

#[derive(Debug, Deserialize)]
pub struct GroupVersionKind {
    #[serde(default)]
    pub group: String,
    pub kind: String,
}

/// What is answered; the default is plain consent.
#[derive(Debug, Default)]
pub struct Answer {
    pub patch: Option<Patch>,
    pub warnings: Vec<String>,
    pub refused: Option<Status>,
}

/// The envelope of questions and answers.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Review<'a> {
    api_version: &'static str,
    kind: &'static str,
    response: Response<'a>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Response<'a> {
    uid: &'a str,
    allowed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<Status>,
    #[serde(skip_serializing_if = "Option::is_none")]
    patch: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    patch_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<String>,
}

impl<'a> Review<'a> {
    /// The request in a body.
    pub fn request(body: &[u8]) -> Result<Request, Error> {
        let Incoming { api_version, kind, request } = serde_json::from_slice(body)?;
        if api_version != API_VERSION || kind != KIND {
            return Err(Error::Kind { api_version, kind });
        }
        request.ok_or(Error::Empty)
    }

    pub fn response(request: &'a Request, answer: Answer) -> Self {
        let patch = answer.patch.filter(|patch| !patch.0.is_empty()).map(|patch| {
            STANDARD.encode(serde_json::to_vec(&patch).expect("a patch is plain JSON"))
        });
        Self {
            api_version: API_VERSION,
            kind: KIND,
            response: Response {
                uid: &request.uid,
                allowed: answer.refused.is_none(),
                status: answer.refused,
                patch_type: patch.is_some().then_some("JSONPatch"),
                patch,
                warnings: answer.warnings,
            },
        }
    }
}
