//! Waiting for something that nobody announces: the one place in the scenarios that sleeps.
//!
//! Owns the bound and the pause between looks. Whoever can listen (events, frames) does not come
//! here.

use std::time::Duration;

/// How long anything may take, in milliseconds: far over every timer of a scenario, so that only a
/// defect reaches it.
const LIMIT_MS: u64 = 15_000;
/// Pause between looks, in milliseconds: short beside a test, long beside a look.
const LOOK_MS: u64 = 5;

/// Looks until there is something, and returns it.
///
/// # Errors
/// The look's own error at once; a fault that names `what` when nothing came in 15 s.
pub async fn until<T>(
    what: &str,
    mut look: impl AsyncFnMut() -> anyhow::Result<Option<T>>,
) -> anyhow::Result<T> {
    let looks = async {
        loop {
            if let Some(found) = look().await? {
                return Ok(found);
            }
            tokio::time::sleep(Duration::from_millis(LOOK_MS)).await;
        }
    };
    within(what, looks).await
}

/// Gives something a bounded time.
///
/// # Errors
/// Its own error, or a fault that names `what` after 15 s.
pub async fn within<T>(
    what: &str,
    done: impl Future<Output = anyhow::Result<T>>,
) -> anyhow::Result<T> {
    match tokio::time::timeout(Duration::from_millis(LIMIT_MS), done).await {
        Ok(done) => done,
        Err(_) => anyhow::bail!("waited {LIMIT_MS} ms in vain until {what}"),
    }
}
