//! What administrators ask for, and users about themselves.

use proauth_core::check::{self, Finding};
use proauth_core::resync::{self, ADMIN_REACH, NoResync, OWNER_REACH};
use proauth_core::totp::Step;
use proauth_core::{Record, Source, Typed, UnixTime};
use proauth_interface::{AccountStatus, Error};

use super::subject::Subject;
use super::{Daemon, clock, store_failed};
use crate::store::Versioned;
use crate::{audit, messages};

impl Daemon {
    /// How it stands with the account `user`.
    ///
    /// # Errors
    /// If there is neither an account nor a record, or something fails.
    pub async fn status(&self, user: &str) -> Result<AccountStatus, Error> {
        let found = self.find(user).await?;
        match self.load(&found)? {
            Subject::Enrolled(stored) => Ok(describe(&stored.value, clock::now())),
            Subject::Changed => Err(messages::account_changed(&found.key)),
            Subject::NotEnrolled(_) | Subject::Unknown(_) => {
                let account = found.account()?;
                let (user, uid) = (account.name.to_string(), account.uid);
                Ok(AccountStatus {
                    user,
                    uid,
                    ..AccountStatus::default()
                })
            }
        }
    }

    /// Every enrolled account.
    ///
    /// # Errors
    /// If the store fails.
    pub fn list(&self) -> Result<Vec<AccountStatus>, Error> {
        let now = clock::now();
        let records = self.store.records().map_err(|error| store_failed(&error))?;
        Ok(records.iter().map(|record| describe(record, now)).collect())
    }

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

    /// Sets the last used step of `user` to the newest of the present window.
    ///
    /// # Errors
    /// If the account is not enrolled, or something fails.
    pub async fn resync(&self, caller: u32, user: &str) -> Result<(), Error> {
        let found = self.find(user).await?;
        let _turn = self.turn(&found.key).await?;
        let stored = self.enrolled(&found)?;
        let Step(from) = stored.value.last_step;
        let record = resync::reset(stored.value, clock::now());
        self.put(&record, stored.version).await?;
        audit::resynced(&record.name, caller, from, record.last_step.0);
        Ok(())
    }

    /// Centres the window of `user` on the clock of a device that shows `codes`. Returns how far
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
        let failures = stored.value.failures(Source::Locker).seen_at(now);
        if let Some(seconds) = failures.wait(now) {
            return Err(messages::locked(seconds));
        }
        match resync::recentre(&stored.value, codes, reach, now) {
            Ok(record) => {
                self.put(&record, stored.version).await?;
                let seconds = clock_offset_seconds(&record);
                audit::recentred(&record.name, caller, seconds);
                Ok(seconds)
            }
            Err(refused) => {
                let Versioned { value, version } = stored;
                let record = value.with_failures(Source::Locker, failures.plus_one(now));
                self.put(&record, version).await?;
                audit::not_recentred(&record.name, caller);
                Err(match refused {
                    NoResync::Wrong => messages::resync_codes_wrong(reach),
                    NoResync::AlreadyUsed => messages::resync_codes_used(),
                })
            }
        }
    }

    async fn put(&self, record: &Record, version: Option<u64>) -> Result<(), Error> {
        let stored = self.store.put_record(record, version).await;
        stored.map_err(|error| store_failed(&error))
    }
}

fn describe(record: &Record, now: UnixTime) -> AccountStatus {
    let parameters = record.parameters;
    let wait = record.login_failures.wait(now).unwrap_or(0);
    AccountStatus {
        user: record.name.to_string(),
        uid: record.uid,
        enrolled: true,
        algorithm: parameters.algorithm.name().to_owned(),
        digits: u32::from(parameters.digits.get()),
        period: parameters.period.get(),
        skew: u32::from(parameters.skew),
        enrolled_at: record.enrolled_at.0,
        last_step_at: record.last_step.begins(parameters.period).0,
        clock_offset: clock_offset_seconds(record),
        step_in_future: record.last_step > record.newest_step(now),
        failures: record.login_failures.count,
        locker_failures: record.locker_failures.count,
        wait: u32::try_from(wait).unwrap_or(u32::MAX),
    }
}

fn clock_offset_seconds(record: &Record) -> i64 {
    record
        .clock_offset
        .saturating_mul(record.parameters.period.get().cast_signed())
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
