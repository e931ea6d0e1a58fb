//! Sentences about verdicts. The codes are those of RFC 6238 Appendix B (SHA-1, cut to six
//! digits: T = 59 → 94287082, T = 1111111109 → 07081804, T = 1111111111 → 14050471).

use std::num::NonZeroU64;

use super::*;
use crate::totp::Algorithm;
use crate::{AccountName, FREE_TRIES};

/// Step 37037036 covers 1111111080–1111111109, 37037037 covers 1111111110–1111111139.
const OLDER: (&str, u64) = ("081804", 37_037_036);
const NEWER: (&str, u64) = ("050471", 37_037_037);
const NOW: UnixTime = UnixTime(1_111_111_111);

fn parameters() -> Parameters {
    Parameters {
        algorithm: Algorithm::Sha1,
        digits: Digits::SIX,
        period: NonZeroU64::new(30).unwrap(),
        skew: 1,
    }
}

fn secret() -> Secret {
    Secret::new(b"12345678901234567890".to_vec()).unwrap()
}

fn alice() -> Record {
    Record {
        name: AccountName::parse("alice").unwrap(),
        uid: 1000,
        secret: secret(),
        parameters: parameters(),
        last_step: Step(0),
        clock_offset: 0,
        login_failures: Failures::NONE,
        locker_failures: Failures::NONE,
        enrolled_at: UnixTime(0),
    }
}

fn login(record: Record, reply: &str, now: UnixTime) -> (Verdict, Record) {
    verify(record, Source::Login, &Typed::parse(reply), now)
}

#[test]
fn a_right_code_is_accepted_and_its_step_is_the_last_one() {
    let (verdict, record) = login(alice(), NEWER.0, NOW);
    assert_eq!(verdict, Verdict::Accepted(Step(NEWER.1)));
    assert_eq!(record.last_step, Step(NEWER.1));
}

#[test]
fn the_same_code_is_never_accepted_again() {
    let (_, record) = login(alice(), NEWER.0, NOW);
    let (verdict, again) = login(record.clone(), NEWER.0, NOW);
    assert_eq!(verdict, Verdict::Replayed);
    assert_eq!(again, record);
}

#[test]
fn an_older_code_is_not_accepted_after_a_newer_one() {
    let (_, record) = login(alice(), NEWER.0, NOW);
    assert_eq!(login(record, OLDER.0, NOW).0, Verdict::Replayed);
}

#[test]
fn a_newer_code_is_accepted_after_an_older_one() {
    let (verdict, record) = login(alice(), OLDER.0, NOW);
    assert_eq!(verdict, Verdict::Accepted(Step(OLDER.1)));
    assert_eq!(
        login(record, NEWER.0, NOW).0,
        Verdict::Accepted(Step(NEWER.1))
    );
}

#[test]
fn a_code_is_accepted_one_step_early_and_late_and_no_further() {
    for (now, accepted) in [
        (-31, false),
        (-30, true),
        (0, true),
        (59, true),
        (60, false),
    ] {
        let now = UnixTime(1_111_111_110_u64.saturating_add_signed(now));
        let (verdict, _) = login(alice(), NEWER.0, now);
        assert_eq!(matches!(verdict, Verdict::Accepted(_)), accepted, "{now:?}");
    }
}

#[test]
fn after_five_wrong_codes_even_a_right_one_waits_and_is_not_used_up() {
    let mut record = alice();
    for _ in 0..FREE_TRIES {
        let (verdict, next) = login(record, "000000", NOW);
        assert_eq!(verdict, Verdict::Wrong);
        record = next;
    }
    let (verdict, waiting) = login(record.clone(), NEWER.0, NOW);
    assert_eq!(verdict, Verdict::Locked(30));
    assert_eq!(waiting, record);
    let (verdict, record) = login(record, NEWER.0, NOW.plus(28));
    assert_eq!(verdict, Verdict::Locked(2));
    let (verdict, record) = login(record, NEWER.0, NOW.plus(30));
    assert_eq!(verdict, Verdict::Accepted(Step(NEWER.1)));
    assert_eq!(record.login_failures, Failures::NONE);
}

#[test]
fn wrong_codes_at_a_locker_do_not_slow_down_logins() {
    let mut record = alice();
    for _ in 0..FREE_TRIES {
        record = verify(record, Source::Locker, &Typed::parse("000000"), NOW).1;
    }
    let typed = Typed::parse(NEWER.0);
    assert_eq!(
        verify(record.clone(), Source::Locker, &typed, NOW).0,
        Verdict::Locked(30)
    );
    assert_eq!(
        login(record, NEWER.0, NOW).0,
        Verdict::Accepted(Step(NEWER.1))
    );
}

#[test]
fn empty_replies_and_what_sshd_substitutes_are_no_attempts() {
    for reply in ["", "\x08\n\r\x7fIN", "\x08\n\r\x7fINCORRECT\x08"] {
        let (verdict, record) = login(alice(), reply, NOW);
        assert_eq!(verdict, Verdict::Nothing, "{reply:?}");
        assert_eq!(record, alice());
    }
}

#[test]
fn a_clock_that_jumped_back_accepts_nothing_that_was_used() {
    let (_, record) = login(alice(), NEWER.0, NOW);
    let before = UnixTime(NOW.0 - 30);
    assert_eq!(login(record.clone(), NEWER.0, before).0, Verdict::Replayed);
    assert_eq!(login(record, OLDER.0, before).0, Verdict::Replayed);
}

#[test]
fn a_stranger_is_slowed_down_like_anybody_and_never_let_in() {
    let decoy = (secret(), parameters());
    let mut failures = Failures::NONE;
    for _ in 0..FREE_TRIES {
        let (verdict, next) = verify_stranger(failures, &Typed::parse(NEWER.0), true, &decoy, NOW);
        assert_eq!(verdict, Verdict::Wrong);
        failures = next;
    }
    let (verdict, _) = verify_stranger(failures, &Typed::parse(NEWER.0), true, &decoy, NOW);
    assert_eq!(verdict, Verdict::Locked(30));
}

#[test]
fn what_sshd_substitutes_counts_only_where_there_is_no_account() {
    let decoy = (secret(), parameters());
    let junk = Typed::parse("\x08\n\r\x7fIN");
    for (exists, verdict) in [(true, Verdict::Nothing), (false, Verdict::Wrong)] {
        assert_eq!(
            verify_stranger(Failures::NONE, &junk, exists, &decoy, NOW).0,
            verdict
        );
    }
}

#[test]
fn begin_asks_everybody_alike_unless_policy_lets_the_not_enrolled_by() {
    let ask = |account, policy| begin(&account, Source::Login, policy, Digits::SIX, NOW);
    let record = alice();
    let prompt = Begin::Prompt(Digits::SIX);
    for policy in [NotEnrolled::Deny, NotEnrolled::Allow] {
        assert_eq!(ask(Account::Enrolled(&record), policy), prompt);
        assert_eq!(ask(Account::Unknown(Failures::NONE), policy), prompt);
        assert_eq!(ask(Account::Changed, policy), Begin::Deny);
    }
    assert_eq!(
        ask(Account::NotEnrolled(Failures::NONE), NotEnrolled::Deny),
        prompt
    );
    assert_eq!(
        ask(Account::NotEnrolled(Failures::NONE), NotEnrolled::Allow),
        Begin::NotEnrolled
    );
}

#[test]
fn begin_tells_how_long_codes_are_refused() {
    let failures = Failures {
        count: FREE_TRIES,
        last: NOW,
    };
    let locked = Begin::Locked(Digits::SIX, 20);
    let record = alice().with_failures(Source::Login, failures);
    for account in [Account::Enrolled(&record), Account::Unknown(failures)] {
        let policy = NotEnrolled::Deny;
        let answer = begin(&account, Source::Login, policy, Digits::SIX, NOW.plus(10));
        assert_eq!(answer, locked);
    }
}
