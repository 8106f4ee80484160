//! Running cargo from a program that cargo runs.

use std::process::Command;

/// What cargo tells the programs it runs about themselves. Build scripts are told the same about
/// their own packages, and cargo takes a changed value for a reason to run them again, and to
/// compile all that builds on them.
const TOLD: &[&str] = &["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_", "OUT_DIR"];

/// The cargo that runs us, as if it were called from a shell.
#[must_use]
pub fn command() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    for (key, _) in std::env::vars_os() {
        if TOLD.iter().any(|told| key.to_string_lossy().starts_with(told)) {
            command.env_remove(key);
        }
    }
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_told_of_who_calls() {
        let command = command();
        let removed: Vec<_> = command.get_envs().filter(|(_, value)| value.is_none()).collect();
        for told in ["CARGO_MANIFEST_DIR", "CARGO_PKG_NAME"] {
            assert!(std::env::var_os(told).is_some(), "a test is told {told}");
            assert!(removed.iter().any(|(key, _)| *key == told), "{told} in {removed:?}");
        }
    }
}
