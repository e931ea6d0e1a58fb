//! Binding an authenticator: a secret is pending until its first code proves that it arrived.
//!
//! `Pending` is consumed by [`Pending::confirm`], so that no enrollment is confirmed twice, and a
//! [`Record`] with a new secret comes from nowhere else. Until then, what is stored stays as it is:
//! an authenticator that is to be replaced works, and its successor does not.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::check::{self, Finding};
use crate::identity::Identity;
use crate::lockout::Lockout;
use crate::recovery::Recovery;
use crate::totp::{Algorithm, Digits, Parameters, Secret};
use crate::{
    AccountName, Authenticator, AuthenticatorName, Authenticators, Change, NotAdded, Record, Typed,
    UnixTime,
};

/// Seconds until a pending enrollment is forgotten.
pub const PENDING_FOR: u64 = 10 * 60;

/// RFC 3986 section 2.3, "unreserved", and the `@` that a path may have as it is.
const LABEL: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'@');

/// What an enrollment is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Purpose {
    /// The first authenticator of an account.
    New,
    /// Another one in place of the main one, for a new phone.
    Replace,
    /// Another one of this name beside those that there are.
    Add(AuthenticatorName),
}

/// A secret that was handed out and not proven yet.
#[derive(Debug)]
pub struct Pending {
    name: AccountName,
    uid: u32,
    purpose: Purpose,
    identity: Option<Identity>,
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
    WrongCode(Box<Pending>),
    /// The code is right so many seconds from now (negative: ago); still pending.
    ClockOff(Box<Pending>, i64),
    /// It does not fit what is stored of the account, and is over.
    Contradiction(Contradiction),
}

/// Why an enrollment does not fit what is stored of the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Contradiction {
    /// It is for the first authenticator, and there is one.
    AlreadyEnrolled,
    /// It is for another authenticator, and there is none.
    NotEnrolled,
    /// The record is of another account, by its name or uid.
    OtherAccount,
    /// The record is bound to another identity than that which signed in.
    OtherIdentity,
    /// An authenticator has the name of that which is to be added.
    NameTaken,
    /// There are as many authenticators as there may be.
    TooMany,
    /// The first authenticator or a new main one has no recovery codes with it, or an additional
    /// one has.
    RecoveryCodes,
}

impl Pending {
    /// Hands out `secret` to the account `name`, which has the uid `uid` now. `identity` is who
    /// signed in for it, if anybody did.
    #[must_use]
    pub const fn start(
        name: AccountName,
        uid: u32,
        purpose: Purpose,
        identity: Option<Identity>,
        secret: Secret,
        parameters: Parameters,
        now: UnixTime,
    ) -> Self {
        Self {
            name,
            uid,
            purpose,
            identity,
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

    /// What it is for.
    #[must_use]
    pub const fn purpose(&self) -> &Purpose {
        &self.purpose
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

    /// Whether `typed` is a right code of the secret at `now`.
    #[must_use]
    pub fn is_code(&self, typed: &Typed, now: UnixTime) -> bool {
        let finding = check::find(&self.authenticator(now), typed, now);
        matches!(finding, Finding::Right(_))
    }

    /// Whether it fits what is stored of the account now: `existing`.
    ///
    /// # Errors
    /// [`Contradiction`]; it can be confirmed only if that goes away.
    pub fn fits(&self, existing: Option<&Record>) -> Result<(), Contradiction> {
        let existing = match (&self.purpose, existing) {
            (Purpose::New, None) => return Ok(()),
            (Purpose::New, Some(_)) => return Err(Contradiction::AlreadyEnrolled),
            (_, None) => return Err(Contradiction::NotEnrolled),
            (_, Some(existing)) => existing,
        };
        if existing.name != self.name || existing.uid != self.uid {
            return Err(Contradiction::OtherAccount);
        }
        if let (Some(bound), Some(signed_in)) = (&existing.identity, &self.identity)
            && !bound.is_same_as(signed_in)
        {
            return Err(Contradiction::OtherIdentity);
        }
        match &self.purpose {
            Purpose::Add(name) => Ok(existing.authenticators.has_room_for(name)?),
            Purpose::New | Purpose::Replace => Ok(()),
        }
    }

    /// Turns the pending secret into a record, proven by `typed`, whose step is used up thereby.
    /// `existing` is what is stored of the account; `recovery` are the codes that go with a new
    /// main authenticator, and nothing for an additional one.
    ///
    /// # Errors
    /// [`NotConfirmed`], with the enrollment where it is still pending.
    pub fn confirm(
        self,
        typed: &Typed,
        existing: Option<Record>,
        recovery: Option<Recovery>,
        now: UnixTime,
    ) -> Result<Record, NotConfirmed> {
        if self.is_over(now) {
            return Err(NotConfirmed::TooLate);
        }
        self.fits(existing.as_ref())
            .map_err(NotConfirmed::Contradiction)?;
        let unproven = self.authenticator(now);
        match check::find(&unproven, typed, now) {
            Finding::Right(step) => {
                let proven = Authenticator {
                    last_step: step,
                    ..unproven
                };
                self.bind(proven, existing, recovery, now)
                    .map_err(NotConfirmed::Contradiction)
            }
            Finding::OutsideWindow(seconds) => Err(NotConfirmed::ClockOff(Box::new(self), seconds)),
            Finding::AlreadyUsed | Finding::Wrong | Finding::Malformed => {
                Err(NotConfirmed::WrongCode(Box::new(self)))
            }
        }
    }

    fn authenticator(&self, now: UnixTime) -> Authenticator {
        let name = match &self.purpose {
            Purpose::New | Purpose::Replace => AuthenticatorName::main(),
            Purpose::Add(name) => name.clone(),
        };
        Authenticator::new(name, self.secret.clone(), self.parameters, now)
    }

    fn bind(
        self,
        proven: Authenticator,
        existing: Option<Record>,
        recovery: Option<Recovery>,
        now: UnixTime,
    ) -> Result<Record, Contradiction> {
        let (record, change) = match (self.purpose, existing, recovery) {
            (Purpose::New, None, Some(recovery)) => {
                let record = Record {
                    name: self.name,
                    uid: self.uid,
                    identity: None,
                    authenticators: Authenticators::new(proven),
                    lockout: Lockout::NONE,
                    recovery,
                    changes: Vec::new(),
                };
                (record, Change::Enrolled)
            }
            (Purpose::Replace, Some(existing), Some(recovery)) => {
                let record = Record {
                    authenticators: existing.authenticators.with_main(proven),
                    recovery,
                    ..existing
                };
                (record, Change::AuthenticatorReplaced)
            }
            (Purpose::Add(_), Some(existing), None) => {
                let record = Record {
                    authenticators: existing.authenticators.with(proven)?,
                    ..existing
                };
                (record, Change::AuthenticatorAdded)
            }
            (Purpose::New, Some(_), _) => return Err(Contradiction::AlreadyEnrolled),
            (Purpose::Replace | Purpose::Add(_), None, _) => {
                return Err(Contradiction::NotEnrolled);
            }
            (Purpose::New | Purpose::Replace, _, None) | (Purpose::Add(_), _, Some(_)) => {
                return Err(Contradiction::RecoveryCodes);
            }
        };
        let identity = self.identity.or(record.identity);
        Ok(Record { identity, ..record }.with_change(change, now))
    }
}

impl From<NotAdded> for Contradiction {
    fn from(refused: NotAdded) -> Self {
        match refused {
            NotAdded::NameTaken => Self::NameTaken,
            NotAdded::TooMany => Self::TooMany,
        }
    }
}
