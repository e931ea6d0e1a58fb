use std::ffi::CStr;
use std::time::Duration;

use super::*;

const SUCCESS: PamResultCode = PamResultCode::PAM_SUCCESS;
const IGNORE: PamResultCode = PamResultCode::PAM_IGNORE;
const AUTH_ERR: PamResultCode = PamResultCode::PAM_AUTH_ERR;
const MAXTRIES: PamResultCode = PamResultCode::PAM_MAXTRIES;
const PERM_DENIED: PamResultCode = PamResultCode::PAM_PERM_DENIED;
const UNAVAILABLE: PamResultCode = PamResultCode::PAM_AUTHINFO_UNAVAIL;

const KEY: &CStr = c"first_factor=publickey";
const STRICT: &CStr = c"not_enrolled=deny";

fn begun(decision: u32, digits: u32, arguments: &[&CStr]) -> Next {
    let reply = BeginReply {
        decision,
        digits,
        wait: 25,
    };
    after_begin(reply, &Arguments::parse(arguments).unwrap())
}

fn asked(decision: u32, digits: u32, arguments: &[&CStr]) -> Option<Question> {
    match begun(decision, digits, arguments) {
        Next::Ask(question) => Some(question),
        Next::End(_) => None,
    }
}

fn ended(decision: u32, digits: u32, arguments: &[&CStr]) -> Option<PamResultCode> {
    match begun(decision, digits, arguments) {
        Next::Ask(_) => None,
        Next::End(outcome) => Some(outcome.pam_code()),
    }
}

fn verified(verdict: u32) -> Outcome {
    after_verify(&VerifyReply {
        verdict,
        wait: 25,
        left: 7,
        changes: Vec::new(),
    })
}

fn account(standing: u32, lacks_code: bool) -> PamResultCode {
    after_account(AccountReply { standing }, lacks_code).pam_code()
}

/// Every outcome with its PAM code, whether `auth` has done its part with it, and whether another
/// code may help.
fn table() -> [(Outcome, PamResultCode, bool, bool); 19] {
    let silent = DaemonError::Silent(Duration::from_secs(5));
    let argument = ArgumentError::NotText;
    [
        (Outcome::Accepted, SUCCESS, true, false),
        (Outcome::Recovered(3), SUCCESS, true, false),
        (Outcome::Emergency, SUCCESS, true, false),
        (Outcome::Passed, SUCCESS, true, false),
        (Outcome::NotEnrolled, IGNORE, true, false),
        (Outcome::InGoodStanding, SUCCESS, false, false),
        (Outcome::Rejected(0), AUTH_ERR, false, true),
        (Outcome::AlreadyUsed, AUTH_ERR, false, true),
        (Outcome::NoCode, AUTH_ERR, false, false),
        (Outcome::Unenrolled, AUTH_ERR, false, false),
        (Outcome::Locked(30), MAXTRIES, false, false),
        (Outcome::Denied, PERM_DENIED, false, false),
        (Outcome::CodeNotShown, PERM_DENIED, false, false),
        (Outcome::FirstFactorMissing, AUTH_ERR, false, false),
        (
            Outcome::NoConversation,
            PamResultCode::PAM_CONV_ERR,
            false,
            false,
        ),
        (Outcome::Unavailable(silent), UNAVAILABLE, false, false),
        (Outcome::Nonsense, UNAVAILABLE, false, false),
        (
            Outcome::BadArgument(argument),
            PamResultCode::PAM_SERVICE_ERR,
            false,
            false,
        ),
        (
            Outcome::OutOfMemory,
            PamResultCode::PAM_BUF_ERR,
            false,
            false,
        ),
    ]
}

#[test]
fn every_outcome_has_its_row() {
    for (outcome, code, satisfies_account, allows_another_try) in table() {
        assert_eq!(outcome.pam_code(), code, "{outcome:?}");
        assert_eq!(
            outcome.satisfies_account(),
            satisfies_account,
            "{outcome:?}"
        );
        assert_eq!(
            outcome.allows_another_try(),
            allows_another_try,
            "{outcome:?}"
        );
        let slows_down = matches!(outcome, Outcome::Rejected(0) | Outcome::NoCode);
        assert_eq!(outcome.slows_down(), slows_down, "{outcome:?}");
    }
}

#[test]
fn no_outcome_but_not_enrolled_is_ignored() {
    let ignored = table().into_iter().filter(|row| row.1 == IGNORE);
    assert_eq!(ignored.count(), 1);
}

#[test]
fn a_prompt_asks_for_as_many_digits_as_the_daemon_says() {
    for digits in 6..=8 {
        let question = Question { digits, wait: None };
        assert_eq!(asked(1, digits, &[]), Some(question));
        assert_eq!(asked(1, digits, &[KEY, STRICT]), Some(question));
    }
}

#[test]
fn a_locked_user_is_asked_too_and_told_how_long() {
    let question = Question {
        digits: 6,
        wait: Some(25),
    };
    assert_eq!(asked(3, 6, &[]), Some(question));
}

#[test]
fn decisions_without_a_prompt_end_at_once() {
    assert_eq!(ended(2, 0, &[]), Some(SUCCESS));
    assert_eq!(ended(4, 0, &[]), Some(IGNORE));
    assert_eq!(ended(5, 0, &[]), Some(PERM_DENIED));
}

#[test]
fn somebody_not_enrolled_is_asked_unless_a_first_factor_was_shown() {
    let question = Question {
        digits: 6,
        wait: None,
    };
    assert_eq!(asked(6, 6, &[]), Some(question));
    assert_eq!(asked(6, 6, &[STRICT]), Some(question));
    assert!(matches!(
        begun(6, 6, &[KEY]),
        Next::End(Outcome::Unenrolled)
    ));
}

#[test]
fn an_argument_can_deny_what_policy_allows() {
    assert_eq!(ended(4, 6, &[]), Some(IGNORE));
    assert_eq!(ended(4, 6, &[KEY]), Some(IGNORE));
    // The reply of these tests says that codes are refused: then everybody is asked.
    assert_eq!(asked(4, 6, &[STRICT]), asked(3, 6, &[]));
    assert_eq!(asked(4, 6, &[STRICT, KEY]), asked(3, 6, &[]));
    assert!(asked(4, 6, &[STRICT]).is_some());
    assert_eq!(ended(2, 6, &[STRICT, KEY]), Some(SUCCESS));
}

#[test]
fn an_unknown_decision_or_an_odd_number_of_digits_denies() {
    for decision in [0, 7, 255, u32::MAX] {
        assert_eq!(ended(decision, 6, &[]), Some(UNAVAILABLE));
        assert_eq!(ended(decision, 6, &[KEY, STRICT]), Some(UNAVAILABLE));
    }
    for decision in [1, 3, 6] {
        for digits in [0, 5, 9, u32::MAX] {
            assert_eq!(ended(decision, digits, &[]), Some(UNAVAILABLE));
        }
    }
    assert_eq!(ended(4, 0, &[STRICT]), Some(UNAVAILABLE));
}

#[test]
fn only_codes_that_the_daemon_took_are_a_success() {
    for verdict in 1..=7 {
        let outcome = verified(verdict);
        assert_eq!(outcome.is_by_code(), matches!(verdict, 1 | 6 | 7));
        assert_eq!(outcome.pam_code() == SUCCESS, outcome.is_by_code());
    }
    assert!(matches!(verified(2), Outcome::Rejected(25)));
    assert!(matches!(verified(3), Outcome::Locked(25)));
    assert!(matches!(verified(4), Outcome::Denied));
    assert!(matches!(verified(5), Outcome::AlreadyUsed));
    assert!(matches!(verified(6), Outcome::Recovered(7)));
    assert!(matches!(verified(7), Outcome::Emergency));
    for verdict in [0, 8, 255, u32::MAX] {
        assert_eq!(verified(verdict).pam_code(), UNAVAILABLE);
    }
}

#[test]
fn the_account_phase_asks_for_a_code_of_those_whom_policy_asks() {
    assert_eq!(account(1, false), SUCCESS);
    assert_eq!(account(1, true), PERM_DENIED);
    assert_eq!(account(2, false), SUCCESS);
    assert_eq!(account(2, true), SUCCESS);
    for lacks_code in [false, true] {
        assert_eq!(account(3, lacks_code), PERM_DENIED);
        for standing in [0, 4, 255, u32::MAX] {
            assert_eq!(account(standing, lacks_code), UNAVAILABLE);
        }
    }
}
