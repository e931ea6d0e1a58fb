//! su and `su -`: the password and the code of whoever one wants to become.

use proauth_e2e::{Ran, World};

use crate::{USED, WHO, at_terminal, judged, let_in, met_suspension, refused, stack, suspend};

/// What is typed for each of the two PAM services.
const COMMANDS: [(&str, &[&str]); 2] = [
    ("su", &["su", "bob", "-c", WHO]),
    ("su-l", &["su", "-", "bob", "-c", WHO]),
];

const REFUSAL: &str = "su: Authentication failure";

#[test]
fn the_right_code_lets_in() {
    let world = world();
    let bob = world.enroll("bob");
    for (service, su) in COMMANDS {
        let ran = at_terminal(&world, "alice", &[&bob.fresh_code()], su);
        assert!(let_in(&ran, "bob"), "{ran:?}");
        assert!(judged(&world, "bob", service, "code accepted"));
    }
}

#[test]
fn a_wrong_code_and_the_code_of_the_caller_are_refused_and_counted() {
    for (service, su) in COMMANDS {
        let world = world();
        let (alice, bob) = (world.enroll("alice"), world.enroll("bob"));
        for code in [bob.wrong_code(), alice.fresh_code()] {
            let ran = at_terminal(&world, "alice", &[&code], su);
            assert!(refused(&ran, REFUSAL), "{ran:?}");
        }
        assert_eq!((world.failures("bob"), world.failures("alice")), (2, 0));
        assert!(judged(&world, "bob", service, "wrong code"));
    }
}

#[test]
fn after_a_used_code_the_next_question_says_why() {
    let world = world();
    let bob = world.enroll("bob");
    for (_service, su) in COMMANDS {
        let used = bob.fresh_code();
        assert!(let_in(&at_terminal(&world, "alice", &[&used], su), "bob"));
        let ran = at_terminal(&world, "alice", &[&used, &bob.fresh_code()], su);
        assert!(let_in(&ran, "bob") && says_used(&ran), "{ran:?}");
        let ran = at_terminal(&world, "alice", &[&used], su);
        assert!(refused(&ran, REFUSAL) && says_used(&ran), "{ran:?}");
    }
    assert_eq!(world.failures("bob"), 0);
}

#[test]
fn root_is_asked_for_nothing_but_does_not_become_a_suspended_user() {
    let world = world();
    let _bob = world.enroll("bob");
    for (_service, su) in COMMANDS {
        let ran = world.run(su);
        assert!(let_in(&ran, "bob"), "{ran:?}");
    }
    suspend(&world, "bob");
    for (_service, su) in COMMANDS {
        let ran = world.run(su);
        assert!(refused(&ran, "su: Permission denied"), "{ran:?}");
    }
    assert_eq!(met_suspension(&world, "bob"), 2);
}

/// `su -` reads the file of su, on Debian.
fn world() -> World {
    World::builder().pam("su", &stack::with_code("su")).build()
}

fn says_used(ran: &Ran) -> bool {
    ran.stdout.contains(&format!("{USED}. "))
}
