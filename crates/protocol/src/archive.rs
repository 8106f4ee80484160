//! `/cluster/status/condition/wal/archive`: how archiving went, told by the archive command.

use serde::{Deserialize, Serialize};

use crate::omit::zero;

/// The body: no error means that archiving works.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ArchiveOutcome {
    #[serde(skip_serializing_if = "zero")]
    pub error: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn success_is_empty() {
        assert_eq!(serde_json::to_string(&ArchiveOutcome::default()).unwrap(), "{}");
        let failed: ArchiveOutcome = serde_json::from_str(r#"{"error":"no space"}"#).unwrap();
        assert_eq!(failed.error, "no space");
    }
}
