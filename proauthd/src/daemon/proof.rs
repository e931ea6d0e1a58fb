//! Codes with which people prove, outside of a login, that they are there.
//!
//! Wrong ones count where those of lockers do: anything that runs as the user can type them, and
//! must not slow down the user's logins.

use proauth_core::lockout::Source;
use proauth_core::login::{self, Presented, Verdict};
use proauth_core::recovery::Spent;
use proauth_core::{Record, Typed};
use proauth_interface::Error;

use super::events::Happened;
use super::subject::Found;
use super::{Daemon, clock};
use crate::store::Versioned;
use crate::{audit, messages};

impl Daemon {
    /// Uses up `typed`, a current code or a recovery code of `found`. Durable when this returns.
    /// Not within a turn: a hash would keep others waiting.
    ///
    /// # Errors
    /// If it is neither, codes are refused for now, the account is not enrolled, or something
    /// fails.
    pub(super) async fn prove(
        &self,
        caller: u32,
        found: &Found,
        typed: &Typed,
    ) -> Result<(), Error> {
        let reply = self.hash_if_recovery(caller, found, typed).await?;
        self.use_up(caller, found, reply.of(typed)).await
    }

    /// The same, but a recovery code is not used up yet: it is returned, to be proven once more
    /// when it has come to that.
    ///
    /// # Errors
    /// Likewise.
    pub(super) async fn prove_for_now(
        &self,
        caller: u32,
        found: &Found,
        typed: Typed,
    ) -> Result<Option<Typed>, Error> {
        let reply = self.hash_if_recovery(caller, found, &typed).await?;
        let presented = reply.of(&typed);
        let record = self.enrolled(found)?.value;
        let (verdict, _) = self.judge_proof(record, presented);
        if matches!(verdict, Verdict::Recovered(Spent::Recovery(_))) {
            return Ok(Some(typed));
        }
        self.use_up(caller, found, presented).await.map(|()| None)
    }

    fn judge_proof(&self, record: Record, reply: Presented<'_>) -> (Verdict, Record) {
        login::verify(record, &Source::Locker, reply, &self.policy(), clock::now())
    }

    /// The same with a current code alone.
    ///
    /// # Errors
    /// Likewise.
    pub(super) async fn prove_by_authenticator(
        &self,
        caller: u32,
        found: &Found,
        typed: &Typed,
    ) -> Result<(), Error> {
        self.use_up(caller, found, Presented::Typed(typed)).await
    }

    async fn use_up(&self, caller: u32, found: &Found, reply: Presented<'_>) -> Result<(), Error> {
        let _turn = self.turn(&found.key).await?;
        let Versioned { value, version } = self.enrolled(found)?;
        let (verdict, record) = self.judge_proof(value, reply);
        // An emergency code stays good: it is for one login, and not to become a way in for ever.
        if verdict != Verdict::Recovered(Spent::Emergency) {
            self.put(&record, version).await?;
        }
        match (verdict, reply) {
            (Verdict::Accepted(_), _) => return Ok(()),
            (Verdict::Recovered(Spent::Recovery(left)), _) => {
                audit::recovery_code_used(&record.name, caller, left);
                self.tell(Happened::RecoveryCodeUsed, record.name.as_str(), caller);
                return Ok(());
            }
            _ => audit::not_proven(&record.name),
        }
        Err(match (verdict, reply) {
            (Verdict::Locked(hold), _) => messages::locked(hold),
            (_, Presented::Recovery(_)) => messages::recovery_code_wrong(),
            (_, Presented::Typed(_)) => messages::current_code_wrong(),
        })
    }
}
