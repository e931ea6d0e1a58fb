//! `sudo -i`, which on Debian is a PAM service of its own.

use proauth_e2e::{Attempt, LetIn, Refused, World};

use crate::{USED, judged, met_suspension, stack, suspend};

#[test]
fn the_right_code_lets_in() {
    let world = world();
    let alice = world.enroll("alice");
    assert_eq!(sudo_i(&world).code(&alice.fresh_code()), LetIn);
    assert!(judged(&world, "alice", "sudo-i", "code accepted"));
}

#[test]
fn a_wrong_code_is_refused_and_counted() {
    let world = world();
    let alice = world.enroll("alice");
    assert_eq!(sudo_i(&world).code(&alice.wrong_code()), Refused);
    assert_eq!(world.failures("alice"), 1);
    assert!(judged(&world, "alice", "sudo-i", "wrong code"));
}

#[test]
fn after_a_used_code_the_next_question_says_why() {
    let world = world();
    let alice = world.enroll("alice");
    let used = alice.fresh_code();
    assert_eq!(sudo_i(&world).code(&used), LetIn);
    let login = sudo_i(&world).code(&used);
    assert_eq!(login, Refused);
    assert!(login.transcript.contains(USED), "{login:?}");
    assert_eq!(sudo_i(&world).codes(&[&used, &alice.fresh_code()]), LetIn);
    assert_eq!(world.failures("alice"), 0);
}

#[test]
fn who_is_asked_for_nothing_is_refused_all_the_same_once_suspended() {
    let world = world();
    let rule = "alice ALL=(ALL:ALL) NOPASSWD: ALL\n";
    std::fs::write(world.path("/etc/sudoers.d/nopasswd"), rule).expect("it is writable");
    let sudo = ["sudo", "-n", "-i", "id", "-un"];
    assert_eq!(world.run_as("alice", &sudo).stdout, "root\n");
    suspend(&world, "alice");
    let ran = world.run_as("alice", &sudo);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""), "{ran:?}");
    let why = "PAM account management error: Permission denied";
    assert!(ran.stderr.contains(why), "{ran:?}");
    assert_eq!(met_suspension(&world, "alice"), 1);
}

fn world() -> World {
    World::builder().pam("sudo-i", &stack::sudo_i()).build()
}

fn sudo_i(world: &World) -> Attempt {
    world.sudo("alice").option("-i")
}
