//! Every sentence that this program says to people: what happened, and what to do next.

pub mod doctor;
mod enrollment;
mod protect;
mod rekey;
mod setup;

use proauth_core::AuthenticatorName;
use proauth_core::enrollment::PENDING_FOR;
use proauth_core::lockout::Hold;
use proauth_interface::{Error, Finding};

use crate::hooks::{Unfit, Why};

pub use enrollment::*;
pub use protect::*;
pub use rekey::*;
pub use setup::*;

/// The name service did not answer.
pub fn lookup_failed() -> Error {
    Error::Unavailable(
        "the account could not be looked up; check the name service (`getent passwd USER`)".into(),
    )
}

/// The store did not do what it was asked.
pub fn store_failed() -> Error {
    Error::Unavailable(
        "the store failed and nothing was changed; see the log (`journalctl -u proauthd`)".into(),
    )
}

/// The name is no name.
pub fn bad_account_name(given: &str) -> Error {
    Error::InvalidArgument(format!(
        "{} is not an account name: use letters, digits and . _ - @ + $ \\, at most 255",
        shown(given)
    ))
}

/// No such Unix account.
pub fn no_such_user(given: &str) -> Error {
    Error::NoSuchUser(format!(
        "there is no account {} on this machine; check the spelling (`getent passwd`)",
        shown(given)
    ))
}

/// The account has no authenticator.
pub fn not_enrolled(user: &str) -> Error {
    Error::NotEnrolled(format!(
        "{user} is not enrolled; run `proauthd enroll` as {user}, or `proauthd enroll --user {user} \
         --offline` as root"
    ))
}

/// The account has one already.
pub fn already_enrolled(user: &str) -> Error {
    Error::AlreadyEnrolled(format!(
        "{user} is enrolled already; add --replace for a new phone or --add NAME for one more \
         device, or let root run `proauthd unenroll --user {user}` first to start anew"
    ))
}

/// The name belongs to another uid now.
pub fn account_changed(user: &str) -> Error {
    Error::AccountChanged(format!(
        "{user} is not the account that was enrolled under this name (its uid changed, or it is \
         gone); if that is right, run `proauthd unenroll --user {user}`"
    ))
}

/// Nothing to confirm.
pub fn nothing_pending(user: &str) -> Error {
    Error::NoPendingEnrollment(format!(
        "no enrollment of {user} is under way here, or it took longer than {} minutes; start again",
        PENDING_FOR / 60
    ))
}

/// Too many enrollments at once.
pub fn too_many_pending() -> Error {
    Error::Unavailable("too many enrollments are under way; try again in some minutes".into())
}

/// Not a name of an authenticator.
pub fn bad_authenticator_name(given: &str) -> Error {
    Error::InvalidArgument(format!(
        "{} is not a name for an authenticator: use letters, digits and - _ . , at most 32",
        shown(given)
    ))
}

/// No authenticator of that name.
pub fn no_such_authenticator(user: &str, name: &AuthenticatorName) -> Error {
    Error::InvalidArgument(format!(
        "{user} has no authenticator {name}; see `proauthd status --user {user}`"
    ))
}

/// The main authenticator cannot be taken away alone.
pub fn main_authenticator_stays(user: &str) -> Error {
    Error::InvalidArgument(format!(
        "the main authenticator of {user} can only be replaced (`proauthd enroll --user {user} \
         --replace`); to take all away, run `proauthd unenroll --user {user}` as root"
    ))
}

/// A ticket for too long, or for too short a time.
pub fn bad_ticket_lifetime() -> Error {
    Error::InvalidArgument("a ticket works for 1 hour to 30 days; say how long".into())
}

/// What was given is no ticket that works.
pub fn ticket_rejected(user: &str) -> Error {
    Error::TicketRejected(format!(
        "this is no ticket with which {user} can enroll now: mistyped, used or expired; check it, \
         or ask an administrator for a new one (`proauthd invite --user {user}`)"
    ))
}

/// The first code is wrong.
pub fn first_code_wrong() -> Error {
    Error::CodeRejected(
        "this is not the code of the new authenticator; type the one it shows now".into(),
    )
}

/// The first code is right for another time.
pub fn first_code_clock_off(seconds: i64) -> Error {
    Error::CodeRejected(format!(
        "the code is right, but {}; check the clocks of the phone and of this machine",
        away(seconds)
    ))
}

/// The codes for a resync do not fit, within so many seconds.
pub fn resync_codes_wrong(reach: u64) -> Error {
    Error::CodeRejected(format!(
        "these are not three consecutive codes of this authenticator from within {} h; wait for \
         three new ones and type each once",
        reach / 3600
    ))
}

/// The codes for a resync were used.
pub fn resync_codes_used() -> Error {
    Error::CodeRejected(
        "one of these codes, or a later one, was used already; wait for three new ones, or let \
         root run `proauthd resync --user USER`"
            .into(),
    )
}

/// Not three codes.
pub fn not_three_codes() -> Error {
    Error::InvalidArgument("give exactly three codes that follow each other".into())
}

/// Codes are refused for a while, or until somebody does something.
pub fn locked(hold: Hold) -> Error {
    Error::Locked(match hold {
        Hold::For(seconds) => format!("too many wrong codes; try again in {seconds} s"),
        Hold::UntilUnlock => {
            "too many wrong codes; ask an administrator to run `proauthd unlock`".into()
        }
    })
}

/// The code with which a user proves to be there is wrong.
pub fn current_code_wrong() -> Error {
    Error::CodeRejected(
        "this is not a code that your authenticator shows now, or it was used already; wait for \
         the next one"
            .into(),
    )
}

/// The recovery code with which a user proves to be there is wrong.
pub fn recovery_code_wrong() -> Error {
    Error::CodeRejected(
        "this is none of your recovery codes, or it was used already; use another one, or the \
         code that your authenticator shows now"
            .into(),
    )
}

/// Too many recovery codes at once.
pub fn too_many_hashes() -> Error {
    Error::Unavailable("too many recovery codes are being checked; try again in a minute".into())
}

/// A hash could not be computed.
pub fn hash_failed() -> Error {
    Error::Unavailable("the recovery code could not be computed; is there memory left?".into())
}

/// Somebody else did something to the same account at the same moment.
pub fn changed_meanwhile() -> Error {
    Error::Unavailable("the account was changed at the same moment; try again".into())
}

/// An emergency code for too long, or for no time.
pub fn emergency_too_long() -> Error {
    Error::InvalidArgument("an emergency code works for 1 second to 24 hours; say how long".into())
}

/// Not suspended, so not to be resumed.
pub fn not_suspended(user: &str) -> Error {
    Error::InvalidArgument(format!(
        "{} is not suspended; see `proauthd list`",
        shown(user)
    ))
}

/// The record belongs to the account that is there.
pub fn not_an_orphan(user: &str) -> Error {
    Error::InvalidArgument(format!(
        "the account {user} is the one that was enrolled; to take its authenticator away, run \
         `proauthd unenroll --user {user}`"
    ))
}

/// The caller may not do this.
pub fn not_authorized(what: &str) -> Error {
    Error::NotAuthorized(format!("{what}; run it as root (`sudo proauthd …`)"))
}

/// The caller could not be looked up.
pub fn caller_unknown() -> Error {
    Error::NotAuthorized("the caller could not be looked up; try again".into())
}

/// One connection asks too much at a time.
pub fn too_many_questions() -> Error {
    Error::Unavailable("too many questions at a time; wait for the answers".into())
}

/// How far a code is from now, in words: `7 minutes old`, `3 hours early`.
pub fn away(seconds: i64) -> String {
    format!(
        "{} {}",
        span(seconds),
        if seconds < 0 { "old" } else { "early" }
    )
}

fn span(seconds: i64) -> String {
    match seconds.unsigned_abs() {
        seconds @ 0..=119 => format!("{seconds} seconds"),
        seconds @ 120..=7199 => format!("{} minutes", (seconds + 30) / 60),
        seconds => format!("{} hours", (seconds + 1800) / 3600),
    }
}

/// How a clock is off, in words: `7 minutes ahead of ours`.
pub fn ahead_or_behind(seconds: i64) -> String {
    match seconds {
        0 => "right".to_owned(),
        seconds => {
            let direction = if seconds < 0 { "behind" } else { "ahead of" };
            format!("{} {direction} ours", span(seconds))
        }
    }
}

/// What a code is: as a word for programs, and as a sentence.
pub fn finding(finding: Finding, offset: i64) -> (&'static str, String) {
    match finding {
        Finding::Right => ("right", "right; this code is used up now".to_owned()),
        Finding::OutsideWindow => (
            "outside_window",
            format!("right, but {}: check the clocks", away(offset)),
        ),
        Finding::AlreadyUsed => (
            "already_used",
            "this code, or a later one, was used already: wait for the next".to_owned(),
        ),
        Finding::Wrong => (
            "wrong",
            "wrong: no code of this authenticator within a day; check the app's entry".to_owned(),
        ),
        Finding::Malformed => (
            "malformed",
            "not a code: type the digits that the app shows".to_owned(),
        ),
    }
}

/// The program of `hooks.on_event` is not to be run.
pub fn unfit_program(Unfit { path, why }: &Unfit) -> String {
    let path = path.display();
    let what = match why {
        Why::Unreadable(error) => {
            format!("{path} cannot be looked at: {error}; check the path")
        }
        Why::Link => format!("{path} is a symbolic link; name what it leads to"),
        Why::Owner(uid) => format!("{path} belongs to uid {uid}; run `chown root {path}`"),
        Why::Writable => {
            format!("others than root can write to {path}; run `chmod go-w {path}`, or move it")
        }
        Why::NotAFile => format!("{path} is not a file; name a program"),
        Why::NotExecutable => format!("{path} is not executable; run `chmod +x {path}`"),
    };
    format!("hooks.on_event is not run: {what}")
}

/// Text from somebody else, safe to print: quoted, escaped and cut.
fn shown(text: &str) -> String {
    let cut: String = text.chars().take(64).collect();
    if cut.len() < text.len() {
        format!("{cut:?}…")
    } else {
        format!("{cut:?}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_told_in_the_unit_that_people_use() {
        assert_eq!(away(-420), "7 minutes old");
        assert_eq!(away(90), "90 seconds early");
        assert_eq!(away(-7200), "2 hours old");
    }

    #[test]
    fn what_a_stranger_typed_cannot_move_the_cursor_or_fill_the_screen() {
        let sentence = no_such_user("\u{1b}[2J\nroot").to_string();
        assert!(
            !sentence.contains('\u{1b}') && !sentence.contains('\n'),
            "{sentence}"
        );
        assert!(bad_account_name(&"a".repeat(10_000)).to_string().len() < 300);
    }
}
