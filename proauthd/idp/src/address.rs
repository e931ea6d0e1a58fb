//! Which addresses are spoken to, and shown: https, and http where it never leaves the machine.

use oauth2::url::{Host, Url};

use crate::text;

/// As long as an address may be that people are to open.
pub const LONGEST: usize = 2000;

/// Whether nobody on the way can read or change what is said to `url`.
pub fn is_secure(url: &Url) -> bool {
    match url.scheme() {
        "https" => url.host().is_some(),
        "http" => is_loopback(url),
        _ => false,
    }
}

/// Whether `url` is on this machine: a literal, or the one name that is (RFC 6761 section 6.3).
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// `address`, made fit to be shown to people and opened by them. `None` where it is no address that
/// anybody should open: insecure, too long, or with a user name that poses as a host.
pub fn for_people(address: &str) -> Option<String> {
    let url = Url::parse(&text::shown(address, LONGEST.saturating_add(1))).ok()?;
    let is_bare = url.username().is_empty() && url.password().is_none();
    let shown = url.as_str();
    (is_secure(&url) && is_bare && shown.chars().count() <= LONGEST && text::is_plain(shown))
        .then(|| shown.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_https_and_http_on_the_machine_itself_are_secure() {
        for (address, secure) in [
            ("https://accounts.google.com", true),
            ("https://127.0.0.1:8443/x", true),
            ("http://127.0.0.1:8080", true),
            ("http://127.9.9.9", true),
            ("http://[::1]:8080", true),
            ("http://localhost:8080", true),
            ("http://localhost.example.com", false),
            ("http://127.0.0.1.example.com", false),
            ("http://accounts.google.com", false),
            ("http://10.0.0.1", false),
            ("http://[::ffff:127.0.0.1]", false),
            ("file:///etc/passwd", false),
            ("ftp://localhost", false),
            ("data:text/html,x", false),
        ] {
            let url = Url::parse(address).unwrap();
            assert_eq!(is_secure(&url), secure, "{address}");
        }
    }

    #[test]
    fn addresses_for_people_steer_nothing_and_hide_nothing() {
        let shown = |address| for_people(address);
        assert_eq!(
            shown("https://example.com/\x1b[2Jdevice").as_deref(),
            Some("https://example.com/[2Jdevice")
        );
        assert_eq!(
            shown("https://gоogle.com/").as_deref(),
            Some("https://xn--gogle-jye.com/"),
            "a Cyrillic letter is seen"
        );
        assert_eq!(shown("https://google.com@evil.example/"), None);
        assert_eq!(shown("javascript:alert(1)"), None);
        assert_eq!(shown("http://example.com/device"), None);
        assert_eq!(shown("device"), None);
        let long = format!("https://example.com/{}", "x".repeat(LONGEST));
        assert_eq!(shown(&long), None);
    }
}
