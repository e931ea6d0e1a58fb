//! One at a time for each user: between reading a record and storing it, nobody else decides
//! about the same one. Without this, a code tried by fifty processes at once lets several in.

use tokio::sync::{Mutex, MutexGuard};

use crate::store::BUCKETS;

/// A turn for every bucket of names. Two users who share one wait for each other, rarely and
/// briefly; in exchange there is nothing to add or to clean up.
pub struct Turns(Vec<Mutex<()>>);

/// The right to decide, until it is dropped.
#[must_use]
pub struct Turn<'a>(#[expect(dead_code, reason = "held, not read")] MutexGuard<'a, ()>);

/// There is no such bucket.
#[derive(Debug)]
pub struct NoSuchBucket;

impl Turns {
    /// Nobody's turn.
    pub fn new() -> Self {
        Self((0..BUCKETS).map(|_| Mutex::new(())).collect())
    }

    /// Waits, first come first served, for the turn of the names in `bucket`.
    ///
    /// # Errors
    /// If the number is not below [`BUCKETS`].
    pub async fn take(&self, bucket: u16) -> Result<Turn<'_>, NoSuchBucket> {
        let turn = self.0.get(usize::from(bucket)).ok_or(NoSuchBucket)?;
        Ok(Turn(turn.lock().await))
    }
}
