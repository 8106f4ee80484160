//! Values that travel as text: positions of the log, files.

/// A position in the log, absent when empty.
pub mod lsn {
    use postgres::lsn::Lsn;
    use serde::{Deserialize, Deserializer, Serializer, de};

    /// Writes the position as PostgreSQL does.
    pub fn serialize<S: Serializer>(lsn: &Option<Lsn>, to: S) -> Result<S::Ok, S::Error> {
        match lsn {
            Some(lsn) => to.collect_str(lsn),
            None => to.serialize_str(""),
        }
    }

    /// Reads a position; an empty text and `null` are none.
    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Lsn>, D::Error> {
        let text = Option::<String>::deserialize(from)?.unwrap_or_default();
        if text.is_empty() {
            return Ok(None);
        }
        text.parse().map(Some).map_err(de::Error::custom)
    }
}

/// The content of a file, in base64.
pub mod bytes {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use serde::{Deserialize, Deserializer, Serializer, de};

    /// Writes the bytes with padding.
    pub fn serialize<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&STANDARD.encode(bytes))
    }

    /// Reads the bytes; `null` is none.
    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
        let text = Option::<String>::deserialize(from)?.unwrap_or_default();
        STANDARD.decode(text).map_err(de::Error::custom)
    }
}

/// A list that other writers give as `null` when it is empty.
pub mod list {
    use serde::{Deserialize, Deserializer};

    /// Reads the list; `null` is empty.
    pub fn deserialize<'de, D, T>(from: D) -> Result<Vec<T>, D::Error>
    where
        D: Deserializer<'de>,
        T: Deserialize<'de>,
    {
        Ok(Option::deserialize(from)?.unwrap_or_default())
    }
}
