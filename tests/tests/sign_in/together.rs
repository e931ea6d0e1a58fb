//! Several who enroll at a time.

use crate::help::{assert_lets_in, assert_refused, world};

#[test]
fn a_second_enrollment_of_the_same_account_is_refused_and_does_not_disturb_the_first() {
    let world = world();
    let mut browser = world.browser();
    let first = world.sign_in("alice", &[]);
    let sentence = "an enrollment of alice is under way in another terminal; finish it there, or \
                    end it there with Ctrl-C";
    assert_refused(&world.enroll_in_vain("alice", &[]), sentence);
    let offer = first.by(&mut browser, "alice").offer();
    assert_refused(&world.enroll_in_vain("alice", &[]), sentence);
    let alice = offer.authenticator.clone();
    offer.confirm(&alice.code()).expect_success();
    assert_lets_in(&world, &alice);
}

#[test]
fn what_one_connection_started_no_other_can_wait_for_confirm_or_cancel() {
    let world = world();
    let first = world.sign_in("alice", &[]);
    for (method, body) in [
        ("Enrollment.Wait", &["s", "alice"][..]),
        ("Enrollment.Confirm", &["ss", "alice", "000000"]),
        ("Enrollment.Cancel", &["s", "alice"]),
    ] {
        for caller in ["alice", "root"] {
            let answer = world.call(caller, method, body);
            let error = "org.proauth.Daemon1.Error.NoPendingEnrollment";
            assert_eq!(
                answer,
                proauth_e2e::Answer::Error(error.to_owned()),
                "{method}"
            );
        }
    }
    let offer = first.by(&mut world.browser(), "alice").offer();
    let code = offer.authenticator.code();
    offer.confirm(&code).expect_success();
}

#[test]
fn two_people_enroll_at_once_and_each_gets_their_own() {
    let world = world();
    let mut browser = world.browser();
    let of_alice = world.sign_in("alice", &[]);
    let of_bob = world.sign_in("bob", &[]);
    let of_bob = of_bob.by(&mut browser, "bob").offer();
    let of_alice = of_alice.by(&mut browser, "alice").offer();
    for (offer, user) in [(of_alice, "alice"), (of_bob, "bob")] {
        let authenticator = offer.authenticator.clone();
        offer.confirm(&authenticator.code()).expect_success();
        let code = authenticator.fresh_code();
        assert_eq!(world.pam("code-only", user).code(&code), proauth_e2e::LetIn);
        assert_eq!(
            world.status(user)["identity"],
            format!("{user}@example.com")
        );
    }
}

#[test]
fn sixteen_sign_in_at_once_and_the_next_one_when_one_of_them_has_ended() {
    let world = world();
    let users: Vec<String> = (1..=17).map(|number| format!("user{number}")).collect();
    let names: Vec<&str> = users.iter().map(String::as_str).collect();
    world.add_users(&names);
    let (last, others) = names.split_last().expect("17");
    let mut waiting: Vec<_> = others.iter().map(|user| world.sign_in(user, &[])).collect();
    let refused = world.enroll_in_vain(last, &[]);
    assert!(matches!(refused.code, Some(1 | 5)), "{refused:?}");
    assert!(refused.stderr.contains("try again"), "{refused:?}");

    let one = waiting.pop().expect("16");
    one.signal("INT");
    assert_eq!(one.end().code, Some(130));
    let seventeenth = world.sign_in(last, &[]);
    assert!(!seventeenth.code.is_empty());
}
