//! A login, from the question to the durable answer.

use proauth_core::lockout::{Hold, Lockout, Source};
use proauth_core::login::{self, Accepted, Begin, Policy, Presented, Standing, Stranger, Verdict};
use proauth_core::{Authenticator, AuthenticatorName, Changed, Record, Typed, UnixTime};
use proauth_interface::{Context, Error};
use tokio::time::Instant;

use super::subject::{Found, Subject};
use super::{Daemon, clock, pace, store_failed};
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
    /// What was changed and the user was not told yet; empty unless the login is successful.
    pub changes: Vec<Changed>,
    /// For how long codes from there are refused after it.
    pub hold: Option<Hold>,
    /// How far from our time the accepted code was, in seconds; zero where there is none.
    pub offset: i64,
    /// Whose code was accepted, if one was.
    pub authenticator: Option<AuthenticatorName>,
    /// When it was judged.
    pub now: UnixTime,
}

impl Judgement {
    /// Whether the reply lets in.
    pub const fn lets_in(&self) -> bool {
        matches!(
            self.verdict,
            Some(Verdict::Accepted(_) | Verdict::Recovered(_))
        )
    }
}

impl Daemon {
    /// What to do about `attempt`. Stores nothing.
    ///
    /// # Errors
    /// If it could not be found out: deny.
    pub async fn begin(&self, attempt: &Attempt<'_>) -> Result<Begin, Error> {
        let found = self.find_in_like_time(&attempt.context.user).await?;
        let subject = self.load_for_login(&found)?;
        let policy = self.policy();
        let begin = login::begin(&subject.as_asked(), &attempt.source, &policy, clock::now());
        // The others have no code that would let them in.
        if matches!(begin, Begin::Prompt(_) | Begin::Locked(..)) {
            self.prompted.begun(attempt.context);
        }
        Ok(begin)
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

    /// Forgets the changes up to `upto`, of which the user of `context` has been told.
    ///
    /// # Errors
    /// If the account is not enrolled, or something fails.
    pub async fn told(&self, context: &Context, upto: UnixTime) -> Result<(), Error> {
        let found = self.find(&context.user).await?;
        let _turn = self.turn(&found.key).await?;
        let Versioned {
            value: record,
            version,
        } = self.enrolled(&found)?;
        self.put(&record.without_changes(upto), version).await
    }

    /// Judges `typed`, from the beginning: nothing is taken over from `begin`.
    ///
    /// # Errors
    /// If it could not be judged, or the judgement could not be made durable: deny.
    pub async fn verify(&self, attempt: &Attempt<'_>, typed: &Typed) -> Result<Judgement, Error> {
        let asked = Instant::now();
        let _judging = self.prompted.judging();
        let judgement = self.judge(attempt, typed).await?;
        if judgement.lets_in() {
            self.prompted.let_in(attempt.context);
        } else {
            pace::wait_since(asked).await;
        }
        Ok(judgement)
    }

    async fn judge(&self, attempt: &Attempt<'_>, typed: &Typed) -> Result<Judgement, Error> {
        let found = self.find(&attempt.context.user).await?;
        let reply = self.hash_if_recovery(attempt.caller, &found, typed).await?;
        let _turn = self.turn(&found.key).await?;
        let now = clock::now();
        let mut judgement = Judgement {
            verdict: None,
            changes: Vec::new(),
            hold: None,
            offset: 0,
            authenticator: None,
            now,
        };
        match self.load_for_login(&found)? {
            Subject::Changed | Subject::Suspended => return Ok(judgement),
            Subject::Enrolled(stored) => {
                self.verify_enrolled(attempt, *stored, reply.of(typed), &mut judgement)
                    .await?;
            }
            Subject::NotEnrolled(stored) | Subject::Unknown(stored) => {
                self.verify_stranger(attempt, &found, stored, reply.of(typed), &mut judgement)
                    .await?;
            }
        }
        audit::login(attempt.context, attempt.caller, &judgement);
        // What a user's own program says of its address and session is not believed.
        if judgement.lets_in() && attempt.caller == 0 {
            self.accepted.add(&found.key, attempt.context, now);
        }
        Ok(judgement)
    }

    async fn verify_enrolled(
        &self,
        attempt: &Attempt<'_>,
        stored: Versioned<Record>,
        reply: Presented<'_>,
        judgement: &mut Judgement,
    ) -> Result<(), Error> {
        let Versioned {
            value: before,
            version,
        } = stored;
        let (policy, source, now) = (self.policy(), &attempt.source, judgement.now);
        let (verdict, record) = login::verify(before.clone(), source, reply, &policy, now);
        if must_store(verdict, before.lockout != record.lockout) {
            self.put(&record, version).await?;
        }
        judgement.hold = record.lockout.hold(source, policy.max_failures, now);
        let counted = before.lockout != record.lockout;
        self.tell_of_login(attempt, verdict, &record, judgement, counted);
        if let Verdict::Accepted(Accepted { place, .. }) = verdict {
            let used = record.authenticators.at(place);
            judgement.offset = used.map_or(0, Authenticator::last_offset_seconds);
            judgement.authenticator = used.map(|it| it.name.clone());
        }
        judgement.verdict = Some(verdict);
        if judgement.lets_in() {
            judgement.changes = before.changes;
        }
        Ok(())
    }

    async fn verify_stranger(
        &self,
        attempt: &Attempt<'_>,
        found: &Found,
        stored: Versioned<Lockout>,
        reply: Presented<'_>,
        judgement: &mut Judgement,
    ) -> Result<(), Error> {
        let Versioned {
            value: before,
            version,
        } = stored;
        let stranger = Stranger {
            lockout: before.clone(),
            exists: found.account().is_ok(),
        };
        let (policy, source, now) = (self.policy(), &attempt.source, judgement.now);
        let (verdict, after) =
            login::verify_stranger(stranger, source, reply, &policy, &self.decoy(), now);
        if must_store(verdict, before != after) {
            let stored = self
                .store
                .put_bucket(self.store.bucket_of(&found.key), &after, version);
            stored.await.map_err(|error| store_failed(&error))?;
        }
        judgement.hold = after.hold(source, policy.max_failures, now);
        judgement.verdict = Some(verdict);
        Ok(())
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
