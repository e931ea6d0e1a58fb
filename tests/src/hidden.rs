//! Things that must not be found, in every form in which a program could have written them.

use std::collections::BTreeSet;

/// A secret, a code or a password.
#[derive(Debug, Clone)]
pub struct Hidden {
    /// What it is.
    pub name: String,
    forms: Vec<Form>,
}

/// One way to write it.
#[derive(Debug, Clone)]
struct Form {
    name: &'static str,
    whole: Vec<u8>,
    /// Each of these gives it away already.
    telling: Vec<Vec<u8>>,
}

impl Hidden {
    /// Random bytes: the secret of an authenticator, or the master key.
    #[must_use]
    pub fn bytes(name: &str, bytes: &[u8]) -> Self {
        let base32 = base32(bytes);
        let forms = [
            ("raw bytes", bytes.to_vec()),
            ("hex", hex(bytes, "").into()),
            ("hex in capitals", hex(bytes, "").to_uppercase().into()),
            ("hex with spaces", hex(bytes, " ").into()),
            ("hex with colons", hex(bytes, ":").into()),
            ("hex as Debug shows it", hex(bytes, ", ").into()),
            ("numbers as Debug shows them", decimal(bytes, ", ").into()),
            ("numbers as JSON", decimal(bytes, ",").into()),
            ("base32", base32.clone().into()),
            ("base32 in small letters", base32.to_lowercase().into()),
            ("base32 in groups", in_groups(&base32, " ").into()),
            ("base32 with dashes", in_groups(&base32, "-").into()),
            ("base64", base64(bytes).into()),
        ];
        Self::new(name, forms.map(|(name, whole)| Form::long(name, whole)))
    }

    /// The secret that `uri` of an authenticator tells, and the URI itself.
    ///
    /// # Panics
    /// If `base32` is not base32.
    #[must_use]
    pub fn secret(name: &str, base32: &str, uri: &str) -> Self {
        let mut hidden = Self::bytes(name, &from_base32(base32));
        // Up to the question mark: the rest is in base32.
        let label = uri.split_once('?').map_or(uri, |(label, _)| label);
        hidden.forms.push(Form {
            name: "otpauth URI",
            whole: uri.into(),
            telling: vec![label.into(), label.replace(':', "%3A").into()],
        });
        hidden
    }

    /// A code, or anything else that was typed.
    #[must_use]
    pub fn typed(name: &str, text: &str) -> Self {
        let bytes = text.as_bytes();
        let (first, second) = text.split_at(text.len() / 2);
        let forms = [
            ("as typed", bytes.to_vec()),
            ("with a space", format!("{first} {second}").into()),
            ("hex", hex(bytes, "").into()),
            ("numbers as Debug shows them", decimal(bytes, ", ").into()),
            ("numbers as JSON", decimal(bytes, ",").into()),
            ("base64", base64(bytes).into()),
        ];
        Self::new(name, forms.map(|(name, whole)| Form::short(name, whole)))
    }

    fn new(name: &str, forms: impl IntoIterator<Item = Form>) -> Self {
        Self {
            name: name.to_owned(),
            forms: forms.into_iter().collect(),
        }
    }

    /// It in each form, to be planted where the search must find it.
    pub fn written(&self) -> impl Iterator<Item = (&'static str, &[u8])> {
        let forms = self.forms.iter();
        forms.map(|form| (form.name, form.whole.as_slice()))
    }
}

impl Form {
    /// Half of it gives it away.
    fn long(name: &'static str, whole: Vec<u8>) -> Self {
        let (first, second) = whole.split_at(whole.len() / 2);
        let telling = vec![first.to_vec(), second.to_vec()];
        Self {
            name,
            whole,
            telling,
        }
    }

    /// Only the whole of it does.
    fn short(name: &'static str, whole: Vec<u8>) -> Self {
        let telling = vec![whole.clone()];
        Self {
            name,
            whole,
            telling,
        }
    }
}

/// A search for all forms of many hidden things at once: memory and files are large.
#[derive(Debug)]
pub struct Search<'h> {
    /// What begins with each pair of bytes.
    begins: Vec<Vec<Needle<'h>>>,
}

#[derive(Debug)]
struct Needle<'h> {
    bytes: &'h [u8],
    hidden: &'h Hidden,
    form: &'static str,
}

impl<'h> Search<'h> {
    /// A search for `hidden`.
    #[must_use]
    pub fn new(hidden: &'h [Hidden]) -> Self {
        let mut begins: Vec<Vec<Needle<'_>>> = (0..1 << 16).map(|_| Vec::new()).collect();
        for hidden in hidden {
            for Form { name, telling, .. } in &hidden.forms {
                for bytes in telling {
                    begins[index(bytes)].push(Needle {
                        bytes,
                        hidden,
                        form: name,
                    });
                }
            }
        }
        Self { begins }
    }

    /// What is found in `haystack`, each as `the secret as hex`.
    #[must_use]
    pub fn found_in(&self, haystack: &[u8]) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for (at, pair) in haystack.windows(2).enumerate() {
            for needle in &self.begins[index(pair)] {
                if haystack[at..].starts_with(needle.bytes) {
                    found.insert(format!("{} as {}", needle.hidden.name, needle.form));
                }
            }
        }
        found
    }
}

fn index(bytes: &[u8]) -> usize {
    usize::from(bytes[0]) << 8 | usize::from(bytes[1])
}

fn hex(bytes: &[u8], between: &str) -> String {
    let digits: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    digits.join(between)
}

fn decimal(bytes: &[u8], between: &str) -> String {
    let numbers: Vec<String> = bytes.iter().map(ToString::to_string).collect();
    numbers.join(between)
}

fn in_groups(text: &str, between: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let groups: Vec<String> = characters.chunks(4).map(String::from_iter).collect();
    groups.join(between)
}

const BASE32: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const BASE64: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn base32(bytes: &[u8]) -> String {
    in_base(BASE32, 5, bytes)
}

fn base64(bytes: &[u8]) -> String {
    in_base(BASE64, 6, bytes)
}

/// `bytes` with so many bits to a character of `alphabet`, without padding.
fn in_base(alphabet: &[u8], bits: usize, bytes: &[u8]) -> String {
    let bit = |at: usize| bytes.get(at / 8).map_or(0, |byte| byte >> (7 - at % 8) & 1);
    let character = |at: usize| {
        let value = (at..at + bits).fold(0, |value, at| value << 1 | bit(at));
        char::from(alphabet[usize::from(value)])
    };
    (0..bytes.len() * 8).step_by(bits).map(character).collect()
}

fn from_base32(text: &str) -> Vec<u8> {
    let mut bits = Vec::new();
    for character in text.bytes() {
        let value = BASE32.iter().position(|&other| other == character);
        let value = value.unwrap_or_else(|| panic!("not base32: {text}"));
        bits.extend((0..5).rev().map(|at| (value >> at & 1) as u8));
    }
    let byte = |bits: &[u8]| bits.iter().fold(0, |byte, bit| byte << 1 | bit);
    bits.chunks_exact(8).map(byte).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vectors_of_rfc_4648_come_out() {
        for (text, in_32, in_64) in [
            ("f", "MY", "Zg"),
            ("foo", "MZXW6", "Zm9v"),
            ("foobar", "MZXW6YTBOI", "Zm9vYmFy"),
        ] {
            assert_eq!(base32(text.as_bytes()), in_32);
            assert_eq!(base64(text.as_bytes()), in_64);
            assert_eq!(from_base32(in_32), text.as_bytes());
        }
    }

    #[test]
    fn half_of_a_long_secret_is_found_and_a_stranger_is_not() {
        let hidden = [Hidden::bytes("secret", b"12345678901234567890")];
        let search = Search::new(&hidden);
        let found = BTreeSet::from(["secret as raw bytes".to_owned()]);
        assert_eq!(search.found_in(b"x1234567890y"), found);
        assert_eq!(search.found_in(b"x123456789y"), BTreeSet::new());
    }
}
