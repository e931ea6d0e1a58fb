//! What somebody typed at the prompt, sorted by its form alone.

use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::recovery;

/// What sshd types in place of a user whom it has refused already: these bytes, repeated and cut
/// to the length of what was really typed (`auth-pam.c`, `fake_password`).
const SSHD_JUNK: &[u8] = b"\x08\n\r\x7fINCORRECT";

/// A reply to the prompt.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub enum Typed {
    /// Digits, as many as a code may have. Spaces are gone: apps show `123 456`.
    Code(String),
    /// Twelve letters in the form of a recovery or emergency code, without their groups.
    Recovery(String),
    /// Nothing at all. Not an attempt.
    Empty,
    /// Not typed by anybody: sshd's substitute for a user it has refused. Not an attempt.
    SshdJunk,
    /// Something that can be no code. A wrong answer like any other.
    Malformed,
}

impl Typed {
    /// Sorts `reply`, which comes from an attacker and has any form and length.
    #[must_use]
    pub fn parse(reply: &str) -> Self {
        let bytes = reply.as_bytes();
        if bytes.is_empty() {
            return Self::Empty;
        }
        if bytes
            .iter()
            .zip(SSHD_JUNK.iter().cycle())
            .all(|(typed, junk)| typed == junk)
        {
            return Self::SshdJunk;
        }
        let digits: String = reply.chars().filter(|c| *c != ' ').take(9).collect();
        if (6..=8).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()) {
            return Self::Code(digits);
        }
        match recovery::parse(reply) {
            Some(letters) => Self::Recovery(letters.to_string()),
            None => Self::Malformed,
        }
    }
}

impl std::fmt::Debug for Typed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Code(_) => "Code([redacted])",
            Self::Recovery(_) => "Recovery([redacted])",
            Self::Empty => "Empty",
            Self::SshdJunk => "SshdJunk",
            Self::Malformed => "Malformed",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> Typed {
        Typed::Code(text.to_owned())
    }

    #[test]
    fn six_to_eight_digits_are_a_code_with_or_without_spaces() {
        assert_eq!(Typed::parse("123456"), code("123456"));
        assert_eq!(Typed::parse("123 456"), code("123456"));
        assert_eq!(Typed::parse(" 1234 5678 "), code("12345678"));
    }

    #[test]
    fn everything_else_is_malformed() {
        let long = "1".repeat(10_000);
        let other_digits = ["١٢٣٤٥٦", "１２３４５６", "१२३४५६"];
        for reply in [
            "12345",
            "123456789",
            "12345a",
            "+12345",
            "123\t456",
            "   ",
            "hunter2",
            &long,
        ]
        .into_iter()
        .chain(other_digits)
        {
            assert_eq!(Typed::parse(reply), Typed::Malformed, "{reply:?}");
        }
    }

    #[test]
    fn what_sshd_substitutes_is_recognised_at_every_length() {
        let junk: Vec<u8> = SSHD_JUNK.iter().copied().cycle().take(64).collect();
        let junk = String::from_utf8(junk).unwrap();
        for len in 1..=junk.len() {
            assert_eq!(Typed::parse(&junk[..len]), Typed::SshdJunk, "{len}");
        }
        assert_eq!(Typed::parse("\x08\n\r\x7fCORRECT"), Typed::Malformed);
    }

    #[test]
    fn a_recovery_code_is_known_by_its_form_and_no_code_of_an_app_has_it() {
        let letters = Typed::Recovery("01zaghjkmnpq".to_owned());
        assert_eq!(Typed::parse("01ZA-GHJK-MNPQ"), letters);
        assert_eq!(
            Typed::parse("0123-4567-8901"),
            Typed::Recovery("012345678901".to_owned())
        );
    }

    proptest::proptest! {
        #[test]
        fn no_reply_panics_and_a_code_is_always_digits(reply in ".*") {
            if let Typed::Code(ref digits) = Typed::parse(&reply) {
                assert!(digits.bytes().all(|b| b.is_ascii_digit()));
                assert!((6..=8).contains(&digits.len()));
            }
        }
    }
}
