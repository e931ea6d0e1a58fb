//! A login, from the question to the durable answer.

use proauth_core::lockout::{Lockout, Source};
use proauth_core::login::{self, Begin, Policy, Presented, Standing, Stranger, Verdict};
use proauth_core::{Changed, Record, Typed, UnixTime};
use proauth_interface::{Context, Error};

use super::subject::{Found, Subject};
use super::{Daemon, clock, store_failed};
use crate::audit;
use crate::store::Versioned;

/// A login attempt whose caller may make it.
pub struct Attempt<'a> {
    /// What the module told.
    pub context: &'a Context,
    /// Where it comes from.
    pub source: Source,
    /// The caller's uid.
    pub caller: u32,
}

/// What became of a reply to the prompt.
pub struct Judgement {
    /// The verdict, if there was anything to judge: `None` for an account that is refused
    /// whatever is typed.
    pub verdict: Option<Verdict>,
    /// What was changed since the last successful login; empty unless this one is, too.
    pub changes: Vec<Changed>,
    /// When it was judged.
    pub now: UnixTime,
}

impl Daemon {
    /// What to do about `attempt`. Changes nothing.
    ///
    /// # Errors
    /// If it could not be found out: deny.
    pub async fn begin(&self, attempt: &Attempt<'_>) -> Result<Begin, Error> {
        let found = self.find(&attempt.context.user).await?;
        let subject = self.load_for_login(&found)?;
        Ok(login::begin(
            &subject.as_asked(),
            &attempt.source,
            &self.policy(),
            clock::now(),
        ))
    }

    /// Whether the account of `attempt` may be used, however it was authenticated. Changes
    /// nothing.
    ///
    /// # Errors
    /// If it could not be found out: deny.
    pub async fn standing(&self, attempt: &Attempt<'_>) -> Result<Standing, Error> {
        let found = self.find(&attempt.context.user).await?;
        let subject = self.load_for_login(&found)?;
        Ok(login::account(&subject.as_asked(), &self.policy()))
    }

    /// Judges `typed`, from the beginning: nothing is taken over from `begin`.
    ///
    /// # Errors
    /// If it could not be judged, or the judgement could not be made durable: deny.
    pub async fn verify(&self, attempt: &Attempt<'_>, typed: &Typed) -> Result<Judgement, Error> {
        let found = self.find(&attempt.context.user).await?;
        let reply = self.hash_if_recovery(&found, typed).await?;
        let _turn = self.turn(&found.key).await?;
        let now = clock::now();
        let (verdict, changes) = match self.load_for_login(&found)? {
            Subject::Changed | Subject::Suspended => {
                return Ok(Judgement {
                    verdict: None,
                    changes: Vec::new(),
                    now,
                });
            }
            Subject::Enrolled(stored) => {
                self.verify_enrolled(attempt, *stored, reply.of(typed), now)
                    .await?
            }
            Subject::NotEnrolled(stored) | Subject::Unknown(stored) => {
                let verdict = self.verify_stranger(attempt, &found, stored, reply.of(typed), now);
                (verdict.await?, Vec::new())
            }
        };
        audit::login(attempt.context, attempt.caller, verdict);
        Ok(Judgement {
            verdict: Some(verdict),
            changes,
            now,
        })
    }

    async fn verify_enrolled(
        &self,
        attempt: &Attempt<'_>,
        stored: Versioned<Record>,
        reply: Presented<'_>,
        now: UnixTime,
    ) -> Result<(Verdict, Vec<Changed>), Error> {
        let Versioned {
            value: before,
            version,
        } = stored;
        let (policy, source) = (self.policy(), &attempt.source);
        let (verdict, record) = login::verify(before.clone(), source, reply, &policy, now);
        if must_store(verdict, before.lockout != record.lockout) {
            self.put(&record, version).await?;
        }
        self.tell_of_login(attempt, verdict, &record, now);
        let is_success = matches!(verdict, Verdict::Accepted(_) | Verdict::Recovered(_));
        Ok((
            verdict,
            if is_success {
                before.changes
            } else {
                Vec::new()
            },
        ))
    }

    async fn verify_stranger(
        &self,
        attempt: &Attempt<'_>,
        found: &Found,
        stored: Versioned<Lockout>,
        reply: Presented<'_>,
        now: UnixTime,
    ) -> Result<Verdict, Error> {
        let Versioned {
            value: before,
            version,
        } = stored;
        let stranger = Stranger {
            lockout: before.clone(),
            exists: found.account().is_ok(),
        };
        let (policy, decoy) = (self.policy(), self.decoy());
        let (verdict, after) =
            login::verify_stranger(stranger, &attempt.source, reply, &policy, &decoy, now);
        if must_store(verdict, before != after) {
            let stored = self
                .store
                .put_bucket(self.store.bucket_of(&found.key), &after, version);
            stored.await.map_err(|error| store_failed(&error))?;
        }
        Ok(verdict)
    }

    pub(super) fn policy(&self) -> Policy {
        let config = self.config();
        Policy {
            not_enrolled: config.not_enrolled,
            max_failures: config.max_failures,
            digits: config.parameters.digits,
        }
    }
}

/// Everything that was looked at is stored, changed or not: how long an answer takes does not
/// tell which. Only tries during a delay, which are not looked at, cost no flush.
fn must_store(verdict: Verdict, changed: bool) -> bool {
    !matches!(verdict, Verdict::Locked(_)) || changed
}
