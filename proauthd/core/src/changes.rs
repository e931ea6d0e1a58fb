//! Changes to a user's second factor, of which the user is told at the next login that can show
//! them: whoever makes them behind the user's back is found out.

use crate::recovery::Spent;
use crate::{Record, UnixTime};

/// Changes that are kept; the oldest go first.
const MAX_CHANGES: usize = 8;

/// What was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// An authenticator was bound.
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
    /// This record with one more change to tell of.
    #[must_use]
    pub fn with_change(mut self, change: Change, now: UnixTime) -> Self {
        let surplus = (self.changes.len() + 1).saturating_sub(MAX_CHANGES);
        self.changes.drain(..surplus);
        self.changes.push(Changed { change, at: now });
        self
    }

    /// This record after the user was told of the `count` oldest changes.
    #[must_use]
    pub fn without_changes(mut self, count: usize) -> Self {
        self.changes.drain(..count.min(self.changes.len()));
        self
    }
}
