//! Builders, fake world, throw-away servers, the rig.

pub mod rig;
