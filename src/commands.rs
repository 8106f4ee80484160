//! A file per subcommand.

pub(crate) mod backup;
pub(crate) mod certificate;
pub(crate) mod completion;
pub(crate) mod destroy;
pub(crate) mod doctor;
pub(crate) mod fencing;
pub(crate) mod hibernate;
pub(crate) mod maintenance;
pub(crate) mod promote;
pub(crate) mod reload;
pub(crate) mod restart;
pub(crate) mod secret_uri;
pub(crate) mod snapshot;
pub(crate) mod status;
pub(crate) mod version;
