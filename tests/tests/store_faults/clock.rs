//! Clocks that are wrong: the machine's, and the device's.

use proauth_e2e::{LetIn, Refused, World};

use crate::login;

const YEAR: u64 = 365 * 24 * 60 * 60;

#[test]
fn after_the_clock_jumped_back_used_codes_stay_refused_and_status_says_why() {
    let world = World::new();
    let alice = world.enroll("alice");
    let now = world.clock.now();
    let used: Vec<String> = (0..3).map(|_| alice.fresh_code()).collect();
    world.clock.set(now);
    for code in &used {
        world.clock.advance(30);
        assert_eq!(login(&world, "alice", code), LetIn);
    }
    assert_eq!(world.status("alice")["step_in_future"], false);

    world.clock.set(now - 600);
    assert_eq!(world.status("alice")["step_in_future"], true);
    for code in used.iter().chain([&alice.code()]) {
        assert_eq!(login(&world, "alice", code), Refused);
    }
    world.clock.set(now + 90);
    assert_eq!(world.status("alice")["step_in_future"], false);
    for code in &used {
        assert_eq!(login(&world, "alice", code), Refused);
    }
    assert_eq!(login(&world, "alice", &alice.fresh_code()), LetIn);
}

#[test]
fn a_login_in_the_far_future_shuts_out_until_resync_which_frees_nothing_used() {
    let world = World::new();
    let alice = world.enroll("alice");
    let before = alice.fresh_code();
    assert_eq!(login(&world, "alice", &before), LetIn);
    let now = world.clock.now();
    world.clock.set(now + 10 * YEAR);
    let future = alice.code();
    assert_eq!(login(&world, "alice", &future), LetIn);

    world.clock.set(now);
    for steps in -1..=1 {
        assert_eq!(login(&world, "alice", &alice.code_in_steps(steps)), Refused);
    }
    assert_eq!(login(&world, "alice", &alice.fresh_code()), Refused);
    assert_eq!(world.status("alice")["step_in_future"], true);
    let tells = world.proauthd(&["status", "--user", "alice"]).run();
    assert!(
        tells.stdout.contains("proauthd resync --user alice"),
        "{tells:?}"
    );

    let resync = ["resync", "--user", "alice"];
    assert_eq!(world.proauthd(&resync).by("alice").run().code, Some(4));
    world.proauthd(&resync).run().expect_success();
    assert_eq!(world.status("alice")["step_in_future"], false);
    // The present window is given up whole, what was used in it with it.
    for code in [
        before,
        alice.code_in_steps(-1),
        alice.code(),
        alice.code_in_steps(1),
    ] {
        assert_eq!(login(&world, "alice", &code), Refused);
    }
    world.clock.advance(60);
    assert_eq!(login(&world, "alice", &alice.code()), LetIn);
    assert_eq!(login(&world, "alice", &alice.code()), Refused);
    assert_eq!(login(&world, "alice", &alice.fresh_code()), LetIn);
}

#[test]
fn with_a_device_twenty_minutes_off_alice_resyncs_herself_with_three_codes() {
    for minutes in [-20, 20] {
        let world = World::new();
        let alice = world.enroll("alice");
        world.clock.advance(3600);
        let shown = |step: i64| alice.code_in_steps(2 * minutes + step);
        assert_eq!(login(&world, "alice", &shown(0)), Refused);
        let codes = format!("{}\n{}\n{}\n", shown(-2), shown(-1), shown(0));
        let resync = || {
            let resync = world.proauthd(&["resync", "--codes", "--json"]);
            resync.by("alice").typing(codes.as_str()).run()
        };
        let told = resync().expect_success().json();
        assert_eq!(told["clock_offset"], 60 * minutes, "{told}");
        assert_eq!(world.status("alice")["clock_offset"], 60 * minutes);

        for step in -2..=0 {
            assert_eq!(login(&world, "alice", &shown(step)), Refused, "used up");
        }
        assert_eq!(resync().code, Some(1), "used up");
        assert_eq!(login(&world, "alice", &alice.fresh_code()), Refused);
        assert_eq!(login(&world, "alice", &shown(0)), LetIn);
    }
}

#[test]
fn bob_resyncs_nobody_but_himself() {
    let world = World::new();
    let (alice, _bob) = (world.enroll("alice"), world.enroll("bob"));
    world.clock.advance(3600);
    let codes: Vec<String> = (0..3).map(|step| alice.code_in_steps(step)).collect();
    let resync = world.proauthd(&["resync", "--user", "alice", "--codes"]);
    let ran = resync.by("bob").typing(codes.join("\n")).run();
    assert_eq!(ran.code, Some(4), "{ran:?}");
    assert_eq!(login(&world, "alice", &codes[0]), LetIn);
}
