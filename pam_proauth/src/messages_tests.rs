use std::ffi::CStr;
use std::time::Duration;

use super::*;

const OPEN: Question = Question {
    digits: 6,
    wait: None,
};

fn prompted(question: Question, arguments: &[&CStr]) -> String {
    prompt(question, None, &Arguments::parse(arguments).unwrap())
}

const fn locked_for(wait: u32) -> Question {
    Question {
        digits: 8,
        wait: Some(wait),
    }
}

fn told(outcome: &Outcome) -> Option<(Tone, String)> {
    about(outcome).map(|message| (message.tone, message.text))
}

fn told_change(change: u32, ago: u64) -> String {
    let messages = changes(&[Changed { change, ago, at: 0 }]);
    assert_eq!(messages.len(), 1);
    assert_eq!(messages[0].tone, Tone::News);
    messages[0].text.clone()
}

#[test]
fn the_prompt_says_what_to_type() {
    assert_eq!(prompted(OPEN, &[]), "ProAuth code (6 digits): ");
    assert_eq!(
        prompted(OPEN, &[c"forward_pass"]),
        "Password and ProAuth code (6 digits), together: "
    );
}

#[test]
fn the_prompt_of_a_locked_user_says_how_long_to_wait() {
    assert_eq!(
        prompted(locked_for(25), &[]),
        "Too many attempts: try again in 25 s. ProAuth code (8 digits): "
    );
    assert_eq!(
        prompted(locked_for(UNTIL_UNLOCK), &[]),
        "Too many attempts: ask an administrator to unlock you. ProAuth code (8 digits): "
    );
}

#[test]
fn a_prompt_of_the_administrators_replaces_ours_but_not_the_wait() {
    assert_eq!(prompted(OPEN, &[c"prompt=Code? "]), "Code? ");
    assert_eq!(
        prompted(OPEN, &[c"prompt=Code? ", c"forward_pass"]),
        "Code? "
    );
    assert_eq!(
        prompted(locked_for(25), &[c"prompt=Code? ", c"quiet"]),
        "Too many attempts: try again in 25 s. Code? "
    );
}

#[test]
fn the_next_prompt_says_that_a_code_was_used_already_and_nothing_of_a_wrong_one() {
    let question = Question {
        digits: 6,
        wait: Some(9),
    };
    let after = |outcome| prompt(question, Some(&outcome), &Arguments::parse(&[]).unwrap());
    let used = "Code already used: wait for the next one. ProAuth code (6 digits): ";
    assert_eq!(after(Outcome::AlreadyUsed), used);
    assert_eq!(after(Outcome::Rejected(0)), "ProAuth code (6 digits): ");
    let locked = "Too many attempts: try again in 30 s. ProAuth code (6 digits): ";
    assert_eq!(after(Outcome::Rejected(30)), locked);
}

#[test]
fn a_refusal_says_what_to_do_where_that_helps_no_guesser() {
    for (outcome, text) in [
        (
            Outcome::AlreadyUsed,
            "Code already used: wait for the next one",
        ),
        (Outcome::Locked(30), "Too many attempts: try again in 30 s"),
        (
            Outcome::Locked(UNTIL_UNLOCK),
            "Too many attempts: ask an administrator to unlock you",
        ),
    ] {
        assert_eq!(told(&outcome), Some((Tone::Refusal, text.to_owned())));
    }
    for outcome in [
        Outcome::Rejected(0),
        Outcome::NoCode,
        Outcome::Denied,
        Outcome::FirstFactorMissing,
        Outcome::NoConversation,
        Outcome::Unavailable(DaemonError::Silent(Duration::from_secs(5))),
        Outcome::Nonsense,
    ] {
        assert_eq!(told(&outcome), None, "{outcome:?}");
    }
}

#[test]
fn a_success_is_told_only_if_it_cost_a_code_of_the_users() {
    assert_eq!(told(&Outcome::Accepted), None);
    assert_eq!(told(&Outcome::Passed), None);
    for (left, text) in [
        (9, "Recovery code used: 9 left"),
        (4, "Recovery code used: 4 left"),
        (
            3,
            "Recovery code used: 3 left; for new ones, run proauthd recovery-codes",
        ),
        (
            0,
            "Recovery code used: 0 left; for new ones, run proauthd recovery-codes",
        ),
    ] {
        let outcome = Outcome::Recovered(left);
        assert_eq!(told(&outcome), Some((Tone::News, text.to_owned())));
    }
    let text = "Emergency code used".to_owned();
    assert_eq!(told(&Outcome::Emergency), Some((Tone::News, text)));
}

#[test]
fn every_change_is_told_with_its_age() {
    for (change, what) in [
        (1, "new authenticator bound"),
        (2, "new recovery codes made"),
        (3, "recovery code used"),
        (4, "emergency code made"),
        (5, "emergency code used"),
        (6, "authenticator resynchronised"),
        (7, "additional authenticator bound"),
        (8, "authenticator replaced"),
        (9, "additional authenticator removed"),
        (0, "your second factor was changed"),
        (10, "your second factor was changed"),
        (u32::MAX, "your second factor was changed"),
    ] {
        assert_eq!(
            told_change(change, 3 * 3600),
            format!("Since your last login: {what} (3 h ago)")
        );
    }
}

#[test]
fn of_many_changes_the_last_are_told_and_of_none_nothing() {
    assert_eq!(changes(&[]), []);
    let many: Vec<Changed> = (0..1000)
        .map(|ago| Changed {
            change: 1,
            ago,
            at: 0,
        })
        .collect();
    let messages = changes(&many);
    assert_eq!(messages.len(), 10);
    assert!(messages[0].text.ends_with("(16 min ago)"));
}

#[test]
fn a_wait_is_told_as_no_shorter_than_it_is() {
    for (wait, text) in [
        (0, "1 s"),
        (1, "1 s"),
        (30, "30 s"),
        (59, "59 s"),
        (60, "1 min"),
        (61, "2 min"),
        (300, "5 min"),
        (3_599, "1 h"),
        (3_600, "1 h"),
        (3_840, "1 h 4 min"),
        (7_201, "2 h 1 min"),
        (86_400, "24 h"),
        (172_801, "3 d"),
    ] {
        assert_eq!(
            locked(wait),
            format!("Too many attempts: try again in {text}")
        );
    }
}

#[test]
fn an_age_is_told_as_no_longer_than_it_is() {
    for (ago, text) in [
        (0, "0 s"),
        (59, "59 s"),
        (119, "1 min"),
        (3_599, "59 min"),
        (10_799, "2 h 59 min"),
        (259_199, "2 d"),
        (30 * 86_400, "30 d"),
        (u64::MAX, "213503982334601 d"),
    ] {
        assert!(told_change(1, ago).ends_with(&format!(" ({text} ago)")));
    }
}

#[test]
fn a_complaint_has_no_control_characters_and_an_end() {
    let argument = format!("\u{1b}[2J\nroot: all is well\u{9b}{}", "x".repeat(5000));
    let text = complaint(&Outcome::BadArgument(ArgumentError::Unknown(argument))).unwrap();
    assert!(text.starts_with("denied: unknown argument \"[2Jroot: all is wellx"));
    assert_eq!(text.chars().count(), 300);
}

#[test]
fn the_text_of_an_error_from_the_bus_is_not_repeated() {
    let error = Error::InvalidArgument("no such code: 123456".to_owned());
    let text = complaint(&Outcome::Unavailable(DaemonError::Call(error))).unwrap();
    assert!(!text.contains("123456"));
    assert!(text.ends_with("org.proauth.Daemon1.Error.InvalidArgument"));
}

#[test]
fn what_an_administrator_should_mend_is_in_the_log() {
    for (outcome, text) in [
        (
            Outcome::BadArgument(ArgumentError::Contradiction(
                "try_first_pass",
                "use_first_pass",
            )),
            "denied: try_first_pass and use_first_pass exclude each other; correct this line of \
             the PAM file",
        ),
        (
            Outcome::CodeNotShown,
            "denied: need_code is set, and this login has shown no code: a key alone, perhaps",
        ),
        (
            Outcome::Unenrolled,
            "denied: not enrolled, and policy or not_enrolled= denies that",
        ),
    ] {
        assert_eq!(complaint(&outcome).as_deref(), Some(text));
    }
}

#[test]
fn right_and_wrong_codes_are_not_ours_to_log() {
    for outcome in [
        Outcome::Accepted,
        Outcome::Recovered(1),
        Outcome::Emergency,
        Outcome::Rejected(0),
        Outcome::AlreadyUsed,
        Outcome::NoCode,
        Outcome::Locked(30),
        Outcome::Denied,
        Outcome::InGoodStanding,
    ] {
        assert_eq!(complaint(&outcome), None);
    }
}
