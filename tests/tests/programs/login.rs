//! login, as getty starts it: as root, on a terminal.

use proauth_e2e::{Ran, World};

use crate::{USED, WHO, at_terminal, judged, let_in, met_suspension, refused, stack, suspend};

const REFUSAL: &str = "Login incorrect";

#[test]
fn the_right_code_lets_in() {
    let world = world();
    let alice = world.enroll("alice");
    let ran = login(&world, &[&alice.fresh_code()]);
    assert!(let_in(&ran, "alice"), "{ran:?}");
    assert!(judged(&world, "alice", "login", "code accepted"));
}

#[test]
fn a_wrong_code_and_the_code_of_somebody_else_are_refused_and_counted() {
    let world = world();
    let (alice, bob) = (world.enroll("alice"), world.enroll("bob"));
    let ran = login(&world, &[&alice.wrong_code(), &bob.fresh_code()]);
    assert!(refused(&ran, REFUSAL), "{ran:?}");
    assert_eq!((world.failures("alice"), world.failures("bob")), (2, 0));
    assert!(judged(&world, "alice", "login", "wrong code"));
}

#[test]
fn after_a_used_code_the_next_question_says_why() {
    let world = world();
    let alice = world.enroll("alice");
    let used = alice.fresh_code();
    assert!(let_in(&login(&world, &[&used]), "alice"));
    let ran = login(&world, &[&used, &alice.fresh_code()]);
    assert!(let_in(&ran, "alice"), "{ran:?}");
    assert!(ran.stdout.contains(&format!("{USED}. ")), "{ran:?}");
    assert_eq!(world.failures("alice"), 0);
}

#[test]
fn who_is_asked_for_nothing_is_refused_all_the_same_once_suspended() {
    let world = world();
    let login = ["login", "-f", "alice"];
    let ran = at_terminal(&world, "root", &[], &login);
    assert!(let_in(&ran, "alice"), "{ran:?}");
    suspend(&world, "alice");
    let ran = at_terminal(&world, "root", &[], &login);
    assert!(refused(&ran, "Permission denied"), "{ran:?}");
    assert_eq!(met_suspension(&world, "alice"), 1);
}

/// A world in which whoever is let in says so and goes, and who is refused has to go, too.
fn world() -> World {
    let world = World::builder()
        .pam("login", &stack::with_code("login"))
        .build();
    let profile = format!("{WHO}\nexit\n");
    std::fs::write(world.path("/home/alice/.bash_profile"), profile).expect("it is writable");
    let definitions = world.path("/etc/login.defs");
    std::fs::write(definitions, "LOGIN_RETRIES 1\n").expect("it is writable");
    world
}

fn login(world: &World, codes: &[&str]) -> Ran {
    at_terminal(world, "root", codes, &["login", "alice"])
}
