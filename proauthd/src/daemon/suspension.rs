//! Accounts that nobody is to log in to for now, and records whose account is gone.

use proauth_core::Suspension;
use proauth_interface::Error;

use super::events::Happened;
use super::{Account, Daemon, clock, store_failed};
use crate::{audit, messages};

impl Daemon {
    /// Refuses every login of `user`, enrolled or not, until [`Daemon::resume`].
    ///
    /// # Errors
    /// If there is no such account, or something fails.
    pub async fn suspend(&self, caller: u32, user: &str) -> Result<(), Error> {
        let found = self.find(user).await?;
        let _turn = self.turn(&found.key).await?;
        let Account { name, uid } = found.account()?;
        let old = self
            .store
            .suspension(name)
            .map_err(|error| store_failed(&error))?;
        if old.value.is_some() {
            return Ok(());
        }
        let suspension = Suspension {
            since: clock::now(),
            by: caller,
        };
        let stored = self.store.put_suspension(name, *uid, suspension).await;
        stored.map_err(|error| store_failed(&error))?;
        self.enrollments.end_of(name);
        audit::suspended(name, caller);
        self.tell(Happened::Suspended, name.as_str(), caller);
        Ok(())
    }

    /// Ends that, also where the account is gone.
    ///
    /// # Errors
    /// If `user` is not suspended, or something fails.
    pub async fn resume(&self, caller: u32, user: &str) -> Result<(), Error> {
        let found = self.find(user).await?;
        let _turn = self.turn(&found.key).await?;
        let name = found.name()?;
        let old = self
            .store
            .suspension(name)
            .map_err(|error| store_failed(&error))?;
        if old.value.is_none() {
            return Err(messages::not_suspended(&found.key));
        }
        let stored = self.store.remove_suspension(name, old.version).await;
        stored.map_err(|error| store_failed(&error))?;
        audit::resumed(name, caller);
        self.tell(Happened::Resumed, name.as_str(), caller);
        Ok(())
    }

    /// Removes the record of `user` if the account of that name is gone, or another one.
    ///
    /// # Errors
    /// If it is neither, there is no record, or something fails.
    pub async fn prune(&self, caller: u32, user: &str) -> Result<(), Error> {
        let found = self.find(user).await?;
        let _turn = self.turn(&found.key).await?;
        let name = found.name()?;
        let stored = self
            .store
            .record(name)
            .map_err(|error| store_failed(&error))?;
        let stored = stored.ok_or_else(|| messages::not_enrolled(&found.key))?;
        if found
            .account()
            .is_ok_and(|account| account.uid == stored.value.uid)
        {
            return Err(messages::not_an_orphan(&found.key));
        }
        let Some(version) = stored.version else {
            return Err(messages::store_failed());
        };
        self.withdraw_ticket(name).await?;
        let removed = self.store.remove_record(name, version).await;
        removed.map_err(|error| store_failed(&error))?;
        audit::unenrolled(name, caller);
        self.tell(Happened::Unenrolled, name.as_str(), caller);
        Ok(())
    }
}
