//! From one master key to the next, while rows are read and written.
//!
//! 1. [`Store::begin_rekey`], in one transaction: the mark of the new key becomes the current one,
//!    that of the old key the previous one, and the key of the buckets, which was made from the old
//!    key, becomes a row. From then on rows are sealed with the new key, and opened with either.
//! 2. [`Store::reseal_after`], for row after row: what is under the old key is put under the new one,
//!    where it is still the same to the byte. Its version stays, so that whoever has read it before
//!    can write it afterwards. Where somebody has written meanwhile, it is under the new key already.
//! 3. [`Store::end_rekey`], once a pass over all rows has found none under the old key: the log is
//!    emptied, and the previous mark goes.
//!
//! A daemon that opens a store with two marks begins again with 2. Nothing else is kept of how far it
//! had come.

use super::engine::{Expect, Job, Swap};
use super::key::MasterKey;
use super::seal::Resealed;
use super::{Store, StoreError, mark_of};

/// The row that keeps the key of the buckets once the master key is not the store's first.
pub const BUCKET_KEY: &str = "=buckets";

/// Rows that are resealed at a time. A login that comes meanwhile waits for so many at the most, and
/// shares their flush.
const BATCH: usize = 32;

/// Why a rekey did not begin.
#[derive(Debug, thiserror::Error)]
pub enum RekeyError {
    /// One is under way.
    #[error("rows are under two keys already")]
    UnderWay,
    /// The new key is the old one.
    #[error("this is the key of the store already")]
    SameKey,
    /// The store failed. It may have begun all the same: the next daemon knows.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What became of some rows.
#[derive(Debug, Default)]
pub struct Batch {
    /// The key of the last of them; `None` if there were none left.
    pub last: Option<String>,
    /// How many there were.
    pub seen: u64,
    /// How many of them were under the previous key before.
    pub resealed: u64,
    /// The keys of those that open with neither key.
    pub broken: Vec<String>,
}

impl Store {
    /// The marks of the current key and, during a rekey, of the one before it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn marks(&self) -> Result<(Vec<u8>, Option<Vec<u8>>), StoreError> {
        let marks = self.engine.marks()?;
        Ok((marks.current.unwrap_or_default(), marks.previous))
    }

    /// How many rows there are.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn count(&self) -> Result<u64, StoreError> {
        self.engine.count()
    }

    /// Makes `master` the key of everything that is written from now on. Its place must be durable
    /// already: when this returns, and perhaps where it fails, nothing opens without it.
    ///
    /// # Errors
    /// [`RekeyError`].
    pub fn begin_rekey(&self, master: &MasterKey) -> Result<(), RekeyError> {
        let (current, previous) = self.marks()?;
        if previous.is_some() {
            return Err(RekeyError::UnderWay);
        }
        if current == mark_of(master) {
            return Err(RekeyError::SameKey);
        }
        let keys = self.sealer.before_switch(master)?;
        let mut job = Job::new();
        if self.engine.get(BUCKET_KEY)?.is_none() {
            job.push(Swap {
                key: BUCKET_KEY.to_owned(),
                expect: Expect::Absent,
                put: Some(self.sealer.seal_bucket_key(&keys, BUCKET_KEY)?),
            });
        }
        self.engine.set_marks(&keys.marks(), &job)?;
        self.sealer.switch(keys);
        Ok(())
    }

    /// Puts the first rows after that of `key` under the current key. With an empty `key`, a pass
    /// begins: it sees all that was handed to the writer before.
    ///
    /// # Errors
    /// [`StoreError`]; some may have been done.
    pub async fn reseal_after(&self, key: &str) -> Result<Batch, StoreError> {
        if key.is_empty() {
            // What was sealed before the beginning may still wait to be written, and must be found.
            self.writer.commit(Job::new()).await?;
        }
        let mut batch = Batch::default();
        let mut jobs = Vec::new();
        for (key, row) in self.engine.rows_after(key, BATCH)? {
            batch.seen += 1;
            match self.sealer.reseal(&key, &row)? {
                Resealed::Already => {}
                Resealed::Now(sealed) => jobs.push(vec![Swap {
                    key: key.clone(),
                    expect: Expect::Row(row),
                    put: Some(sealed),
                }]),
                Resealed::Broken => batch.broken.push(key.clone()),
            }
            batch.last = Some(key);
        }
        batch.resealed = jobs.len() as u64;
        // Whatever does not hold was written or removed meanwhile.
        self.writer.commit_each(jobs).await?;
        Ok(batch)
    }

    /// Forgets the previous key, which no row is under any more.
    ///
    /// # Errors
    /// [`StoreError`]; then both are kept.
    pub fn end_rekey(&self) -> Result<(), StoreError> {
        let keys = self.sealer.without_previous()?;
        self.engine.forget_overwritten()?;
        self.engine.set_marks(&keys.marks(), &Job::new())?;
        self.sealer.switch(keys);
        Ok(())
    }
}

#[cfg(test)]
#[path = "rekey_tests.rs"]
mod tests;
