//! Sentences about clocks that are wrong, and about enrollments. Codes come from oathtool.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::num::NonZeroU64;
use std::process::Command;

use proauth_core::check::{Finding, check};
use proauth_core::enrollment::{NotConfirmed, PENDING_FOR, Pending, Purpose};
use proauth_core::login::{NotEnrolled, Policy, Presented, Verdict, verify};
use proauth_core::recovery::Recovery;
use proauth_core::resync::{ADMIN_REACH, NoResync, OWNER_REACH, Recentred, recentre, reset};
use proauth_core::totp::{Algorithm, Digits, Parameters, Secret, Step};
use proauth_core::{AccountName, Authenticator, Record, Source, Typed, UnixTime};

const NOW: UnixTime = UnixTime(1_800_000_000);
const SECRET: &[u8; 20] = b"a secret of 20 bytes";

/// What the authenticator shows when its clock is `seconds` from ours.
fn code(seconds: i64) -> Typed {
    let hex: String = SECRET.iter().map(|byte| format!("{byte:02x}")).collect();
    let time = NOW.0.saturating_add_signed(seconds);
    let output = Command::new("oathtool")
        .args(["--totp", &format!("--now=@{time}"), &hex])
        .output();
    Typed::parse(String::from_utf8(output.unwrap().stdout).unwrap().trim())
}

fn pending() -> Pending {
    let parameters = Parameters {
        algorithm: Algorithm::Sha1,
        digits: Digits::SIX,
        period: NonZeroU64::new(30).unwrap(),
        skew: 1,
    };
    let name = AccountName::parse("alice").unwrap();
    Pending::start(
        name,
        1000,
        Purpose::New,
        None,
        Secret::new(SECRET.to_vec()).unwrap(),
        parameters,
        NOW,
    )
}

fn confirm(pending: Pending, typed: &Typed, now: UnixTime) -> Result<Record, NotConfirmed> {
    pending.confirm(typed, None, Some(Recovery::none([0; 16])), now)
}

/// Alice, enrolled long ago with a code that is not in the way of any test.
fn alice() -> Record {
    let record = confirm(pending(), &code(0), NOW).unwrap();
    with_last_step(record, Step(1))
}

fn with_last_step(record: Record, last_step: Step) -> Record {
    let used = |it| Authenticator { last_step, ..it };
    Record {
        authenticators: record.authenticators.map(used),
        ..record
    }
}

fn accepted(record: &Record, typed: &Typed) -> bool {
    accepted_at(record, typed, NOW)
}

fn accepted_at(record: &Record, typed: &Typed, now: UnixTime) -> bool {
    let policy = Policy {
        not_enrolled: NotEnrolled::Deny,
        max_failures: 100,
        digits: Digits::SIX,
    };
    let reply = Presented::Typed(typed);
    let (verdict, _) = verify(record.clone(), &Source::Local, reply, &policy, now);
    matches!(verdict, Verdict::Accepted(_))
}

#[test]
fn the_code_that_confirms_an_enrollment_is_used_up() {
    let record = confirm(pending(), &code(0), NOW).unwrap();
    assert!(!accepted(&record, &code(0)));
    assert!(accepted(&record, &code(30)));
}

#[test]
fn a_wrong_first_code_leaves_the_enrollment_pending() {
    let Err(NotConfirmed::WrongCode(again)) = confirm(pending(), &Typed::Malformed, NOW) else {
        panic!("a wrong code was taken");
    };
    assert!(confirm(*again, &code(0), NOW).is_ok());
}

#[test]
fn a_first_code_of_a_wrong_clock_is_told_apart_from_a_wrong_one() {
    let refused = confirm(pending(), &code(-420), NOW);
    assert!(
        matches!(refused, Err(NotConfirmed::ClockOff(_, -420))),
        "{refused:?}"
    );
}

#[test]
fn an_enrollment_is_over_after_ten_minutes() {
    let late = UnixTime(NOW.0 + PENDING_FOR + 1);
    assert!(matches!(
        confirm(pending(), &code(0), late),
        Err(NotConfirmed::TooLate)
    ));
}

#[test]
fn the_uri_escapes_what_would_end_a_part_of_it() {
    let uri = pending().uri("A&B Corp/?#", "web 1");
    let secret = Secret::new(SECRET.to_vec()).unwrap().to_base32();
    assert_eq!(
        uri,
        format!(
            "otpauth://totp/A%26B%20Corp%2F%3F%23:alice@web%201?secret={secret}\
             &issuer=A%26B%20Corp%2F%3F%23"
        )
    );
}

#[test]
fn a_check_uses_a_right_code_up() {
    let (finding, record) = check(alice(), &code(0), NOW);
    assert_eq!(finding, Finding::Right(Step(NOW.0 / 30)));
    assert!(!accepted(&record, &code(0)));
    assert_eq!(check(record, &code(0), NOW).0, Finding::AlreadyUsed);
}

#[test]
fn a_check_tells_how_far_a_code_is_away_and_changes_nothing() {
    for seconds in [-86_400, -420, 60, 7_200] {
        let (finding, record) = check(alice(), &code(seconds), NOW);
        assert_eq!(finding, Finding::OutsideWindow(seconds));
        assert_eq!(record, alice());
    }
    assert_eq!(check(alice(), &Typed::Malformed, NOW).0, Finding::Malformed);
}

#[test]
fn a_login_under_a_future_clock_is_undone_by_reset_without_freeing_a_used_code() {
    let (_, used) = check(alice(), &code(0), NOW);
    let shut_out = with_last_step(used, Step(NOW.0));
    assert!(!accepted(&shut_out, &code(30)));
    let record = reset(shut_out, NOW);
    for seconds in [-30, 0, 30] {
        assert!(!accepted(&record, &code(seconds)), "{seconds}");
    }
    let later = UnixTime(NOW.0 + 60);
    assert!(accepted_at(&record, &code(60), later));
}

#[test]
fn three_consecutive_codes_centre_the_window_on_a_far_off_clock() {
    for minutes in [-23 * 60, -20, 45, 23 * 60] {
        let off = minutes * 60;
        let codes = [off, off + 30, off + 60].map(code);
        let Recentred {
            record,
            clock_offset,
            ..
        } = recentre(&alice(), &codes, ADMIN_REACH, NOW).unwrap();
        assert_eq!(clock_offset, off + 60);
        assert!(!accepted(&record, &codes[2]), "the codes are used up");
        assert!(accepted(&record, &code(off + 90)), "{minutes}");
        assert!(!accepted(&record, &code(0)), "the old window is gone");
    }
}

#[test]
fn codes_that_do_not_follow_each_other_centre_nothing() {
    for seconds in [
        [0, 30, 90],
        [60, 30, 0],
        [0, 0, 0],
        [90_000, 90_030, 90_060],
    ] {
        let refused = recentre(&alice(), &seconds.map(code), ADMIN_REACH, NOW).unwrap_err();
        assert_eq!(refused, NoResync::Wrong, "{seconds:?}");
    }
    let with_junk = [code(0), code(30), Typed::Empty];
    assert_eq!(
        recentre(&alice(), &with_junk, ADMIN_REACH, NOW).unwrap_err(),
        NoResync::Wrong
    );
}

#[test]
fn codes_that_were_used_centre_nothing() {
    let codes = [600, 630, 660].map(code);
    let record = recentre(&alice(), &codes, ADMIN_REACH, NOW).unwrap().record;
    assert_eq!(
        recentre(&record, &codes, ADMIN_REACH, NOW).unwrap_err(),
        NoResync::AlreadyUsed
    );
}

#[test]
fn users_themselves_centre_the_window_within_an_hour() {
    for (minutes, centred) in [(-59, true), (58, true), (-61, false), (61, false)] {
        let off = minutes * 60;
        let codes = [off, off + 30, off + 60].map(code);
        let result = recentre(&alice(), &codes, OWNER_REACH, NOW);
        assert_eq!(result.is_ok(), centred, "{minutes}");
    }
}
