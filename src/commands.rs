//! A file per subcommand.

pub(crate) mod completion;
pub(crate) mod version;
