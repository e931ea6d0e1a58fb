//! Authenticators beside the main one, and what takes them away.

use proauth_core::{AuthenticatorName, NotRemoved, Typed};
use proauth_interface::Error;

use super::events::Happened;
use super::{Daemon, clock};
use crate::store::Versioned;
use crate::{audit, messages};

impl Daemon {
    /// Takes the additional authenticator `name` of `user` away. Without `root`, a current code of
    /// any authenticator or a recovery code is needed; it is used up.
    ///
    /// # Errors
    /// If there is none of that name, it is the main one, the code is not right, the account is
    /// not enrolled, or something fails.
    pub async fn remove_authenticator(
        &self,
        caller: u32,
        user: &str,
        name: &str,
        typed: &Typed,
    ) -> Result<(), Error> {
        let name =
            AuthenticatorName::parse(name).map_err(|_| messages::bad_authenticator_name(name))?;
        let found = self.find(user).await?;
        self.refuse_suspended(&found, caller)?;
        let refuse = |refused| not_removed(refused, &found.key, &name);
        // Before a code is used up for nothing.
        let authenticators = self.enrolled(&found)?.value.authenticators;
        authenticators.without(&name).map_err(refuse)?;
        if caller != 0 {
            self.prove(caller, &found, typed).await?;
        }
        let _turn = self.turn(&found.key).await?;
        let Versioned { value, version } = self.enrolled(&found)?;
        let record = value.without_authenticator(&name, clock::now());
        let record = record.map_err(refuse)?;
        self.put(&record, version).await?;
        audit::authenticator_removed(&record.name, &name, caller);
        self.tell(Happened::AuthenticatorRemoved, record.name.as_str(), caller);
        Ok(())
    }
}

fn not_removed(refused: NotRemoved, user: &str, name: &AuthenticatorName) -> Error {
    match refused {
        NotRemoved::Main => messages::main_authenticator_stays(user),
        NotRemoved::Unknown => messages::no_such_authenticator(user, name),
    }
}

#[cfg(test)]
#[path = "authenticators_tests.rs"]
mod tests;
