//! Finalizers: kept only for what garbage collection cannot remove.

/// Drops the database before its object goes.
pub const DELETE_DATABASE: &str = "cnpg.io/deleteDatabase";
/// Drops the role before its object goes.
pub const DELETE_ROLE: &str = "cnpg.io/deleteRole";
/// Drops the publication before its object goes.
pub const DELETE_PUBLICATION: &str = "cnpg.io/deletePublication";
/// Drops the subscription before its object goes.
pub const DELETE_SUBSCRIPTION: &str = "cnpg.io/deleteSubscription";
