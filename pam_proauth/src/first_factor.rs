//! `first_factor=`: whether something else has vouched for the user before we ask anything.
//!
//! Without it, whoever knows a user's name could use up that user's tries. The stack itself must
//! end when a first factor fails; this checks it from our side.

use pam::items::AuthTok;
use pam::module::PamHandle;

use crate::ffi;

/// A first factor that can be recognised after it was shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FirstFactor {
    /// sshd has checked a key of the user's.
    PublicKey,
    /// A module before us has taken a password.
    Password,
}

impl FirstFactor {
    /// The factor of that name in `first_factor=`.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "publickey" => Some(Self::PublicKey),
            "password" => Some(Self::Password),
            _ => None,
        }
    }

    fn shown(self, pamh: &mut PamHandle) -> bool {
        match self {
            Self::PublicKey => ffi::pam_environment(pamh, c"SSH_AUTH_INFO_0")
                .is_some_and(|passed| names_a_key(&passed)),
            Self::Password => pamh
                .get_item::<AuthTok<'_>>()
                .is_ok_and(|password| password.is_some_and(|it| !it.as_bytes().is_empty())),
        }
    }
}

/// Whether one of `required` was shown, or nothing is required.
pub fn shown(pamh: &mut PamHandle, required: &[FirstFactor]) -> bool {
    required.is_empty() || required.iter().any(|factor| factor.shown(pamh))
}

/// sshd writes a line for each method that succeeded: its name, a space and, for a key, its type
/// and the key itself.
fn names_a_key(passed: &[u8]) -> bool {
    passed
        .split(|byte| *byte == b'\n')
        .filter_map(|line| line.strip_prefix(b"publickey "))
        .any(|key| key.iter().any(u8::is_ascii_graphic))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_for_a_key_shows_a_key() {
        assert!(names_a_key(
            b"publickey ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA\n"
        ));
        assert!(names_a_key(
            b"publickey ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA"
        ));
        assert!(names_a_key(
            b"password\npublickey ecdsa-sha2-nistp256-cert-v01@openssh.com AAAA\n"
        ));
    }

    #[test]
    fn other_methods_show_no_key() {
        assert!(!names_a_key(b""));
        assert!(!names_a_key(b"\n"));
        assert!(!names_a_key(b"password\n"));
        assert!(!names_a_key(b"keyboard-interactive\n"));
        assert!(!names_a_key(b"keyboard-interactive/pam\npassword\n"));
        assert!(!names_a_key(
            b"hostbased ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA\n"
        ));
    }

    #[test]
    fn the_word_alone_or_elsewhere_in_a_line_shows_no_key() {
        assert!(!names_a_key(b"publickey\n"));
        assert!(!names_a_key(b"publickey \n"));
        assert!(!names_a_key(b" publickey ssh-ed25519 AAAA\n"));
        assert!(!names_a_key(b"publickeys ssh-ed25519 AAAA\n"));
        assert!(!names_a_key(
            b"gssapi-with-mic publickey ssh-ed25519 AAAA\n"
        ));
    }

    #[test]
    fn factors_are_known_by_their_exact_names() {
        assert_eq!(
            FirstFactor::from_name("publickey"),
            Some(FirstFactor::PublicKey)
        );
        assert_eq!(
            FirstFactor::from_name("password"),
            Some(FirstFactor::Password)
        );
        for name in ["", "PublicKey", "key", "none", "publickey "] {
            assert_eq!(FirstFactor::from_name(name), None);
        }
    }
}
