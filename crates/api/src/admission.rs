//! Admission: the defaults an object gets, and what is wrong with it.
//!
//! The webhooks, the operator's own guard and the plugin use these functions, so an object is
//! judged alike wherever it is met. What they must know of the world is handed to them. The
//! schema half of the checks (bounds, enumerations, CEL) is in the definitions and not repeated.

pub mod checked;
pub mod field_error;

mod annotation;
mod backup;
mod cluster;
mod database;
mod document;
mod pods;
mod pooler;
mod scheduled_backup;

use std::str::FromStr;

use serde_json::Value;

pub use checked::CheckedCluster;
pub use field_error::{Errors, FieldError};
pub use pods::PodBuilder;

use crate::cluster::Cluster;

/// The kinds that are judged here; the schema says all there is to say about the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Backup,
    Cluster,
    Database,
    Pooler,
    ScheduledBackup,
}

/// A kind without rules of admission.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0} has no rules of admission")]
pub struct UnknownKind(String);

impl FromStr for Kind {
    type Err = UnknownKind;

    fn from_str(kind: &str) -> Result<Self, UnknownKind> {
        Ok(match kind {
            "Backup" => Self::Backup,
            "Cluster" => Self::Cluster,
            "Database" => Self::Database,
            "Pooler" => Self::Pooler,
            "ScheduledBackup" => Self::ScheduledBackup,
            other => return Err(UnknownKind(other.to_owned())),
        })
    }
}

/// What is done to the object.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Operation<'a> {
    Create,
    Update { old: &'a Value },
}

/// What the operator was configured to put into clusters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperatorDefaults {
    /// Image of instances when a cluster names none.
    pub postgres_image: String,
    /// ConfigMap and Secret with metric queries for every cluster.
    pub monitoring_queries_config_map: Option<String>,
    pub monitoring_queries_secret: Option<String>,
    /// Plugins that every cluster gets.
    pub plugins: Vec<String>,
}

impl OperatorDefaults {
    /// The image of instances when nobody chose one.
    pub const POSTGRES_IMAGE: &str = "ghcr.io/cloudnative-pg/postgresql:18.6-system-trixie";
}

impl Default for OperatorDefaults {
    fn default() -> Self {
        Self {
            postgres_image: Self::POSTGRES_IMAGE.to_owned(),
            monitoring_queries_config_map: None,
            monitoring_queries_secret: None,
            plugins: Vec::new(),
        }
    }
}

/// Whether the cluster can take snapshots of volumes at all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum VolumeSnapshots {
    Installed,
    #[default]
    Missing,
}

/// What a judgement must know of the world.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Context {
    pub defaults: OperatorDefaults,
    pub volume_snapshots: VolumeSnapshots,
    /// Who makes the pods of instances; without it a patch of theirs is only read.
    pub pods: Option<PodBuilder>,
}

/// What is said about an object.
#[must_use]
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Outcome {
    /// Everything that is wrong; the object is accepted when this is empty.
    pub errors: Vec<FieldError>,
    pub warnings: Vec<String>,
}

impl Outcome {
    /// One error about an object that cannot be read at all.
    fn unreadable(error: &serde_json::Error) -> Self {
        let mut errors = Errors::default();
        errors.invalid(
            "",
            Value::Null,
            format!("the object cannot be read: {error}"),
            "give every field the type that its definition names",
        );
        Self { errors: errors.into_vec(), warnings: Vec::new() }
    }
}

/// The whole judgement: defaults, then checks of the object with its defaults.
#[must_use]
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Review {
    /// The object with its defaults, when that is another one.
    pub patched: Option<Value>,
    pub errors: Vec<FieldError>,
    pub warnings: Vec<String>,
}

/// Fills in the defaults, then checks.
pub fn review(kind: Kind, operation: Operation<'_>, object: &Value, context: &Context) -> Review {
    let patched = default(kind, object, &context.defaults);
    let outcome = validate(kind, operation, patched.as_ref().unwrap_or(object), context);
    Review { patched, errors: outcome.errors, warnings: outcome.warnings }
}

/// The object with its defaults, when it lacks some.
///
/// Nothing that stands in the object is removed. An object that cannot be read stays as it is:
/// the schema names its faults better.
#[must_use]
pub fn default(kind: Kind, object: &Value, defaults: &OperatorDefaults) -> Option<Value> {
    match kind {
        Kind::Cluster => cluster::default(object, defaults),
        Kind::Backup | Kind::Database | Kind::Pooler | Kind::ScheduledBackup => None,
    }
}

/// Everything that is wrong with an object that has its defaults, and what its owner should know.
pub fn validate(
    kind: Kind,
    operation: Operation<'_>,
    object: &Value,
    context: &Context,
) -> Outcome {
    match kind {
        Kind::Backup => backup::validate(object, context),
        Kind::Cluster => cluster::validate(operation, object, context),
        Kind::Database => database::validate(object),
        Kind::Pooler => pooler::validate(operation, object),
        Kind::ScheduledBackup => scheduled_backup::validate(object, context),
    }
}

/// Puts the operator's values into a cluster that it works on, over those that only it may set.
pub fn complete(cluster: &mut Cluster, defaults: &OperatorDefaults) {
    cluster::complete(cluster, defaults);
}
