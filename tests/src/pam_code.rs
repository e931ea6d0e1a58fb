//! What libpam's functions return, by name.

use std::fmt;

/// A return code of libpam, from `security/_pam_types.h`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PamCode(pub i32);

/// Each code that a test has met, with its name.
macro_rules! pam_codes {
    ($($name:ident = $value:literal,)+) => {
        impl PamCode {
            $(#[doc = concat!("`PAM_", stringify!($name), "`.")] pub const $name: Self = Self($value);)+
        }

        impl fmt::Display for PamCode {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self.0 {
                    $($value => f.pad(concat!("PAM_", stringify!($name))),)+
                    other => write!(f, "PAM code {other}"),
                }
            }
        }
    };
}

pam_codes! {
    SUCCESS = 0,
    SERVICE_ERR = 3,
    SYSTEM_ERR = 4,
    PERM_DENIED = 6,
    AUTH_ERR = 7,
    AUTHINFO_UNAVAIL = 9,
    USER_UNKNOWN = 10,
    MAXTRIES = 11,
    SESSION_ERR = 14,
    CONV_ERR = 19,
    IGNORE = 25,
    ABORT = 26,
    MODULE_UNKNOWN = 28,
}
