//! The PAM files of services: from their bytes to their bytes.

use crate::block::{Place, with_block, without_blocks};
use crate::messages::Refused;

use super::words::FirstFactor;

/// The lines of Debian's files that ours belong to.
const AUTH: &str = "@include common-auth";
const ACCOUNT: &str = "@include common-account";

/// What our files and tools call the module.
const MODULE: &str = "pam_proauth";

/// What a file of Debian's gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// What comes before the code.
    pub first_factor: FirstFactor,
    /// Whether `common-auth` asks for codes already: then it is not asked for twice.
    pub is_covered: bool,
    /// Whether a login that has shown no code is refused, too: for sshd.
    pub needs_code: bool,
}

/// `text`, the file of a service at `path`, with our lines in place of any that we wrote before.
///
/// # Errors
/// If the lines that ours belong to are not there exactly once, our blocks are not whole, or
/// somebody else has named the module.
pub fn protected(path: &str, text: &[u8], shape: Shape) -> Result<Vec<u8>, Refused> {
    let text = unprotected(path, text)?;
    only_by_us(path, &text)?;
    let text = match shape.first_factor {
        FirstFactor::Key => {
            let lines = [
                "auth       required     pam_proauth.so first_factor=publickey max_tries=3",
                "auth       required     pam_permit.so",
            ];
            put(path, &text, AUTH, Place::InPlaceOf, &lines)?
        }
        FirstFactor::Password if shape.is_covered => text,
        FirstFactor::Password => {
            let line = "auth       required     pam_proauth.so first_factor=password max_tries=3";
            put(path, &text, AUTH, Place::After, &[line])?
        }
    };
    let account = match shape.needs_code {
        true => "account    required     pam_proauth.so need_code",
        false => "account    required     pam_proauth.so",
    };
    put(path, &text, ACCOUNT, Place::Before, &[account])
}

/// `text` without our lines.
///
/// # Errors
/// If our blocks are not whole.
pub fn unprotected(path: &str, text: &[u8]) -> Result<Vec<u8>, Refused> {
    without_blocks(text).map_err(|broken| Refused::Broken {
        path: path.to_owned(),
        line: broken.line,
    })
}

/// The first line of `text` that names the module, from 1; none if only comments do.
#[must_use]
pub fn names_module(text: &[u8]) -> Option<usize> {
    let names = |line: &[u8]| {
        let code = line.split(|byte| *byte == b'#').next();
        let code = code.unwrap_or_default();
        code.windows(MODULE.len())
            .any(|part| part == MODULE.as_bytes())
    };
    let mut lines = (1..).zip(text.split(|byte| *byte == b'\n'));
    lines
        .find(|(_, line)| names(line))
        .map(|(number, _)| number)
}

/// Whether a block of ours in there stands in place of the password.
#[must_use]
pub fn replaces_password(text: &[u8]) -> bool {
    let was = format!("{}{AUTH}", crate::block::WAS);
    let mut lines = text.split(|byte| *byte == b'\n');
    lines.any(|line| words(line).eq(words(was.as_bytes())))
}

fn only_by_us(path: &str, text: &[u8]) -> Result<(), Refused> {
    match names_module(text) {
        None => Ok(()),
        Some(line) => Err(Refused::ByHand {
            path: path.to_owned(),
            line,
        }),
    }
}

fn put(
    path: &str,
    text: &[u8],
    anchor: &'static str,
    place: Place,
    ours: &[&str],
) -> Result<Vec<u8>, Refused> {
    // What stands in a block is ours: an anchor that a block keeps is none.
    let lines = without_kept(text);
    let number = lines.filter(|line| words(line).eq(words(anchor.as_bytes())));
    match number.count() {
        1 => Ok(with_block(text, anchor, place, ours)),
        number => Err(Refused::Anchor {
            path: path.to_owned(),
            anchor,
            number,
        }),
    }
}

/// The lines that are no comments.
fn without_kept(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let lines = text.split(|byte| *byte == b'\n');
    lines.filter(|line| !line.starts_with(b"#"))
}

fn words(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    let words = line.split(u8::is_ascii_whitespace);
    words.filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SUDO: &[u8] = b"#%PAM-1.0\nsession required pam_limits.so\n\n@include common-auth\n\
        @include  common-account\n@include common-session-noninteractive\n";

    const PASSWORD: Shape = Shape {
        first_factor: FirstFactor::Password,
        is_covered: false,
        needs_code: false,
    };

    const KEY: Shape = Shape {
        first_factor: FirstFactor::Key,
        is_covered: false,
        needs_code: true,
    };

    fn text(bytes: &[u8]) -> String {
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    #[test]
    fn after_a_password_the_code_is_asked_behind_it() {
        let planned = text(&protected("/etc/pam.d/sudo", SUDO, PASSWORD).unwrap());
        assert_eq!(
            planned,
            "#%PAM-1.0\nsession required pam_limits.so\n\n@include common-auth\n\
             # BEGIN proauth\n\
             auth       required     pam_proauth.so first_factor=password max_tries=3\n\
             # END proauth\n\
             # BEGIN proauth\n\
             account    required     pam_proauth.so\n\
             # END proauth\n\
             @include  common-account\n@include common-session-noninteractive\n"
        );
    }

    #[test]
    fn after_a_key_the_code_stands_in_place_of_the_password() {
        let planned = protected("/etc/pam.d/sshd", SUDO, KEY).unwrap();
        assert!(replaces_password(&planned));
        let planned = text(&planned);
        assert!(planned.contains("first_factor=publickey"), "{planned}");
        assert!(
            planned.contains("#was# @include common-auth\n"),
            "{planned}"
        );
        assert!(planned.contains("pam_proauth.so need_code\n"), "{planned}");
        assert!(!planned.contains("\n@include common-auth"), "{planned}");
    }

    #[test]
    fn where_passwords_come_with_a_code_already_it_is_not_asked_for_twice() {
        let covered = Shape {
            is_covered: true,
            ..PASSWORD
        };
        let planned = text(&protected("sudo", SUDO, covered).unwrap());
        assert_eq!(planned.matches("pam_proauth.so").count(), 1, "{planned}");
        assert!(planned.contains("account    required     pam_proauth.so\n"));
    }

    #[test]
    fn planning_what_is_there_changes_nothing_and_another_shape_replaces_it() {
        let once = protected("sshd", SUDO, KEY).unwrap();
        assert_eq!(protected("sshd", &once, KEY).unwrap(), once);
        let other = protected("sshd", &once, PASSWORD).unwrap();
        assert_eq!(other, protected("sshd", SUDO, PASSWORD).unwrap());
        assert_eq!(unprotected("sshd", &once).unwrap(), SUDO);
    }

    #[test]
    fn a_file_that_is_not_as_expected_is_left_alone() {
        for (file, wanted) in [
            (&b"auth required pam_unix.so\n"[..], "0"),
            (
                b"@include common-auth\n@include common-auth\n@include common-account\n",
                "2",
            ),
        ] {
            let Err(Refused::Anchor { number, .. }) = protected("x", file, PASSWORD) else {
                panic!("it was changed");
            };
            assert_eq!(number.to_string(), wanted);
        }
        let by_hand = [b"auth required pam_proauth.so\n", SUDO].concat();
        let Err(Refused::ByHand { line, .. }) = protected("x", &by_hand, PASSWORD) else {
            panic!("it was changed");
        };
        assert_eq!(line, 1);
        let broken = [b"# BEGIN proauth\n", SUDO].concat();
        assert!(matches!(
            protected("x", &broken, PASSWORD),
            Err(Refused::Broken { line: 1, .. })
        ));
    }

    #[test]
    fn comments_name_no_module() {
        assert_eq!(
            names_module(b"# pam_proauth.so\nauth x # pam_proauth.so\n"),
            None
        );
        assert_eq!(names_module(b"\nauth required pam_proauth.so\n"), Some(2));
    }
}
