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

/// What a row must be for a swap to be done.
#[derive(Debug)]
pub enum Expect {
    /// There must be none.
    Absent,
    /// It must have this version.
    Version(u64),
    /// It must be this very row, to the byte.
    Row(SealedRow),
}

impl From<Option<u64>> for Expect {
    fn from(version: Option<u64>) -> Self {
        version.map_or(Self::Absent, Self::Version)
    }
}

/// A compare-and-swap of one row.
#[derive(Debug)]
pub struct Swap {
    /// An account's name, `:` and the number of a bucket, `!` and the name of who is suspended,
    /// `#` and the name of who was invited, or `=` and the name of what the store keeps for itself.
    pub key: String,
    /// What must be there.
    pub expect: Expect,
    /// The new row; `None` removes it.
    pub put: Option<SealedRow>,
}

/// Swaps of which all are done or none: none where the comparison of one does not hold. They are
/// done in their order.
pub type Job = Vec<Swap>;

/// By what a store recognises its keys; they tell nothing of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Marks {
    /// That of the key that rows are sealed with; `None` before the very first start is done.
    pub current: Option<Vec<u8>>,
    /// That of the key before it, while rows are under that one still.
    pub previous: Option<Vec<u8>>,
}

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

    /// At most `limit` rows of any kind whose keys come after `key`, by key.
    ///
    /// # Errors
    /// If they could not be read.
    fn rows_after(&self, key: &str, limit: usize) -> Result<Vec<(String, SealedRow)>, StoreError>;

    /// How many rows of any kind there are.
    ///
    /// # Errors
    /// If they could not be counted.
    fn count(&self) -> Result<u64, StoreError>;

    /// The marks of the keys.
    ///
    /// # Errors
    /// If they could not be read.
    fn marks(&self) -> Result<Marks, StoreError>;

    /// Sets the marks and does `job`, both or neither, durable when this returns.
    ///
    /// # Errors
    /// If that failed, or a comparison did not hold.
    fn set_marks(&self, marks: &Marks, job: &Job) -> Result<(), StoreError>;

    /// Leaves nothing of overwritten rows in the engine's log.
    ///
    /// # Errors
    /// If that failed.
    fn forget_overwritten(&self) -> Result<(), StoreError>;
}
