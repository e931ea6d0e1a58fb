//! Taking the authenticator of an account away.

use proauth_interface::Error;

use super::events::Happened;
use super::{Daemon, store_failed};
use crate::{audit, messages};

impl Daemon {
    /// Takes all authenticators of `user` away, also where the account is gone or another; and
    /// with them what would bring one back: an invitation, an enrollment under way.
    ///
    /// # Errors
    /// If there is none, or something fails.
    pub async fn unenroll(&self, caller: u32, user: &str) -> Result<(), Error> {
        let found = self.find(user).await?;
        let _turn = self.turn(&found.key).await?;
        let name = found.name()?;
        self.enrollments.end_of(name);
        let invited = self.withdraw_ticket(name).await?;
        let stored = self
            .store
            .record(name)
            .map_err(|error| store_failed(&error))?;
        let Some(version) = stored.and_then(|stored| stored.version) else {
            let not_enrolled = |_: &_| messages::not_enrolled(&found.key);
            return match invited {
                true => Ok(()),
                false => Err(found.account().map_or_else(|gone| gone, not_enrolled)),
            };
        };
        let removed = self.store.remove_record(name, version).await;
        removed.map_err(|error| store_failed(&error))?;
        audit::unenrolled(name, caller);
        self.tell(Happened::Unenrolled, name.as_str(), caller);
        Ok(())
    }
}
