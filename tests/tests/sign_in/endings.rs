//! Sign-ins that come to nothing.

use std::time::{Duration, Instant};

use proauth_e2e::{DEADLINE, Terminal, World};

use crate::help::{assert_lets_in, assert_refused, enroll, stored, world};

/// alice can begin anew, as soon as the bus has told the daemon that she is gone.
fn assert_free(world: &World) {
    let start = Instant::now();
    let sign_in = loop {
        match world.try_sign_in("alice", &[], &[]) {
            Ok(sign_in) => break sign_in,
            Err(ran) => assert_refused(&ran, "is under way"),
        }
        assert!(start.elapsed() < DEADLINE, "the account stays taken");
    };
    sign_in.signal("INT");
    assert_eq!(sign_in.end().code, Some(130));
}

fn begin(world: &World) -> Terminal<'_> {
    let terminal = world.terminal("alice", (80, 24), "exec proauthd enroll");
    let (_uri, _code) = terminal.sign_in();
    terminal
}

#[test]
fn who_says_no_to_the_device_or_to_the_consent_enrolls_nothing() {
    let world = world();
    let before = stored(&world);
    let mut browser = world.browser();
    let sentence = "the sign-in was refused: start again and allow it";

    let sign_in = world.sign_in("alice", &[]);
    browser.disown_code(&sign_in.uri, &sign_in.code);
    assert_refused(&sign_in.end(), sentence);

    let sign_in = world.sign_in("alice", &[]);
    browser.enter_code(&sign_in.uri, &sign_in.code);
    browser.sign_in("alice");
    browser.refuse();
    browser.wait_for("interrupted");
    assert_refused(&sign_in.end(), sentence);

    let sign_in = world.sign_in("alice", &["--browser"]);
    browser.open(&sign_in.uri);
    browser.sign_in("alice");
    browser.refuse();
    assert_refused(&sign_in.end(), sentence);
    assert_eq!(stored(&world), before);
}

#[test]
fn a_sign_in_that_nobody_makes_ends_with_the_code() {
    let world = world();
    world.restart_google(&["--lifetime", "3"]);
    let before = stored(&world);
    let start = Instant::now();
    let ended = world.sign_in("alice", &[]).end();
    assert_refused(&ended, "start again");
    assert!(
        ended.stderr.contains("in time") || ended.stderr.contains("too long"),
        "{ended:?}"
    );
    // Three seconds less the one that oidc-provider cuts off: it counts whole ones.
    assert!(
        start.elapsed() >= Duration::from_secs(2),
        "{:?}",
        start.elapsed()
    );
    assert_eq!(stored(&world), before);
}

#[test]
fn ctrl_c_cancels_at_the_daemon_too() {
    let world = world();
    let before = stored(&world);
    let terminal = begin(&world);
    terminal.press("C-c");
    assert_eq!(terminal.end(), 130, "{}", terminal.history());
    let second = begin(&world);
    second.press("C-c");
    assert_eq!(second.end(), 130, "{}", second.history());
    assert_eq!(stored(&world), before);
}

#[test]
fn ctrl_c_at_the_question_for_the_first_code_enrolls_nothing() {
    let world = world();
    let before = stored(&world);
    let terminal = world.terminal("alice", (80, 50), "exec proauthd enroll");
    let (uri, code) = terminal.sign_in();
    world.browser().sign_in_for_device(&uri, &code, "alice");
    terminal.wait_for_prompt("First code:");
    terminal.press("C-c");
    assert_eq!(terminal.end(), 130, "{}", terminal.history());
    assert_free(&world);
    assert_eq!(stored(&world), before);
}

#[test]
fn whoever_closes_the_terminal_can_begin_anew() {
    let world = world();
    begin(&world).close();
    assert_free(&world);
}

#[test]
fn an_enrollment_whose_program_was_killed_is_forgotten() {
    let world = world();
    let sign_in = world.sign_in("alice", &[]);
    sign_in.signal("KILL");
    assert_free(&world);
}

#[test]
fn a_sign_in_that_comes_after_the_cancellation_enrolls_nobody() {
    let world = world();
    let before = stored(&world);
    let terminal = world.terminal("alice", (80, 24), "exec proauthd enroll");
    let (uri, code) = terminal.sign_in();
    terminal.press("C-c");
    assert_eq!(terminal.end(), 130, "{}", terminal.history());
    world.browser().sign_in_for_device(&uri, &code, "alice");
    assert_free(&world);
    assert_eq!(stored(&world), before);
}

#[test]
fn what_comes_to_nothing_leaves_the_authenticator_as_it_was() {
    let world = world();
    let mut browser = world.browser();
    let alice = enroll(&world, &mut browser);
    let again = |code: &str| world.sign_in_typing("alice", &["--replace"], &[code]);

    let denied = again(&alice.fresh_code());
    browser.disown_code(&denied.uri, &denied.code);
    assert_refused(&denied.end(), "the sign-in was refused");
    assert_lets_in(&world, &alice);

    let foreign = again(&alice.fresh_code()).by(&mut browser, "bob");
    assert_refused(&foreign.end(), "whose account is not alice");
    assert_lets_in(&world, &alice);

    // The key was shown, but its first code never came.
    let offer = again(&alice.fresh_code()).by(&mut browser, "alice").offer();
    let other = offer.authenticator.clone();
    let wrong = offer.confirm(&other.wrong_code());
    assert_eq!(wrong.code, Some(1), "{wrong:?}");
    assert_lets_in(&world, &alice);
    crate::help::assert_lets_nobody_in(&world, &other);
}
