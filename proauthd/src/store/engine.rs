//! What an engine must do: keep sealed rows, and swap them by comparing versions.

use super::StoreError;

/// The uid that no account has: "-1" (credentials(7)).
pub const NOBODY: u32 = u32::MAX;

/// A row as it lies on the disk. Only the sealer sees inside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedRow {
    /// The uid that the row is bound to; [`NOBODY`] where it is not an account's.
    pub uid: u32,
    /// Counts the writes of this row, from one.
    pub version: u64,
    /// Nonce and ciphertext.
    pub sealed: Vec<u8>,
}

/// A compare-and-swap of one row.
#[derive(Debug)]
pub struct Swap {
    /// An account's name, `:` and the number of a bucket, `!` and the name of who is suspended, or
    /// `#` and the name of who was invited.
    pub key: String,
    /// The version that the row must have; `None`: there must be no row.
    pub expect: Option<u64>,
    /// The new row; `None` removes it.
    pub put: Option<SealedRow>,
}

/// Swaps of which all are done or none: none where the comparison of one does not hold. They are
/// done in their order.
pub type Job = Vec<Swap>;

/// A place for rows. A second engine needs these methods and nothing else.
pub trait Engine: Send + Sync {
    /// The row of `key`.
    ///
    /// # Errors
    /// If it could not be found out.
    fn get(&self, key: &str) -> Result<Option<SealedRow>, StoreError>;

    /// The rows of all accounts with their names, by name.
    ///
    /// # Errors
    /// If they could not be read.
    fn accounts(&self) -> Result<Vec<(String, SealedRow)>, StoreError>;

    /// All keys that begin with `first`.
    ///
    /// # Errors
    /// If they could not be read.
    fn keys_from(&self, first: char) -> Result<Vec<String>, StoreError>;

    /// Whether a row bound to `uid` has a key that begins with `first`.
    ///
    /// # Errors
    /// If it could not be found out.
    fn has_key_of(&self, first: char, uid: u32) -> Result<bool, StoreError>;

    /// Whether an account with `uid` has a row.
    ///
    /// # Errors
    /// If it could not be found out.
    fn has_account_of(&self, uid: u32) -> Result<bool, StoreError>;

    /// Does all `jobs` in one transaction, durable when this returns. Tells of each whether its
    /// comparisons held; one that did not hold leaves no trace, and does not hinder the others.
    ///
    /// # Errors
    /// If the transaction failed: then none was done.
    fn commit(&self, jobs: &[Job]) -> Result<Vec<bool>, StoreError>;

    /// The mark that tells whether a key is the one of this store.
    ///
    /// # Errors
    /// If it could not be read.
    fn key_mark(&self) -> Result<Option<Vec<u8>>, StoreError>;

    /// Sets that mark, once.
    ///
    /// # Errors
    /// If it could not be written.
    fn set_key_mark(&self, mark: &[u8]) -> Result<(), StoreError>;
}
