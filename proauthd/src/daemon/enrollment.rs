//! An enrollment, from a new secret to a stored record.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use proauth_core::enrollment::{NotConfirmed, PENDING_FOR, Pending, Purpose};
use proauth_core::{AccountName, Record, Typed};
use proauth_interface::{Error, Progress, Stage};

use super::events::Happened;
use super::recovery::Shown;
use super::subject::Subject;
use super::{Daemon, clock, new_secret, no_randomness, store_failed};
use crate::store::StoreError;
use crate::{audit, messages};

/// Enrollments under way at a time.
const MAX_PENDING: usize = 256;

/// Secrets that were handed out and not proven yet; only in memory, and each only for the
/// connection that asked for it.
pub struct PendingEnrollments(Mutex<HashMap<AccountName, (String, Pending)>>);

impl PendingEnrollments {
    /// None.
    pub fn new() -> Self {
        Self(Mutex::new(HashMap::new()))
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<AccountName, (String, Pending)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn put(&self, connection: &str, pending: Pending) -> Result<(), Error> {
        let mut all = self.lock();
        let now = clock::now();
        all.retain(|_, (_, pending)| !pending.is_over(now));
        if all.len() >= MAX_PENDING {
            return Err(messages::too_many_pending());
        }
        all.insert(pending.name().clone(), (connection.to_owned(), pending));
        Ok(())
    }

    /// Takes what `connection` started for `name`; what another one started stays.
    fn take(&self, connection: &str, name: &AccountName) -> Option<Pending> {
        let mut all = self.lock();
        all.get(name).filter(|(owner, _)| owner == connection)?;
        all.remove(name).map(|(_, pending)| pending)
    }
}

impl Daemon {
    /// Hands out a new secret for the account `user`, to be confirmed by `connection`.
    ///
    /// # Errors
    /// If there is no such account, it is enrolled already, or something fails.
    pub async fn start_enrollment(&self, connection: &str, user: &str) -> Result<Progress, Error> {
        let found = self.find(user).await?;
        match self.load(&found)? {
            Subject::NotEnrolled(_) => {}
            Subject::Enrolled(_) => return Err(messages::already_enrolled(&found.key)),
            Subject::Changed => return Err(messages::account_changed(&found.key)),
            Subject::Suspended | Subject::Unknown(_) => {}
        }
        let account = found.account()?.clone();
        let config = self.config();
        let secret = new_secret().map_err(|error| no_randomness(&error))?;
        let pending = Pending::start(
            account.name,
            account.uid,
            Purpose::New,
            None,
            secret,
            config.parameters,
            clock::now(),
        );
        let host = host_name();
        let reply = Progress {
            stage: Stage::Secret.to_wire(),
            user: pending.name().to_string(),
            expires_in: u32::try_from(PENDING_FOR).unwrap_or(u32::MAX),
            key_uri: pending.uri(&config.issuer, &host),
            secret: pending.secret().to_base32(),
            host,
            ..Progress::default()
        };
        self.pending.put(connection, pending)?;
        Ok(reply)
    }

    /// Binds the secret that `connection` was given for `user`, proven by its first code.
    /// Returns the recovery codes that go with it.
    ///
    /// # Errors
    /// If nothing is pending, the code is wrong (then it stays pending), or something fails.
    pub async fn confirm_enrollment(
        &self,
        connection: &str,
        caller: u32,
        user: &str,
        typed: &Typed,
    ) -> Result<Shown, Error> {
        let found = self.find(user).await?;
        let (shown, recovery) = self.new_recovery(caller).await?;
        let _turn = self.turn(&found.key).await?;
        let pending = self.pending.take(connection, found.name()?);
        let pending = pending.ok_or_else(|| messages::nothing_pending(&found.key))?;
        let purpose = pending.purpose().clone();
        let stored = self.store.record(pending.name());
        let stored = stored.map_err(|error| store_failed(&error))?;
        let version = stored.as_ref().and_then(|stored| stored.version);
        let existing = stored.map(|stored| stored.value);
        let record = match pending.confirm(typed, existing, Some(recovery), clock::now()) {
            Ok(record) => record,
            Err(refusal) => return Err(self.not_confirmed(connection, &found.key, refusal)),
        };
        if found.account()?.uid != record.uid {
            return Err(messages::account_changed(&found.key));
        }
        self.bind(&record, version, &purpose, caller).await?;
        Ok(shown)
    }

    /// Forgets what `connection` started for `user`.
    ///
    /// # Errors
    /// If it started nothing.
    pub async fn cancel_enrollment(&self, connection: &str, user: &str) -> Result<(), Error> {
        let found = self.find(user).await?;
        let pending = self.pending.take(connection, found.name()?);
        pending
            .map(drop)
            .ok_or_else(|| messages::nothing_pending(&found.key))
    }

    /// Takes the authenticator of `user` away, also where the account is gone or another.
    ///
    /// # Errors
    /// If there is none, or something fails.
    pub async fn unenroll(&self, caller: u32, user: &str) -> Result<(), Error> {
        let found = self.find(user).await?;
        let _turn = self.turn(&found.key).await?;
        let name = found.name()?;
        let stored = self
            .store
            .record(name)
            .map_err(|error| store_failed(&error))?;
        let version = stored.and_then(|stored| stored.version);
        let Some(version) = version else {
            return Err(found
                .account()
                .map_or_else(|gone| gone, |_| messages::not_enrolled(&found.key)));
        };
        let removed = self.store.remove_record(name, version).await;
        removed.map_err(|error| store_failed(&error))?;
        audit::unenrolled(name, caller);
        self.tell(Happened::Unenrolled, name.as_str(), caller);
        Ok(())
    }

    async fn bind(
        &self,
        record: &Record,
        version: Option<u64>,
        purpose: &Purpose,
        caller: u32,
    ) -> Result<(), Error> {
        match self.store.put_record(record, version).await {
            Ok(()) => {
                let happened = match purpose {
                    Purpose::New => {
                        audit::enrolled(&record.name, record.uid, caller);
                        Happened::Enrolled
                    }
                    Purpose::Replace => {
                        audit::authenticator_replaced(&record.name, caller);
                        Happened::AuthenticatorReplaced
                    }
                    Purpose::Add(name) => {
                        audit::authenticator_added(&record.name, name, caller);
                        Happened::AuthenticatorAdded
                    }
                };
                self.tell(happened, record.name.as_str(), caller);
                Ok(())
            }
            Err(StoreError::Conflict) => Err(messages::already_enrolled(record.name.as_str())),
            Err(error) => Err(store_failed(&error)),
        }
    }

    /// Keeps what is still pending, and says what was wrong.
    fn not_confirmed(&self, connection: &str, user: &str, refusal: NotConfirmed) -> Error {
        let (pending, error) = match refusal {
            NotConfirmed::TooLate => return messages::nothing_pending(user),
            NotConfirmed::Contradiction(contradiction) => {
                return messages::contradiction(contradiction, user);
            }
            NotConfirmed::WrongCode(pending) => (pending, messages::first_code_wrong()),
            NotConfirmed::ClockOff(pending, seconds) => {
                (pending, messages::first_code_clock_off(seconds))
            }
        };
        self.pending
            .put(connection, *pending)
            .err()
            .unwrap_or(error)
    }
}

/// What stands behind the `@` in the app. Without a name, the machine is called what it is.
fn host_name() -> String {
    let name = nix::unistd::gethostname()
        .ok()
        .and_then(|name| name.into_string().ok());
    name.filter(|name| !name.is_empty())
        .unwrap_or_else(|| "localhost".to_owned())
}
