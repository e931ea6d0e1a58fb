//! Codes for the day on which the authenticator is not at hand: recovery codes, which users keep,
//! and emergency codes, which a help desk reads out.
//!
//! Both have the same form, so that a reply can be sorted without looking anything up, and both
//! are kept only as memory-hard hashes, which somebody else computes: with one salt for each
//! user, one hash decides about all of them.

use zeroize::Zeroizing;

use crate::{UnixTime, letters};

/// Recovery codes of one user.
pub const CODES: usize = 10;

/// Letters of a code, of 5 bits each: 60 bits.
pub const LETTERS: usize = 12;

/// Bytes of a hash: more than the code has, and no more, since records are written at each login.
pub const HASH_LEN: usize = 16;

/// Bytes of a salt.
pub const SALT_LEN: usize = 16;

/// A hash of a code.
pub type Hash = [u8; HASH_LEN];

/// What is stored of one user's recovery and emergency codes.
#[derive(Clone, PartialEq, Eq)]
pub struct Recovery {
    /// Of all hashes below.
    pub salt: [u8; SALT_LEN],
    /// Of the recovery codes that are left.
    pub codes: Vec<Hash>,
    /// The emergency code, if there is one.
    pub emergency: Option<Emergency>,
}

/// What is stored of an emergency code. Under a clock that jumps, it works in no other time.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Emergency {
    /// Of the code.
    pub hash: Hash,
    /// Since when it works.
    pub from: UnixTime,
    /// Until when.
    pub until: UnixTime,
}

/// What a hash turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spent {
    /// A recovery code; so many are left.
    Recovery(usize),
    /// The emergency code.
    Emergency,
}

impl Recovery {
    /// No codes.
    #[must_use]
    pub const fn none(salt: [u8; SALT_LEN]) -> Self {
        Self {
            salt,
            codes: Vec::new(),
            emergency: None,
        }
    }

    /// Takes the code with `hash` out, if there is one that works at `now`.
    ///
    /// Compares hashes of secrets, not secrets: how long that takes tells nothing of use.
    #[must_use]
    pub fn spend(&self, hash: &Hash, now: UnixTime) -> Option<(Spent, Self)> {
        let fits = |code: &Emergency| code.hash == *hash && (code.from..=code.until).contains(&now);
        if self.emergency.as_ref().is_some_and(fits) {
            return Some((
                Spent::Emergency,
                Self {
                    emergency: None,
                    ..self.clone()
                },
            ));
        }
        let at = self.codes.iter().position(|code| code == hash)?;
        let mut left = self.clone();
        left.codes.remove(at);
        Some((Spent::Recovery(left.codes.len()), left))
    }
}

impl std::fmt::Debug for Recovery {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "Recovery({} codes, emergency: {})",
            self.codes.len(),
            self.emergency.is_some()
        )
    }
}

/// The code that random `bytes` make, as it is shown: `abcd-efgh-jkmn`. Five bits of each byte
/// are used.
#[must_use]
pub fn show(bytes: &[u8; LETTERS]) -> Zeroizing<String> {
    let mut code = Zeroizing::new(String::with_capacity(LETTERS + 2));
    for (at, byte) in bytes.iter().enumerate() {
        if at > 0 && at % 4 == 0 {
            code.push('-');
        }
        code.push(letters::letter(*byte));
    }
    code
}

/// The letters of `reply`, if it has the form of such a code, however it is grouped and in upper
/// or lower case; `o` is read as 0, `i` and `l` as 1.
#[must_use]
pub fn parse(reply: &str) -> Option<Zeroizing<String>> {
    let mut code = Zeroizing::new(String::with_capacity(LETTERS));
    for typed in reply.chars().filter(|c| !letters::is_between_groups(*c)) {
        if code.len() == LETTERS {
            return None;
        }
        code.push(letters::letter(letters::value(typed)?));
    }
    (code.len() == LETTERS).then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_back_however_it_is_typed() {
        let shown = show(b"\x00\x01\x1f\x2a\x10\x11\x12\x13\x14\x15\x16\x17");
        assert_eq!(*shown, "01za-ghjk-mnpq");
        for typed in [
            "01za-ghjk-mnpq",
            "01ZAGHJKMNPQ",
            " oLza ghjk mnpq ",
            "0Iza-GHJK-mnpq",
        ] {
            assert_eq!(
                parse(typed).as_deref().map(String::as_str),
                Some("01zaghjkmnpq")
            );
        }
    }

    #[test]
    fn no_code_of_an_app_and_no_password_has_that_form() {
        for typed in [
            "123456",
            "12345678",
            "01za-ghjk-mnp",
            "01za-ghjk-mnpqr",
            "u1zaghjkmnpq",
            "",
        ] {
            assert!(parse(typed).is_none(), "{typed}");
        }
    }

    #[test]
    fn each_code_is_spent_once() {
        let recovery = Recovery {
            codes: vec![[1; 16], [2; 16]],
            ..Recovery::none([0; 16])
        };
        let (spent, left) = recovery.spend(&[1; 16], UnixTime(5)).unwrap();
        assert_eq!(spent, Spent::Recovery(1));
        assert!(left.spend(&[1; 16], UnixTime(5)).is_none());
        assert!(left.spend(&[2; 16], UnixTime(5)).is_some());
    }

    #[test]
    fn an_emergency_code_works_once_and_in_its_time() {
        let emergency = Some(Emergency {
            hash: [3; 16],
            from: UnixTime(50),
            until: UnixTime(100),
        });
        let recovery = Recovery {
            emergency,
            ..Recovery::none([0; 16])
        };
        for wrong_time in [49, 101] {
            assert!(recovery.spend(&[3; 16], UnixTime(wrong_time)).is_none());
        }
        let (spent, left) = recovery.spend(&[3; 16], UnixTime(100)).unwrap();
        assert_eq!(spent, Spent::Emergency);
        assert!(left.spend(&[3; 16], UnixTime(100)).is_none());
    }
}
