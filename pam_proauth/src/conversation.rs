//! Asking the user for a code.

use pam::module::PamHandle;
use zeroize::Zeroizing;

use crate::ffi;
use crate::verdict::Outcome;

/// No code is longer than this; the rest is cut off, and what is left is wrong.
const LONGEST_REPLY: usize = 1024;

/// A code as it was typed: wiped when it goes, and never printed (it has no `Debug`).
pub struct Code(Zeroizing<String>);

impl Code {
    /// For the message to the daemon, and nothing else.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Bytes that are not UTF-8 become U+FFFD, which no code contains.
    fn from_bytes(bytes: &[u8]) -> Self {
        // With room for the worst case: growing would leave an unwiped copy behind.
        let worst = bytes.len() * char::REPLACEMENT_CHARACTER.len_utf8();
        let mut text = Zeroizing::new(String::with_capacity(worst));
        for chunk in bytes.utf8_chunks() {
            text.push_str(chunk.valid());
            if !chunk.invalid().is_empty() {
                text.push(char::REPLACEMENT_CHARACTER);
            }
        }
        Self(text)
    }
}

/// Shows `prompt` and waits for the user.
///
/// An empty reply, or none where one was promised, is a code like any other wrong one and goes
/// to the daemon, so that the time taken tells nothing; the daemon does not count it. Without a
/// conversation, as under `sudo -n`, nothing may be counted, so nothing is sent.
pub fn ask(pamh: &mut PamHandle, prompt: &str) -> Result<Code, Outcome> {
    match ffi::prompt(pamh, prompt, LONGEST_REPLY) {
        Some(reply) => Ok(Code::from_bytes(&reply)),
        None => Err(Outcome::NoConversation),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_passed_on_as_it_was_typed() {
        for typed in [
            "",
            "123456",
            " 123 456 ",
            "１２３４５６",
            "\u{8}\n\r\u{7f}INCORRECT",
        ] {
            assert_eq!(Code::from_bytes(typed.as_bytes()).reveal(), typed);
        }
    }

    #[test]
    fn bytes_that_are_not_utf8_become_the_replacement_character() {
        assert_eq!(
            Code::from_bytes(b"12\xff34\xc3").reveal(),
            "12\u{fffd}34\u{fffd}"
        );
    }

    #[test]
    fn no_reply_outgrows_the_room_made_for_it() {
        let worst = vec![0xff; LONGEST_REPLY];
        let code = Code::from_bytes(&worst);
        assert_eq!(code.0.len(), worst.len() * 3);
        assert_eq!(code.0.capacity(), worst.len() * 3);
    }
}
