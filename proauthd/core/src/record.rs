//! What is stored of an enrolled account.

use crate::totp::{Parameters, Secret, Step};
use crate::{AccountName, Failures, UnixTime};

/// An account with an authenticator. `Debug` shows no secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The account's canonical name.
    pub name: AccountName,
    /// The uid that the name had at the enrollment. Another one now is another account
    /// (CVE-2024-9312, CVE-2025-5689).
    pub uid: u32,
    /// The secret shared with the authenticator.
    pub secret: Secret,
    /// How the authenticator makes its codes.
    pub parameters: Parameters,
    /// The newest step that was used: it and all before it are refused (RFC 6238 section 5.2).
    pub last_step: Step,
    /// Steps that the authenticator's clock is ahead of ours; negative where it is behind.
    pub clock_offset: i64,
    /// Wrong codes at logins.
    pub login_failures: Failures,
    /// Wrong codes at screen lockers, which anything running as the user can ask. Apart, so that
    /// it cannot slow down the user's logins.
    pub locker_failures: Failures,
    /// When the authenticator was bound.
    pub enrolled_at: UnixTime,
}

/// Through what kind of caller a code came; each has a count of failures of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// A login service that runs as root.
    Login,
    /// A screen locker that runs as the user.
    Locker,
}

impl Record {
    /// The step that the authenticator is in at `now`, as far as we know its clock.
    #[must_use]
    pub fn present_step(&self, now: UnixTime) -> Step {
        Step::at(now, self.parameters.period).shifted(self.clock_offset)
    }

    /// The newest step whose code is accepted at `now`.
    #[must_use]
    pub fn newest_step(&self, now: UnixTime) -> Step {
        self.present_step(now)
            .shifted(i64::from(self.parameters.skew))
    }

    /// The wrong codes that came through `source`.
    #[must_use]
    pub const fn failures(&self, source: Source) -> Failures {
        match source {
            Source::Login => self.login_failures,
            Source::Locker => self.locker_failures,
        }
    }

    /// This record with other `failures` for `source`.
    #[must_use]
    pub fn with_failures(self, source: Source, failures: Failures) -> Self {
        match source {
            Source::Login => Self {
                login_failures: failures,
                ..self
            },
            Source::Locker => Self {
                locker_failures: failures,
                ..self
            },
        }
    }
}
