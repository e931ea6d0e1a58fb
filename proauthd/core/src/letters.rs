//! Letters that are hard to mistake for each other, in reading and on the telephone: Crockford's
//! base 32, in lower case.

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// The letter that stands for the lowest five bits of `value`.
pub fn letter(value: u8) -> char {
    let letter = ALPHABET.get(usize::from(value & 31));
    char::from(letter.copied().unwrap_or(b'0'))
}

/// What `typed` stands for, in upper or lower case; `o` is read as 0, `i` and `l` as 1. `None` if
/// it is no such letter.
pub fn value(typed: char) -> Option<u8> {
    let letter = match typed.to_ascii_lowercase() {
        'o' => '0',
        'i' | 'l' => '1',
        letter => letter,
    };
    let value = ALPHABET.iter().position(|it| char::from(*it) == letter)?;
    u8::try_from(value).ok()
}

/// Whether `typed` only groups what is typed.
pub const fn is_between_groups(typed: char) -> bool {
    matches!(typed, ' ' | '-')
}
