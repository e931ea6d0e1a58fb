//! Tickets: what an administrator hands out so that somebody can enroll, once.
//!
//! A ticket is 128 random bits. Of those only a hash is kept, which somebody else computes; a fast
//! one will do, since there is nothing to guess.

use zeroize::Zeroizing;

use crate::{UnixTime, letters};

/// Random bytes of a ticket.
pub const BYTES: usize = 16;

/// Letters of a ticket: of 5 bits each, but for the first, of which 3 are used.
const LETTERS: usize = 26;

/// Letters of a group; the last group has one more.
const GROUP: usize = 5;

/// Bytes of a hash: all of SHA-256.
pub const HASH_LEN: usize = 32;

/// A hash of a ticket's bytes.
pub type Hash = [u8; HASH_LEN];

/// What is handed out. Wiped when dropped; cannot be printed but by [`Code::show`].
#[derive(Clone, PartialEq, Eq)]
pub struct Code(Zeroizing<[u8; BYTES]>);

/// What is stored of a ticket.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Ticket {
    /// Of the account that it is for.
    pub uid: u32,
    /// Of its bytes.
    pub hash: Hash,
    /// Until when it works.
    pub until: UnixTime,
}

impl Code {
    /// The one that random `bytes` make.
    #[must_use]
    pub const fn new(bytes: Zeroizing<[u8; BYTES]>) -> Self {
        Self(bytes)
    }

    /// The one that `typed` stands for, however it is grouped and in upper or lower case; `o` is
    /// read as 0, `i` and `l` as 1. `None` if it has another form.
    #[must_use]
    pub fn parse(typed: &str) -> Option<Self> {
        let mut number = Zeroizing::new(0_u128);
        let mut count = 0;
        for typed in typed.chars().filter(|c| !letters::is_between_groups(*c)) {
            // The first letter has bits to spare: what would be pushed out is no ticket of ours.
            if count == LETTERS || number.leading_zeros() < 5 {
                return None;
            }
            *number = *number << 5 | u128::from(letters::value(typed)?);
            count += 1;
        }
        (count == LETTERS).then(|| Self(Zeroizing::new(number.to_be_bytes())))
    }

    /// As it is handed out: `0abcd-efghj-kmnpq-rstvw-xyz012`.
    #[must_use]
    pub fn show(&self) -> Zeroizing<String> {
        let number = Zeroizing::new(u128::from_be_bytes(*self.0));
        let mut text = Zeroizing::new(String::with_capacity(LETTERS + LETTERS / GROUP));
        for at in 0..LETTERS {
            if at > 0 && at % GROUP == 0 && at + 1 < LETTERS {
                text.push('-');
            }
            let [.., lowest] = (*number >> (5 * (LETTERS - 1 - at))).to_be_bytes();
            text.push(letters::letter(lowest));
        }
        text
    }

    /// What is to be hashed.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; BYTES] {
        &self.0
    }
}

impl std::fmt::Debug for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Code([redacted])")
    }
}

impl Ticket {
    /// Whether it lets the account with `uid` enroll at `now`, shown by what has `hash`.
    #[must_use]
    pub fn accepts(&self, hash: &Hash, uid: u32, now: UnixTime) -> bool {
        is_same(&self.hash, hash) && self.uid == uid && now <= self.until
    }
}

impl std::fmt::Debug for Ticket {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Ticket(uid {}, until {})", self.uid, self.until.0)
    }
}

/// Compares in a time that does not tell where they differ.
fn is_same(one: &Hash, other: &Hash) -> bool {
    let differences = one.iter().zip(other).fold(0, |all, (a, b)| all | (a ^ b));
    std::hint::black_box(differences) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(bytes: [u8; BYTES]) -> Code {
        Code::new(Zeroizing::new(bytes))
    }

    fn ticket() -> Ticket {
        Ticket {
            uid: 1000,
            hash: [7; HASH_LEN],
            until: UnixTime(100),
        }
    }

    #[test]
    fn a_ticket_is_read_back_however_it_is_typed() {
        let bytes = 0x0123_4567_89ab_cdef_0123_4567_89ab_cdef_u128.to_be_bytes();
        let shown = code(bytes).show();
        assert_eq!(*shown, "014d2-pf2db-sqqg2-8t5cy-4tqkff");
        for typed in [
            "014d2-pf2db-sqqg2-8t5cy-4tqkff",
            "014D2PF2DBSQQG28T5CY4TQKFF",
            " oL4d2 pf2db-sqqg2 8t5cy4tqkff ",
            "OI4D2-pf2db-sqqg2-8t5cy-4tqk-ff",
        ] {
            assert_eq!(Code::parse(typed), Some(code(bytes)), "{typed}");
        }
    }

    #[test]
    fn what_has_another_form_is_no_ticket() {
        for typed in [
            "",
            "014d2-pf2db-sqqg2-8t5cy-4tqkf",
            "014d2-pf2db-sqqg2-8t5cy-4tqkfff",
            "014d2-pf2db-sqqg2-8t5cy-4tqkfu",
            "014d2_pf2db_sqqg2_8t5cy_4tqkff",
            "814d2-pf2db-sqqg2-8t5cy-4tqkff",
            "z14d2-pf2db-sqqg2-8t5cy-4tqkff",
            "123456",
            "01za-ghjk-mnpq",
        ] {
            assert_eq!(Code::parse(typed), None, "{typed:?}");
        }
    }

    #[test]
    fn a_ticket_lets_one_account_enroll_until_it_expires() {
        let hash = [7; HASH_LEN];
        assert!(ticket().accepts(&hash, 1000, UnixTime(100)));
        assert!(!ticket().accepts(&hash, 1000, UnixTime(101)), "expired");
        assert!(!ticket().accepts(&hash, 1001, UnixTime(100)), "another's");
        for at in 0..HASH_LEN {
            let mut other = hash;
            other[at] ^= 1;
            assert!(!ticket().accepts(&other, 1000, UnixTime(100)), "{at}");
        }
    }

    proptest::proptest! {
        #[test]
        fn every_ticket_survives_being_shown_and_typed(bytes in proptest::array::uniform16(0_u8..)) {
            let shown = code(bytes).show();
            assert_eq!(shown.len(), LETTERS + 4);
            assert_eq!(Code::parse(&shown), Some(code(bytes)));
        }

        #[test]
        fn no_text_panics(typed in ".*") {
            let _ = Code::parse(&typed);
        }
    }
}
