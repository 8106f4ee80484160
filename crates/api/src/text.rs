//! Optional text of the API: an empty string means the same as an absent field.

use serde::{Deserialize, Deserializer};

/// Reads optional text so that `""` and `null` are unset, and nobody has to test for both.
pub(crate) fn or_unset<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    Ok(Option::<String>::deserialize(from)?.filter(|text| !text.is_empty()))
}
