//! Another authenticator for who has one: in its place, or beside it.

use proauth_e2e::{Authenticator, Browser, LetIn, Offer, Refused, World};
use serde_json::json;

use crate::help::{assert_lets_in, assert_lets_nobody_in, assert_refused, enroll, stored, world};

/// alice enrolls once more, having typed `code` of what she has.
fn again(world: &World, browser: &mut Browser, arguments: &[&str], code: &str) -> Offer {
    let sign_in = world.sign_in_typing("alice", arguments, &[code]);
    sign_in.by(browser, "alice").offer()
}

/// It ended well; her new authenticator.
fn confirmed(offer: Offer) -> (Authenticator, serde_json::Value) {
    let authenticator = offer.authenticator.clone();
    let ran = offer.confirm(&authenticator.code()).expect_success();
    let last = ran.stdout.lines().last().expect("it tells that she is");
    (authenticator, serde_json::from_str(last).expect("JSON"))
}

#[test]
fn the_old_authenticator_works_until_the_new_one_is_confirmed_and_never_after() {
    let world = world();
    let mut browser = world.browser();
    let old = enroll(&world, &mut browser);
    let offer = again(&world, &mut browser, &["--replace"], &old.fresh_code());
    assert_lets_in(&world, &old);
    assert_lets_nobody_in(&world, &offer.authenticator);
    let (new, enrolled) = confirmed(offer);
    assert_eq!(
        enrolled["recovery_codes"].as_array().map(Vec::len),
        Some(10)
    );
    assert_lets_nobody_in(&world, &old);
    let login = world.pam("code-only", "alice").code(&new.fresh_code());
    assert_eq!(login, LetIn);
    assert!(login.transcript.contains("replaced"), "{login:?}");
}

#[test]
fn a_recovery_code_stands_in_for_a_code_once() {
    let world = world();
    let mut browser = world.browser();
    let offer = world
        .sign_in("alice", &[])
        .by(&mut browser, "alice")
        .offer();
    let (_lost, enrolled) = confirmed(offer);
    let recovery = enrolled["recovery_codes"][0].as_str().expect("a code");
    let (new, _) = confirmed(again(&world, &mut browser, &["--replace"], recovery));
    assert_lets_in(&world, &new);
    let before = stored(&world);
    let again = world.try_sign_in("alice", &["--replace"], &[recovery]);
    let refused = again.expect_err("it was used, and is of the old authenticator");
    assert_eq!(refused.code, Some(1), "{refused:?}");
    // It was counted.
    assert_ne!(stored(&world), before);
}

#[test]
fn a_stolen_account_without_a_code_gets_no_new_authenticator_and_guesses_are_counted() {
    let world = world();
    let alice = enroll(&world, &mut world.browser());
    for arguments in [
        &["--replace"][..],
        &["--add", "tablet"],
        &["--replace", "--browser"],
    ] {
        let failures = world.failures("alice");
        let wrong = alice.wrong_code();
        let refused = world.try_sign_in("alice", arguments, &[&wrong]);
        let refused = refused.expect_err("the code was wrong");
        assert_eq!(refused.code, Some(1), "{refused:?}");
        assert_eq!(world.failures("alice"), failures + 1);
    }
    assert_lets_in(&world, &alice);
}

#[test]
fn an_emergency_code_is_for_one_login_and_binds_no_new_authenticator() {
    let world = world();
    let _lost = enroll(&world, &mut world.browser());
    let emergency = ["emergency", "--user", "alice", "--json"];
    let printed = world.proauthd(&emergency).run().expect_success().json();
    let code = printed["code"].as_str().expect("a code");
    let refused = world.try_sign_in("alice", &["--replace"], &[code]);
    assert_eq!(refused.expect_err("it is for logins").code, Some(1));
    assert_eq!(world.pam("code-only", "alice").code(code), LetIn);
}

#[test]
fn root_needs_a_code_too_and_resets_where_there_is_none() {
    let world = world();
    let alice = enroll(&world, &mut world.browser());
    let arguments = ["--user", "alice", "--offline", "--replace"];
    let refused = world.try_sign_in("root", &arguments, &[&alice.wrong_code()]);
    assert_eq!(refused.expect_err("the code was wrong").code, Some(1));
    assert_lets_in(&world, &alice);
    let offer = world.offer_to("root", &arguments, &[&alice.fresh_code()]);
    let (new, _) = confirmed(offer);
    assert_lets_in(&world, &new);
    assert_lets_nobody_in(&world, &alice);
}

#[test]
fn a_tablet_is_added_works_is_listed_and_is_removed_by_name() {
    let world = world();
    let mut browser = world.browser();
    let phone = enroll(&world, &mut browser);
    let offer = again(
        &world,
        &mut browser,
        &["--add", "tablet"],
        &phone.fresh_code(),
    );
    let (tablet, enrolled) = confirmed(offer);
    // Those that there were still hold.
    assert_eq!(enrolled["recovery_codes"], json!([]));

    assert_lets_in(&world, &phone);
    assert_lets_in(&world, &tablet);
    let code = tablet.fresh_code();
    assert_eq!(world.ssh("alice").code(&code), LetIn);
    assert_eq!(world.ssh("alice").code(&code), Refused);
    let names = world.status("alice")["authenticators"].clone();
    assert_eq!(names, json!(["main", "tablet"]));

    let remove = ["unenroll", "--name", "tablet"];
    let code = phone.fresh_code();
    let remove = world
        .proauthd(&remove)
        .by("alice")
        .typing(format!("{code}\n"));
    remove.run().expect_success();
    assert_lets_nobody_in(&world, &tablet);
    assert_lets_in(&world, &phone);
    assert_eq!(world.status("alice")["authenticators"], json!(["main"]));
}

#[test]
fn a_name_that_is_taken_is_refused_before_anybody_signs_in() {
    let world = world();
    let mut browser = world.browser();
    let phone = enroll(&world, &mut browser);
    let offer = again(
        &world,
        &mut browser,
        &["--add", "tablet"],
        &phone.fresh_code(),
    );
    let _tablet = confirmed(offer);
    let again = world.try_sign_in("alice", &["--add", "tablet"], &[&phone.fresh_code()]);
    let refused = again.expect_err("the name is taken");
    let sentence = "alice has an authenticator of this name already; choose another name";
    assert!(refused.stderr.contains(sentence), "{refused:?}");
    assert_eq!(
        world.status("alice")["authenticators"],
        json!(["main", "tablet"])
    );
}

#[test]
fn who_is_not_enrolled_has_nothing_to_replace_or_to_add_to() {
    let world = world();
    for arguments in [&["--replace"][..], &["--add", "tablet"]] {
        let refused = world.try_sign_in("alice", arguments, &["000000"]);
        let sentence = "alice is not enrolled yet; run `proauthd enroll` without --replace and \
                        --add";
        assert_refused(&refused.expect_err("she is not enrolled"), sentence);
    }
}

#[test]
fn after_a_reset_the_old_authenticator_is_of_no_use_and_the_ticket_enrolls_anew() {
    let world = world();
    let mut browser = world.browser();
    let old = enroll(&world, &mut browser);
    let reset = world
        .proauthd(&["reset", "--user", "alice", "--json"])
        .run()
        .expect_success();
    let last = reset.stdout.lines().last().expect("it prints the ticket");
    let printed: serde_json::Value = serde_json::from_str(last).expect("JSON");
    let ticket = printed["ticket"].as_str().expect("a ticket");
    assert_eq!(world.status("alice")["enrolled"], false);

    let sign_in = world.sign_in("alice", &["--ticket", ticket]);
    let (new, _) = confirmed(sign_in.by(&mut browser, "alice").offer());
    assert_lets_in(&world, &new);
    assert_lets_nobody_in(&world, &old);
}
