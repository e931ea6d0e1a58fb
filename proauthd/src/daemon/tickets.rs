//! Tickets: made for an account by an administrator, and good for one enrollment.

use proauth_core::AccountName;
use proauth_core::ticket::{BYTES, Code, Hash, Ticket};
use proauth_interface::Error;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::events::Happened;
use super::recovery::random;
use super::subject::Found;
use super::{Daemon, clock, store_failed};
use crate::{audit, messages};

/// For how long a ticket may work, in seconds.
const LIFETIME: std::ops::RangeInclusive<u64> = 60 * 60..=30 * 24 * 60 * 60;

impl Daemon {
    /// A ticket with which `user` may enroll once within `seconds`, in place of any earlier one.
    ///
    /// # Errors
    /// If that is too long or too short, there is no such account, or something fails.
    pub async fn invite(
        &self,
        caller: u32,
        user: &str,
        seconds: u64,
    ) -> Result<Zeroizing<String>, Error> {
        if !LIFETIME.contains(&seconds) {
            return Err(messages::bad_ticket_lifetime());
        }
        let found = self.find(user).await?;
        let account = found.account()?;
        let code = Code::new(Zeroizing::new(random::<BYTES>()?));
        let ticket = Ticket {
            uid: account.uid,
            hash: hash(&code),
            until: clock::now().plus(seconds),
        };
        let _turn = self.turn(&found.key).await?;
        let earlier = self.store.ticket(&account.name);
        let earlier = earlier.map_err(|error| store_failed(&error))?;
        let version = earlier.and_then(|earlier| earlier.version);
        let stored = self.store.put_ticket(&account.name, &ticket, version).await;
        stored.map_err(|error| store_failed(&error))?;
        audit::invited(&account.name, caller, seconds);
        self.tell(Happened::Invited, account.name.as_str(), caller);
        Ok(code.show())
    }

    /// The version of the ticket that `typed` is, for `found`: to be used up together with what
    /// it is for.
    ///
    /// # Errors
    /// If it is none that works now.
    pub(super) fn ticket_for(&self, caller: u32, found: &Found, typed: &str) -> Result<u64, Error> {
        let account = found.account()?;
        let refuse = |why| {
            audit::ticket_rejected(&account.name, caller, why);
            messages::ticket_rejected(&found.key)
        };
        let code = Code::parse(typed).ok_or_else(|| refuse("malformed"))?;
        let stored = self.store.ticket(&account.name);
        let stored = stored.map_err(|error| store_failed(&error))?;
        let stored = stored.ok_or_else(|| refuse("there is none"))?;
        if !stored
            .value
            .accepts(&hash(&code), account.uid, clock::now())
        {
            return Err(refuse("wrong or expired"));
        }
        stored.version.ok_or_else(messages::store_failed)
    }

    /// Takes the ticket of `name` back; tells whether there was one.
    ///
    /// # Errors
    /// If the store fails.
    pub(super) async fn withdraw_ticket(&self, name: &AccountName) -> Result<bool, Error> {
        let ticket = self.store.ticket(name);
        let ticket = ticket.map_err(|error| store_failed(&error))?;
        let Some(version) = ticket.and_then(|ticket| ticket.version) else {
            return Ok(false);
        };
        let removed = self.store.remove_ticket(name, version).await;
        removed.map_err(|error| store_failed(&error))?;
        Ok(true)
    }
}

fn hash(code: &Code) -> Hash {
    Sha256::digest(code.as_bytes()).into()
}

#[cfg(test)]
#[path = "tickets_tests.rs"]
mod tests;
