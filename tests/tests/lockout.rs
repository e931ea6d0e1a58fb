//! Guessing codes is hopeless, and shuts nobody out of where they log in.

use proauth_e2e::{Authenticator, LetIn, Login, Refused, World, ssh_from};
use proauth_interface::{UNTIL_UNLOCK, Verdict, VerifyReply};

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
fn each_further_wrong_code_doubles_the_wait_up_to_a_day() {
    let (world, alice) = after_five_wrong_codes();
    for wait in [
        60, 120, 240, 480, 960, 1920, 3840, 7680, 15_360, 30_720, 61_440, 86_400, 86_400,
    ] {
        world
            .clock
            .advance(world.status("alice")["wait"].as_u64().expect("a number"));
        wrong_codes(&world, &alice, 1);
        assert_eq!(wait_of(&world), wait);
    }
}

#[test]
fn the_wait_is_the_same_after_the_daemon_was_killed() {
    let (world, alice) = after_five_wrong_codes();
    world.clock.advance(7);
    assert_eq!(wait_of(&world), 23);
    world.daemon.kill();
    world.daemon.start();
    assert_eq!(wait_of(&world), 23);
    let login = login(&world, &alice.code());
    assert_eq!(login, Refused);
    assert!(says_wait(&login, 23), "{login:?}");
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
fn a_right_code_during_the_wait_is_not_used_up() {
    let (world, alice) = after_five_wrong_codes();
    let code = alice.code();
    assert_eq!(login(&world, &code), Refused);
    world.clock.advance(30);
    assert_eq!(login(&world, &code), LetIn);
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
        for wait in [0, 0, 0, 0, 0, 30] {
            let login = world.pam("code-only", user).code("123456");
            assert_eq!(login, Refused);
            assert_eq!(says_wait(&login, 30), wait == 30, "{login:?}");
        }
        world.clock.advance(30);
        assert_eq!(world.pam("code-only", user).code("123456"), Refused);
        let login = world.pam("code-only", user).code("123456");
        assert!(login.transcript.contains("try again in 1 min"), "{login:?}");
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

#[test]
fn an_address_that_alice_logged_in_from_stays_open_while_a_thousand_guesses_come_from_others() {
    let world = World::new();
    let alice = world.enroll("alice");
    let crowd = world.crowd();
    let from = |rhost: &str, code: String| {
        verdict(&crowd.verify(vec![(ssh_from(rhost, "alice"), code)])[0])
    };
    assert_eq!(
        from("192.0.2.7", alice.fresh_code()),
        Some(Verdict::Accepted)
    );

    let wrong = alice.wrong_code();
    let guess = |number: usize| {
        let rhost = format!("198.51.{}.{}", number / 250, number % 250 + 1);
        (ssh_from(&rhost, "alice"), wrong.clone())
    };
    for part in 0..10 {
        let guesses = (part * 100..(part + 1) * 100).map(guess).collect();
        let replies = crowd.verify(guesses);
        assert!(replies.iter().all(|reply| !lets_in(reply)));
        // Right from elsewhere is not looked at; right from where she is known is.
        assert_eq!(from("198.51.7.7", alice.code()), Some(Verdict::Locked));
        let fresh = alice.fresh_code();
        assert_eq!(
            from("192.0.2.7", fresh),
            Some(Verdict::Accepted),
            "part {part}"
        );
    }
}

#[test]
fn after_a_hundred_wrong_codes_only_known_places_and_recovery_codes_work_until_an_unlock() {
    let world = World::builder()
        .config("[login]\nmax_failures = 20\n")
        .build();
    let (alice, recovery) = world.enroll_with_codes("alice");
    let crowd = world.crowd();
    let from = |rhost: &str, code: &str| {
        crowd
            .verify(vec![(ssh_from(rhost, "alice"), code.to_owned())])
            .remove(0)
    };
    assert!(lets_in(&from("192.0.2.7", &alice.fresh_code())));
    let wrong = alice.wrong_code();
    for _ in 0..20 {
        assert_eq!(
            verdict(&from("198.51.100.1", &wrong)),
            Some(Verdict::Rejected)
        );
        world.clock.advance(wait_of(&world).min(25 * 3600));
    }
    world.clock.advance(25 * 3600);
    let refused = from("198.51.100.1", &alice.code());
    assert_eq!(
        (verdict(&refused), refused.wait),
        (Some(Verdict::Locked), UNTIL_UNLOCK)
    );
    assert!(
        lets_in(&from("192.0.2.7", &alice.code())),
        "a known place, which also clears"
    );
    for _ in 0..20 {
        let _ = from("198.51.100.1", &wrong);
        world.clock.advance(25 * 3600);
    }
    let locked = from("198.51.100.1", &alice.code());
    assert_eq!(
        (verdict(&locked), locked.wait),
        (Some(Verdict::Locked), UNTIL_UNLOCK)
    );
    let recovered = from("198.51.100.1", &recovery[0]);
    assert_eq!(
        (verdict(&recovered), recovered.left),
        (Some(Verdict::Recovered), 9)
    );
}

#[test]
fn an_unlock_ends_every_wait() {
    let (world, alice) = after_five_wrong_codes();
    assert_eq!(login(&world, &alice.code()), Refused);
    world
        .proauthd(&["unlock", "--user", "alice"])
        .run()
        .expect_success();
    assert_eq!(world.failures("alice"), 0);
    assert_eq!(login(&world, &alice.code()), LetIn);
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

/// Over the network, so that all wait together, and `status` shows how long.
fn login(world: &World, code: &str) -> Login {
    world
        .pam("code-only", "alice")
        .option("-Irhost=203.0.113.9")
        .code(code)
}

fn wait_of(world: &World) -> u64 {
    world.status("alice")["wait"].as_u64().expect("a number")
}

fn verdict(reply: &VerifyReply) -> Option<Verdict> {
    Verdict::from_wire(reply.verdict)
}

fn lets_in(reply: &VerifyReply) -> bool {
    matches!(
        verdict(reply),
        Some(Verdict::Accepted | Verdict::Recovered | Verdict::Emergency)
    )
}

fn says_wait(login: &Login, seconds: u32) -> bool {
    login
        .transcript
        .contains(&format!("try again in {seconds} s"))
}
