//! What a module may return, by the names that control fields use.

/// A return code of libpam. Its number is that of `<security/_pam_types.h>` on Linux.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(u8);

/// The names, in the order of their numbers.
const NAMES: [&str; 32] = [
    "success",
    "open_err",
    "symbol_err",
    "service_err",
    "system_err",
    "buf_err",
    "perm_denied",
    "auth_err",
    "cred_insufficient",
    "authinfo_unavail",
    "user_unknown",
    "maxtries",
    "new_authtok_reqd",
    "acct_expired",
    "session_err",
    "cred_unavail",
    "cred_expired",
    "cred_err",
    "no_module_data",
    "conv_err",
    "authtok_err",
    "authtok_recover_err",
    "authtok_lock_busy",
    "authtok_disable_aging",
    "try_again",
    "ignore",
    "abort",
    "authtok_expired",
    "module_unknown",
    "bad_item",
    "conv_again",
    "incomplete",
];

impl Code {
    /// Let in.
    pub const SUCCESS: Self = Self(0);
    /// What libpam itself says where nothing else was said: refused.
    pub const PERM_DENIED: Self = Self(6);
    /// A wrong password, a wrong code.
    pub const AUTH_ERR: Self = Self(7);
    /// Whom to ask does not answer.
    pub const AUTHINFO_UNAVAIL: Self = Self(9);
    /// Let in, but the password has to be changed.
    pub const NEW_AUTHTOK_REQD: Self = Self(12);
    /// Nothing to say.
    pub const IGNORE: Self = Self(25);
    /// The module is not there.
    pub const MODULE_UNKNOWN: Self = Self(28);

    /// All of them but those that only a conversation that is not over yet returns.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..30).map(Self)
    }

    /// Its name in control fields.
    #[must_use]
    pub fn name(self) -> &'static str {
        NAMES.get(self.index()).copied().unwrap_or("?")
    }

    /// Its number.
    #[must_use]
    pub fn index(self) -> usize {
        usize::from(self.0)
    }

    /// That which is called `name`.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let number = NAMES.iter().position(|known| *known == name)?;
        u8::try_from(number).ok().map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_are_those_of_libpam() {
        for (code, name, number) in [
            (Code::SUCCESS, "success", 0),
            (Code::PERM_DENIED, "perm_denied", 6),
            (Code::AUTH_ERR, "auth_err", 7),
            (Code::AUTHINFO_UNAVAIL, "authinfo_unavail", 9),
            (Code::NEW_AUTHTOK_REQD, "new_authtok_reqd", 12),
            (Code::IGNORE, "ignore", 25),
            (Code::MODULE_UNKNOWN, "module_unknown", 28),
        ] {
            assert_eq!((code.name(), code.index()), (name, number));
            assert_eq!(Code::named(name), Some(code));
        }
    }
}
