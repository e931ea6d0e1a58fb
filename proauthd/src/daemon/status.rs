//! How it stands with accounts.

use std::sync::atomic::Ordering;

use proauth_core::lockout::{Hold, Source};
use proauth_core::{AccountName, Authenticator, Record};
use proauth_interface::{AccountStatus, Error, UNTIL_UNLOCK};

use super::subject::Subject;
use super::{Daemon, clock, store_failed};
use crate::messages;

/// What became of the Unix account behind a record, in the words of `AccountStatus.account`.
const PRESENT: &str = "present";
const GONE: &str = "gone";
const CHANGED: &str = "changed";
const UNKNOWN: &str = "unknown";

impl Daemon {
    /// How it stands with the account `user`.
    ///
    /// # Errors
    /// If there is neither an account nor a record, or something fails.
    pub async fn status(&self, user: &str) -> Result<AccountStatus, Error> {
        let found = self.find(user).await?;
        let suspension = self.store.suspension(found.name()?);
        let suspended = suspension
            .map_err(|error| store_failed(&error))?
            .value
            .is_some();
        match self.load(&found)? {
            Subject::Enrolled(stored) => Ok(self.describe(&stored.value, suspended, PRESENT)),
            Subject::Changed => Err(messages::account_changed(&found.key)),
            Subject::Suspended | Subject::NotEnrolled(_) | Subject::Unknown(_) => {
                let account = found.account()?;
                Ok(self.describe_newcomer(account.name.to_string(), account.uid, suspended))
            }
        }
    }

    /// Every account that is enrolled or suspended.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn list(&self) -> Result<Vec<AccountStatus>, Error> {
        let records = self.store.records().map_err(|error| store_failed(&error))?;
        let mut suspended = self
            .store
            .suspended()
            .map_err(|error| store_failed(&error))?;
        let mut all = Vec::with_capacity(records.len());
        let mut answers = true;
        for record in &records {
            let account = self.fate(record, &mut answers).await;
            all.push(self.describe(record, suspended.remove(record.name.as_str()), account));
        }
        for name in suspended {
            let name = AccountName::parse(&name).map_err(|_| messages::store_failed())?;
            let (uid, account) = self.whereabouts(&name, &mut answers).await;
            all.push(AccountStatus {
                account: account.to_owned(),
                ..self.describe_newcomer(name.to_string(), uid, true)
            });
        }
        all.sort_by(|one, other| one.user.cmp(&other.user));
        Ok(all)
    }

    /// What became of the account of `record`.
    async fn fate(&self, record: &Record, answers: &mut bool) -> &'static str {
        match self.whereabouts(&record.name, answers).await {
            (uid, PRESENT) if uid != record.uid => CHANGED,
            (_, fate) => fate,
        }
    }

    /// The uid that `name` has, if any. Once the name service `answers` no more, it is not asked
    /// again: each question could take seconds.
    async fn whereabouts(&self, name: &AccountName, answers: &mut bool) -> (u32, &'static str) {
        if *answers {
            match self.accounts.by_name(name).await {
                Ok(Some(account)) => return (account.uid, PRESENT),
                Ok(None) => return (u32::MAX, GONE),
                Err(_) => *answers = false,
            }
        }
        (u32::MAX, UNKNOWN)
    }

    fn describe(&self, record: &Record, suspended: bool, account: &str) -> AccountStatus {
        let (policy, now) = (self.policy(), clock::now());
        let main = record.authenticators.main();
        let parameters = main.parameters;
        let lockout = record.lockout.clone().seen_at(now);
        let hold = lockout.hold(&Source::Elsewhere, policy.max_failures, now);
        let named = |it: &Authenticator| it.name.to_string();
        let identity = record.identity.as_ref();
        AccountStatus {
            enrolled: true,
            algorithm: parameters.algorithm.name().to_owned(),
            digits: u32::from(parameters.digits.get()),
            period: parameters.period.get(),
            skew: u32::from(parameters.skew),
            enrolled_at: main.enrolled_at.0,
            authenticators: record.authenticators.iter().map(named).collect(),
            identity: identity.map_or_else(String::new, |it| it.user.clone()),
            last_step_at: main.last_step.begins(parameters.period).0,
            clock_offset: main.clock_offset_seconds(),
            last_offset: main.last_offset_seconds(),
            step_in_future: main.is_step_in_future(now),
            failures: lockout.consecutive,
            locker_failures: lockout.locker.count,
            wait: hold.map_or(0, wire_seconds),
            recovery_codes: u32::try_from(record.recovery.codes.len()).unwrap_or(u32::MAX),
            account: account.to_owned(),
            ..self.describe_newcomer(record.name.to_string(), record.uid, suspended)
        }
    }

    fn describe_newcomer(&self, user: String, uid: u32, suspended: bool) -> AccountStatus {
        AccountStatus {
            user,
            uid,
            suspended,
            account: PRESENT.to_owned(),
            clock_unsynchronised: self.clock_unsynchronised.load(Ordering::Relaxed),
            ..AccountStatus::default()
        }
    }
}

/// How long a hold lasts, as it is told on the bus.
pub fn wire_seconds(hold: Hold) -> u32 {
    match hold {
        Hold::For(seconds) => u32::try_from(seconds).unwrap_or(UNTIL_UNLOCK),
        Hold::UntilUnlock => UNTIL_UNLOCK,
    }
}
