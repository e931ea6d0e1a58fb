//! Names of people at an identity provider: text until parsed.

use std::fmt;

/// The longest name we take, in bytes; that of an e-mail address (RFC 5321 section 4.5.3.1.3).
const MAX_LEN: usize = 254;

/// A domain, in lower case; the empty one is that of names without an `@`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Domain(String);

/// The text is no domain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadDomain;

/// What somebody is called: an e-mail address, or a name without a domain. In lower case, for
/// identity providers do not tell case apart.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name {
    local_part: String,
    domain: Domain,
}

/// The text is no such name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadName;

impl Domain {
    /// That of names without an `@`.
    pub const NONE: Self = Self(String::new());

    /// Parses a domain as the DNS has it (RFC 1123 section 2.1), internationalised ones in their
    /// ASCII form: what only looks like a domain is another one.
    ///
    /// # Errors
    /// If it is empty, too long, or has other characters than letters, digits, `-` and `.`.
    pub fn parse(text: &str) -> Result<Self, BadDomain> {
        let label = |label: &str| {
            let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
            (1..=63).contains(&label.len()) && label.bytes().all(plain)
        };
        if text.len() <= MAX_LEN && text.split('.').all(label) {
            Ok(Self(text.to_ascii_lowercase()))
        } else {
            Err(BadDomain)
        }
    }

    /// The domain as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Name {
    /// Parses a name.
    ///
    /// # Errors
    /// If it is empty or too long, has other than visible ASCII characters (letters of other
    /// scripts look like these), more than one `@`, or no domain behind it.
    pub fn parse(text: &str) -> Result<Self, BadName> {
        if text.len() > MAX_LEN || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(BadName);
        }
        let (local_part, domain) = match text.split_once('@') {
            Some((local_part, domain)) => (
                local_part,
                Domain::parse(domain).map_err(|BadDomain| BadName)?,
            ),
            None => (text, Domain::NONE),
        };
        if local_part.is_empty() {
            return Err(BadName);
        }
        Ok(Self {
            local_part: local_part.to_ascii_lowercase(),
            domain,
        })
    }

    /// What stands before the `@`; the whole name where there is none.
    #[must_use]
    pub fn local_part(&self) -> &str {
        &self.local_part
    }

    /// What stands behind it.
    #[must_use]
    pub const fn domain(&self) -> &Domain {
        &self.domain
    }
}

impl fmt::Display for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.local_part)?;
        match self.domain == Domain::NONE {
            true => Ok(()),
            false => write!(f, "@{}", self.domain),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_does_not_make_another_name() {
        assert_eq!(
            Name::parse("Alice@Example.COM"),
            Name::parse("alice@example.com")
        );
    }

    #[test]
    fn what_only_looks_like_a_name_is_none() {
        for text in [
            "",
            "@example.com",
            "alice@",
            "alice@example..com",
            "alice@@example.com",
            "alice@evil.example@example.com",
            "\"a b\"@example.com",
            "\u{430}lice@example.com",
            "alice@ex\u{430}mple.com",
            "alice@example.com\n",
            "alice\u{0}@example.com",
            "alice@example.com.",
        ] {
            assert_eq!(Name::parse(text), Err(BadName), "{text:?}");
        }
        assert!(Name::parse(&"a".repeat(255)).is_err());
    }
}
