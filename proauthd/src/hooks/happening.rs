//! What happened, as a program may be told: names that are names, texts without control characters.

use std::time::{Duration, UNIX_EPOCH};

use proauth_core::AccountName;
use proauth_interface::Event;

/// An event that may become arguments and environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Happening {
    /// A word of small letters and underscores.
    pub event: String,
    /// The account.
    pub user: AccountName,
    service: String,
    rhost: String,
    caller: u32,
    /// RFC 3339, in UTC.
    time: String,
}

/// As many characters of a text as a log line or a subject has room for.
const LONGEST: usize = 256;

/// RFC 3339 has four digits for the year.
const END_OF_YEAR_9999: u64 = 253_402_300_800;

impl Happening {
    /// Takes `event` over, unless it is nothing that a daemon of ours, now or later, would tell.
    pub fn parse(event: Event) -> Option<Self> {
        let Event {
            event,
            user,
            service,
            rhost,
            caller,
            at,
        } = event;
        let is_word = |text: &str| {
            (1..=64).contains(&text.len())
                && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
        };
        if !is_word(&event) || at >= END_OF_YEAR_9999 {
            return None;
        }
        let time = UNIX_EPOCH.checked_add(Duration::from_secs(at))?;
        Some(Self {
            event,
            user: AccountName::parse(&user).ok()?,
            service: plain(&service),
            rhost: plain(&rhost),
            caller,
            time: humantime::format_rfc3339_seconds(time).to_string(),
        })
    }

    /// The variables that tell it to a program.
    pub fn variables(&self) -> [(&'static str, String); 6] {
        [
            ("PROAUTH_EVENT", self.event.clone()),
            ("PROAUTH_USER", self.user.to_string()),
            ("PROAUTH_SERVICE", self.service.clone()),
            ("PROAUTH_RHOST", self.rhost.clone()),
            ("PROAUTH_CALLER", self.caller.to_string()),
            ("PROAUTH_TIME", self.time.clone()),
        ]
    }
}

/// A text that somebody else chose: what would move a cursor, begin a line or turn the direction
/// of writing becomes U+FFFD, and it is cut where it is longer than anybody's.
fn plain(text: &str) -> String {
    text.chars()
        .take(LONGEST)
        .map(|c| if is_plain(c) { c } else { '\u{fffd}' })
        .collect()
}

fn is_plain(c: char) -> bool {
    let turns = matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e007f}');
    !c.is_control() && !turns
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event() -> Event {
        Event {
            event: "lockout".to_owned(),
            user: "alice".to_owned(),
            service: "sshd".to_owned(),
            rhost: "192.0.2.1".to_owned(),
            caller: 0,
            at: 1_767_323_045,
        }
    }

    #[test]
    fn an_event_becomes_six_variables() {
        let variables = Happening::parse(event()).unwrap().variables();
        let variables = variables.map(|(name, value)| format!("{name}={value}"));
        assert_eq!(
            variables,
            [
                "PROAUTH_EVENT=lockout",
                "PROAUTH_USER=alice",
                "PROAUTH_SERVICE=sshd",
                "PROAUTH_RHOST=192.0.2.1",
                "PROAUTH_CALLER=0",
                "PROAUTH_TIME=2026-01-02T03:04:05Z",
            ]
        );
    }

    #[test]
    fn what_a_stranger_chose_ends_no_line_moves_no_cursor_and_is_cut() {
        let rhost = "a\n\r\0\u{1b}[2J\u{9b}\u{202e}é b".to_owned();
        let service = "x".repeat(10_000);
        let told = Happening::parse(Event {
            rhost,
            service,
            ..event()
        });
        let told = told.unwrap();
        assert_eq!(
            told.rhost,
            "a\u{fffd}\u{fffd}\u{fffd}\u{fffd}[2J\u{fffd}\u{fffd}é b"
        );
        assert_eq!(told.service.len(), LONGEST);
    }

    #[test]
    fn what_our_daemon_never_tells_is_not_told_on() {
        let with = |change: fn(&mut Event)| {
            let mut event = event();
            change(&mut event);
            Happening::parse(event)
        };
        assert_eq!(with(|e| e.event = String::new()), None);
        assert_eq!(with(|e| e.event = "-rf".to_owned()), None);
        assert_eq!(with(|e| e.event = "a".repeat(65)), None);
        assert_eq!(with(|e| e.user = String::new()), None);
        assert_eq!(with(|e| e.user = "--help".to_owned()), None);
        assert_eq!(with(|e| e.user = "a b".to_owned()), None);
        assert_eq!(with(|e| e.at = u64::MAX), None);
        assert_eq!(with(|e| e.at = END_OF_YEAR_9999), None);
        assert!(with(|e| e.at = END_OF_YEAR_9999 - 1).is_some());
        assert!(with(|e| e.event = "word_of_a_later_version".to_owned()).is_some());
    }
}
