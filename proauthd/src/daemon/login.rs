//! A login, from the question to the durable answer.

use proauth_core::login::{self, Begin, Verdict};
use proauth_core::{Failures, Record, Source, Typed, UnixTime};
use proauth_interface::{Context, Error};

use super::subject::{Found, Subject};
use super::{Daemon, clock, store_failed};
use crate::audit;
use crate::store::{StoreError, Versioned};

/// A login attempt whose caller may make it.
pub struct Attempt<'a> {
    /// What the module told.
    pub context: &'a Context,
    /// Through what kind of caller it came.
    pub source: Source,
    /// The caller's uid.
    pub caller: u32,
}

impl Daemon {
    /// What to do about `attempt`. Changes nothing.
    ///
    /// # Errors
    /// If it could not be found out: deny.
    pub async fn begin(&self, attempt: &Attempt<'_>) -> Result<Begin, Error> {
        let found = self.find(&attempt.context.user).await?;
        let subject = self.load(&found)?;
        let config = self.config();
        let digits = config.parameters.digits;
        let policy = config.not_enrolled;
        Ok(login::begin(
            &subject.as_asked(),
            attempt.source,
            policy,
            digits,
            clock::now(),
        ))
    }

    /// Judges `typed`, from the beginning: nothing is taken over from `begin`. `None` where the
    /// account is to be refused whatever is typed.
    ///
    /// # Errors
    /// If it could not be judged, or the judgement could not be made durable: deny.
    pub async fn verify(
        &self,
        attempt: &Attempt<'_>,
        typed: &Typed,
    ) -> Result<Option<Verdict>, Error> {
        let found = self.find(&attempt.context.user).await?;
        let _turn = self.turn(&found.key).await?;
        let now = clock::now();
        let verdict = match self.load(&found)? {
            Subject::Changed => return Ok(None),
            Subject::Enrolled(stored) => {
                self.verify_enrolled(stored, attempt.source, typed, now)
                    .await
            }
            Subject::NotEnrolled(stored) | Subject::Unknown(stored) => {
                self.verify_stranger(&found, stored, typed, now).await
            }
        };
        let verdict = verdict.map_err(|error| store_failed(&error))?;
        audit::login(attempt.context, attempt.caller, verdict);
        Ok(Some(verdict))
    }

    async fn verify_enrolled(
        &self,
        stored: Versioned<Record>,
        source: Source,
        typed: &Typed,
        now: UnixTime,
    ) -> Result<Verdict, StoreError> {
        let before = stored.value.failures(source);
        let (verdict, record) = login::verify(stored.value, source, typed, now);
        if must_store(verdict, before, record.failures(source)) {
            self.store.put_record(&record, stored.version).await?;
        }
        Ok(verdict)
    }

    async fn verify_stranger(
        &self,
        found: &Found,
        stored: Versioned<Failures>,
        typed: &Typed,
        now: UnixTime,
    ) -> Result<Verdict, StoreError> {
        let (before, exists) = (stored.value, found.account().is_ok());
        let (verdict, after) = login::verify_stranger(before, typed, exists, &self.decoy(), now);
        if must_store(verdict, before, after) {
            let bucket = self.store.bucket_of(&found.key);
            self.store.put_bucket(bucket, after, stored.version).await?;
        }
        Ok(verdict)
    }
}

/// Everything that was looked at is stored, changed or not: how long an answer takes does not
/// tell which. Only tries during a delay, which are not looked at, cost no flush.
fn must_store(verdict: Verdict, before: Failures, after: Failures) -> bool {
    !matches!(verdict, Verdict::Locked(_)) || before != after
}
