//! Sealing: what goes into rows, under the current key; out of them, during a rekey, also under the
//! one before it.
//!
//! A row that was moved to another name or uid, or put back at an older version under a newer
//! number, does not open.

use std::sync::{Arc, PoisonError, RwLock};

use proauth_core::lockout::Lockout;
use proauth_core::ticket::Ticket;
use proauth_core::{AccountName, Record, Suspension};
use serde::{Serialize, de::DeserializeOwned};
use zeroize::Zeroizing;

use super::StoreError;
use super::cipher::{RowKey, bucket_key_of, hash};
use super::engine::{Marks, NOBODY, SealedRow};
use super::key::MasterKey;
use super::row::{LockoutRow, RecordRow, SuspensionRow, TicketRow};

/// The key of the decoy, which is in no table: an account's name by its form.
const DECOY: &str = "nobody";

/// Opens and closes rows with keys made from the master key, one for each purpose.
pub struct Sealer {
    keys: RwLock<Arc<Keys>>,
    /// That of the store's first key: who is in which bucket outlives a rekey.
    bucket_key: Zeroizing<[u8; 32]>,
}

/// What rows are sealed with.
pub struct Keys {
    current: Arc<RowKey>,
    /// What some rows are still under, during a rekey.
    previous: Option<Arc<RowKey>>,
    /// A record of nobody, as long as others.
    decoy: SealedRow,
}

/// What became of a row in a rekey.
#[derive(Debug)]
pub enum Resealed {
    /// Nothing: it is under the current key.
    Already,
    /// This, which was under the previous one. Its version is the same: it was not written.
    Now(SealedRow),
    /// It opens with neither key, and did not before.
    Broken,
}

impl Keys {
    fn new(current: Arc<RowKey>, previous: Option<Arc<RowKey>>) -> Result<Self, StoreError> {
        let inside = to_json(DECOY, &RecordRow::decoy())?;
        let decoy = current.seal(DECOY, NOBODY, 1, &inside)?;
        Ok(Self {
            current,
            previous,
            decoy,
        })
    }

    /// Their marks.
    pub fn marks(&self) -> Marks {
        let mark = |key: &Arc<RowKey>| key.mark().to_vec();
        Marks {
            current: Some(mark(&self.current)),
            previous: self.previous.as_ref().map(mark),
        }
    }

    /// What is in the row of `key`. During a rekey both keys are tried, whichever fits: how long it
    /// takes does not tell which.
    fn open(&self, key: &str, stored: &SealedRow) -> Option<Zeroizing<Vec<u8>>> {
        let opened = self.current.open(key, stored);
        match &self.previous {
            None => opened,
            Some(previous) => {
                let before = previous.open(key, stored);
                opened.or(before)
            }
        }
    }
}

impl Sealer {
    /// A sealer with the keys of `current` and, during a rekey, of the one before it.
    ///
    /// # Errors
    /// If the kernel gives no random bytes.
    pub fn new(current: &MasterKey, previous: Option<&MasterKey>) -> Result<Self, StoreError> {
        let row_key = |master| Arc::new(RowKey::of(master));
        let keys = Keys::new(row_key(current), previous.map(row_key))?;
        Ok(Self {
            keys: RwLock::new(Arc::new(keys)),
            bucket_key: bucket_key_of(current),
        })
    }

    /// Takes the key of the buckets over from the row of `key`.
    ///
    /// # Errors
    /// If that does not open.
    pub fn adopt_bucket_key(&mut self, key: &str, stored: &SealedRow) -> Result<(), StoreError> {
        self.bucket_key = Zeroizing::new(self.open(key, stored)?);
        Ok(())
    }

    /// The row of `key` that keeps the key of the buckets, under `keys`.
    ///
    /// # Errors
    /// If the kernel gives no random bytes.
    pub fn seal_bucket_key(&self, keys: &Keys, key: &str) -> Result<SealedRow, StoreError> {
        let inside = to_json(key, &*self.bucket_key)?;
        keys.current.seal(key, NOBODY, 1, &inside)
    }

    /// What [`Self::switch`] makes `master` the current key with.
    ///
    /// # Errors
    /// If the kernel gives no random bytes.
    pub fn before_switch(&self, master: &MasterKey) -> Result<Keys, StoreError> {
        let old = Arc::clone(&self.keys().current);
        Keys::new(Arc::new(RowKey::of(master)), Some(old))
    }

    /// Seals with `keys` from now on.
    pub fn switch(&self, keys: Keys) {
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(keys);
    }

    /// What is left once no row is under the previous key any more.
    ///
    /// # Errors
    /// If the kernel gives no random bytes.
    pub fn without_previous(&self) -> Result<Keys, StoreError> {
        Keys::new(Arc::clone(&self.keys().current), None)
    }

    /// The row of `key` under the current key.
    ///
    /// # Errors
    /// If the kernel gives no random bytes.
    pub fn reseal(&self, key: &str, stored: &SealedRow) -> Result<Resealed, StoreError> {
        let keys = self.keys();
        if keys.current.open(key, stored).is_some() {
            return Ok(Resealed::Already);
        }
        let plain = keys.previous.as_ref().and_then(|it| it.open(key, stored));
        let Some(plain) = plain else {
            return Ok(Resealed::Broken);
        };
        let sealed = keys.current.seal(key, stored.uid, stored.version, &plain)?;
        Ok(Resealed::Now(sealed))
    }

    /// What rows are sealed with now.
    pub fn keys(&self) -> Arc<Keys> {
        Arc::clone(&self.keys.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// A number that follows from `text` and the key.
    pub fn keyed_hash(&self, text: &str) -> u16 {
        let [first, second, ..] = hash(&self.bucket_key, text.as_bytes());
        u16::from_be_bytes([first, second])
    }

    /// The row of `record`.
    pub fn seal_record(&self, record: &Record, version: u64) -> Result<SealedRow, StoreError> {
        self.seal(
            record.name.as_str(),
            record.uid,
            version,
            &RecordRow::from(record),
        )
    }

    /// Opens a record of nobody, which takes as long as another.
    pub fn open_decoy(&self) -> Result<Record, StoreError> {
        self.open_record(DECOY, &self.keys().decoy)
    }

    /// The record in the row of `key`.
    pub fn open_record(&self, key: &str, stored: &SealedRow) -> Result<Record, StoreError> {
        let row: RecordRow = self.open(key, stored)?;
        AccountName::parse(key)
            .ok()
            .and_then(|name| row.into_record(name, stored.uid))
            .ok_or_else(|| StoreError::DoesNotOpen(key.to_owned()))
    }

    /// The row of a bucket.
    pub fn seal_bucket(
        &self,
        key: &str,
        lockout: &Lockout,
        version: u64,
    ) -> Result<SealedRow, StoreError> {
        self.seal(key, NOBODY, version, &LockoutRow::from(lockout))
    }

    /// The counts in the row of a bucket.
    pub fn open_bucket(&self, key: &str, stored: &SealedRow) -> Result<Lockout, StoreError> {
        Ok(self.open::<LockoutRow>(key, stored)?.to_lockout())
    }

    /// The row of a suspension.
    pub fn seal_suspension(
        &self,
        key: &str,
        uid: u32,
        suspension: Suspension,
        version: u64,
    ) -> Result<SealedRow, StoreError> {
        self.seal(key, uid, version, &SuspensionRow::from(suspension))
    }

    /// The suspension in its row.
    pub fn open_suspension(&self, key: &str, stored: &SealedRow) -> Result<Suspension, StoreError> {
        Ok(self.open::<SuspensionRow>(key, stored)?.into())
    }

    /// The row of a ticket.
    pub fn seal_ticket(
        &self,
        key: &str,
        ticket: &Ticket,
        version: u64,
    ) -> Result<SealedRow, StoreError> {
        self.seal(key, NOBODY, version, &TicketRow::from(ticket))
    }

    /// The ticket in its row.
    pub fn open_ticket(&self, key: &str, stored: &SealedRow) -> Result<Ticket, StoreError> {
        Ok(self.open::<TicketRow>(key, stored)?.into())
    }

    fn seal<T: Serialize>(
        &self,
        key: &str,
        uid: u32,
        version: u64,
        inside: &T,
    ) -> Result<SealedRow, StoreError> {
        let inside = to_json(key, inside)?;
        self.keys().current.seal(key, uid, version, &inside)
    }

    fn open<T: DeserializeOwned>(&self, key: &str, stored: &SealedRow) -> Result<T, StoreError> {
        let failed = || StoreError::DoesNotOpen(key.to_owned());
        let plain = self.keys().open(key, stored).ok_or_else(failed)?;
        serde_json::from_slice(&plain).map_err(|_| failed())
    }
}

fn to_json<T: Serialize>(key: &str, inside: &T) -> Result<Zeroizing<Vec<u8>>, StoreError> {
    let json = serde_json::to_vec(inside).map(Zeroizing::new);
    json.map_err(|_| StoreError::DoesNotOpen(key.to_owned()))
}

#[cfg(test)]
#[path = "seal_tests.rs"]
mod tests;
