//! Who may not have the account that they ask for.

use proauth_e2e::{Browser, IDENTITY, World};

use crate::help::{assert_lets_in, assert_refused, enroll, logged, stored, world};

/// `login` signs in for alice's account, and is refused with `sentence`; nothing is stored.
fn assert_stranger(world: &World, browser: &mut Browser, login: &str, sentence: &str) {
    let before = stored(world);
    let refused = world.sign_in("alice", &[]).by(browser, login);
    assert_refused(&refused.end(), sentence);
    assert_eq!(stored(world), before);
}

#[test]
fn whoever_is_somebody_else_or_of_elsewhere_enrolls_nothing() {
    let world = world();
    let mut browser = world.browser();
    for (login, sentence) in [
        (
            "bob",
            "\"bob@example.com\" signed in, whose account is not alice; sign in as the owner of alice",
        ),
        (
            "alice elsewhere",
            "\"alice@evil.example\" is of \"evil.example\", which may not enroll here; sign in with your \
             account at work",
        ),
        (
            "alice, unverified",
            "the identity provider has not verified \"alice@example.com\"; verify the address there, \
             then start again",
        ),
        (
            "alice, with a foreign address",
            "\"alice@gmail.example\" is of \"gmail.example\", which may not enroll here; sign in with \
             your account at work",
        ),
        (
            "alice, of no organisation",
            "\"alice@example.com\" belongs to no organisation that may enroll here; sign in with your \
             account at work",
        ),
        (
            "nobody here",
            "\"stranger@example.com\" signed in, whose account is not alice",
        ),
    ] {
        println!("{login}");
        assert_stranger(&world, &mut browser, login, sentence);
    }
}

#[test]
fn whoever_has_no_account_by_table_or_template_enrolls_nothing() {
    let template = "\"example.com\" = \"{local_part}\"";
    let config = IDENTITY.replace(template, "");
    let world = World::builder().identity().config(&config).build();
    let sentence = "no account on this machine is \"alice@example.com\"'s; ask your administrator for \
                    an entry in identity.users";
    assert_stranger(&world, &mut world.browser(), "alice", sentence);
}

#[test]
fn a_system_account_is_nobodys_whatever_the_mail_is_called() {
    let world = world();
    let before = stored(&world);
    let sign_in = world.sign_in("root", &["--user", "root"]);
    let refused = sign_in.by(&mut world.browser(), "root").end();
    assert_refused(&refused, "root is a system account");
    assert_eq!(stored(&world), before);
}

#[test]
fn another_person_with_the_same_address_does_not_replace_the_authenticator() {
    let world = world();
    let mut browser = world.browser();
    let alice = enroll(&world, &mut browser);
    let code = alice.fresh_code();
    let sign_in = world.sign_in_typing("alice", &["--replace"], &[&code]);
    let refused = sign_in
        .by(&mut browser, "alice again, with a new account")
        .end();
    let sentence = "alice belongs to somebody else at the identity provider; sign in as whoever \
                    enrolled it first, or let root run `proauthd reset --user alice`";
    assert_refused(&refused, sentence);
    let line = logged(&world, "another_subject");
    assert!(line.contains("\"110000000000000000003\""), "{line}");
    assert_lets_in(&world, &alice);
}

#[test]
fn nobody_but_root_starts_an_enrollment_of_somebody_else() {
    let world = world();
    let before = stored(&world);
    for arguments in [
        &["--user", "alice"][..],
        &["--user", "alice", "--browser"],
        &["--user", "root"],
    ] {
        let ran = world.enroll_in_vain("bob", arguments);
        assert_eq!(ran.code, Some(4), "{ran:?}");
    }
    assert_eq!(stored(&world), before);
}

#[test]
fn what_is_for_root_is_refused_to_others() {
    let world = world();
    for arguments in [&["--offline"][..], &["--any-identity"]] {
        let ran = world.enroll_in_vain("alice", arguments);
        assert_ne!(ran.code, Some(0), "{ran:?}");
        assert!(ran.stderr.contains("is for root"), "{ran:?}");
    }
}

#[test]
fn root_may_take_whoever_signs_in_and_that_is_logged() {
    let world = world();
    let sign_in = world.sign_in("root", &["--user", "alice", "--any-identity"]);
    let offer = sign_in.by(&mut world.browser(), "bob").offer();
    let alice = offer.authenticator.clone();
    offer.confirm(&alice.code()).expect_success();
    assert_lets_in(&world, &alice);
    let line = logged(&world, "identity_overridden");
    for part in ["\"bob@example.com\"", "accepted for alice", "caller=0"] {
        assert!(line.contains(part), "no {part}: {line}");
    }
}

#[test]
fn even_root_takes_nobody_of_elsewhere() {
    let world = world();
    let before = stored(&world);
    let sign_in = world.sign_in("root", &["--user", "alice", "--any-identity"]);
    let refused = sign_in.by(&mut world.browser(), "alice elsewhere").end();
    assert_refused(&refused, "which may not enroll here");
    assert_eq!(stored(&world), before);
}
