//! Base backups and WAL in object stores: the layout, the codecs, the catalog, and the stores themselves.
//!
//! [`Location`] says where things lie, [`Store`] moves bytes, [`Codec`] packs them; everything that
//! decides ([`choose`], [`retention::plan`]) is pure and works on what [`catalog`] has read.
//!
//! Who opens a store must have installed a TLS provider for rustls before.

pub mod base;
pub mod catalog;
pub mod choose;
pub mod codec;
mod fill;
pub mod info;
pub mod location;
pub mod retention;
pub mod settings;
pub mod store;
pub mod wal;

pub use codec::Codec;
pub use location::Location;
pub use settings::{Ambient, Credentials, Encryption, Keys, Settings};
pub use store::{Error, Kind, Store};
