//! A new master key, and the rows put under it while logins go on.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use proauth_interface::{Error, RekeyStatus};
use tokio::sync::Notify;

use super::{Daemon, store_failed};
use crate::store::{RekeyError, StoreError};
use crate::{audit, key_pipe, messages};

/// How long to wait before going on where the store failed: its disk may be full.
const PAUSE: Duration = Duration::from_secs(5);

/// How far a rekey is.
#[derive(Debug, Default)]
pub struct Rekeying {
    begun: Notify,
    done: AtomicU64,
    total: AtomicU64,
    broken: AtomicU64,
}

impl Daemon {
    /// Begins to seal with the key that lies in the pipe. Its place is durable.
    ///
    /// # Errors
    /// If there is none, another rekey is under way, or the store fails.
    pub fn rekey(&self, caller: u32) -> Result<(), Error> {
        let key = key_pipe::take(Path::new(key_pipe::PIPE)).ok_or_else(messages::no_key_handed)?;
        // Holds everything up for the time of one flush.
        match self.store.begin_rekey(&key) {
            Ok(()) => {
                audit::rekey_begun(caller);
                let progress = &self.rekeying;
                for count in [&progress.done, &progress.total, &progress.broken] {
                    count.store(0, Ordering::Relaxed);
                }
                self.rekeying.begun.notify_one();
                Ok(())
            }
            Err(RekeyError::UnderWay) => Err(messages::rekey_under_way()),
            Err(RekeyError::SameKey) => Err(messages::no_key_handed()),
            Err(RekeyError::Store(error)) => Err(store_failed(&error)),
        }
    }

    /// Which key the store has, and how far a rekey is.
    ///
    /// # Errors
    /// If the store fails.
    pub fn rekey_status(&self) -> Result<RekeyStatus, Error> {
        let marks = self.store.marks();
        let (current, previous) = marks.map_err(|error| store_failed(&error))?;
        let count = |count: &AtomicU64| count.load(Ordering::Relaxed);
        Ok(RekeyStatus {
            current,
            previous: previous.unwrap_or_default(),
            done: count(&self.rekeying.done),
            total: count(&self.rekeying.total),
            broken: count(&self.rekeying.broken),
            key: self.key.to_string_lossy().into_owned(),
        })
    }

    /// Finishes what was begun, also by an earlier daemon. Never ends.
    pub(super) async fn finish_rekeys(&self) {
        loop {
            match self.finish_rekey().await {
                Ok(()) => self.rekeying.begun.notified().await,
                Err(error) => {
                    audit::rekey_held_up(&error);
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    }

    async fn finish_rekey(&self) -> Result<(), StoreError> {
        let (_, Some(_)) = self.store.marks()? else {
            return Ok(());
        };
        // What was sealed before the beginning and stored after it is found by the next pass.
        while self.reseal_all().await? > 0 {}
        self.store.end_rekey()?;
        let count = |count: &AtomicU64| count.load(Ordering::Relaxed);
        audit::rekey_done(count(&self.rekeying.done), count(&self.rekeying.broken));
        Ok(())
    }

    /// Goes through all rows once; gives how many were under the old key.
    async fn reseal_all(&self) -> Result<u64, StoreError> {
        let progress = &self.rekeying;
        progress.total.store(self.store.count()?, Ordering::Relaxed);
        let (mut at, mut done, mut resealed, mut broken) = (String::new(), 0, 0, 0);
        loop {
            let batch = self.store.reseal_after(&at).await?;
            done += batch.seen;
            resealed += batch.resealed;
            broken += batch.broken.len() as u64;
            for key in &batch.broken {
                audit::row_broken(key);
            }
            progress.done.store(done, Ordering::Relaxed);
            progress.broken.store(broken, Ordering::Relaxed);
            let Some(last) = batch.last else {
                return Ok(resealed);
            };
            at = last;
            // A batch with nothing to write waits for nothing.
            tokio::task::yield_now().await;
        }
    }
}
