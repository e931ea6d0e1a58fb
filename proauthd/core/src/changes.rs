//! Changes to a user's second factor, of which the user is told at the next login that can show
//! them: whoever makes them behind the user's back is found out.

use crate::recovery::Spent;
use crate::{Record, UnixTime};

/// Changes that are kept.
const MAX_CHANGES: usize = 8;

/// What was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// The first authenticator was bound.
    Enrolled,
    /// New recovery codes were made.
    RecoveryCodesMade,
    /// A recovery code was used.
    RecoveryCodeUsed,
    /// An emergency code was made.
    EmergencyCodeMade,
    /// The emergency code was used.
    EmergencyCodeUsed,
    /// The window was moved, or the last used step set anew.
    Resynced,
    /// An authenticator was bound beside those that there were.
    AuthenticatorAdded,
    /// The main authenticator was replaced by another one.
    AuthenticatorReplaced,
    /// An additional authenticator was taken away.
    AuthenticatorRemoved,
}

impl Change {
    /// That of using a code up.
    #[must_use]
    pub const fn of_spent(spent: Spent) -> Self {
        match spent {
            Spent::Recovery(_) => Self::RecoveryCodeUsed,
            Spent::Emergency => Self::EmergencyCodeUsed,
        }
    }
}

/// A change, and when it was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Changed {
    /// Which.
    pub change: Change,
    /// When.
    pub at: UnixTime,
}

impl Record {
    /// This record with one more change to tell of. Where there are too many, a resync goes first:
    /// users can make many of those.
    #[must_use]
    pub fn with_change(mut self, change: Change, now: UnixTime) -> Self {
        while self.changes.len() >= MAX_CHANGES {
            let mut all = self.changes.iter();
            let resync = all.position(|it| it.change == Change::Resynced);
            self.changes.remove(resync.unwrap_or(0));
        }
        self.changes.push(Changed { change, at: now });
        self
    }

    /// This record after the user was told of the changes up to `upto`. What came later, while
    /// the user was being told, stays.
    #[must_use]
    pub fn without_changes(mut self, upto: UnixTime) -> Self {
        self.changes.retain(|changed| changed.at > upto);
        self
    }
}
