//! The configuration as it stands in a file.

use std::num::NonZeroU64;

use proauth_core::login::NotEnrolled;
use proauth_core::totp::{Algorithm, Digits, Parameters};
use serde::Deserialize;

use super::raw_identity::RawIdentity;
use super::value::{
    AbsolutePath, Issuer, MaxFailures, OnEvent, Period, RawAlgorithm, RawDigits, ServiceName, Skew,
};
use super::{Config, ConfigError, SelfEnroll};

/// PAM services of screen lockers that run PAM as the user.
const LOCKERS: &[&str] = &[
    "cinnamon-screensaver",
    "gnome-screensaver",
    "hyprlock",
    "i3lock",
    "kde",
    "light-locker",
    "mate-screensaver",
    "swaylock",
    "vlock",
    "waylock",
    "xscreensaver",
];

/// One file; what it does not set is `None`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawConfig {
    store: Place,
    key: Place,
    totp: RawTotp,
    login: RawLogin,
    enrollment: RawEnrollment,
    identity: RawIdentity,
    hooks: RawHooks,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Place {
    path: Option<AbsolutePath>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct RawTotp {
    period: Option<Period>,
    digits: Option<RawDigits>,
    algorithm: Option<RawAlgorithm>,
    skew: Option<Skew>,
    issuer: Option<Issuer>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct RawLogin {
    not_enrolled: Option<RawNotEnrolled>,
    max_failures: Option<MaxFailures>,
    lockers: Option<Vec<ServiceName>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct RawEnrollment {
    self_enroll: Option<RawSelfEnroll>,
    require_ticket: Option<bool>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum RawSelfEnroll {
    Identity,
    Ticket,
    No,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct RawHooks {
    on_event: Option<OnEvent>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum RawNotEnrolled {
    Deny,
    Allow,
}

impl RawConfig {
    /// This, with everything that `later` sets.
    pub fn overridden_by(self, later: Self) -> Self {
        Self {
            store: Place {
                path: later.store.path.or(self.store.path),
            },
            key: Place {
                path: later.key.path.or(self.key.path),
            },
            totp: RawTotp {
                period: later.totp.period.or(self.totp.period),
                digits: later.totp.digits.or(self.totp.digits),
                algorithm: later.totp.algorithm.or(self.totp.algorithm),
                skew: later.totp.skew.or(self.totp.skew),
                issuer: later.totp.issuer.or(self.totp.issuer),
            },
            login: RawLogin {
                not_enrolled: later.login.not_enrolled.or(self.login.not_enrolled),
                max_failures: later.login.max_failures.or(self.login.max_failures),
                lockers: later.login.lockers.or(self.login.lockers),
            },
            enrollment: RawEnrollment {
                self_enroll: later.enrollment.self_enroll.or(self.enrollment.self_enroll),
                require_ticket: later
                    .enrollment
                    .require_ticket
                    .or(self.enrollment.require_ticket),
            },
            identity: self.identity.overridden_by(later.identity),
            hooks: RawHooks {
                on_event: later.hooks.on_event.or(self.hooks.on_event),
            },
        }
    }

    /// This, with its defaults.
    ///
    /// # Errors
    /// If what it says does not go together.
    pub fn into_config(self) -> Result<Config, ConfigError> {
        let Self {
            store,
            key,
            totp,
            login,
            enrollment,
            identity,
            hooks,
        } = self;
        let path = |place: Place, default: &str| match place.path {
            Some(AbsolutePath(path)) => path,
            None => default.into(),
        };
        let lockers = match login.lockers {
            Some(names) => names.into_iter().map(|ServiceName(name)| name).collect(),
            None => LOCKERS.iter().map(ToString::to_string).collect(),
        };
        Ok(Config {
            store: path(store, "/var/lib/proauth/proauth.db"),
            key: path(key, "/etc/proauth/proauthd.key"),
            parameters: Parameters {
                algorithm: totp
                    .algorithm
                    .map_or(Algorithm::Sha1, |RawAlgorithm(found)| found),
                digits: totp.digits.map_or(Digits::SIX, |RawDigits(digits)| digits),
                period: totp.period.map_or(THIRTY, |Period(seconds)| seconds),
                skew: totp.skew.map_or(1, |Skew(steps)| steps),
            },
            issuer: totp
                .issuer
                .map_or_else(|| "ProAuth".to_owned(), |Issuer(issuer)| issuer),
            not_enrolled: match login.not_enrolled {
                Some(RawNotEnrolled::Allow) => NotEnrolled::Allow,
                Some(RawNotEnrolled::Deny) | None => NotEnrolled::Deny,
            },
            max_failures: login.max_failures.map_or(100, |MaxFailures(count)| count),
            lockers,
            self_enroll: match enrollment.self_enroll {
                Some(RawSelfEnroll::Identity) | None => SelfEnroll::Identity,
                Some(RawSelfEnroll::Ticket) => SelfEnroll::Ticket,
                Some(RawSelfEnroll::No) => SelfEnroll::No,
            },
            require_ticket: enrollment.require_ticket.unwrap_or(false),
            identity: identity.into_identity()?,
            on_event: hooks.on_event.and_then(|OnEvent(program)| program),
        })
    }
}

const THIRTY: NonZeroU64 = NonZeroU64::MIN.saturating_add(29);
