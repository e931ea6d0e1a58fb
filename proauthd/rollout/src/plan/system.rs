//! Who keeps the PAM files of a machine.

use crate::Host;

/// How they are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum System {
    /// A file for each service, which includes `common-auth` and so on, kept by pam-auth-update.
    Debian,
    /// All by authselect.
    Authselect,
    /// Otherwise.
    Unknown,
}

impl System {
    /// That of `host`.
    #[must_use]
    pub fn of(host: &Host) -> Self {
        let is_there = |path: &str| host.path(path).exists();
        if is_there("/usr/sbin/pam-auth-update") && is_there("/etc/pam.d/common-auth") {
            Self::Debian
        } else if is_there("/usr/bin/authselect") || is_there("/usr/sbin/authselect") {
            Self::Authselect
        } else {
            Self::Unknown
        }
    }
}
