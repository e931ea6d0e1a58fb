//! Taking the authenticator of an account away.

use proauth_interface::Error;

use super::events::Happened;
use super::{Daemon, store_failed};
use crate::{audit, messages};

impl Daemon {
    /// Takes all authenticators of `user` away, also where the account is gone or another, and an
    /// invitation with them: whoever has it is not to be back in a minute.
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
        self.withdraw_ticket(name).await?;
        let removed = self.store.remove_record(name, version).await;
        removed.map_err(|error| store_failed(&error))?;
        audit::unenrolled(name, caller);
        self.tell(Happened::Unenrolled, name.as_str(), caller);
        Ok(())
    }
}
