//! From a name that somebody gave to the account it stands for, and what is stored of it.

use proauth_core::lockout::Lockout;
use proauth_core::login::{Account as Asked, NotEnrolled};
use proauth_core::{AccountName, Record};
use proauth_interface::Error;

use super::{Account, Daemon, lookup_failed, store_failed};
use crate::store::Versioned;
use crate::{audit, messages};

/// A name that was looked up.
pub struct Found {
    /// The name to keep records and buckets under: canonical where there is an account, as it
    /// was given where there is none.
    pub key: String,
    /// That name, if it can be one at all.
    name: Option<AccountName>,
    /// The account, if there is one.
    account: Option<Account>,
}

/// What is stored of whom.
pub enum Subject {
    /// An authenticator, bound to this very account.
    Enrolled(Box<Versioned<Record>>),
    /// An authenticator, bound to another account of that name.
    Changed,
    /// Whatever else it is, an administrator suspended it. Only logins care.
    Suspended,
    /// An account, and no authenticator.
    NotEnrolled(Versioned<Lockout>),
    /// No account.
    Unknown(Versioned<Lockout>),
}

impl Subject {
    /// The same, as `core` asks for it.
    pub fn as_asked(&self) -> Asked<'_> {
        match self {
            Self::Enrolled(stored) => Asked::Enrolled(&stored.value),
            Self::Changed => Asked::Changed,
            Self::Suspended => Asked::Suspended,
            Self::NotEnrolled(stored) => Asked::NotEnrolled(&stored.value),
            Self::Unknown(stored) => Asked::Unknown(&stored.value),
        }
    }
}

impl Daemon {
    /// Looks `given` up. What cannot be a name is an unknown one.
    ///
    /// # Errors
    /// If the name service fails.
    pub(super) async fn find(&self, given: &str) -> Result<Found, Error> {
        let Ok(name) = AccountName::parse(given) else {
            return Ok(Found::unparsable(given));
        };
        let account = self.accounts.by_name(&name).await;
        Ok(Found::new(name, account.map_err(|_| lookup_failed())?))
    }

    /// The same, in a time that does not tell whether there is such an account.
    ///
    /// # Errors
    /// If the name service fails.
    pub(super) async fn find_in_like_time(&self, given: &str) -> Result<Found, Error> {
        let Ok(name) = AccountName::parse(given) else {
            return Ok(Found::unparsable(given));
        };
        let account = self.accounts.by_name_in_like_time(&name).await;
        Ok(Found::new(name, account.map_err(|_| lookup_failed())?))
    }

    /// Reads what is stored of `found`: always both a record and a bucket, so that neither takes
    /// longer than the other.
    ///
    /// # Errors
    /// If the store fails.
    pub(super) fn load(&self, found: &Found) -> Result<Subject, Error> {
        let record = match &found.name {
            Some(name) => self.store.record(name),
            None => Ok(None),
        };
        let record = record.map_err(|error| store_failed(&error))?;
        let bucket = self.store.bucket(self.store.bucket_of(&found.key));
        let bucket = bucket.map_err(|error| store_failed(&error))?;
        let uid = found.account.as_ref().map(|account| account.uid);
        Ok(match (record, uid) {
            (Some(stored), Some(uid)) if stored.value.uid == uid => {
                Subject::Enrolled(Box::new(stored))
            }
            (Some(stored), uid) => {
                audit::account_changed(&stored.value.name, stored.value.uid, uid);
                Subject::Changed
            }
            (None, Some(uid)) if self.is_alias(uid)? => {
                audit::alias(&found.key, uid);
                Subject::Changed
            }
            (None, Some(_)) => Subject::NotEnrolled(bucket),
            (None, None) => Subject::Unknown(bucket),
        })
    }

    /// The same for a login, which a suspension ends.
    ///
    /// # Errors
    /// If the store fails.
    pub(super) fn load_for_login(&self, found: &Found) -> Result<Subject, Error> {
        let subject = self.load(found)?;
        let Some(name) = &found.name else {
            return Ok(subject);
        };
        let uid = found.account.as_ref().map(|account| account.uid);
        Ok(match self.is_suspended(name, uid)? {
            true => Subject::Suspended,
            false => subject,
        })
    }

    /// Lets nobody but root change what a suspended account logs in with.
    ///
    /// # Errors
    /// If it is suspended, or the store fails.
    pub(super) fn refuse_suspended(&self, found: &Found, caller: u32) -> Result<(), Error> {
        let Some(name) = found.name.as_ref().filter(|_| caller != 0) else {
            return Ok(());
        };
        let uid = found.account.as_ref().map(|account| account.uid);
        match self.is_suspended(name, uid)? {
            true => Err(messages::suspended(&found.key)),
            false => Ok(()),
        }
    }

    /// Whether nobody is to log in as `name`, or as whoever has its uid.
    fn is_suspended(&self, name: &AccountName, uid: Option<u32>) -> Result<bool, Error> {
        let by_name = self
            .store
            .suspension(name)
            .map_err(|error| store_failed(&error))?;
        let by_uid = uid.map_or(Ok(false), |uid| self.store.is_uid_suspended(uid));
        let by_uid = by_uid.map_err(|error| store_failed(&error))?;
        if by_name.value.is_some() || by_uid {
            audit::met_suspension(name, by_name.value);
        }
        Ok(by_name.value.is_some() || by_uid)
    }

    /// Whether the account with `uid` is enrolled under another name. Asked only where "not
    /// enrolled" lets in: there, a directory that answers to `ALICE`, too, would open the door.
    fn is_alias(&self, uid: u32) -> Result<bool, Error> {
        if self.config().not_enrolled == NotEnrolled::Deny {
            return Ok(false);
        }
        let enrolled = self.store.is_uid_enrolled(uid);
        enrolled.map_err(|error| store_failed(&error))
    }

    /// The record of the account called `given`, with its turn taken by the caller beforehand.
    ///
    /// # Errors
    /// If there is none, it is bound to another account, or something fails.
    pub(super) fn enrolled(&self, found: &Found) -> Result<Versioned<Record>, Error> {
        match self.load(found)? {
            Subject::Enrolled(stored) => Ok(*stored),
            Subject::Changed => Err(messages::account_changed(&found.key)),
            Subject::NotEnrolled(_) => Err(messages::not_enrolled(&found.key)),
            Subject::Suspended | Subject::Unknown(_) => Err(found.missing()),
        }
    }
}

impl Found {
    fn unparsable(given: &str) -> Self {
        Self {
            key: given.to_owned(),
            name: None,
            account: None,
        }
    }

    fn new(name: AccountName, account: Option<Account>) -> Self {
        let name = account
            .as_ref()
            .map_or(name, |account| account.name.clone());
        Self {
            key: name.to_string(),
            name: Some(name),
            account,
        }
    }

    /// The account, where one is needed.
    ///
    /// # Errors
    /// If there is none.
    pub fn account(&self) -> Result<&Account, Error> {
        self.account.as_ref().ok_or_else(|| self.missing())
    }

    /// The name, where one is needed.
    ///
    /// # Errors
    /// If it cannot be one.
    pub fn name(&self) -> Result<&AccountName, Error> {
        self.name.as_ref().ok_or_else(|| self.missing())
    }

    fn missing(&self) -> Error {
        match self.name {
            Some(_) => messages::no_such_user(&self.key),
            None => messages::bad_account_name(&self.key),
        }
    }
}
