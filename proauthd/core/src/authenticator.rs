//! One authenticator: its secret, and what is known of its clock and of the codes that it used.

use std::fmt;

use crate::UnixTime;
use crate::totp::{self, Parameters, Secret, Step};

/// Logins in a row whose codes were off in the same direction, before that is taken for drift of
/// the device's clock and not for a code typed late.
const DRIFT_EVIDENCE: i8 = 3;

/// The longest name of an authenticator, in characters.
const MAX_LEN: usize = 32;

/// What the first authenticator of an account is called.
const MAIN: &str = "main";

/// What people call an authenticator: 1 to 32 letters, digits and `- _ .`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AuthenticatorName(String);

/// The text is not the name of an authenticator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadAuthenticatorName;

impl fmt::Display for BadAuthenticatorName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a name of an authenticator: use letters, digits and - _ . , at most 32")
    }
}

impl std::error::Error for BadAuthenticatorName {}

impl AuthenticatorName {
    /// That of the first authenticator.
    #[must_use]
    pub fn main() -> Self {
        Self(MAIN.to_owned())
    }

    /// Parses `name`. Which case a letter is in counts.
    ///
    /// # Errors
    /// If it is empty, too long, or has any other character than those named above.
    pub fn parse(name: &str) -> Result<Self, BadAuthenticatorName> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        if (1..=MAX_LEN).contains(&name.len()) && name.bytes().all(allowed) {
            Ok(Self(name.to_owned()))
        } else {
            Err(BadAuthenticatorName)
        }
    }

    /// Whether it is that of the first authenticator.
    #[must_use]
    pub fn is_main(&self) -> bool {
        self.0 == MAIN
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AuthenticatorName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for AuthenticatorName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

/// An authenticator that is bound to an account. `Debug` shows no secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authenticator {
    /// What it is called.
    pub name: AuthenticatorName,
    /// The secret shared with it.
    pub secret: Secret,
    /// How it makes its codes.
    pub parameters: Parameters,
    /// The newest step that was used: it and all before it are refused (RFC 6238 section 5.2).
    pub last_step: Step,
    /// Steps that its clock is ahead of ours; negative where it is behind.
    pub clock_offset: i64,
    /// Right codes in a row that were a step ahead of that (positive) or behind it (negative).
    pub drift: i8,
    /// Steps that its last accepted code was ahead of our clock; negative where it was behind.
    pub last_offset: i64,
    /// When it was bound.
    pub enrolled_at: UnixTime,
}

impl Authenticator {
    /// One that is bound at `now` and has used no code yet.
    #[must_use]
    pub const fn new(
        name: AuthenticatorName,
        secret: Secret,
        parameters: Parameters,
        now: UnixTime,
    ) -> Self {
        Self {
            name,
            secret,
            parameters,
            last_step: Step(0),
            clock_offset: 0,
            drift: 0,
            last_offset: 0,
            enrolled_at: now,
        }
    }

    /// The step that it is in at `now`, as far as we know its clock.
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

    /// Whether the last used step lies beyond the window of `now`, so that no code is accepted.
    #[must_use]
    pub fn is_step_in_future(&self, now: UnixTime) -> bool {
        self.last_step > self.newest_step(now)
    }

    /// The steps around that of `now` whose code is `code`, ascending; as far as `reach` steps
    /// away.
    #[must_use]
    pub(crate) fn matching(&self, code: &str, now: UnixTime, reach: u64) -> Vec<Step> {
        let steps = totp::window(self.present_step(now), reach);
        totp::matching(&self.secret, &self.parameters, code, steps)
    }

    /// This authenticator after its code of `step` was accepted at `now`.
    #[must_use]
    pub(crate) fn after_use_of(self, step: Step, now: UnixTime) -> Self {
        Self {
            last_step: step,
            ..self
        }
        .with_drift_of(step, now)
    }

    /// This authenticator after the code of `step` was accepted at `now`: the window follows a
    /// clock that drifts (RFC 6238 section 6), one step at a time and only after several logins
    /// agree, since a code typed late looks like one from a slow clock.
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

    /// Where its window is centred: seconds that its clock is ahead of ours, negative where it is
    /// behind.
    #[must_use]
    pub fn clock_offset_seconds(&self) -> i64 {
        self.seconds(self.clock_offset)
    }

    /// Seconds that its last accepted code was ahead of our clock, negative where it was behind.
    #[must_use]
    pub fn last_offset_seconds(&self) -> i64 {
        self.seconds(self.last_offset)
    }

    /// How long so many of its steps are.
    #[must_use]
    pub(crate) fn seconds(&self, steps: i64) -> i64 {
        steps.saturating_mul(self.parameters.period.get().cast_signed())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_of_an_authenticator_is_short_and_safe_to_print() {
        for name in ["main", "work-phone", "key_2", "a.b", "X", &"a".repeat(32)] {
            assert!(AuthenticatorName::parse(name).is_ok(), "{name}");
        }
        let too_long = "a".repeat(33);
        for name in ["", " ", "a b", "a/b", "a\n", "\u{1b}[2J", "é", &too_long] {
            assert!(AuthenticatorName::parse(name).is_err(), "{name:?}");
        }
    }

    #[test]
    fn only_main_is_main() {
        assert!(AuthenticatorName::main().is_main());
        assert_eq!(
            AuthenticatorName::parse("main"),
            Ok(AuthenticatorName::main())
        );
        assert!(!AuthenticatorName::parse("Main").unwrap().is_main());
    }
}
