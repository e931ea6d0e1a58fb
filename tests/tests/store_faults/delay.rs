//! The delay after wrong codes, through pamtester and through the bus.

use proauth_e2e::{Authenticator, LetIn, Login, Refused, World};

use crate::login;

/// A world in which alice has used up her free tries.
fn delayed() -> (World, Authenticator) {
    let world = World::new();
    let alice = world.enroll("alice");
    world.clock.advance(30);
    for _ in 0..5 {
        assert_eq!(login(&world, "alice", &alice.wrong_code()), Refused);
    }
    (world, alice)
}

fn assert_delayed(login: &Login) {
    assert_eq!(*login, Refused);
    assert!(login.transcript.contains("30 s"), "{login:?}");
}

#[test]
fn the_delay_survives_stops_crashes_and_the_clock() {
    let (world, alice) = delayed();
    let code = alice.code();
    assert_delayed(&login(&world, "alice", &code));
    world.daemon.restart();
    assert_delayed(&login(&world, "alice", &code));
    world.daemon.kill();
    world.daemon.start();
    assert_delayed(&login(&world, "alice", &code));
    let now = world.clock.now();
    world.clock.set(now - 3600);
    assert_delayed(&login(&world, "alice", &code));
    assert_eq!(world.status("alice")["failures"], 5);
}

#[test]
fn a_right_code_during_the_delay_is_neither_accepted_nor_used_up() {
    let (world, alice) = delayed();
    let code = alice.code();
    assert_delayed(&login(&world, "alice", &code));
    world.clock.advance(30);
    // Still in the window, as the code of the step before.
    assert_eq!(login(&world, "alice", &code), LetIn);
    assert_eq!(world.status("alice")["failures"], 0);
}

/// `Login.Verify` by alice herself, for `service`; the verdict and the seconds to wait, or the
/// name of the error.
fn verify_as_alice(world: &World, service: &str, code: &str) -> String {
    let call = [
        "busctl",
        "--system",
        "call",
        "org.proauth.Daemon1",
        "/org/proauth/Daemon1",
        "org.proauth.Daemon1.Login",
        "Verify",
        "(sssss)s",
        "alice",
        service,
        "",
        "tty1",
        "1",
        code,
    ];
    let ran = world.run_as("alice", &call);
    format!("{}{}", ran.stdout, ran.stderr).trim().to_owned()
}

#[test]
fn wrong_codes_at_a_screen_locker_are_counted_apart() {
    let world = World::new();
    let alice = world.enroll("alice");
    world.clock.advance(30);
    for wait in [0, 0, 0, 0, 30] {
        let answer = verify_as_alice(&world, "swaylock", &alice.wrong_code());
        assert_eq!(answer, format!("(uuua(utt)) 2 {wait} 0 0"), "rejected");
    }
    let code = alice.code();
    let answer = verify_as_alice(&world, "swaylock", &code);
    assert_eq!(answer, "(uuua(utt)) 3 30 0 0", "locked");
    let told = world.status("alice");
    assert_eq!(
        (&told["failures"], &told["locker_failures"]),
        (&5.into(), &5.into())
    );
    assert_eq!(told["wait"], 0);

    assert_eq!(login(&world, "alice", &code), LetIn, "a login");
    assert_eq!(world.status("alice")["locker_failures"], 5);
    world.clock.advance(30);
    let answer = verify_as_alice(&world, "swaylock", &alice.code());
    assert!(answer.starts_with("(uuua(utt)) 1 "), "accepted: {answer}");
    assert_eq!(world.status("alice")["locker_failures"], 0);
}

#[test]
fn the_delay_of_logins_does_not_hold_up_the_locker() {
    let (world, alice) = delayed();
    let answer = verify_as_alice(&world, "swaylock", &alice.code());
    assert!(answer.starts_with("(uuua(utt)) 1 "), "accepted: {answer}");
    let next = alice.code_in_steps(1);
    assert_eq!(login(&world, "alice", &next), Refused, "logins still wait");
}

#[test]
fn alice_is_not_asked_as_any_other_service() {
    let world = World::new();
    let alice = world.enroll("alice");
    world.clock.advance(30);
    for service in ["sshd", "sudo", "login", ""] {
        let answer = verify_as_alice(&world, service, &alice.code());
        assert!(answer.contains("root"), "{answer}");
    }
    assert_eq!(login(&world, "alice", &alice.code()), LetIn);
}
