//! What the daemon lets a program ask that runs as its user: for the services of lockers, and for
//! that user alone.

use proauth_e2e::{Ran, World};

use crate::judged;

const LET_IN: &str = "pamtester: successfully authenticated";

/// `PAM_AUTH_ERR`, and `PAM_AUTHINFO_UNAVAIL`.
const WRONG: &str = "pamtester: Authentication failure";
const UNAVAILABLE: &str = "pamtester: Authentication service cannot retrieve authentication info";

#[test]
fn a_locker_accepts_the_right_code_and_counts_a_wrong_one_apart() {
    let world = world();
    let (alice, bob) = (world.enroll("alice"), world.enroll("bob"));
    for (count, code) in [(1, alice.wrong_code()), (2, bob.fresh_code())] {
        let ran = by_alice(&world, "swaylock", "alice", &code);
        assert!(ran.stderr.contains(WRONG), "{ran:?}");
        assert_eq!(world.status("alice")["locker_failures"], count);
    }
    assert!(judged(&world, "alice", "swaylock", "wrong code"));
    let ran = by_alice(&world, "swaylock", "alice", &alice.fresh_code());
    assert!(ran.stdout.contains(LET_IN), "{ran:?}");
    assert_eq!(world.status("alice")["locker_failures"], 0);
}

#[test]
fn another_service_is_refused_and_nothing_counts() {
    let world = world();
    let alice = world.enroll("alice");
    for code in [alice.wrong_code(), alice.fresh_code()] {
        let ran = by_alice(&world, "sshd", "alice", &code);
        assert!(ran.stderr.contains(UNAVAILABLE), "{ran:?}");
        assert!(!ran.stdout.contains("code"), "asked: {ran:?}");
    }
    assert!(world.daemon.said().contains("call of Begin by uid"));
    assert_eq!(failures(&world, "alice"), (0, 0));
}

#[test]
fn somebody_elses_account_is_refused_and_nothing_counts() {
    let world = world();
    let bob = world.enroll("bob");
    for code in [bob.wrong_code(), bob.fresh_code()] {
        let ran = by_alice(&world, "swaylock", "bob", &code);
        assert!(ran.stderr.contains(UNAVAILABLE), "{ran:?}");
    }
    assert_eq!(failures(&world, "bob"), (0, 0));
}

/// With the code alone: alice does not know bob's password, and may not have it checked either.
fn world() -> World {
    let code = "auth required pam_proauth.so nodelay\n";
    World::builder()
        .pam("swaylock", code)
        .pam("sshd", code)
        .build()
}

/// `service`, as it asks about `user` where alice runs it.
fn by_alice(world: &World, service: &str, user: &str, code: &str) -> Ran {
    let pamtester = ["pamtester", service, user, "authenticate"];
    let pamtester = world.program(&pamtester).by("alice");
    pamtester.typing(format!("{code}\n")).run()
}

fn failures(world: &World, user: &str) -> (u64, u64) {
    let locker = world.status(user)["locker_failures"].as_u64();
    (world.failures(user), locker.expect("a number"))
}
