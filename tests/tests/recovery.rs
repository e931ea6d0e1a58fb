//! Recovery and emergency codes.

use proauth_e2e::{LetIn, Refused, World, ssh_from};

fn codes_in(printed: &serde_json::Value) -> Vec<String> {
    let codes = printed["recovery_codes"]
        .as_array()
        .expect("an array")
        .iter();
    codes
        .map(|code| code.as_str().expect("a string").to_owned())
        .collect()
}

fn login(world: &World, reply: &str) -> proauth_e2e::Login {
    world.pam("code-only", "alice").code(reply)
}

#[test]
fn ten_different_codes_of_sixty_bits_are_shown_at_the_enrollment() {
    let world = World::new();
    let (_alice, codes) = world.enroll_with_codes("alice");
    assert_eq!(codes.len(), 10);
    let different: std::collections::BTreeSet<_> = codes.iter().collect();
    assert_eq!(different.len(), 10);
    let letters = |code: &String| code.chars().filter(|letter| *letter != '-').count();
    assert!(codes.iter().all(|code| letters(code) == 12), "{codes:?}");
}

#[test]
fn each_lets_in_once_however_it_is_typed_and_tells_how_many_are_left() {
    let world = World::new();
    let (_alice, codes) = world.enroll_with_codes("alice");
    let typed = [
        codes[0].clone(),
        codes[1].to_uppercase(),
        codes[2].replace('-', " "),
    ];
    for (used, code) in typed.iter().enumerate() {
        let accepted = login(&world, code);
        assert_eq!(accepted, LetIn);
        let left = format!("{} left", 9 - used);
        assert!(accepted.transcript.contains(&left), "{accepted:?}");
        assert_eq!(login(&world, code), Refused);
    }
    assert_eq!(world.status("alice")["recovery_codes"], 7);
}

#[test]
fn a_wrong_one_counts_and_a_right_one_is_taken_while_codes_are_refused() {
    let world = World::new();
    let (alice, codes) = world.enroll_with_codes("alice");
    for _ in 0..9 {
        assert_eq!(login(&world, "0000-0000-0000"), Refused);
    }
    assert_eq!(
        world.failures("alice"),
        5,
        "those during the delay do not count"
    );
    assert_eq!(login(&world, &alice.code_in_steps(1)), Refused);
    assert_eq!(login(&world, &codes[4]), LetIn);
    assert_eq!(world.failures("alice"), 0);
    assert_eq!(login(&world, &alice.fresh_code()), LetIn);
}

#[test]
fn new_ones_need_a_current_code_or_root_and_end_the_old_ones_but_not_the_authenticator() {
    let world = World::new();
    let (alice, old) = world.enroll_with_codes("alice");
    let make = |code: &str| {
        world
            .proauthd(&["recovery-codes", "--json"])
            .by("alice")
            .typing(code)
            .run()
    };
    assert_eq!(make(&alice.wrong_code()).code, Some(1));
    assert_eq!(login(&world, &old[0]), LetIn, "a refusal changes nothing");
    let new = codes_in(&make(&alice.fresh_code()).expect_success().json());
    assert_eq!(new.len(), 10);
    assert_eq!(login(&world, &old[1]), Refused);
    assert_eq!(login(&world, &new[1]), LetIn);
    let by_root = world
        .proauthd(&["recovery-codes", "--user", "alice", "--json"])
        .run();
    let newest = codes_in(&by_root.expect_success().json());
    assert_eq!(login(&world, &new[2]), Refused);
    assert_eq!(login(&world, &newest[2]), LetIn);
    assert_eq!(login(&world, &alice.fresh_code()), LetIn);
}

#[test]
fn an_emergency_code_lets_in_once_and_not_after_its_time() {
    let world = World::new();
    let (_alice, _) = world.enroll_with_codes("alice");
    let make = |time: &str| {
        let arguments = ["emergency", "--user", "alice", "--for", time, "--json"];
        let printed = world.proauthd(&arguments).run().expect_success().json();
        printed["code"].as_str().expect("a code").to_owned()
    };
    let code = make("30m");
    world.clock.advance(30 * 60);
    assert_eq!(login(&world, &code), LetIn);
    assert_eq!(login(&world, &code), Refused);
    let code = make("30m");
    world.clock.advance(30 * 60 + 1);
    assert_eq!(login(&world, &code), Refused);
    let (first, second) = (make("1h"), make("1h"));
    assert_eq!(login(&world, &first), Refused, "the second replaced it");
    assert_eq!(login(&world, &second), LetIn);
    let said = world.daemon.said();
    assert!(said.contains("emergency code for alice"), "{said}");
    assert!(!said.contains(&code) && !said.contains(&second), "{said}");
}

#[test]
fn the_database_and_the_log_hold_no_code_in_the_clear() {
    let world = World::new();
    let (_alice, codes) = world.enroll_with_codes("alice");
    assert_eq!(login(&world, &codes[0]), LetIn);
    let logged = world.everything_logged();
    for code in &codes {
        assert!(!logged.contains(code.as_str()) && !logged.contains(&code.replace('-', "")));
    }
}

#[test]
fn at_the_next_login_the_user_is_told_of_changes_and_only_then() {
    let world = World::new();
    let (alice, _) = world.enroll_with_codes("alice");
    let first = login(&world, &alice.fresh_code());
    assert_eq!(first, LetIn);
    assert!(
        first.transcript.contains("new authenticator bound"),
        "{first:?}"
    );
    let second = login(&world, &alice.fresh_code());
    assert!(
        !second.transcript.contains("Since your last login"),
        "{second:?}"
    );
    world
        .proauthd(&["recovery-codes", "--user", "alice"])
        .run()
        .expect_success();
    let third = login(&world, &alice.fresh_code());
    assert!(third.transcript.contains("recovery codes"), "{third:?}");
}

#[test]
fn a_flood_of_recovery_codes_is_bounded_and_does_not_hold_up_other_logins() {
    let world = World::new();
    let bob = world.enroll("bob");
    let code = bob.fresh_code();
    let flood = |lane: usize| {
        let guess = |number| {
            let user = format!("nobody{lane}-{number}");
            (ssh_from("198.51.100.1", &user), "0000-0000-0000".to_owned())
        };
        let crowd = world.crowd();
        crowd.try_verify((0..400).map(guess).collect())
    };
    let answers = std::thread::scope(|threads| {
        let floods = [0, 1].map(|lane| threads.spawn(move || flood(lane)));
        assert_eq!(world.pam("code-only", "bob").code(&code), LetIn);
        let answers = floods.map(|flood| flood.join().expect("it ends"));
        answers.into_iter().flatten().collect::<Vec<_>>()
    });
    let refused = answers.iter().filter(|answer| answer.is_none()).count();
    assert!(refused > 0, "the queue has an end");
    assert!(refused < answers.len(), "it is no longer than that");
}
