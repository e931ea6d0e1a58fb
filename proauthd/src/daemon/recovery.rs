//! Recovery and emergency codes: made, hashed, spent.
//!
//! The hash costs memory and time on purpose. One at a time, few that wait for it, and none of
//! them with a user's turn: whoever floods us with such codes starves nobody but others who have
//! lost their phones.

use std::sync::Arc;

use argon2::{Algorithm, Argon2, Params, Version};
use proauth_core::login::Presented;
use proauth_core::recovery::{CODES, HASH_LEN, Hash, LETTERS, Recovery, SALT_LEN, parse, show};
use proauth_core::{Change, Record, Typed};
use proauth_interface::Error;
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

use super::events::Happened;
use super::subject::{Found, Subject};
use super::{Daemon, clock, no_randomness};
use crate::store::Versioned;
use crate::{audit, messages};

/// Hashes at a time.
pub const HASHES: usize = 1;

/// Hashes that may wait for their turn.
const MAX_WAITING: usize = 32;

/// Memory in KiB, passes and lanes of Argon2id (RFC 9106). Less than passwords need: a code is 60
/// random bits, and 2^59 of these hashes are out of reach at any of its costs.
const COST: (u32, u32, u32) = (8 * 1024, 1, 1);

/// For names without an authenticator, whose hashes are compared with nothing.
const DECOY_SALT: [u8; SALT_LEN] = [0; SALT_LEN];

/// The longest time that an emergency code may work, in seconds.
const LONGEST_EMERGENCY: u64 = 24 * 60 * 60;

/// The way to the hash.
pub struct Hasher {
    free: Arc<Semaphore>,
    places: Semaphore,
}

impl Hasher {
    /// Nothing is hashed yet.
    pub fn new() -> Self {
        Self {
            free: Arc::new(Semaphore::new(HASHES)),
            places: Semaphore::new(HASHES + MAX_WAITING),
        }
    }

    async fn hash(&self, letters: &str, salt: &[u8; SALT_LEN]) -> Result<Hash, Error> {
        let _place = self
            .places
            .try_acquire()
            .map_err(|_| messages::too_many_hashes())?;
        let permit = Arc::clone(&self.free).acquire_owned().await;
        let permit = permit.map_err(|_| messages::hash_failed())?;
        let (letters, salt) = (Zeroizing::new(letters.to_owned()), *salt);
        let hashed = tokio::task::spawn_blocking(move || {
            let hash = memory_hard(letters.as_bytes(), &salt);
            drop(permit);
            hash
        });
        let hash = hashed.await.ok().and_then(Result::ok);
        hash.ok_or_else(messages::hash_failed)
    }
}

fn memory_hard(letters: &[u8], salt: &[u8; SALT_LEN]) -> argon2::Result<Hash> {
    let (memory, passes, lanes) = COST;
    let parameters = Params::new(memory, passes, lanes, Some(HASH_LEN))?;
    let mut hash = [0; HASH_LEN];
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters);
    argon2.hash_password_into(letters, salt, &mut hash)?;
    Ok(hash)
}

/// The hash of what was typed, where it has the form of a recovery code.
pub struct Hashed(Option<Hash>);

impl Hashed {
    /// What was typed, ready to be judged.
    pub fn of<'a>(&'a self, typed: &'a Typed) -> Presented<'a> {
        self.0
            .as_ref()
            .map_or(Presented::Typed(typed), Presented::Recovery)
    }
}

/// Codes that were just made: to be shown once.
pub type Shown = Vec<Zeroizing<String>>;

impl Daemon {
    /// The hash of `typed` where it has the form of a recovery code, with the salt that `found`
    /// has now. Should that change before it is compared, the hash fits nothing.
    ///
    /// # Errors
    /// If it cannot be computed now: deny.
    pub(super) async fn hash_if_recovery(
        &self,
        found: &Found,
        typed: &Typed,
    ) -> Result<Hashed, Error> {
        let Typed::Recovery(letters) = typed else {
            return Ok(Hashed(None));
        };
        let salt = match self.load(found)? {
            Subject::Enrolled(stored) => stored.value.recovery.salt,
            _ => DECOY_SALT,
        };
        Ok(Hashed(Some(self.hasher.hash(letters, &salt).await?)))
    }

    /// Makes recovery codes with a salt of their own.
    ///
    /// # Errors
    /// If there are no random bytes, or no hashes.
    pub(super) async fn new_recovery(&self) -> Result<(Shown, Recovery), Error> {
        let mut recovery = Recovery::none(random()?);
        let mut shown = Shown::new();
        for _ in 0..CODES {
            let (code, hash) = self.new_code(&recovery.salt).await?;
            recovery.codes.push(hash);
            shown.push(code);
        }
        Ok((shown, recovery))
    }

    async fn new_code(&self, salt: &[u8; SALT_LEN]) -> Result<(Zeroizing<String>, Hash), Error> {
        let bytes = Zeroizing::new(random::<LETTERS>()?);
        let code = show(&bytes);
        let letters = parse(&code).ok_or_else(messages::hash_failed)?;
        let hash = self.hasher.hash(&letters, salt).await?;
        Ok((code, hash))
    }

    /// New recovery codes for `user`, in place of all old ones. Without `root`, a current code
    /// is needed; it is used up.
    ///
    /// # Errors
    /// If the code is not right, the account is not enrolled, or something fails.
    pub async fn renew_recovery_codes(
        &self,
        caller: u32,
        user: &str,
        typed: &Typed,
    ) -> Result<Shown, Error> {
        let found = self.find(user).await?;
        self.enrolled(&found)?;
        // An emergency code is hashed with the old salt: it goes, too.
        let (shown, recovery) = self.new_recovery().await?;
        let _turn = self.turn(&found.key).await?;
        let stored = self.enrolled(&found)?;
        let Versioned {
            value: record,
            version,
        } = if caller == 0 {
            stored
        } else {
            self.prove(stored, typed).await?
        };
        let record = Record { recovery, ..record };
        let record = record.with_change(Change::RecoveryCodesMade, clock::now());
        self.put(&record, version).await?;
        audit::recovery_codes_made(&record.name, caller);
        self.tell(Happened::RecoveryCodes, user, caller);
        Ok(shown)
    }

    /// A code that lets `user` in once within `seconds`.
    ///
    /// # Errors
    /// If that is too long, the account is not enrolled, or something fails.
    pub async fn emergency(
        &self,
        caller: u32,
        user: &str,
        seconds: u64,
    ) -> Result<Zeroizing<String>, Error> {
        if !(1..=LONGEST_EMERGENCY).contains(&seconds) {
            return Err(messages::emergency_too_long());
        }
        let found = self.find(user).await?;
        let _turn = self.turn(&found.key).await?;
        let Versioned {
            value: mut record,
            version,
        } = self.enrolled(&found)?;
        let (code, hash) = self.new_code(&record.recovery.salt).await?;
        let now = clock::now();
        record.recovery.emergency = Some((hash, now.plus(seconds)));
        let record = record.with_change(Change::EmergencyCodeMade, now);
        self.put(&record, version).await?;
        audit::emergency_code_made(&record.name, caller, seconds);
        self.tell(Happened::EmergencyCode, user, caller);
        Ok(code)
    }
}

fn random<const N: usize>() -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| no_randomness(&error))?;
    Ok(bytes)
}
