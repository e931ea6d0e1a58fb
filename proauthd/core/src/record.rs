//! What is stored of an enrolled account.

use crate::lockout::Lockout;
use crate::recovery::Recovery;
use crate::totp::{Parameters, Secret, Step};
use crate::{AccountName, Changed, UnixTime};

/// Logins in a row whose codes were off in the same direction, before that is taken for drift of
/// the device's clock and not for a code typed late.
const DRIFT_EVIDENCE: i8 = 3;

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
    /// Right codes in a row that were a step ahead of that (positive) or behind it (negative).
    pub drift: i8,
    /// Wrong codes, by where they came from.
    pub lockout: Lockout,
    /// Recovery and emergency codes.
    pub recovery: Recovery,
    /// Steps that the last accepted code was ahead of our clock; negative where it was behind.
    pub last_offset: i64,
    /// What was changed, and the user was not told yet; oldest first.
    pub changes: Vec<Changed>,
    /// When the authenticator was bound.
    pub enrolled_at: UnixTime,
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

    /// This record after the code of `step` was accepted at `now`: the window follows a clock
    /// that drifts (RFC 6238 section 6), one step at a time and only after several logins agree,
    /// since a code typed late looks like one from a slow clock.
    #[must_use]
    pub fn with_drift_of(mut self, step: Step, now: UnixTime) -> Self {
        self.last_offset = step.steps_after(Step::at(now, self.parameters.period));
        let direction = match step.cmp(&self.present_step(now)) {
            std::cmp::Ordering::Less => -1,
            std::cmp::Ordering::Equal => 0,
            std::cmp::Ordering::Greater => 1,
        };
        let continued = direction != 0 && self.drift.signum() != -direction;
        let drift = if continued {
            self.drift + direction
        } else {
            direction
        };
        if drift.abs() < DRIFT_EVIDENCE {
            return Self { drift, ..self };
        }
        let clock_offset = self.clock_offset.saturating_add(i64::from(direction));
        Self {
            clock_offset,
            drift: 0,
            ..self
        }
    }
}
