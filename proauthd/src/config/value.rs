//! Values that check themselves while they are read, so that a mistake knows its line and column.

use std::num::NonZeroU64;
use std::path::PathBuf;

use proauth_core::AccountName;
use proauth_core::identity::{Domain, Name, Template};
use proauth_core::totp::{Algorithm, Digits};
use serde::Deserialize;

/// Defines a value that checks itself: its type, what it is read as, and its check.
macro_rules! checked {
    ($(#[$doc:meta])* $name:ident($inner:ty) from $raw:literal as $raw_type:ty: $check:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Deserialize)]
        #[serde(try_from = $raw)]
        pub struct $name(pub $inner);

        impl TryFrom<$raw_type> for $name {
            type Error = &'static str;

            fn try_from(value: $raw_type) -> Result<Self, Self::Error> {
                let check: fn($raw_type) -> Result<$inner, &'static str> = $check;
                check(value).map(Self)
            }
        }
    };
}

checked!(AbsolutePath(PathBuf) from "PathBuf" as PathBuf: |path| {
    if path.is_absolute() { Ok(path) } else { Err("a path must begin with /") }
});

checked!(
    /// Empty, so that a later file can take back what an earlier one sets.
    OnEvent(Option<PathBuf>) from "PathBuf" as PathBuf: |path| {
    match path.as_os_str().is_empty() {
        true => Ok(None),
        false => AbsolutePath::try_from(path).map(|AbsolutePath(path)| Some(path)),
    }
});

checked!(Period(NonZeroU64) from "i64" as i64: |seconds| {
    let seconds = u64::try_from(seconds).ok().filter(|seconds| (15..=300).contains(seconds));
    seconds.and_then(NonZeroU64::new).ok_or("period must be from 15 to 300 seconds")
});

checked!(RawDigits(Digits) from "i64" as i64: |digits| {
    u8::try_from(digits).ok().and_then(Digits::new).ok_or("digits must be 6, 7 or 8")
});

checked!(RawAlgorithm(Algorithm) from "String" as String: |name| {
    Algorithm::from_name(&name).ok_or("algorithm must be \"SHA1\", \"SHA256\" or \"SHA512\"")
});

checked!(Skew(u8) from "i64" as i64: |steps| {
    let steps = u8::try_from(steps).ok().filter(|steps| *steps <= 10);
    steps.ok_or("skew must be from 0 to 10 steps")
});

checked!(MaxFailures(u32) from "i64" as i64: |count| {
    let count = u32::try_from(count).ok().filter(|count| (5..=100).contains(count));
    count.ok_or("max_failures must be from 5 to 100 (NIST SP 800-63B)")
});

checked!(Issuer(String) from "String" as String: |issuer| {
    let plain = issuer.chars().all(|c| !c.is_control() && c != ':');
    if plain && (1..=40).contains(&issuer.chars().count()) {
        Ok(issuer)
    } else {
        Err("issuer must have 1 to 40 characters, none of them a colon or a control character")
    }
});

checked!(ServiceName(String) from "String" as String: |name| {
    let plain = |byte: u8| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_.".contains(&byte)
    };
    if !name.is_empty() && name.bytes().all(plain) {
        Ok(name)
    } else {
        Err("a PAM service is named in lower case letters, digits and - _ .")
    }
});

checked!(Url(String) from "String" as String: |url| {
    let plain = url.bytes().all(|byte| byte.is_ascii_graphic() && !b"?#\\".contains(&byte));
    if plain && (url.starts_with("https://") || is_on_loopback(&url)) {
        Ok(url)
    } else {
        Err("issuer must be an https:// URL (http:// only on 127.0.0.1, [::1] or localhost)")
    }
});

checked!(Proxy(String) from "String" as String: |proxy| {
    let plain = proxy.bytes().all(|byte| byte.is_ascii_graphic());
    if proxy.is_empty() || (plain && proxy.starts_with("http://")) {
        Ok(proxy)
    } else {
        Err("proxy must be http://HOST:PORT, or empty")
    }
});

checked!(
    /// Empty: none.
    OptionalFile(String) from "String" as String: |path| {
    if path.is_empty() || path.starts_with('/') { Ok(path) } else { Err("a path must begin with /") }
});

checked!(ClientId(String) from "String" as String: |id| {
    match id.len() <= 255 && id.bytes().all(|byte| byte.is_ascii_graphic()) {
        true => Ok(id),
        false => Err("a client id is copied from the identity provider, without spaces"),
    }
});

checked!(
    /// RFC 6749 section 3.3.
    Scope(String) from "String" as String: |scope| {
    let plain = |byte: u8| byte.is_ascii_graphic() && !b"\"\\".contains(&byte);
    match !scope.is_empty() && scope.len() <= 100 && scope.bytes().all(plain) {
        true => Ok(scope),
        false => Err("a scope is a word without spaces or quotes; list them one by one"),
    }
});

checked!(
    /// Empty: not looked at.
    Claim(String) from "String" as String: |claim| {
    match claim.len() <= 100 && claim.bytes().all(|byte| byte.is_ascii_graphic()) {
        true => Ok(claim),
        false => Err("a claim is named by a word of an ID token, such as \"email\""),
    }
});

checked!(NeededClaim(String) from "String" as String: |claim| {
    match Claim::try_from(claim) {
        Ok(Claim(claim)) if !claim.is_empty() => Ok(claim),
        _ => Err("name the claim of an ID token, such as \"email\" or \"sub\""),
    }
});

checked!(
    #[derive(PartialEq, Eq, PartialOrd, Ord)]
    AllowedDomain(Domain) from "String" as String: |domain| {
    Domain::parse(&domain).map_err(|_| "a domain has letters, digits, - and ., such as example.com")
});

checked!(
    /// That of a template: the empty one is that of names without a domain.
    #[derive(PartialEq, Eq, PartialOrd, Ord)]
    TemplateDomain(Domain) from "String" as String: |domain| {
    match AllowedDomain::try_from(domain.clone()) {
        Ok(AllowedDomain(domain)) => Ok(domain),
        Err(_) if domain.is_empty() => Ok(Domain::NONE),
        Err(mistake) => Err(mistake),
    }
});

checked!(AccountTemplate(Template) from "String" as String: |template| {
    Template::parse(&template)
        .map_err(|_| "a template is an account name with one {local_part} in it")
});

checked!(
    #[derive(PartialEq, Eq, PartialOrd, Ord)]
    IdentityName(Name) from "String" as String: |name| {
    Name::parse(&name).map_err(|_| "an identity is an e-mail address, or a name in plain ASCII")
});

checked!(Account(AccountName) from "String" as String: |name| {
    AccountName::parse(&name).map_err(|_| "an account name has letters, digits and . _ - @ + $")
});

/// Where plain http is safe: RFC 8252 section 8.3.
fn is_on_loopback(url: &str) -> bool {
    let hosts = ["http://127.0.0.1", "http://[::1]", "http://localhost"];
    let rest = hosts.iter().find_map(|host| url.strip_prefix(host));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/']))
}
