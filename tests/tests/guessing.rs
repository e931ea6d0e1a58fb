//! Guessing codes is slowed down from the first day.

use proauth_e2e::{Authenticator, LetIn, Login, Refused, World};

#[test]
fn after_five_wrong_codes_even_the_right_one_has_to_wait_thirty_seconds() {
    let (world, alice) = after_five_wrong_codes();
    let login = login(&world, &alice.code());
    assert_eq!(login, Refused);
    assert!(says_wait(&login, 30), "{login:?}");

    world.clock.advance(29);
    let login = self::login(&world, &alice.code());
    assert_eq!(login, Refused);
    assert!(says_wait(&login, 1), "{login:?}");

    world.clock.advance(1);
    assert_eq!(self::login(&world, &alice.code()), LetIn);
}

#[test]
fn the_right_code_after_four_wrong_ones_has_not_to_wait() {
    let world = World::new();
    let alice = world.enroll("alice");
    for _ in 0..2 {
        let right = alice.fresh_code();
        wrong_codes(&world, &alice, 4);
        assert_eq!(login(&world, &right), LetIn);
    }
}

#[test]
fn after_the_wait_one_more_wrong_code_means_the_next_wait() {
    let (world, alice) = after_five_wrong_codes();
    world.clock.advance(30);
    wrong_codes(&world, &alice, 1);
    let login = login(&world, &alice.code());
    assert_eq!(login, Refused);
    assert!(says_wait(&login, 30), "{login:?}");
}

#[test]
fn the_wait_survives_the_daemon() {
    let (world, alice) = after_five_wrong_codes();
    world.daemon.kill();
    world.daemon.start();
    let login = login(&world, &alice.code());
    assert_eq!(login, Refused);
    assert!(says_wait(&login, 30), "{login:?}");
}

#[test]
fn what_is_typed_while_waiting_makes_the_wait_no_longer() {
    let (world, alice) = after_five_wrong_codes();
    world.clock.advance(20);
    wrong_codes(&world, &alice, 5);
    world.clock.advance(10);
    assert_eq!(login(&world, &alice.code()), LetIn);
}

#[test]
fn the_others_do_not_wait() {
    let (world, _alice) = after_five_wrong_codes();
    let bob = world.enroll("bob");
    assert_eq!(
        login(&world, &bob.fresh_code()),
        Refused,
        "that is not alice's code"
    );
    assert_eq!(world.pam("code-only", "bob").code(&bob.code()), LetIn);
}

#[test]
fn who_is_not_enrolled_waits_just_the_same() {
    let world = World::new();
    for user in ["bob", "mallory"] {
        for _ in 0..5 {
            let login = world.pam("code-only", user).code("123456");
            assert_eq!(login, Refused);
            assert!(!says_wait(&login, 30), "{login:?}");
        }
        let login = world.pam("code-only", user).code("123456");
        assert_eq!(login, Refused);
        assert!(says_wait(&login, 30), "{login:?}");
    }
}

#[test]
fn a_used_code_is_not_counted_as_a_wrong_one() {
    let world = World::new();
    let alice = world.enroll("alice");
    for _ in 0..7 {
        assert_eq!(login(&world, &alice.code()), Refused);
    }
    assert_eq!(login(&world, &alice.code_in_steps(1)), LetIn);
}

fn after_five_wrong_codes() -> (World, Authenticator) {
    let world = World::new();
    let alice = world.enroll("alice");
    world.clock.advance(300);
    wrong_codes(&world, &alice, 5);
    (world, alice)
}

fn wrong_codes(world: &World, alice: &Authenticator, count: usize) {
    for _ in 0..count {
        assert_eq!(login(world, &alice.wrong_code()), Refused);
    }
}

fn login(world: &World, code: &str) -> Login {
    world.pam("code-only", "alice").code(code)
}

fn says_wait(login: &Login, seconds: u32) -> bool {
    login
        .transcript
        .contains(&format!("Too many wrong codes: try again in {seconds} s. "))
}
