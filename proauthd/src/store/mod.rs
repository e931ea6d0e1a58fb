//! What the daemon remembers: sealed rows, durable before anybody is told "yes".
//!
//! From the outside in: [`Store`] speaks of records; [`seal`] turns them into ciphertext bound
//! to their row, by a [`cipher`]; [`writer`] lets commits of different users share one flush;
//! [`Engine`] keeps rows, and [`sqlite`] is the one engine there is. [`keyring`] finds the keys,
//! [`open`] decides whether they and the rows belong together, [`rekey`] takes the rows from one
//! key to the next.

mod cipher;
mod engine;
mod files;
pub mod key;
pub mod keyring;
mod open;
mod rekey;
mod row;
mod schema;
mod seal;
mod sqlite;
mod tickets;
mod writer;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use proauth_core::lockout::Lockout;
use proauth_core::{AccountName, Record, Suspension};

pub use cipher::mark_of;
use engine::{Engine, Expect, Swap};
pub use open::{OpenError, create, open};
pub use rekey::RekeyError;
use seal::Sealer;
use writer::Writer;

/// How many buckets the names without an authenticator share.
pub const BUCKETS: u16 = 4096;

/// Why the store did not do what it was asked. Whatever it is, it denies.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The engine failed: disk full, read-only, damaged.
    #[error("the store failed: {0}")]
    Engine(#[from] rusqlite::Error),
    /// A row does not open: damaged, exchanged with another one, or sealed with another key.
    #[error("the stored row of {0} does not open; restore the store from a backup")]
    DoesNotOpen(String),
    /// A file of the store is not where it was opened: what is written is lost with this process.
    #[error(
        "{path} was removed, moved or covered under the daemon; put it back and start anew",
        path = .0.display()
    )]
    Gone(PathBuf),
    /// The row changed since it was read.
    #[error("somebody else changed the same record")]
    Conflict,
    /// The transaction that this was in failed, or the writer is gone.
    #[error("nothing was stored")]
    NotStored,
    /// Another process reads the store, and needs its log.
    #[error("another process reads the store, perhaps a backup")]
    Read,
    /// The kernel gave no random bytes for a nonce.
    #[error("no random bytes")]
    NoRandomness,
}

/// A value and the version of the row it came from, to be compared when it is written back.
#[derive(Debug, Clone)]
pub struct Versioned<T> {
    /// What the row holds.
    pub value: T,
    /// The row's version; `None` if there is no row yet.
    pub version: Option<u64>,
}

/// The store of the daemon.
pub struct Store {
    engine: Arc<dyn Engine>,
    sealer: Sealer,
    writer: Writer,
}

impl Store {
    fn new(engine: Arc<dyn Engine>, sealer: Sealer) -> Result<Self, OpenError> {
        let writer = Writer::start(Arc::clone(&engine))?;
        Ok(Self {
            engine,
            sealer,
            writer,
        })
    }

    /// The record of `name`.
    ///
    /// # Errors
    /// [`StoreError`]; a record that does not open is an error, never "not enrolled".
    pub fn record(&self, name: &AccountName) -> Result<Option<Versioned<Record>>, StoreError> {
        let Some(stored) = self.engine.get(name.as_str())? else {
            // For its time alone: who is not enrolled takes as long.
            let _decoy = std::hint::black_box(self.sealer.open_decoy());
            return Ok(None);
        };
        let value = self.sealer.open_record(name.as_str(), &stored)?;
        Ok(Some(Versioned {
            value,
            version: Some(stored.version),
        }))
    }

    /// Whether some account with `uid` has an authenticator, by whatever name.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn is_uid_enrolled(&self, uid: u32) -> Result<bool, StoreError> {
        self.engine.has_account_of(uid)
    }

    /// Every record, by name.
    ///
    /// # Errors
    /// [`StoreError`], as soon as one of them does not open.
    pub fn records(&self) -> Result<Vec<Record>, StoreError> {
        let rows = self.engine.accounts()?;
        rows.iter()
            .map(|(name, stored)| self.sealer.open_record(name, stored))
            .collect()
    }

    /// Stores `record` durably where `version` is still that of its row.
    ///
    /// # Errors
    /// [`StoreError`]; nothing changed then.
    pub async fn put_record(
        &self,
        record: &Record,
        version: Option<u64>,
    ) -> Result<(), StoreError> {
        self.swap(self.with_record(record, version)?).await
    }

    /// Removes the record of `name` where `version` is still that of its row.
    ///
    /// # Errors
    /// [`StoreError`]; nothing changed then.
    pub async fn remove_record(&self, name: &AccountName, version: u64) -> Result<(), StoreError> {
        self.swap(Swap {
            key: name.to_string(),
            expect: Expect::Version(version),
            put: None,
        })
        .await
    }

    /// The bucket of `name`: the same for the same name, and not to be told without the key.
    #[must_use]
    pub fn bucket_of(&self, name: &str) -> u16 {
        self.sealer.keyed_hash(name) % BUCKETS
    }

    /// The counts in `bucket`; none if it was never used.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn bucket(&self, bucket: u16) -> Result<Versioned<Lockout>, StoreError> {
        let key = bucket_key(bucket);
        let stored = self.engine.get(&key)?;
        let value = stored
            .as_ref()
            .map(|stored| self.sealer.open_bucket(&key, stored));
        Ok(Versioned {
            value: value.unwrap_or(Ok(Lockout::NONE))?,
            version: stored.map(|stored| stored.version),
        })
    }

    /// Stores the counts of `bucket` durably where `version` is still that of its row.
    ///
    /// # Errors
    /// [`StoreError`]; nothing changed then.
    pub async fn put_bucket(
        &self,
        bucket: u16,
        lockout: &Lockout,
        version: Option<u64>,
    ) -> Result<(), StoreError> {
        let key = bucket_key(bucket);
        let put = Some(self.sealer.seal_bucket(&key, lockout, next(version))?);
        self.swap(Swap {
            key,
            expect: version.into(),
            put,
        })
        .await
    }

    /// Whether `name` is suspended.
    ///
    /// # Errors
    /// [`StoreError`]; a suspension that does not open is an error, never "not suspended".
    pub fn suspension(
        &self,
        name: &AccountName,
    ) -> Result<Versioned<Option<Suspension>>, StoreError> {
        let key = suspension_key(name);
        let stored = self.engine.get(&key)?;
        let value = stored
            .as_ref()
            .map(|stored| self.sealer.open_suspension(&key, stored));
        Ok(Versioned {
            value: value.transpose()?,
            version: stored.map(|stored| stored.version),
        })
    }

    /// Whether some account with `uid` is suspended, by whatever name.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn is_uid_suspended(&self, uid: u32) -> Result<bool, StoreError> {
        self.engine.has_key_of(SUSPENSION, uid)
    }

    /// Stores durably that `name`, which has `uid`, is suspended.
    ///
    /// # Errors
    /// [`StoreError`]; nothing changed then.
    pub async fn put_suspension(
        &self,
        name: &AccountName,
        uid: u32,
        suspension: Suspension,
    ) -> Result<(), StoreError> {
        let key = suspension_key(name);
        let put = Some(
            self.sealer
                .seal_suspension(&key, uid, suspension, next(None))?,
        );
        self.swap(Swap {
            key,
            expect: Expect::Absent,
            put,
        })
        .await
    }

    /// Stores durably that `name` is not suspended any more, where `version` is still that of its
    /// row.
    ///
    /// # Errors
    /// [`StoreError`]; nothing changed then.
    pub async fn remove_suspension(
        &self,
        name: &AccountName,
        version: Option<u64>,
    ) -> Result<(), StoreError> {
        let key = suspension_key(name);
        self.swap(Swap {
            key,
            expect: version.into(),
            put: None,
        })
        .await
    }

    /// The names of all who are suspended.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn suspended(&self) -> Result<BTreeSet<String>, StoreError> {
        let keys = self.engine.keys_from(SUSPENSION)?;
        Ok(keys
            .iter()
            .filter_map(|key| key.strip_prefix(SUSPENSION))
            .map(str::to_owned)
            .collect())
    }

    fn with_record(&self, record: &Record, version: Option<u64>) -> Result<Swap, StoreError> {
        let put = self.sealer.seal_record(record, next(version))?;
        Ok(Swap {
            key: record.name.to_string(),
            expect: version.into(),
            put: Some(put),
        })
    }

    async fn swap(&self, swap: Swap) -> Result<(), StoreError> {
        self.writer.commit(vec![swap]).await
    }
}

/// What the keys of buckets begin with, and no account's name does.
const BUCKET: char = ':';

/// The same of suspensions.
const SUSPENSION: char = '!';

fn bucket_key(bucket: u16) -> String {
    format!("{BUCKET}{bucket}")
}

fn suspension_key(name: &AccountName) -> String {
    format!("{SUSPENSION}{name}")
}

fn next(version: Option<u64>) -> u64 {
    version.map_or(1, |version| version.saturating_add(1))
}
