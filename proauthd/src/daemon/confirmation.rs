//! The end of an enrollment: the first code, and a stored record.

use proauth_core::enrollment::{NotConfirmed, Purpose};
use proauth_core::{Record, Typed};
use proauth_interface::Error;

use super::enrollments::Terms;
use super::events::Happened;
use super::recovery::Shown;
use super::subject::{Found, Subject};
use super::{Daemon, clock, store_failed};
use crate::store::{StoreError, Versioned};
use crate::{audit, messages};

impl Daemon {
    /// Binds the secret that `connection` was given for `user`, proven by its first code.
    /// Returns the recovery codes that go with it, where there are new ones.
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
        let confirmed = self.try_confirm(connection, caller, user, typed).await;
        self.enrollments.tell_of_ends();
        confirmed
    }

    async fn try_confirm(
        &self,
        connection: &str,
        caller: u32,
        user: &str,
        typed: &Typed,
    ) -> Result<Shown, Error> {
        let found = self.find(user).await?;
        self.refuse_suspended(&found, caller)?;
        let over = || messages::nothing_pending(&found.key);
        let name = found.name()?;
        let (purpose, fits) = self
            .enrollments
            .secret_fits(connection, name, typed)
            .ok_or_else(over)?;
        // Costly, and not for a code that is wrong; for one more device, the old ones still hold.
        let (shown, recovery) = if fits && !matches!(purpose, Purpose::Add(_)) {
            let (shown, recovery) = self.new_recovery(caller).await?;
            (shown, Some(recovery))
        } else {
            (Shown::new(), None)
        };
        let _turn = self.turn(&found.key).await?;
        let (existing, version) = self.present_record(&found)?;
        let taken = self.enrollments.take_secret(connection, name);
        let (pending, terms) = taken.ok_or_else(over)?;
        let record = match pending.confirm(typed, existing, recovery, clock::now()) {
            Ok(record) => record,
            Err(refusal) => {
                return Err(self.not_confirmed(connection, &found.key, refusal, terms));
            }
        };
        if found.account()?.uid != record.uid {
            return Err(messages::account_changed(&found.key));
        }
        self.bind(&record, version, &purpose, &terms).await?;
        Ok(shown)
    }

    /// What is stored of `found` now, if anything is.
    pub(super) fn present_record(
        &self,
        found: &Found,
    ) -> Result<(Option<Record>, Option<u64>), Error> {
        match self.load(found)? {
            Subject::Enrolled(stored) => {
                let Versioned { value, version } = *stored;
                Ok((Some(value), version))
            }
            Subject::Changed => Err(messages::account_changed(&found.key)),
            Subject::Suspended | Subject::NotEnrolled(_) | Subject::Unknown(_) => Ok((None, None)),
        }
    }

    async fn bind(
        &self,
        record: &Record,
        version: Option<u64>,
        purpose: &Purpose,
        terms: &Terms,
    ) -> Result<(), Error> {
        let stored = match terms.ticket {
            None => self.store.put_record(record, version).await,
            Some(ticket) => {
                self.store
                    .put_record_for_ticket(record, version, ticket)
                    .await
            }
        };
        match stored {
            Ok(()) => {
                audit::enrolled(record, purpose, terms);
                self.tell_of_enrollment(happened(purpose), record.name.as_str(), terms);
                Ok(())
            }
            Err(StoreError::Conflict) => Err(messages::changed_meanwhile()),
            Err(error) => Err(store_failed(&error)),
        }
    }

    /// Keeps what is still pending, and says what was wrong.
    fn not_confirmed(
        &self,
        connection: &str,
        user: &str,
        refusal: NotConfirmed,
        terms: Terms,
    ) -> Error {
        let (pending, error) = match refusal {
            NotConfirmed::WrongCode(pending) => (pending, messages::first_code_wrong()),
            NotConfirmed::ClockOff(pending, seconds) => {
                (pending, messages::first_code_clock_off(seconds))
            }
            NotConfirmed::TooLate => return messages::nothing_pending(user),
            NotConfirmed::Contradiction(why) => return messages::contradiction(user, why),
        };
        self.enrollments.put_back(connection, pending, terms);
        error
    }
}

const fn happened(purpose: &Purpose) -> Happened {
    match purpose {
        Purpose::New => Happened::Enrolled,
        Purpose::Replace => Happened::AuthenticatorReplaced,
        Purpose::Add(_) => Happened::AuthenticatorAdded,
    }
}
