//! What root does to an account while somebody enrolls it, or before they come to it.

use proauth_e2e::{LetIn, Offer, Ran, World};
use serde_json::json;

use crate::help::{assert_lets_in, assert_lets_nobody_in, assert_refused, world, world_with};

const ALONE: &str = "[enrollment]\nself_enroll = \"ticket\"";
const OVER: &str = "no enrollment of alice is under way here";
const SUSPENDED: &str = "alice is suspended; ask your administrator (`proauthd resume --user \
                         alice`)";

fn by_root(world: &World, command: &str, user: &str) -> Ran {
    world.proauthd(&[command, "--user", user]).run()
}

fn invite(world: &World, user: &str) -> String {
    let invite = ["invite", "--user", user, "--json"];
    let printed = world.proauthd(&invite).run().expect_success().json();
    printed["ticket"].as_str().expect("a ticket").to_owned()
}

/// alice has the key, and was not asked to sign in.
fn offer_for_ticket(world: &World) -> Offer {
    let ticket = invite(world, "alice");
    world.offer_to("alice", &["--ticket", &ticket], &[])
}

/// alice types the right first code; how that ended.
fn confirm(offer: Offer) -> Ran {
    let code = offer.authenticator.code();
    offer.confirm(&code)
}

/// The right first code came too late: it enrolled nobody.
fn assert_over(ran: &Ran) {
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.stderr.contains(OVER), "{ran:?}");
    assert!(!ran.stdout.contains("enrolled"), "{ran:?}");
}

fn assert_ticket_is_no_good(world: &World, user: &str, ticket: &str) {
    let refused = world.enroll_in_vain(user, &["--ticket", ticket]);
    assert_refused(&refused, "ticket");
}

#[test]
fn who_was_suspended_with_the_key_in_hand_is_not_enrolled_nor_after_the_suspension() {
    let world = world_with(&[], ALONE);
    let suspended = offer_for_ticket(&world);
    by_root(&world, "suspend", "alice").expect_success();
    let refused = confirm(suspended);
    assert_ne!(refused.code, Some(0), "{refused:?}");
    assert!(refused.stderr.contains(SUSPENDED), "{refused:?}");
    assert_eq!(world.status("alice")["enrolled"], false);

    by_root(&world, "resume", "alice").expect_success();
    let offer = offer_for_ticket(&world);
    by_root(&world, "suspend", "alice").expect_success();
    by_root(&world, "resume", "alice").expect_success();
    assert_over(&confirm(offer));
    assert_eq!(world.status("alice")["enrolled"], false);
}

#[test]
fn who_was_suspended_before_signing_in_gets_no_key() {
    let world = world();
    let sign_in = world.sign_in("alice", &[]);
    by_root(&world, "suspend", "alice").expect_success();
    let refused = sign_in.end();
    assert_refused(&refused, OVER);
    assert_eq!(world.status("alice")["enrolled"], false);
}

#[test]
fn who_is_suspended_neither_makes_recovery_codes_nor_removes_an_authenticator() {
    let world = world();
    let alice = world.enroll("alice");
    let add = ["--user", "alice", "--offline", "--add", "tablet"];
    let offer = world.offer_to("root", &add, &[&alice.fresh_code()]);
    confirm(offer).expect_success();
    by_root(&world, "suspend", "alice").expect_success();

    let code = alice.fresh_code();
    for command in [&["recovery-codes"][..], &["unenroll", "--name", "tablet"]] {
        let program = world.proauthd(command).by("alice");
        let refused = program.typing(format!("{code}\n")).run();
        assert_ne!(refused.code, Some(0), "{refused:?}");
        assert!(refused.stderr.contains(SUSPENDED), "{refused:?}");
    }
    let status = world.status("alice");
    assert_eq!(status["authenticators"], json!(["main", "tablet"]));
    by_root(&world, "resume", "alice").expect_success();
    // It was not looked at.
    assert_eq!(world.pam("code-only", "alice").code(&code), LetIn);
}

#[test]
fn unenroll_takes_back_the_ticket_of_who_is_enrolled_and_of_who_is_only_invited() {
    let world = world_with(&[], ALONE);
    let _alice = world.enroll("alice");
    for user in ["alice", "bob"] {
        let ticket = invite(&world, user);
        by_root(&world, "unenroll", user).expect_success();
        assert_ticket_is_no_good(&world, user, &ticket);
        // Nothing is left to take.
        let again = by_root(&world, "unenroll", user);
        assert_ne!(again.code, Some(0), "{again:?}");
    }
}

#[test]
fn unenroll_ends_an_enrollment_under_way_and_its_ticket() {
    let world = world_with(&[], ALONE);
    let ticket = invite(&world, "alice");
    let offer = world.offer_to("alice", &["--ticket", &ticket], &[]);
    by_root(&world, "unenroll", "alice").expect_success();
    assert_over(&confirm(offer));
    assert_eq!(world.status("alice")["enrolled"], false);
    assert_ticket_is_no_good(&world, "alice", &ticket);
}

#[test]
fn unenroll_ends_the_replacement_of_what_it_takes_away() {
    let world = world();
    let old = world.enroll("alice");
    let replace = ["--user", "alice", "--offline", "--replace"];
    let offer = world.offer_to("root", &replace, &[&old.fresh_code()]);
    let new = offer.authenticator.clone();
    by_root(&world, "unenroll", "alice").expect_success();
    assert_over(&confirm(offer));
    assert_lets_nobody_in(&world, &new);
}

#[test]
fn root_enrolls_offline_whoever_is_about_to_enroll_and_is_not_displaced() {
    let world = world();
    let of_alice = world.sign_in("alice", &[]);
    let of_root = world.offer("alice");
    assert_refused(&of_alice.end(), OVER);

    let displaced = world.enroll_in_vain("alice", &[]);
    let sentence = "an enrollment of alice is under way in another terminal";
    assert_refused(&displaced, sentence);
    let alice = of_root.authenticator.clone();
    confirm(of_root).expect_success();
    assert_lets_in(&world, &alice);
}

#[test]
fn root_takes_the_place_of_who_has_the_key_already_too() {
    let world = world_with(&[], ALONE);
    let of_alice = offer_for_ticket(&world);
    let of_root = world.offer("alice");
    let displaced = of_alice.authenticator.clone();
    assert_over(&confirm(of_alice));
    let alice = of_root.authenticator.clone();
    confirm(of_root).expect_success();
    assert_lets_nobody_in(&world, &displaced);
    assert_lets_in(&world, &alice);
}
