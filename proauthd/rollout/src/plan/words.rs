//! The words of the command line, which also stand in the state of a change.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// What can be had to ask for codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Service {
    /// Logins over SSH.
    Sshd,
    /// sudo; also `sudo -i`, where that has a PAM file of its own.
    Sudo,
    /// Whatever asks for a password through the files that all services share.
    Everywhere,
}

impl Service {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Sshd, Self::Sudo, Self::Everywhere];

    /// As it is typed.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Sshd => "sshd",
            Self::Sudo => "sudo",
            Self::Everywhere => "everywhere",
        }
    }
}

/// What sshd asks for before the code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FirstFactor {
    /// A key, which sshd checks.
    #[default]
    Key,
    /// A password, which PAM asks for.
    Password,
}

impl FirstFactor {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Key, Self::Password];

    /// As it is typed.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::Password => "password",
        }
    }
}

/// A word that is none of those.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("it is one of: {0}")]
pub struct Unknown(String);

impl FromStr for Service {
    type Err = Unknown;

    fn from_str(text: &str) -> Result<Self, Unknown> {
        find(Self::ALL, Self::word, text)
    }
}

impl FromStr for FirstFactor {
    type Err = Unknown;

    fn from_str(text: &str) -> Result<Self, Unknown> {
        find(Self::ALL, Self::word, text)
    }
}

fn find<T: Copy, const N: usize>(
    all: [T; N],
    word: fn(T) -> &'static str,
    text: &str,
) -> Result<T, Unknown> {
    let found = all.into_iter().find(|it| word(*it) == text);
    found.ok_or_else(|| Unknown(all.map(word).join(", ")))
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl fmt::Display for FirstFactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}
