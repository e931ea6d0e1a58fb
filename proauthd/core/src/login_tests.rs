//! Sentences about verdicts. The codes are those of RFC 6238 Appendix B (SHA-1, cut to six
//! digits: T = 59 → 94287082, T = 1111111109 → 07081804, T = 1111111111 → 14050471).

use std::num::NonZeroU64;

use super::*;
use crate::lockout::Lockout;
use crate::recovery::Recovery;
use crate::totp::Algorithm;
use crate::{AccountName, AuthenticatorName, FREE_TRIES, Failures};

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

fn authenticator() -> Authenticator {
    let name = AuthenticatorName::main();
    Authenticator::new(name, secret(), parameters(), UnixTime(0))
}

fn alice() -> Record {
    Record {
        name: AccountName::parse("alice").unwrap(),
        uid: 1000,
        identity: None,
        authenticators: Authenticators::new(authenticator()),
        lockout: Lockout::NONE,
        recovery: Recovery {
            codes: vec![[7; 16], [8; 16]],
            ..Recovery::none([0; 16])
        },
        changes: Vec::new(),
    }
}

const POLICY: Policy = Policy {
    not_enrolled: NotEnrolled::Deny,
    max_failures: 100,
    digits: Digits::SIX,
};

fn accepted(step: u64) -> Verdict {
    let (place, step) = (0, Step(step));
    Verdict::Accepted(Accepted { place, step })
}

fn home() -> Source {
    Source::of_login("192.0.2.1", "")
}

fn abroad(last: u8) -> Source {
    Source::of_login(&format!("198.51.100.{last}"), "")
}

fn from(record: Record, source: &Source, reply: &str, now: UnixTime) -> (Verdict, Record) {
    verify(
        record,
        source,
        Presented::Typed(&Typed::parse(reply)),
        &POLICY,
        now,
    )
}

fn login(record: Record, reply: &str, now: UnixTime) -> (Verdict, Record) {
    from(record, &home(), reply, now)
}

/// Alice after `count` wrong codes from `source`, each as soon as it is looked at.
fn guessed(
    mut record: Record,
    source: &Source,
    count: u32,
    mut now: UnixTime,
) -> (Record, UnixTime) {
    for _ in 0..count {
        if let Some(Hold::For(seconds)) = record.lockout.hold(source, u32::MAX, now) {
            now = now.plus(seconds);
        }
        let typed = Typed::parse("000000");
        let unbounded = Policy {
            max_failures: u32::MAX,
            ..POLICY
        };
        let (verdict, next) = verify(record, source, Presented::Typed(&typed), &unbounded, now);
        assert_eq!(verdict, Verdict::Wrong);
        record = next;
    }
    (record, now)
}

#[test]
fn a_right_code_is_accepted_and_its_step_is_the_last_one() {
    let (verdict, record) = login(alice(), NEWER.0, NOW);
    assert_eq!(verdict, accepted(NEWER.1));
    assert_eq!(record.authenticators.main().last_step, Step(NEWER.1));
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
    assert_eq!(verdict, accepted(OLDER.1));
    assert_eq!(login(record, NEWER.0, NOW).0, accepted(NEWER.1));
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
    let (record, _) = guessed(alice(), &home(), FREE_TRIES, NOW);
    let (verdict, waiting) = login(record.clone(), NEWER.0, NOW);
    assert_eq!(verdict, Verdict::Locked(Hold::For(30)));
    assert_eq!(waiting, record);
    let (verdict, record) = login(record, NEWER.0, NOW.plus(28));
    assert_eq!(verdict, Verdict::Locked(Hold::For(2)));
    let (verdict, record) = login(record, NEWER.0, NOW.plus(30));
    assert_eq!(verdict, accepted(NEWER.1));
    assert_eq!(record.lockout.failures(&home(), NOW), Failures::NONE);
}

#[test]
fn wrong_codes_at_a_locker_do_not_slow_down_logins() {
    let (record, _) = guessed(alice(), &Source::Locker, FREE_TRIES, NOW);
    let locked = Verdict::Locked(Hold::For(30));
    assert_eq!(
        from(record.clone(), &Source::Locker, NEWER.0, NOW).0,
        locked
    );
    assert_eq!(login(record, NEWER.0, NOW).0, accepted(NEWER.1));
}

#[test]
fn guessing_from_elsewhere_does_not_shut_alice_out_of_where_she_logged_in() {
    let (_, record) = login(alice(), OLDER.0, NOW);
    let (record, now) = guessed(record, &abroad(1), 20, NOW);
    let locked = |verdict| matches!(verdict, Verdict::Locked(_));
    assert!(
        locked(from(record.clone(), &abroad(2), "000000", now).0),
        "addresses share one"
    );
    assert_eq!(login(record, NEWER.0, NOW).0, accepted(NEWER.1));
}

#[test]
fn guessing_over_the_network_does_not_shut_alice_out_of_new_local_sessions() {
    let (record, _) = guessed(alice(), &abroad(1), 20, NOW);
    let session = Source::of_login("", "17");
    assert_eq!(from(record, &session, NEWER.0, NOW).0, accepted(NEWER.1));
}

#[test]
fn a_wrong_recovery_code_counts_where_there_is_no_delay() {
    let reply = Presented::Recovery(&[9; 16]);
    let (verdict, record) = verify(alice(), &home(), reply, &POLICY, NOW);
    assert_eq!(verdict, Verdict::Wrong);
    assert_eq!(record.lockout.elsewhere.count, 1);
}

#[test]
fn logins_of_alice_from_new_places_give_a_guesser_there_one_try_each_and_no_way_out_of_a_delay() {
    let (record, _) = guessed(alice(), &abroad(1), 4, NOW);
    let (_, record) = login(record, OLDER.0, NOW);
    assert_eq!(record.lockout.elsewhere.count, 3);
    let (record, now) = guessed(record, &abroad(1), 10, NOW);
    let lockout = record.lockout.after_success(&abroad(2), now);
    assert_eq!(lockout.elsewhere.count, 13);
    assert_eq!(
        lockout.hold(&abroad(2), 100, now),
        None,
        "she is known there now"
    );
}

#[test]
fn what_strangers_share_is_forgotten_thirty_days_after_the_last_of_it() {
    let (record, now) = guessed(alice(), &abroad(1), 9, NOW);
    let kept = record
        .lockout
        .clone()
        .seen_at(now.plus(crate::lockout::KNOWN_FOR));
    assert_eq!(kept.elsewhere.count, 9);
    let forgotten = record
        .lockout
        .seen_at(now.plus(crate::lockout::KNOWN_FOR + 1));
    assert_eq!(forgotten.elsewhere, Failures::NONE);
}

#[test]
fn a_source_is_known_for_thirty_days() {
    let (_, record) = login(alice(), NEWER.0, NOW);
    let (record, _) = guessed(record, &abroad(1), 7, NOW);
    let hold_after = |seconds| {
        let now = NOW.plus(seconds);
        let recent = Failures {
            count: 7,
            last: now,
        };
        let lockout = Lockout {
            elsewhere: recent,
            ..record.lockout.clone()
        };
        lockout.hold(&home(), 100, now)
    };
    assert_eq!(hold_after(crate::lockout::KNOWN_FOR), None);
    assert_eq!(
        hold_after(crate::lockout::KNOWN_FOR + 1),
        Some(Hold::For(120))
    );
}

#[test]
fn a_host_name_is_no_address() {
    assert_eq!(
        Source::of_login("trusted.example.com", ""),
        Source::Elsewhere
    );
    assert_eq!(Source::of_login("::ffff:192.0.2.1", ""), home());
    assert_eq!(Source::of_login("", &"x".repeat(65)), Source::Local);
}

#[test]
fn after_a_hundred_wrong_codes_only_known_sources_and_recovery_codes_work_until_an_unlock() {
    let (_, record) = login(alice(), OLDER.0, NOW);
    let (mut record, now) = guessed(record, &abroad(1), 100, NOW);
    let later = now.plus(2 * crate::LONGEST_DELAY);
    // So many tries take longer than a source stays known: she was there again meanwhile.
    record.lockout.known[0].last_success = now;
    let refused = from(record.clone(), &abroad(1), "000000", later).0;
    assert_eq!(refused, Verdict::Locked(Hold::UntilUnlock));
    assert_eq!(
        from(record.clone(), &home(), "000000", later).0,
        Verdict::Wrong
    );
    let recovery = Presented::Recovery(&[7; 16]);
    let (verdict, _) = verify(record.clone(), &abroad(1), recovery, &POLICY, later);
    assert_eq!(verdict, Verdict::Recovered(Spent::Recovery(1)));
    let unlocked = Record {
        lockout: record.lockout.clone().unlocked(),
        ..record
    };
    assert_eq!(
        from(unlocked, &abroad(1), "000000", later).0,
        Verdict::Wrong
    );
}

#[test]
fn a_recovery_code_gets_alice_out_of_a_delay_and_works_once() {
    let (record, _) = guessed(alice(), &home(), 9, NOW);
    let present = |record, hash| verify(record, &home(), Presented::Recovery(hash), &POLICY, NOW);
    let (verdict, record) = present(record, &[9; 16]);
    assert_eq!(verdict, Verdict::Wrong);
    assert_eq!(
        record.lockout.consecutive, 9,
        "nor does it prolong the delay"
    );
    let (verdict, record) = present(record, &[8; 16]);
    assert_eq!(verdict, Verdict::Recovered(Spent::Recovery(1)));
    assert_eq!(record.lockout.failures(&home(), NOW), Failures::NONE);
    assert_eq!(present(record, &[8; 16]).0, Verdict::Wrong);
}

#[test]
fn there_is_an_end_to_known_sources_and_sessions_go_first() {
    let mut lockout = Lockout::NONE.after_success(&home(), NOW);
    for number in 0..100 {
        let session = Source::of_login("", &number.to_string());
        lockout = lockout.after_success(&session, NOW.plus(number));
    }
    assert_eq!(lockout.known.len(), crate::lockout::MAX_KNOWN);
    assert!(lockout.known.iter().any(|known| known.source == home()));
}

#[test]
fn a_clock_that_drifts_is_followed_once_three_logins_agree() {
    let mut device = authenticator();
    let ours = |number: u64| UnixTime(NOW.0 + number * 3000);
    for number in 0..3 {
        assert_eq!(device.clock_offset, 0);
        let ahead = Step::at(ours(number), device.parameters.period).shifted(1);
        device = device.with_drift_of(ahead, ours(number));
    }
    assert_eq!((device.clock_offset, device.drift), (1, 0));
    let late_once = device.clone().with_drift_of(Step(1), NOW);
    let on_time = late_once.present_step(NOW);
    assert_eq!(late_once.with_drift_of(on_time, NOW).drift, 0);
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

fn strange(lockout: Lockout, reply: &str, exists: bool, now: UnixTime) -> (Verdict, Lockout) {
    let decoy = (secret(), parameters());
    let typed = Typed::parse(reply);
    let stranger = Stranger { lockout, exists };
    verify_stranger(
        stranger,
        &abroad(1),
        Presented::Typed(&typed),
        &POLICY,
        &decoy,
        now,
    )
}

#[test]
fn a_stranger_is_slowed_down_like_anybody_and_never_let_in() {
    let (mut lockout, mut now) = (Lockout::NONE, NOW);
    let (mut record, mut hers) = (alice(), NOW);
    for _ in 0..100 {
        let (verdict, next) = strange(lockout, NEWER.0, true, now);
        assert_eq!(verdict, Verdict::Wrong);
        now = now.plus(next.elsewhere.delay());
        (record, hers) = guessed(record, &abroad(1), 1, hers);
        let same = record.lockout.elsewhere.delay();
        assert_eq!(next.elsewhere.delay(), same, "a known user waits as long");
        lockout = next;
    }
    let locked = Verdict::Locked(Hold::UntilUnlock);
    assert_eq!(strange(lockout, NEWER.0, true, now).0, locked);
    assert_eq!(from(record, &abroad(1), "000000", hers).0, locked);
}

#[test]
fn what_sshd_substitutes_counts_only_where_there_is_no_account() {
    for (exists, verdict) in [(true, Verdict::Nothing), (false, Verdict::Wrong)] {
        assert_eq!(
            strange(Lockout::NONE, "\x08\n\r\x7fIN", exists, NOW).0,
            verdict
        );
    }
}

#[test]
fn changes_are_kept_until_they_were_told_and_a_used_recovery_code_is_one() {
    let record = alice().with_change(Change::Enrolled, NOW);
    let recovery = Presented::Recovery(&[7; 16]);
    let (_, record) = verify(record, &home(), recovery, &POLICY, NOW.plus(1));
    let (_, record) = login(record, NEWER.0, NOW.plus(2));
    let kept = [
        (Change::Enrolled, NOW),
        (Change::RecoveryCodeUsed, NOW.plus(1)),
    ];
    let kept = kept.map(|(change, at)| crate::Changed { change, at });
    assert_eq!(record.changes, kept);
    assert_eq!(record.clone().without_changes(NOW).changes, kept[1..]);
    assert_eq!(record.without_changes(NOW.plus(1)).changes, []);
}

#[test]
fn there_is_an_end_to_changes_and_resyncs_push_nothing_else_out() {
    let mut record = alice().with_change(Change::Enrolled, NOW);
    for _ in 0..100 {
        record = record.with_change(Change::Resynced, NOW);
    }
    assert_eq!(record.changes.len(), 8);
    assert_eq!(record.changes[0].change, Change::Enrolled);
    for _ in 0..100 {
        record = record.with_change(Change::RecoveryCodeUsed, NOW);
    }
    assert_eq!(record.changes.len(), 8);
}

#[test]
fn an_account_is_in_good_standing_unless_it_is_suspended_or_another_one() {
    let record = alice();
    let stand = |account: Account<'_>, not_enrolled| {
        super::account(
            &account,
            &Policy {
                not_enrolled,
                ..POLICY
            },
        )
    };
    for policy in [NotEnrolled::Deny, NotEnrolled::Allow] {
        assert_eq!(stand(Account::Enrolled(&record), policy), Standing::Good);
        assert_eq!(
            stand(Account::Unknown(&Lockout::NONE), policy),
            Standing::Good
        );
        assert_eq!(stand(Account::Suspended, policy), Standing::Denied);
        assert_eq!(stand(Account::Changed, policy), Standing::Denied);
    }
    let newcomer = Account::NotEnrolled(&Lockout::NONE);
    assert_eq!(stand(newcomer, NotEnrolled::Allow), Standing::Exempt);
    let newcomer = Account::NotEnrolled(&Lockout::NONE);
    assert_eq!(stand(newcomer, NotEnrolled::Deny), Standing::Good);
}

#[test]
fn begin_asks_everybody_alike_unless_policy_lets_the_not_enrolled_by() {
    let ask = |account, not_enrolled| {
        begin(
            &account,
            &home(),
            &Policy {
                not_enrolled,
                ..POLICY
            },
            NOW,
        )
    };
    let (record, none) = (alice(), Lockout::NONE);
    let prompt = Begin::Prompt(Digits::SIX);
    for policy in [NotEnrolled::Deny, NotEnrolled::Allow] {
        assert_eq!(ask(Account::Enrolled(&record), policy), prompt);
        assert_eq!(ask(Account::Unknown(&none), policy), prompt);
        assert_eq!(ask(Account::Changed, policy), Begin::Deny);
        assert_eq!(ask(Account::Suspended, policy), Begin::Deny);
    }
    let newcomer = |policy| ask(Account::NotEnrolled(&none), policy);
    assert_eq!(newcomer(NotEnrolled::Deny), Begin::Unenrolled(Digits::SIX));
    assert_eq!(
        newcomer(NotEnrolled::Allow),
        Begin::NotEnrolled(Digits::SIX, None)
    );
}

#[test]
fn begin_tells_how_long_codes_are_refused() {
    let (record, now) = guessed(alice(), &home(), 5, NOW);
    let locked = Begin::Locked(Digits::SIX, Hold::For(20));
    let same = &record.lockout;
    for account in [
        Account::Enrolled(&record),
        Account::Unknown(same),
        Account::NotEnrolled(same),
    ] {
        assert_eq!(begin(&account, &home(), &POLICY, now.plus(10)), locked);
    }
}
