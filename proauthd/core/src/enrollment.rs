//! Binding an authenticator: a secret is pending until its first code proves that it arrived.
//!
//! `Pending` is consumed by [`Pending::confirm`], so that no enrollment is confirmed twice, and a
//! [`Record`] of a new secret comes from nowhere else.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::lockout::Lockout;
use crate::recovery::{Recovery, SALT_LEN};
use crate::totp::{Algorithm, Digits, Parameters, Secret, Step};
use crate::{AccountName, Change, Record, Typed, UnixTime, check};

/// Seconds until a pending enrollment is forgotten.
pub const PENDING_FOR: u64 = 10 * 60;

/// RFC 3986 section 2.3, "unreserved", and the `@` that a path may have as it is.
const LABEL: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'@');

/// A secret that was handed out and not proven yet.
#[derive(Debug)]
pub struct Pending {
    name: AccountName,
    uid: u32,
    secret: Secret,
    parameters: Parameters,
    started: UnixTime,
}

/// Why a pending enrollment was not confirmed.
#[derive(Debug)]
pub enum NotConfirmed {
    /// It is over; start again.
    TooLate,
    /// The code is wrong; the enrollment is still pending.
    WrongCode(Pending),
    /// The code is right so many seconds from now (negative: ago); still pending.
    ClockOff(Pending, i64),
}

impl Pending {
    /// Hands out `secret` to the account `name`, which has the uid `uid` now.
    #[must_use]
    pub fn start(
        name: AccountName,
        uid: u32,
        secret: Secret,
        parameters: Parameters,
        now: UnixTime,
    ) -> Self {
        Self {
            name,
            uid,
            secret,
            parameters,
            started: now,
        }
    }

    /// Whose enrollment this is.
    #[must_use]
    pub const fn name(&self) -> &AccountName {
        &self.name
    }

    /// The secret, to be shown once.
    #[must_use]
    pub const fn secret(&self) -> &Secret {
        &self.secret
    }

    /// Whether it is over at `now`.
    #[must_use]
    pub fn is_over(&self, now: UnixTime) -> bool {
        now.since(self.started) > PENDING_FOR
    }

    /// The text of the QR code: `otpauth://totp/ISSUER:user@host?…`, as the "Key Uri Format" of
    /// google-authenticator has it. Parameters that every app assumes anyway are left out: a
    /// smaller code scans better, and fits a terminal of 80×24.
    #[must_use]
    pub fn uri(&self, issuer: &str, host: &str) -> String {
        let issuer = utf8_percent_encode(issuer, LABEL);
        let label = format!("{}@{host}", self.name);
        let label = utf8_percent_encode(&label, LABEL);
        let secret = self.secret.to_base32();
        let mut uri = format!("otpauth://totp/{issuer}:{label}?secret={secret}&issuer={issuer}");
        let Parameters {
            algorithm,
            digits,
            period,
            ..
        } = self.parameters;
        if algorithm != Algorithm::Sha1 {
            uri.push_str(&format!("&algorithm={}", algorithm.name()));
        }
        if digits != Digits::SIX {
            uri.push_str(&format!("&digits={}", digits.get()));
        }
        if period.get() != 30 {
            uri.push_str(&format!("&period={period}"));
        }
        uri
    }

    /// Turns the pending secret into a record, proven by `typed`, whose step is used up thereby.
    /// `recovery` are the codes that go with it.
    ///
    /// # Errors
    /// [`NotConfirmed`], with the enrollment where it is still pending.
    pub fn confirm(
        self,
        typed: &Typed,
        recovery: Recovery,
        now: UnixTime,
    ) -> Result<Record, NotConfirmed> {
        if self.is_over(now) {
            return Err(NotConfirmed::TooLate);
        }
        match check::check(self.unproven_record(now), typed, now) {
            (check::Finding::Right(_), record) => {
                Ok(Record { recovery, ..record }.with_change(Change::Enrolled, now))
            }
            (check::Finding::OutsideWindow(seconds), _) => {
                Err(NotConfirmed::ClockOff(self, seconds))
            }
            _ => Err(NotConfirmed::WrongCode(self)),
        }
    }

    fn unproven_record(&self, now: UnixTime) -> Record {
        Record {
            name: self.name.clone(),
            uid: self.uid,
            secret: self.secret.clone(),
            parameters: self.parameters,
            last_step: Step(0),
            clock_offset: 0,
            drift: 0,
            lockout: Lockout::NONE,
            recovery: Recovery::none([0; SALT_LEN]),
            last_offset: 0,
            changes: Vec::new(),
            enrolled_at: now,
        }
    }
}
