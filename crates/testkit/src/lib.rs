//! Builders, fake world, throw-away servers, the rig.

pub mod cargo;
pub mod dice;
pub mod fake_postgres;
pub mod postgres_server;
pub mod probe;
pub mod rig;
pub mod s3;
pub mod until;
pub mod victim;
