//! Waiting for what nobody announces: asked again and again until it is there, or time is up.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

/// The first pause; each is twice as long as the one before.
const SHORTEST: Duration = Duration::from_millis(2);
const LONGEST: Duration = Duration::from_millis(100);

/// Asks until it is so. An error means "not yet"; the last one is told when time is up.
///
/// # Errors
/// When it is not so in time.
pub async fn until<T>(
    what: &str,
    patience: Duration,
    mut ask: impl AsyncFnMut() -> Result<T>,
) -> Result<T> {
    let (deadline, mut pause) = (Instant::now() + patience, SHORTEST);
    loop {
        let answer = ask().await;
        if answer.is_ok() || Instant::now() >= deadline {
            return answer.with_context(|| format!("not {what} within {patience:?}"));
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LONGEST);
    }
}
