//! A file per subcommand.

pub(crate) mod backup;
pub(crate) mod certificate;
pub(crate) mod completion;
pub(crate) mod destroy;
pub(crate) mod doctor;
pub(crate) mod fencing;
pub(crate) mod fio;
pub(crate) mod hibernate;
pub(crate) mod install;
pub(crate) mod logs;
pub(crate) mod maintenance;
pub(crate) mod pgadmin4;
pub(crate) mod pgbench;
pub(crate) mod port_forward;
pub(crate) mod promote;
pub(crate) mod psql;
pub(crate) mod publication;
pub(crate) mod reload;
pub(crate) mod report;
pub(crate) mod restart;
pub(crate) mod secret_uri;
pub(crate) mod snapshot;
pub(crate) mod status;
pub(crate) mod subscription;
pub(crate) mod version;
