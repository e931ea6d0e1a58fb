//! The configuration as it stands in a file. Each value checks itself while it is read, so that a
//! mistake knows its line and column.

use std::num::NonZeroU64;
use std::path::PathBuf;

use proauth_core::login::NotEnrolled;
use proauth_core::totp::{Algorithm, Digits, Parameters};
use serde::Deserialize;

use super::Config;

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
struct RawHooks {
    on_event: Option<OnEvent>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum RawNotEnrolled {
    Deny,
    Allow,
}

/// Defines a value that checks itself: its type, what it is read as, and its check.
macro_rules! checked {
    ($name:ident($inner:ty) from $raw:literal as $raw_type:ty: $check:expr) => {
        #[derive(Debug, Clone, Deserialize)]
        #[serde(try_from = $raw)]
        struct $name($inner);

        impl TryFrom<$raw_type> for $name {
            type Error = &'static str;

            fn try_from(value: $raw_type) -> Result<Self, Self::Error> {
                let check: fn($raw_type) -> Result<$inner, &'static str> = $check;
                check(value).map(Self)
            }
        }
    };
}

checked!(AbsolutePath(PathBuf) from "PathBuf" as PathBuf: |path| {
    if path.is_absolute() { Ok(path) } else { Err("a path must begin with /") }
});

// Empty, so that a later file can take back what an earlier one sets.
checked!(OnEvent(Option<PathBuf>) from "PathBuf" as PathBuf: |path| {
    match path.as_os_str().is_empty() {
        true => Ok(None),
        false => AbsolutePath::try_from(path).map(|AbsolutePath(path)| Some(path)),
    }
});

checked!(Period(NonZeroU64) from "i64" as i64: |seconds| {
    let seconds = u64::try_from(seconds).ok().filter(|seconds| (15..=300).contains(seconds));
    seconds.and_then(NonZeroU64::new).ok_or("period must be from 15 to 300 seconds")
});

checked!(RawDigits(Digits) from "i64" as i64: |digits| {
    u8::try_from(digits).ok().and_then(Digits::new).ok_or("digits must be 6, 7 or 8")
});

checked!(RawAlgorithm(Algorithm) from "String" as String: |name| {
    Algorithm::from_name(&name).ok_or("algorithm must be \"SHA1\", \"SHA256\" or \"SHA512\"")
});

checked!(Skew(u8) from "i64" as i64: |steps| {
    let steps = u8::try_from(steps).ok().filter(|steps| *steps <= 10);
    steps.ok_or("skew must be from 0 to 10 steps")
});

checked!(MaxFailures(u32) from "i64" as i64: |count| {
    let count = u32::try_from(count).ok().filter(|count| (5..=100).contains(count));
    count.ok_or("max_failures must be from 5 to 100 (NIST SP 800-63B)")
});

checked!(Issuer(String) from "String" as String: |issuer| {
    let plain = issuer.chars().all(|c| !c.is_control() && c != ':');
    if plain && (1..=40).contains(&issuer.chars().count()) {
        Ok(issuer)
    } else {
        Err("issuer must have 1 to 40 characters, none of them a colon or a control character")
    }
});

checked!(ServiceName(String) from "String" as String: |name| {
    let plain = |byte: u8| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_.".contains(&byte)
    };
    if !name.is_empty() && name.bytes().all(plain) {
        Ok(name)
    } else {
        Err("a PAM service is named in lower case letters, digits and - _ .")
    }
});

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
            hooks: RawHooks {
                on_event: later.hooks.on_event.or(self.hooks.on_event),
            },
        }
    }

    /// This, with its defaults.
    pub fn into_config(self) -> Config {
        let Self {
            store,
            key,
            totp,
            login,
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
        Config {
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
            on_event: hooks.on_event.and_then(|OnEvent(program)| program),
        }
    }
}

const THIRTY: NonZeroU64 = NonZeroU64::MIN.saturating_add(29);
