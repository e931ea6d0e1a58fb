//! Time-based one-time passwords: RFC 6238, on the HOTP values of RFC 4226.

use std::num::NonZeroU64;

use totp_rs::{Builder, Totp};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::UnixTime;

/// Bytes of a new secret: 160 bits, as RFC 4226 section 4 (R6) recommends.
pub const SECRET_LEN: usize = 20;

/// The shared secret of one authenticator. Wiped when dropped; cannot be printed.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Secret(Vec<u8>);

impl Secret {
    /// Takes the bytes of a secret; `None` if they are fewer than the 128 bits that RFC 4226
    /// section 4 (R6) requires.
    #[must_use]
    pub fn new(mut bytes: Vec<u8>) -> Option<Self> {
        if bytes.len() < 16 {
            bytes.zeroize();
            return None;
        }
        Some(Self(bytes))
    }

    /// The secret's bytes, for sealing.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Base32 without padding (RFC 4648 section 6), as authenticator apps take it.
    #[must_use]
    pub fn to_base32(&self) -> String {
        totp_rs::Secret::from(self.0.clone()).to_base32()
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret([redacted])")
    }
}

/// The hash of the HMAC (RFC 6238 section 1.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Algorithm {
    /// What every app supports.
    #[default]
    Sha1,
    /// Some apps silently compute SHA-1 instead.
    Sha256,
    /// Some apps silently compute SHA-1 instead.
    Sha512,
}

impl Algorithm {
    /// The name in otpauth URIs and in the config.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sha1 => "SHA1",
            Self::Sha256 => "SHA256",
            Self::Sha512 => "SHA512",
        }
    }

    /// The algorithm of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Sha1, Self::Sha256, Self::Sha512]
            .into_iter()
            .find(|known| known.name() == name)
    }
}

/// How an authenticator makes its codes, and how many of them count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parameters {
    /// The hash.
    pub algorithm: Algorithm,
    /// Digits of a code.
    pub digits: Digits,
    /// Seconds of a step (the `X` of RFC 6238).
    pub period: NonZeroU64,
    /// Steps accepted either side of the present one (RFC 6238 section 5.2).
    pub skew: u8,
}

/// Digits of a code: six to eight (RFC 4226 section 5.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Digits(u8);

impl Digits {
    /// What every app supports.
    pub const SIX: Self = Self(6);

    /// `None` unless `digits` is 6, 7 or 8.
    #[must_use]
    pub const fn new(digits: u8) -> Option<Self> {
        if matches!(digits, 6..=8) {
            Some(Self(digits))
        } else {
            None
        }
    }

    /// The number of digits.
    #[must_use]
    pub const fn get(self) -> u8 {
        self.0
    }
}

/// A time step: the number of periods since 1970 (the `T` of RFC 6238), on the clock of the
/// authenticator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Step(pub u64);

impl Step {
    /// The step that `time` lies in.
    #[must_use]
    pub fn at(time: UnixTime, period: NonZeroU64) -> Self {
        Self(time.0 / period)
    }

    /// When the step begins.
    #[must_use]
    pub const fn begins(self, period: NonZeroU64) -> UnixTime {
        UnixTime(self.0.saturating_mul(period.get()))
    }

    /// The step `count` later, or earlier where it is negative; stops at both ends of time.
    #[must_use]
    pub const fn shifted(self, count: i64) -> Self {
        Self(self.0.saturating_add_signed(count))
    }

    /// How many steps after `other` this one is; negative where it is earlier.
    #[must_use]
    pub const fn steps_after(self, other: Self) -> i64 {
        self.0.cast_signed().saturating_sub(other.0.cast_signed())
    }
}

/// The steps from `centre - reach` to `centre + reach`.
pub fn window(centre: Step, reach: u64) -> impl Iterator<Item = Step> + use<> {
    (centre.0.saturating_sub(reach)..=centre.0.saturating_add(reach)).map(Step)
}

/// The steps among `steps` whose code is `code`, ascending as they came.
///
/// All of them are always computed, and compared in constant time, so that the time taken does
/// not tell which one fits.
pub fn matching(
    secret: &Secret,
    parameters: &Parameters,
    code: &str,
    steps: impl Iterator<Item = Step>,
) -> Vec<Step> {
    let totp = generator(secret, parameters);
    let fits = |step: &Step| totp.check(code, step.begins(parameters.period).0).is_some();
    steps.filter(fits).collect()
}

/// The library's generator, without a skew of its own: which steps to try is decided here,
/// because its own scan stops at the first hit, used before or not.
fn generator(secret: &Secret, parameters: &Parameters) -> Totp {
    let algorithm = match parameters.algorithm {
        Algorithm::Sha1 => totp_rs::Algorithm::SHA1,
        Algorithm::Sha256 => totp_rs::Algorithm::SHA256,
        Algorithm::Sha512 => totp_rs::Algorithm::SHA512,
    };
    Builder::new()
        .with_algorithm(algorithm)
        .with_digits(parameters.digits.get())
        .with_step_duration(parameters.period.get())
        .with_skew(0)
        .with_secret(secret.0.clone())
        .build_noncompliant()
}
