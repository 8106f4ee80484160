//! Whether a replica keeps up.

use tokio_postgres::Client;

use super::StatusError;

/// What a server says about its replay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Streaming {
    Primary,
    /// It has no primary to stream from and follows the archive.
    LogShipping,
    NoReceiver,
    /// So many bytes are known of and not replayed; none before the first message.
    Behind(Option<i64>),
}

impl Streaming {
    /// Whether the server may be called ready; without a limit any lag will do.
    #[must_use]
    pub fn is_ready(self, maximum_lag: Option<u64>) -> bool {
        match self {
            Self::Primary | Self::LogShipping => true,
            Self::NoReceiver => false,
            Self::Behind(lag) => maximum_lag.is_none_or(|most| {
                lag.is_some_and(|lag| u64::try_from(lag.max(0)).is_ok_and(|lag| lag <= most))
            }),
        }
    }
}

pub(super) async fn ask(client: &Client) -> Result<Streaming, StatusError> {
    let row = client.query_one(include_str!("streaming.sql"), &[]).await?;
    if !row.try_get::<_, bool>("standby")? {
        return Ok(Streaming::Primary);
    }
    if row.try_get::<_, bool>("log_shipping")? {
        return Ok(Streaming::LogShipping);
    }
    if !row.try_get::<_, bool>("receiver")? {
        return Ok(Streaming::NoReceiver);
    }
    Ok(Streaming::Behind(row.try_get("lag")?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_keeps_up() {
        for (seen, most, ready) in [
            (Streaming::Primary, Some(0), true),
            (Streaming::LogShipping, Some(0), true),
            (Streaming::NoReceiver, None, false),
            (Streaming::Behind(Some(9)), None, true),
            (Streaming::Behind(Some(9)), Some(9), true),
            (Streaming::Behind(Some(10)), Some(9), false),
            (Streaming::Behind(Some(-1)), Some(0), true),
            (Streaming::Behind(None), Some(9), false),
            (Streaming::Behind(None), None, true),
        ] {
            assert_eq!(seen.is_ready(most), ready, "{seen:?} with {most:?}");
        }
    }
}
