//! Sentences about accounts with several authenticators, and about replacing one. Codes come from
//! oathtool.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests"
)]

use std::num::NonZeroU64;
use std::process::Command;

use proauth_core::check::{Finding, check};
use proauth_core::enrollment::{Contradiction, NotConfirmed, Pending, Purpose};
use proauth_core::identity::Identity;
use proauth_core::login::{Accepted, NotEnrolled, Policy, Presented, Verdict, verify};
use proauth_core::recovery::Recovery;
use proauth_core::resync::{ADMIN_REACH, NoResync, recentre, reset};
use proauth_core::totp::{Algorithm, Digits, Parameters, Secret, Step};
use proauth_core::{
    AccountName, Authenticator, AuthenticatorName, Change, NotRemoved, Record, Source, Typed,
    UnixTime,
};

const NOW: UnixTime = UnixTime(1_800_000_000);
const STEP: u64 = 60_000_000;

/// Secrets; those of PHONE and TWIN are the same, so that one code is of both.
const PHONE: &[u8; 20] = b"a secret of 20 bytes";
const TWIN: &[u8; 20] = PHONE;
const TABLET: &[u8; 20] = b"20 bytes of a secret";
const NEW_PHONE: &[u8; 20] = b"the newest secret...";

/// What the authenticator with `secret` shows when its clock is `seconds` from ours.
fn code(secret: &[u8; 20], seconds: i64) -> Typed {
    let hex: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
    let time = NOW.0.saturating_add_signed(seconds);
    let output = Command::new("oathtool")
        .args(["--totp", &format!("--now=@{time}"), &hex])
        .output();
    Typed::parse(String::from_utf8(output.unwrap().stdout).unwrap().trim())
}

fn called(name: &str) -> AuthenticatorName {
    AuthenticatorName::parse(name).unwrap()
}

fn adding(name: &str) -> Purpose {
    Purpose::Add(called(name))
}

fn somebody(subject: &str) -> Identity {
    Identity {
        issuer: "https://issuer.example".to_owned(),
        subject: subject.to_owned(),
        user: format!("{subject}@example.com"),
    }
}

fn recovery(salt: u8) -> Recovery {
    Recovery {
        codes: vec![[salt; 16]; 10],
        ..Recovery::none([salt; 16])
    }
}

fn start(purpose: Purpose, identity: Option<Identity>, secret: &[u8; 20]) -> Pending {
    let parameters = Parameters {
        algorithm: Algorithm::Sha1,
        digits: Digits::SIX,
        period: NonZeroU64::new(30).unwrap(),
        skew: 1,
    };
    let name = AccountName::parse("alice").unwrap();
    let secret = Secret::new(secret.to_vec()).unwrap();
    Pending::start(name, 1000, purpose, identity, secret, parameters, NOW)
}

/// Alice with one authenticator, which has used no code of these days.
fn alice() -> Record {
    let pending = start(Purpose::New, Some(somebody("alice")), PHONE);
    let record = pending.confirm(&code(PHONE, 0), None, Some(recovery(1)), NOW);
    unused(record.unwrap())
}

fn with(record: Record, name: &str, secret: &[u8; 20]) -> Record {
    let pending = start(adding(name), None, secret);
    let record = pending.confirm(&code(secret, 0), Some(record), None, NOW);
    unused(record.unwrap())
}

fn with_tablet() -> Record {
    with(alice(), "tablet", TABLET)
}

fn with_twin() -> Record {
    with(alice(), "twin", TWIN)
}

fn unused(record: Record) -> Record {
    let unused = |it| Authenticator {
        last_step: Step(1),
        ..it
    };
    Record {
        authenticators: record.authenticators.map(unused),
        changes: Vec::new(),
        ..record
    }
}

fn login(record: Record, typed: &Typed) -> (Verdict, Record) {
    let policy = Policy {
        not_enrolled: NotEnrolled::Deny,
        max_failures: 100,
        digits: Digits::SIX,
    };
    let reply = Presented::Typed(typed);
    verify(record, &Source::Local, reply, &policy, NOW)
}

fn accepted(place: usize, steps: i64) -> Verdict {
    let step = Step(STEP).shifted(steps);
    Verdict::Accepted(Accepted { place, step })
}

fn last_steps(record: &Record) -> Vec<u64> {
    let each = record.authenticators.iter();
    each.map(|it| it.last_step.0).collect()
}

fn names(record: &Record) -> Vec<&str> {
    let each = record.authenticators.iter();
    each.map(|it| it.name.as_str()).collect()
}

fn changes(record: &Record) -> Vec<Change> {
    record.changes.iter().map(|it| it.change).collect()
}

fn contradiction(refused: Result<Record, NotConfirmed>) -> Contradiction {
    match refused {
        Err(NotConfirmed::Contradiction(contradiction)) => contradiction,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_code_of_any_authenticator_lets_in_and_moves_that_one_alone() {
    let (verdict, record) = login(with_tablet(), &code(TABLET, 30));
    assert_eq!(verdict, accepted(1, 1));
    assert_eq!(last_steps(&record), [1, STEP + 1]);
    let devices: Vec<_> = record.authenticators.iter().collect();
    assert_eq!((devices[0].drift, devices[0].last_offset), (0, 0));
    assert_eq!((devices[1].drift, devices[1].last_offset), (1, 1));
    let (verdict, record) = login(record, &code(PHONE, 0));
    assert_eq!(verdict, accepted(0, 0));
    assert_eq!(last_steps(&record), [STEP, STEP + 1]);
}

#[test]
fn a_code_of_one_authenticator_is_never_accepted_again() {
    let (_, record) = login(with_tablet(), &code(TABLET, 0));
    for used in [code(TABLET, 0), code(TABLET, -30)] {
        let (verdict, same) = login(record.clone(), &used);
        assert_eq!(verdict, Verdict::Replayed);
        assert_eq!(same, record);
    }
}

#[test]
fn a_code_that_one_has_used_and_another_has_not_is_accepted_by_the_other_once() {
    let (verdict, record) = login(with_twin(), &code(PHONE, 0));
    assert_eq!(verdict, accepted(0, 0));
    let (verdict, record) = login(record, &code(PHONE, 0));
    assert_eq!(verdict, accepted(1, 0));
    let (verdict, _) = login(record, &code(PHONE, 0));
    assert_eq!(verdict, Verdict::Replayed);
}

#[test]
fn a_code_is_wrong_only_if_it_is_of_no_authenticator() {
    let (verdict, record) = login(with_tablet(), &code(NEW_PHONE, 0));
    assert_eq!(verdict, Verdict::Wrong);
    assert_eq!(record.lockout.consecutive, 1);
    let (_, record) = login(record, &code(TABLET, 0));
    assert_eq!(record.lockout.consecutive, 0, "one count for all of them");
}

#[test]
fn a_check_takes_the_code_for_what_it_is_to_whose_it_is() {
    let (finding, record) = check(with_tablet(), &code(TABLET, 0), NOW);
    assert_eq!(finding, Finding::Right(Step(STEP)));
    assert_eq!(last_steps(&record), [1, STEP]);
    let (finding, same) = check(record.clone(), &code(TABLET, 0), NOW);
    assert_eq!((finding, &same), (Finding::AlreadyUsed, &record));
    let (finding, same) = check(record.clone(), &code(TABLET, -420), NOW);
    assert_eq!((finding, &same), (Finding::OutsideWindow(-420), &record));
}

#[test]
fn a_reset_is_of_every_authenticator() {
    let record = reset(with_tablet(), NOW);
    assert_eq!(last_steps(&record), [STEP + 1; 2]);
    assert_eq!(changes(&record), [Change::Resynced]);
}

#[test]
fn three_codes_centre_the_window_of_the_authenticator_that_they_are_of() {
    let codes = [600, 630, 660].map(|seconds| code(TABLET, seconds));
    let centred = recentre(&with_tablet(), &codes, ADMIN_REACH, NOW).unwrap();
    assert_eq!(centred.name, called("tablet"));
    assert_eq!(centred.clock_offset, 660);
    assert_eq!(last_steps(&centred.record), [1, STEP + 22]);
    assert_eq!(centred.record.authenticators.main().clock_offset, 0);
    let again = recentre(&centred.record, &codes, ADMIN_REACH, NOW);
    assert_eq!(again.unwrap_err(), NoResync::AlreadyUsed);
}

#[test]
fn codes_of_two_authenticators_centre_neither() {
    let codes = [code(PHONE, 0), code(TABLET, 30), code(PHONE, 60)];
    let refused = recentre(&with_tablet(), &codes, ADMIN_REACH, NOW);
    assert_eq!(refused.unwrap_err(), NoResync::Wrong);
}

#[test]
fn an_added_authenticator_is_proven_by_its_own_first_code_and_changes_nothing_else() {
    let pending = start(adding("tablet"), None, TABLET);
    let Err(NotConfirmed::WrongCode(pending)) =
        pending.confirm(&code(PHONE, 0), Some(alice()), None, NOW)
    else {
        panic!("a code of another authenticator proved this one");
    };
    let record = pending.confirm(&code(TABLET, 0), Some(alice()), None, NOW);
    let record = record.unwrap();
    assert_eq!(names(&record), ["main", "tablet"]);
    assert_eq!(last_steps(&record), [1, STEP], "its first code is used up");
    assert_eq!(changes(&record), [Change::AuthenticatorAdded]);
    let before = alice();
    assert_eq!(record.recovery, before.recovery);
    assert_eq!(record.lockout, before.lockout);
    assert_eq!(record.identity, before.identity);
}

#[test]
fn an_authenticator_that_is_replaced_works_until_its_successor_is_proven_and_never_after() {
    let (_, before) = login(with_tablet(), &code(NEW_PHONE, 0));
    let pending = start(Purpose::Replace, None, NEW_PHONE);
    assert_eq!(login(before.clone(), &code(PHONE, 0)).0, accepted(0, 0));
    let proof = code(NEW_PHONE, 0);
    let record = pending.confirm(&proof, Some(before.clone()), Some(recovery(2)), NOW);
    let record = record.unwrap();
    for seconds in [-30, 0, 30] {
        let (verdict, _) = login(record.clone(), &code(PHONE, seconds));
        assert_eq!(verdict, Verdict::Wrong, "{seconds}");
    }
    assert_eq!(login(record.clone(), &proof).0, Verdict::Replayed);
    let (verdict, _) = login(record.clone(), &code(NEW_PHONE, 30));
    assert_eq!(verdict, accepted(0, 1));
    let (verdict, _) = login(record.clone(), &code(TABLET, 0));
    assert_eq!(verdict, accepted(1, 0), "the others stay");
    assert_eq!(names(&record), ["main", "tablet"]);
    assert_eq!(record.recovery, recovery(2), "the old codes are void");
    assert_eq!(record.lockout, before.lockout);
    assert_eq!(record.lockout.consecutive, 1);
    assert_eq!(changes(&record), [Change::AuthenticatorReplaced]);
}

#[test]
fn a_code_of_the_old_authenticator_proves_no_new_one() {
    let pending = start(Purpose::Replace, None, NEW_PHONE);
    let refused = pending.confirm(&code(PHONE, 0), Some(alice()), Some(recovery(2)), NOW);
    assert!(matches!(refused, Err(NotConfirmed::WrongCode(_))));
}

#[test]
fn an_enrollment_that_does_not_fit_what_is_stored_is_over() {
    let confirm = |purpose, existing, recovery| {
        let pending = start(purpose, None, NEW_PHONE);
        contradiction(pending.confirm(&code(NEW_PHONE, 0), existing, recovery, NOW))
    };
    let codes = || Some(recovery(2));
    let other_uid = Record {
        uid: 1001,
        ..alice()
    };
    let other_name = Record {
        name: AccountName::parse("bob").unwrap(),
        ..alice()
    };
    let full = ["b", "c", "d"].into_iter().fold(alice(), |record, name| {
        with(record, name, &[name.as_bytes()[0]; 20])
    });
    use Contradiction::*;
    for (purpose, existing, recovery, expected) in [
        (Purpose::New, Some(alice()), codes(), AlreadyEnrolled),
        (Purpose::New, None, None, RecoveryCodes),
        (Purpose::Replace, None, codes(), NotEnrolled),
        (Purpose::Replace, Some(alice()), None, RecoveryCodes),
        (Purpose::Replace, Some(other_uid), codes(), OtherAccount),
        (adding("b"), None, None, NotEnrolled),
        (adding("b"), Some(other_name), None, OtherAccount),
        (adding("main"), Some(alice()), None, NameTaken),
        (adding("tablet"), Some(with_tablet()), None, NameTaken),
        (adding("e"), Some(full), None, TooMany),
        (adding("b"), Some(alice()), codes(), RecoveryCodes),
    ] {
        let told = format!("{purpose:?}");
        assert_eq!(confirm(purpose, existing, recovery), expected, "{told}");
    }
}

#[test]
fn an_account_belongs_to_whoever_signed_in_for_it_first() {
    let confirm = |existing: Record, who: Option<Identity>| {
        let pending = start(Purpose::Replace, who, NEW_PHONE);
        let codes = Some(recovery(2));
        pending.confirm(&code(NEW_PHONE, 0), Some(existing), codes, NOW)
    };
    let refused = confirm(alice(), Some(somebody("mallory")));
    assert_eq!(contradiction(refused), Contradiction::OtherIdentity);
    let kept = confirm(alice(), None).unwrap();
    assert_eq!(kept.identity, Some(somebody("alice")));
    let renamed = Identity {
        user: "alice.married@example.com".to_owned(),
        ..somebody("alice")
    };
    let told = confirm(alice(), Some(renamed.clone())).unwrap();
    assert_eq!(told.identity, Some(renamed), "the name can change");
    let unbound = Record {
        identity: None,
        ..alice()
    };
    let bound = confirm(unbound, Some(somebody("alice"))).unwrap();
    assert_eq!(bound.identity, Some(somebody("alice")));
}

#[test]
fn an_authenticator_that_was_taken_away_lets_nobody_in_and_the_main_one_stays() {
    let record = with_tablet();
    let removed = record.clone().without_authenticator(&called("tablet"), NOW);
    let removed = removed.unwrap();
    assert_eq!(changes(&removed), [Change::AuthenticatorRemoved]);
    assert_eq!(login(removed.clone(), &code(TABLET, 0)).0, Verdict::Wrong);
    assert_eq!(login(removed, &code(PHONE, 0)).0, accepted(0, 0));
    for (name, why) in [("main", NotRemoved::Main), ("watch", NotRemoved::Unknown)] {
        let refused = record.clone().without_authenticator(&called(name), NOW);
        assert_eq!(refused.unwrap_err(), why);
    }
}
