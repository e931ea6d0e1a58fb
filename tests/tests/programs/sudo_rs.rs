//! sudo-rs, from crates.io: `tests/run --full` builds it. It reads the same PAM files as sudo.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

use proauth_e2e::{Ran, World, repository};

use crate::{USED, WHO, at_terminal, judged, let_in, met_suspension, refused, stack, suspend};

/// Where `tests/run --full` puts what it builds.
const BUILT: &str = "target/tools/sudo-rs-pam-login/bin";

/// Where it lies in a world.
const SUDO: &str = "/usr/local/bin/sudo";
const SU: &str = "/usr/local/bin/su";

const REFUSAL: &str = "Authentication failed";

#[test]
#[ignore = "builds sudo-rs: tests/run --full runs it"]
fn the_right_code_lets_in() {
    let world = world();
    let alice = world.enroll("alice");
    for options in [&["-k"][..], &["-k", "-i"]] {
        let ran = sudo(&world, options, &[&alice.fresh_code()]);
        assert!(let_in(&ran, "root"), "{ran:?}");
    }
    assert!(judged(&world, "alice", "sudo", "code accepted"));
    assert!(judged(&world, "alice", "sudo-i", "code accepted"));
}

#[test]
#[ignore = "builds sudo-rs: tests/run --full runs it"]
fn wrong_codes_are_refused_and_counted() {
    let world = world();
    let (alice, bob) = (world.enroll("alice"), world.enroll("bob"));
    let wrong = [alice.wrong_code(), bob.fresh_code(), alice.wrong_code()];
    let ran = sudo(&world, &["-k"], &wrong.each_ref().map(String::as_str));
    assert!(refused(&ran, REFUSAL), "{ran:?}");
    assert_eq!((world.failures("alice"), world.failures("bob")), (3, 0));
    assert!(judged(&world, "alice", "sudo", "wrong code"));
}

#[test]
#[ignore = "builds sudo-rs: tests/run --full runs it"]
fn after_a_used_code_the_next_question_says_why() {
    let world = world();
    let alice = world.enroll("alice");
    let used = alice.fresh_code();
    assert!(let_in(&sudo(&world, &["-k"], &[&used]), "root"));
    let ran = sudo(&world, &["-k"], &[&used, &alice.fresh_code()]);
    assert!(let_in(&ran, "root"), "{ran:?}");
    assert!(ran.stdout.contains(&format!("{USED}. ")), "{ran:?}");
}

#[test]
#[ignore = "builds sudo-rs: tests/run --full runs it"]
fn who_is_asked_for_nothing_is_refused_all_the_same_once_suspended() {
    let world = world();
    let rule = "alice ALL=(ALL:ALL) NOPASSWD: ALL\n";
    fs::write(world.path("/etc/sudoers.d/nopasswd"), rule).expect("it is writable");
    let ran = sudo(&world, &["-n"], &[]);
    assert!(let_in(&ran, "root"), "{ran:?}");
    suspend(&world, "alice");
    let ran = sudo(&world, &["-n"], &[]);
    assert!(refused(&ran, "sudo"), "{ran:?}");
    assert_eq!(met_suspension(&world, "alice"), 1);
}

#[test]
#[ignore = "builds sudo-rs: tests/run --full runs it"]
fn its_su_asks_for_the_code_of_whoever_one_wants_to_become() {
    let world = world();
    let (alice, bob) = (world.enroll("alice"), world.enroll("bob"));
    let su = [SU, "bob", "-c", WHO];
    let ran = at_terminal(&world, "alice", &[&bob.fresh_code()], &su);
    assert!(let_in(&ran, "bob"), "{ran:?}");
    assert!(judged(&world, "bob", "su", "code accepted"));
    let code = alice.fresh_code();
    let ran = at_terminal(&world, "alice", &[code.as_str(); 3], &su);
    assert!(refused(&ran, REFUSAL), "{ran:?}");
    assert_eq!((world.failures("bob"), world.failures("alice")), (3, 0));
}

fn world() -> World {
    let world = World::builder()
        .pam("sudo-i", &stack::sudo_i())
        .pam("su", &stack::with_code("su"))
        .build();
    for inside in [SUDO, SU] {
        let name = inside.rsplit('/').next().expect("it is a path");
        let outside = world.path(inside);
        fs::copy(repository().join(BUILT).join(name), &outside)
            .expect("tests/run --full has built sudo-rs");
        fs::set_permissions(&outside, Permissions::from_mode(0o4755)).expect("it is ours");
    }
    world
}

fn sudo(world: &World, options: &[&str], codes: &[&str]) -> Ran {
    let sudo = [&[SUDO], options, &["--", "sh", "-c", WHO]].concat();
    at_terminal(world, "alice", codes, &sudo)
}
