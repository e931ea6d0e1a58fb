//! What administrators do to an account, and users to their own.

use proauth_core::check::{self, Finding};
use proauth_core::lockout::Source;
use proauth_core::resync::{self, ADMIN_REACH, NoResync, OWNER_REACH, Recentred};
use proauth_core::totp::Step;
use proauth_core::{Record, Typed};
use proauth_interface::Error;

use super::{Daemon, clock, store_failed};
use crate::store::Versioned;
use crate::{audit, messages};

impl Daemon {
    /// What `typed` is for `user`; a right code is used up.
    ///
    /// # Errors
    /// If the account is not enrolled, or something fails.
    pub async fn check(&self, caller: u32, user: &str, typed: &Typed) -> Result<Finding, Error> {
        let found = self.find(user).await?;
        let _turn = self.turn(&found.key).await?;
        let stored = self.enrolled(&found)?;
        let (finding, record) = check::check(stored.value, typed, clock::now());
        if matches!(finding, Finding::Right(_)) {
            self.put(&record, stored.version).await?;
        }
        audit::checked(&record.name, caller, finding_word(finding));
        Ok(finding)
    }

    /// Sets the last used step of each authenticator of `user` to the newest of its window.
    ///
    /// # Errors
    /// If the account is not enrolled, or something fails.
    pub async fn resync(&self, caller: u32, user: &str) -> Result<(), Error> {
        let found = self.find(user).await?;
        let _turn = self.turn(&found.key).await?;
        let stored = self.enrolled(&found)?;
        let record = resync::reset(stored.value.clone(), clock::now());
        self.put(&record, stored.version).await?;
        let before = stored.value.authenticators.iter();
        for (before, after) in before.zip(record.authenticators.iter()) {
            let (Step(from), Step(to)) = (before.last_step, after.last_step);
            audit::resynced(&record.name, &after.name, caller, from, to);
        }
        Ok(())
    }

    /// Centres the window of that authenticator of `user` that shows `codes` on its clock. Returns how far
    /// that clock is off, in seconds.
    ///
    /// Users can ask this themselves, so wrong codes count, where those of lockers do: anything
    /// that runs as the user can type them, and must not slow down the user's logins.
    ///
    /// # Errors
    /// If the codes do not fit, the account is not enrolled, or something fails.
    pub async fn resync_codes(
        &self,
        caller: u32,
        user: &str,
        codes: &[Typed; 3],
    ) -> Result<i64, Error> {
        let found = self.find(user).await?;
        let _turn = self.turn(&found.key).await?;
        let stored = self.enrolled(&found)?;
        let now = clock::now();
        let reach = if caller == 0 {
            ADMIN_REACH
        } else {
            OWNER_REACH
        };
        let lockout = stored.value.lockout.clone().seen_at(now);
        // Lockers are never held until an unlock, and so are these.
        if let Some(hold) = lockout.hold(&Source::Locker, u32::MAX, now) {
            return Err(messages::locked(hold));
        }
        match resync::recentre(&stored.value, codes, reach, now) {
            Ok(centred) => {
                let Recentred {
                    record,
                    name,
                    clock_offset,
                } = centred;
                self.put(&record, stored.version).await?;
                audit::recentred(&record.name, &name, caller, clock_offset);
                Ok(clock_offset)
            }
            Err(refused) => {
                let Versioned { value, version } = stored;
                let lockout = lockout.after_failure(&Source::Locker, now);
                let record = Record { lockout, ..value };
                self.put(&record, version).await?;
                audit::not_recentred(&record.name, caller);
                Err(match refused {
                    NoResync::Wrong => messages::resync_codes_wrong(reach),
                    NoResync::AlreadyUsed => messages::resync_codes_used(),
                })
            }
        }
    }

    /// Forgets the wrong codes of `user`; who is known stays known.
    ///
    /// # Errors
    /// If the account is not enrolled, or something fails.
    pub async fn unlock(&self, caller: u32, user: &str) -> Result<(), Error> {
        let found = self.find(user).await?;
        let _turn = self.turn(&found.key).await?;
        let Versioned {
            value: record,
            version,
        } = self.enrolled(&found)?;
        let lockout = record.lockout.clone().unlocked();
        let record = Record { lockout, ..record };
        self.put(&record, version).await?;
        audit::unlocked(&record.name, caller);
        Ok(())
    }

    pub(super) async fn put(&self, record: &Record, version: Option<u64>) -> Result<(), Error> {
        let stored = self.store.put_record(record, version).await;
        stored.map_err(|error| store_failed(&error))
    }
}

fn finding_word(finding: Finding) -> &'static str {
    match finding {
        Finding::Right(_) => "right",
        Finding::OutsideWindow(_) => "outside_window",
        Finding::AlreadyUsed => "already_used",
        Finding::Wrong => "wrong",
        Finding::Malformed => "malformed",
    }
}
