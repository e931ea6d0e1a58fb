//! What is stored of an enrolled account.

use crate::authenticators::{Authenticators, NotRemoved};
use crate::identity::Identity;
use crate::lockout::Lockout;
use crate::recovery::Recovery;
use crate::{AccountName, AuthenticatorName, Change, Changed, UnixTime};

/// An account with an authenticator, or several. `Debug` shows no secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The account's canonical name.
    pub name: AccountName,
    /// The uid that the name had at the enrollment. Another one now is another account
    /// (CVE-2024-9312, CVE-2025-5689).
    pub uid: u32,
    /// Who signed in with the identity provider for it, if anybody did: nobody else ever does.
    pub identity: Option<Identity>,
    /// What its codes come from: a code of any of them will do.
    pub authenticators: Authenticators,
    /// Wrong codes, by where they came from.
    pub lockout: Lockout,
    /// Recovery and emergency codes.
    pub recovery: Recovery,
    /// What was changed, and the user was not told yet; oldest first.
    pub changes: Vec<Changed>,
}

impl Record {
    /// This record without the authenticator `name`, which is to be told to the user.
    ///
    /// # Errors
    /// [`NotRemoved`].
    pub fn without_authenticator(
        self,
        name: &AuthenticatorName,
        now: UnixTime,
    ) -> Result<Self, NotRemoved> {
        let authenticators = self.authenticators.without(name)?;
        let record = Self {
            authenticators,
            ..self
        };
        Ok(record.with_change(Change::AuthenticatorRemoved, now))
    }
}
