//! What sign-ins that were begun and left take from nobody: neither a place nor a recovery code.

use std::time::Instant;

use proauth_e2e::{DEADLINE, LetIn, SignIn, World};

use crate::help::{assert_refused, world, world_with};

/// More than `proauth-idp` has places, each of which it would keep for a minute by itself.
const OFTEN: usize = 20;

/// alice begins, as soon as the daemon knows that what she began before has ended.
fn begin(world: &World) -> SignIn {
    let start = Instant::now();
    loop {
        match world.try_sign_in("alice", &[], &[]) {
            Ok(sign_in) => return sign_in,
            Err(ran) => assert_refused(&ran, "is under way"),
        }
        assert!(start.elapsed() < DEADLINE, "the account stays taken");
    }
}

/// How many recovery codes alice has.
fn codes_left(world: &World) -> u64 {
    let left = &world.status("alice")["recovery_codes"];
    left.as_u64().expect("a number")
}

fn assert_still_good(world: &World, code: &str) {
    assert_eq!(codes_left(world), 10);
    assert_eq!(world.pam("code-only", "alice").code(code), LetIn);
    assert_eq!(codes_left(world), 9);
}

#[test]
fn twenty_sign_ins_that_one_user_left_keep_nobody_else_waiting() {
    // Ctrl-C says that it is over; what was killed says nothing.
    for signal in ["INT", "KILL"] {
        let world = world();
        for _ in 0..OFTEN {
            let sign_in = begin(&world);
            sign_in.signal(signal);
            let _ended = sign_in.end();
        }
        let of_bob = world.sign_in("bob", &[]);
        assert!(!of_bob.code.is_empty(), "{of_bob:?}");
    }
}

#[test]
fn a_recovery_code_is_not_used_up_by_a_sign_in_that_was_denied() {
    let world = world();
    let (_lost, codes) = world.enroll_with_codes("alice");
    let denied = world.sign_in_typing("alice", &["--replace"], &[&codes[0]]);
    world.browser().disown_code(&denied.uri, &denied.code);
    assert_refused(&denied.end(), "the sign-in was refused");
    assert_still_good(&world, &codes[0]);
}

#[test]
fn a_recovery_code_is_not_used_up_by_a_sign_in_that_was_cancelled() {
    let world = world();
    let (_lost, codes) = world.enroll_with_codes("alice");
    for arguments in [&["--replace"][..], &["--add", "tablet"]] {
        let sign_in = world.sign_in_typing("alice", arguments, &[&codes[0]]);
        sign_in.signal("INT");
        assert_eq!(sign_in.end().code, Some(130));
        assert_eq!(codes_left(&world), 10, "{arguments:?}");
    }
    assert_still_good(&world, &codes[0]);
}

#[test]
fn no_code_is_used_up_for_a_browser_where_none_is_configured() {
    let world = world_with(&[r#"browser_client_id = """#], "");
    let (alice, codes) = world.enroll_with_codes("alice");
    let code = alice.fresh_code();
    for typed in [&codes[0], &code] {
        let begun = world.try_sign_in("alice", &["--replace", "--browser"], &[typed]);
        let refused = begun.expect_err("nothing is configured");
        let sentence = "identity.browser_client_id";
        assert!(refused.stderr.contains(sentence), "{refused:?}");
    }
    assert_eq!(world.pam("code-only", "alice").code(&code), LetIn);
    assert_still_good(&world, &codes[0]);
}
