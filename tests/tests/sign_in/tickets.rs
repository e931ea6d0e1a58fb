//! Tickets: what an administrator hands out, beside the sign-in or in place of it.

use proauth_e2e::{Authenticator, Ran, World};

use crate::help::{assert_lets_in, assert_refused, stored, world_with};

const REQUIRED: &str = "[enrollment]\nrequire_ticket = true";
const ALONE: &str = "[enrollment]\nself_enroll = \"ticket\"";

fn invite(world: &World, user: &str, hours: &str) -> String {
    let invite = ["invite", "--user", user, "--hours", hours, "--json"];
    let printed = world.proauthd(&invite).run().expect_success().json();
    assert_eq!(printed["user"], user);
    printed["ticket"].as_str().expect("a ticket").to_owned()
}

fn in_vain(world: &World, user: &str, ticket: &str) -> Ran {
    world.enroll_in_vain(user, &["--ticket", ticket])
}

/// Not even with a right code beside it does the ticket that enrolled alice serve again.
fn assert_used_up(world: &World, alice: &Authenticator, ticket: &str) {
    let again = ["--replace", "--ticket", ticket];
    let refused = world.try_sign_in("alice", &again, &[&alice.fresh_code()]);
    assert_refused(&refused.expect_err("the ticket was used"), "ticket");
}

#[test]
fn where_a_ticket_is_required_a_sign_in_needs_one_and_uses_it_up() {
    let world = world_with(&[], REQUIRED);
    let mut browser = world.browser();
    let before = stored(&world);
    let none = world.enroll_in_vain("alice", &[]);
    assert_refused(&none, "ticket");
    assert_refused(&in_vain(&world, "alice", "WRONG-WRONG"), "ticket");
    assert_eq!(stored(&world), before);

    let ticket = invite(&world, "alice", "1");
    let sign_in = world.sign_in("alice", &["--ticket", &ticket]);
    let offer = sign_in.by(&mut browser, "alice").offer();
    let alice = offer.authenticator.clone();
    offer.confirm(&alice.code()).expect_success();
    assert_lets_in(&world, &alice);

    assert_used_up(&world, &alice, &ticket);
    world
        .proauthd(&["unenroll", "--user", "alice"])
        .run()
        .expect_success();
    assert_refused(&in_vain(&world, "alice", &ticket), "ticket");
}

#[test]
fn a_sign_in_that_came_to_nothing_leaves_the_ticket_good() {
    let world = world_with(&[], REQUIRED);
    let mut browser = world.browser();
    let ticket = invite(&world, "alice", "1");
    let refused = world
        .sign_in("alice", &["--ticket", &ticket])
        .by(&mut browser, "bob");
    assert_refused(&refused.end(), "whose account is not alice");
    let sign_in = world.sign_in("alice", &["--ticket", &ticket]);
    let offer = sign_in.by(&mut browser, "alice").offer();
    let alice = offer.authenticator.clone();
    offer.confirm(&alice.code()).expect_success();
    assert_lets_in(&world, &alice);
}

#[test]
fn where_tickets_are_enough_one_enrolls_whom_it_was_made_for_once_and_in_time() {
    let world = world_with(&[], ALONE);
    let before = stored(&world);
    assert_refused(&world.enroll_in_vain("alice", &[]), "ticket");
    assert_eq!(stored(&world), before);

    let of_bob = invite(&world, "bob", "1");
    assert_refused(&in_vain(&world, "alice", &of_bob), "ticket");

    let late = invite(&world, "alice", "2");
    world.clock.advance(2 * 60 * 60 + 1);
    assert_refused(&in_vain(&world, "alice", &late), "ticket");

    let good = invite(&world, "alice", "2");
    world.clock.advance(2 * 60 * 60 - 600);
    let offer = world.offer_to("alice", &["--ticket", &good], &[]);
    let alice = offer.authenticator.clone();
    offer.confirm(&alice.code()).expect_success();
    assert_lets_in(&world, &alice);
    assert_eq!(world.status("alice")["identity"], "");

    assert_used_up(&world, &alice, &good);
    world
        .proauthd(&["unenroll", "--user", "alice"])
        .run()
        .expect_success();
    assert_refused(&in_vain(&world, "alice", &good), "ticket");
}

#[test]
fn where_tickets_are_enough_nobody_signs_in() {
    let world = world_with(&[], ALONE);
    let ticket = invite(&world, "alice", "1");
    let ran = world.enroll_in_vain("alice", &["--ticket", &ticket, "--browser"]);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(ran.stderr.contains("without --browser"), "{ran:?}");
    assert!(
        !world
            .bus
            .said()
            .contains("name='org.proauth.IdentityProvider1'")
    );
}

#[test]
fn a_new_ticket_is_the_only_good_one() {
    let world = world_with(&[], ALONE);
    let old = invite(&world, "alice", "1");
    let new = invite(&world, "alice", "1");
    assert_refused(&in_vain(&world, "alice", &old), "ticket");
    let offer = world.offer_to("alice", &["--ticket", &new], &[]);
    let code = offer.authenticator.code();
    offer.confirm(&code).expect_success();
}

#[test]
fn a_group_and_everybody_are_invited_but_for_those_who_are_enrolled() {
    let world = world_with(&[], ALONE);
    world.add_users(&["carol", "dave"]);
    world.run(&["groupadd", "staff2"]).expect_success();
    for user in ["alice", "carol", "dave"] {
        world
            .run(&["usermod", "-aG", "staff2", user])
            .expect_success();
    }
    let _enrolled = world.enroll("carol");
    let invited = |arguments: &[&str]| {
        let ran = world
            .proauthd(&[&["invite"], arguments].concat())
            .run()
            .expect_success();
        let lines = ran.stdout.lines().map(|line| {
            let (user, ticket) = line.split_once('\t').expect("name, tab, ticket");
            (user.to_owned(), ticket.to_owned())
        });
        lines.collect::<std::collections::BTreeMap<_, _>>()
    };
    let staff = invited(&["--group", "staff2"]);
    assert_eq!(staff.keys().collect::<Vec<_>>(), ["alice", "dave"]);
    let all = invited(&["--all"]);
    for user in ["alice", "bob", "dave"] {
        assert!(all.contains_key(user), "{all:?}");
    }
    for user in ["carol", "root", "messagebus", "proauth-idp"] {
        assert!(!all.contains_key(user), "{all:?}");
    }
    let offer = world.offer_to("bob", &["--ticket", &all["bob"]], &[]);
    let code = offer.authenticator.code();
    offer.confirm(&code).expect_success();
}

#[test]
fn tickets_are_for_root_to_make_and_are_stored_in_no_form_that_can_be_used() {
    let world = world_with(&[], ALONE);
    for command in [&["invite", "--user", "alice"][..], &["invite", "--all"]] {
        let ran = world.proauthd(command).by("alice").run();
        assert_eq!(ran.code, Some(4), "{ran:?}");
    }
    let ticket = invite(&world, "alice", "1");
    let plain = ticket.replace('-', "");
    let mut exhibits = world.logs();
    exhibits.extend(world.written_files());
    for (place, bytes) in exhibits {
        let text = String::from_utf8_lossy(&bytes).to_lowercase();
        for form in [&ticket, &plain] {
            assert!(
                !text.contains(&form.to_lowercase()),
                "the ticket is in {place}"
            );
        }
    }
}
