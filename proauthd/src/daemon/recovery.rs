//! Recovery and emergency codes: made, and hashed where they are presented.

use proauth_core::login::Presented;
use proauth_core::recovery::{CODES, Emergency, Hash, LETTERS, Recovery, SALT_LEN, parse, show};
use proauth_core::{Change, Record, Typed};
use proauth_interface::Error;
use zeroize::Zeroizing;

use super::events::Happened;
use super::subject::{Found, Subject};
use super::{Daemon, clock, no_randomness};
use crate::store::Versioned;
use crate::{audit, messages};

/// For names without an authenticator, whose hashes are compared with nothing.
const DECOY_SALT: [u8; SALT_LEN] = [0; SALT_LEN];

/// The longest time that an emergency code may work, in seconds.
const LONGEST_EMERGENCY: u64 = 24 * 60 * 60;

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
        caller: u32,
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
        let hash = self.hasher.hash(caller, letters, &salt).await?;
        Ok(Hashed(Some(hash)))
    }

    /// Makes recovery codes with a salt of their own.
    ///
    /// # Errors
    /// If there are no random bytes, or no hashes.
    pub(super) async fn new_recovery(&self, caller: u32) -> Result<(Shown, Recovery), Error> {
        let mut recovery = Recovery::none(random()?);
        let mut shown = Shown::new();
        for _ in 0..CODES {
            let (code, hash) = self.new_code(caller, &recovery.salt).await?;
            recovery.codes.push(hash);
            shown.push(code);
        }
        Ok((shown, recovery))
    }

    async fn new_code(
        &self,
        caller: u32,
        salt: &[u8; SALT_LEN],
    ) -> Result<(Zeroizing<String>, Hash), Error> {
        let bytes = Zeroizing::new(random::<LETTERS>()?);
        let code = show(&bytes);
        let letters = parse(&code).ok_or_else(messages::hash_failed)?;
        let hash = self.hasher.hash(caller, &letters, salt).await?;
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
        self.refuse_suspended(&found, caller)?;
        if caller != 0 {
            self.prove_by_authenticator(caller, &found, typed).await?;
        }
        // An emergency code is hashed with the old salt: it goes, too.
        let (shown, recovery) = self.new_recovery(caller).await?;
        let _turn = self.turn(&found.key).await?;
        let Versioned {
            value: record,
            version,
        } = self.enrolled(&found)?;
        let record = Record { recovery, ..record };
        let record = record.with_change(Change::RecoveryCodesMade, clock::now());
        self.put(&record, version).await?;
        audit::recovery_codes_made(&record.name, caller);
        self.tell(Happened::RecoveryCodes, record.name.as_str(), caller);
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
        let salt = self.enrolled(&found)?.value.recovery.salt;
        let (code, hash) = self.new_code(caller, &salt).await?;
        let _turn = self.turn(&found.key).await?;
        let Versioned {
            value: mut record,
            version,
        } = self.enrolled(&found)?;
        if record.recovery.salt != salt {
            return Err(messages::changed_meanwhile());
        }
        let from = clock::now();
        record.recovery.emergency = Some(Emergency {
            hash,
            from,
            until: from.plus(seconds),
        });
        let record = record.with_change(Change::EmergencyCodeMade, from);
        self.put(&record, version).await?;
        audit::emergency_code_made(&record.name, caller, seconds);
        self.tell(Happened::EmergencyCode, record.name.as_str(), caller);
        Ok(code)
    }
}

/// Random bytes from the kernel.
///
/// # Errors
/// If it gives none.
pub(super) fn random<const N: usize>() -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| no_randomness(&error))?;
    Ok(bytes)
}
