//! The custom resources of `postgresql.cnpg.io/v1`: types, schemas, labels and phases; pure.
//!
//! The doc comment of a field is its description in the generated schema and in the reference, so
//! it is written for the user of the API.
//!
//! - What the schema requires has a plain type, marked `x-required`; absent reads as its zero
//!   value, because it is the schema that refuses it.
//! - An optional field is an `Option`, or an empty list or map. Defaults of the schema are written
//!   as `x-default`, since the API server fills them in and not `serde`.
//! - Optional text reads `""` as unset.
//! - The few plain fields without `x-required` are those the original always writes.

#![expect(
    clippy::duplicated_attributes,
    reason = "printer columns repeat their keys, which the derive wants so"
)]

mod cel;
mod schema;
mod string_enum;
mod text;

pub mod admission;
pub mod annotations;
pub mod backup;
pub mod cluster;
pub mod conditions;
pub mod crd;
pub mod database;
pub mod database_role;
pub mod duration;
pub mod ensure;
pub mod extension;
pub mod failover_quorum;
pub mod finalizers;
pub mod glob;
pub mod image_catalog;
pub mod labels;
pub mod metadata;
pub mod monitoring;
pub mod names;
pub mod object_store;
pub mod phases;
pub mod plugin;
pub mod pooler;
pub mod promotion_token;
pub mod publication;
pub mod quantity;
pub mod references;
pub mod schedule;
pub mod scheduled_backup;
pub mod subscription;

pub use backup::Backup;
pub use cluster::Cluster;
pub use database::Database;
pub use database_role::DatabaseRole;
pub use failover_quorum::FailoverQuorum;
pub use image_catalog::{ClusterImageCatalog, ImageCatalog};
pub use pooler::Pooler;
pub use publication::Publication;
pub use scheduled_backup::ScheduledBackup;
pub use subscription::Subscription;

/// The API group of every kind.
pub const GROUP: &str = "postgresql.cnpg.io";
/// The one version, served and stored.
pub const VERSION: &str = "v1";
