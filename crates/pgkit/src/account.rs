//! As whom programs of PostgreSQL run: they refuse to run as root.

use tokio::process::Command;

/// A user and a group of the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Account {
    pub uid: u32,
    pub gid: u32,
}

/// Whose rights a program gets.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum RunAs {
    /// Those of this process, as in a pod.
    #[default]
    Ourselves,
    /// Those of another account; only root may give them.
    Other(Account),
}

impl RunAs {
    /// Lets a program run with these rights.
    pub fn apply(self, command: &mut Command) {
        if let Self::Other(account) = self {
            command.uid(account.uid).gid(account.gid);
        }
    }
}
