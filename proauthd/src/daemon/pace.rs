//! When refusals are answered: at a steady pace, which tells nobody what was refused and why.
//!
//! A wrong code of somebody enrolled, of somebody who is not, and of nobody at all take different
//! ways through the name service and the store, whatever is done to make them alike.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// More than a refusal takes where disk and name service are well. One that takes longer is
/// answered after twice as long, three times, and so on.
const BEAT: Duration = Duration::from_millis(10);

/// Waits for the next beat after `asked`.
pub async fn wait_since(asked: Instant) {
    let passed = asked.elapsed().as_micros() / BEAT.as_micros();
    let beats = u32::try_from(passed).unwrap_or(u32::MAX).saturating_add(1);
    sleep_until(asked + BEAT.saturating_mul(beats)).await;
}
