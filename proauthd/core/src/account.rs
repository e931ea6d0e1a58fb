//! Names of Unix accounts: bytes until parsed.

use std::fmt;

use crate::UnixTime;

/// The longest name we take, in bytes; `LOGIN_NAME_MAX` of Linux, without its NUL.
const MAX_LEN: usize = 255;

/// A name that is safe in logs, labels, paths and keys.
///
/// Letters, digits and `. _ - @ + $ \` are what local, directory and `user@domain` accounts use;
/// a `:` or a newline would end a field in passwd, sudoers or a log (GHSA-x259-23ph-65m5).
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AccountName(String);

/// The text is not the name of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadAccountName;

impl fmt::Display for BadAccountName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not an account name: use letters, digits and . _ - @ + $ \\, at most 255")
    }
}

impl std::error::Error for BadAccountName {}

impl AccountName {
    /// Parses `name`.
    ///
    /// # Errors
    /// If it is empty, too long, begins with `-`, is `.` or `..`, or has any other character
    /// than those named above.
    pub fn parse(name: &str) -> Result<Self, BadAccountName> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || br"._-@+$\".contains(&byte);
        let refused = name.is_empty()
            || name.len() > MAX_LEN
            || name.starts_with('-')
            || matches!(name, "." | "..")
            || !name.bytes().all(allowed);
        if refused {
            Err(BadAccountName)
        } else {
            Ok(Self(name.to_owned()))
        }
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AccountName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for AccountName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

/// An administrator's word that nobody logs in as an account, until it is taken back. It holds for
/// whoever has the name: enrolled or not, and also after the account was made anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Suspension {
    /// Since when.
    pub since: UnixTime,
    /// The uid of who said so.
    pub by: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_local_and_directory_accounts_are_names() {
        for name in [
            "alice",
            "www-data",
            "_apt",
            "a.b",
            "alice@example.com",
            r"EX\alice",
            "pc1$",
        ] {
            assert!(AccountName::parse(name).is_ok(), "{name}");
        }
        assert!(AccountName::parse(&"a".repeat(255)).is_ok());
    }

    #[test]
    fn what_could_end_a_field_or_a_path_is_no_name() {
        for name in [
            "",
            ".",
            "..",
            "-rf",
            "a/b",
            "a:b",
            "a\nb",
            "a b",
            "a\0b",
            "\u{1b}[31m",
            "é",
        ] {
            assert_eq!(AccountName::parse(name), Err(BadAccountName), "{name:?}");
        }
        assert!(AccountName::parse(&"a".repeat(256)).is_err());
        assert!(AccountName::parse("alic\u{fffd}").is_err());
    }
}
