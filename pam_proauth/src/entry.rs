//! What was entered, at our prompt or at one before it: a code, or a password with a code at its
//! end. Told apart by form alone; what a code is worth, the daemon says.

use zeroize::Zeroizing;

/// Nobody types more. What is as long may have been cut off, so that its end is not the end.
pub const LONGEST: usize = 1024;

/// What recovery codes are shown in: Crockford's base 32.
const SHOWN: &[u8] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// What the daemon takes for 0 and 1 besides.
const MISREAD: &[u8] = b"oil";

/// A code, and the password before it if both were asked for.
pub struct Entry {
    /// For the daemon.
    pub code: Code,
    /// For the modules after us.
    pub password: Option<Password>,
}

/// A code as it was entered: wiped when it goes, and never printed (it has no `Debug`).
pub struct Code(Zeroizing<String>);

/// A password as C wants it: wiped when it goes, and never printed.
pub struct Password(Zeroizing<Vec<u8>>);

impl Entry {
    /// What was typed where a code was asked for: the daemon judges whatever it is.
    pub fn code(text: &[u8]) -> Self {
        Self {
            code: Code::from_bytes(text),
            password: None,
        }
    }

    /// What was typed for somebody else, if it has the form of a code. If not, it is somebody's
    /// password, and nobody's business.
    pub fn code_by_form(text: &[u8]) -> Option<Self> {
        let is_code = text.len() < LONGEST && (has_digits(text) || has_recovery_letters(text));
        is_code.then(|| Self::code(text))
    }

    /// A password and a code together, the code at the end; `None` if there is none. What sshd
    /// types for users whom it has refused is nobody's password: the daemon counts it for names
    /// that do not exist, which would otherwise be the only ones never to be slowed down.
    pub fn password_and_code(text: &[u8], digits: u32) -> Option<Self> {
        if text.len() >= LONGEST {
            return None;
        }
        if is_sshd_junk(text) {
            return Some(Self::code(text));
        }
        let (password, code) = split(text, usize::try_from(digits).ok()?, is_number)
            .or_else(|| split(text, 14, is_grouped))
            .or_else(|| split(text, 12, is_shown))?;
        Some(Self {
            code: Code::from_bytes(code),
            password: Some(Password::from_bytes(password)),
        })
    }
}

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

impl Password {
    /// For `PAM_AUTHTOK`, and nothing else: with a NUL at its end.
    pub fn reveal(&self) -> &[u8] {
        &self.0
    }

    fn from_bytes(bytes: &[u8]) -> Self {
        let mut text = Zeroizing::new(Vec::with_capacity(bytes.len() + 1));
        text.extend_from_slice(bytes);
        text.push(0);
        Self(text)
    }
}

/// These bytes, repeated and cut (`auth-pam.c`, `fake_password`).
fn is_sshd_junk(text: &[u8]) -> bool {
    let junk = b"\x08\n\r\x7fINCORRECT".iter().cycle();
    !text.is_empty() && text.iter().zip(junk).all(|(typed, junk)| typed == junk)
}

/// The two parts of `text`, if its last `len` bytes are a code.
fn split(text: &[u8], len: usize, is_code: fn(&[u8]) -> bool) -> Option<(&[u8], &[u8])> {
    let (password, code) = text.split_at_checked(text.len().checked_sub(len)?)?;
    is_code(code).then_some((password, code))
}

/// Six to eight digits; apps show them with spaces.
fn has_digits(text: &[u8]) -> bool {
    let digits = text.iter().filter(|byte| byte.is_ascii_digit()).count();
    let spaces = text.iter().filter(|byte| **byte == b' ').count();
    (6..=8).contains(&digits) && digits + spaces == text.len()
}

/// Twelve letters. In groups of four they are a recovery code even with letters misread; without,
/// many a password looks like that, and fewer do if the letters must be those that are shown.
fn has_recovery_letters(text: &[u8]) -> bool {
    let mut groups = text
        .split(|byte| matches!(byte, b' ' | b'-'))
        .filter(|group| !group.is_empty());
    match (groups.next(), groups.next(), groups.next(), groups.next()) {
        (Some(letters), None, None, None) => letters.len() == 12 && is_shown(letters),
        (Some(one), Some(two), Some(three), None) => [one, two, three]
            .iter()
            .all(|group| group.len() == 4 && is_read(group)),
        _ => false,
    }
}

fn is_number(code: &[u8]) -> bool {
    code.iter().all(u8::is_ascii_digit)
}

/// `xxxx-xxxx-xxxx`.
fn is_grouped(code: &[u8]) -> bool {
    code.split(|byte| *byte == b'-').count() == 3
        && code
            .split(|byte| *byte == b'-')
            .all(|group| group.len() == 4 && is_read(group))
}

fn is_shown(letters: &[u8]) -> bool {
    letters
        .iter()
        .all(|letter| SHOWN.contains(&letter.to_ascii_lowercase()))
}

fn is_read(letters: &[u8]) -> bool {
    letters.iter().all(|letter| {
        let letter = letter.to_ascii_lowercase();
        SHOWN.contains(&letter) || MISREAD.contains(&letter)
    })
}

#[cfg(test)]
#[path = "entry_tests.rs"]
mod tests;
