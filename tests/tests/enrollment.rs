//! Binding an authenticator to an account, and taking it away, by the command line.

use proauth_e2e::{Authenticator, LetIn, Refused, World};

#[test]
fn enrolling_is_for_root() {
    let world = World::new();
    let ran = world.run_as(
        "alice",
        &["proauthd", "enroll", "--user", "alice", "--offline"],
    );
    assert_eq!(ran.code, Some(4), "{ran:?}");
    assert_eq!(ran.stdout, "", "a secret was shown");
}

#[test]
fn the_key_is_shown_in_groups_of_four_and_works_when_typed_in() {
    let world = World::new();
    let enroll = "proauthd enroll --user alice --offline";
    let terminal = world.terminal("root", (80, 40), enroll);
    terminal.wait_for_prompt("First code:");
    let shown = terminal.history();
    let key = shown.lines().find_map(key).expect(&shown);
    let uri = format!("otpauth://totp/typed?secret={key}");
    let alice = Authenticator::scan(&uri, &world.clock);
    terminal.type_line(&alice.code());
    assert_eq!(terminal.end(), 0);
    assert_eq!(world.ssh("alice").code(&alice.fresh_code()), LetIn);
}

#[test]
fn the_uri_names_the_issuer_the_user_and_the_host() {
    let world = World::new();
    let uri = world.enroll("alice").uri;
    assert!(
        uri.starts_with("otpauth://totp/ProAuth:alice@testhost?"),
        "{uri}"
    );
    assert!(uri.contains("issuer=ProAuth"), "{uri}");
}

#[test]
fn a_secret_has_160_bits_and_is_never_given_twice() {
    let world = World::new();
    let secrets = ["alice", "bob", "root"].map(|user| world.enroll(user).secret);
    for secret in &secrets {
        assert_eq!(secret.len(), 32, "32 characters of base32 are 160 bits");
        assert_eq!(secrets.iter().filter(|other| *other == secret).count(), 1);
    }
}

#[test]
fn before_the_first_code_was_right_nobody_is_enrolled() {
    let world = World::new();
    let enroll = world.proauthd(&["enroll", "--user", "alice", "--offline", "--json"]);
    for answer in ["000000\n", "nonsense\n", ""] {
        let ran = enroll.clone().typing(answer).run();
        assert_ne!(ran.code, Some(0), "{ran:?}");
        assert_eq!(world.status("alice")["enrolled"], false);
    }
    let alice = world.enroll("alice");
    assert_eq!(world.ssh("alice").code(&alice.fresh_code()), LetIn);
}

#[test]
fn a_key_that_is_not_confirmed_within_ten_minutes_is_forgotten() {
    let world = World::new();
    for (seconds, user, code) in [(600, "alice", 0), (601, "bob", 1)] {
        let offer = world.offer(user);
        world.clock.advance(seconds);
        let first_code = offer.authenticator.code();
        assert_eq!(offer.confirm(&first_code).code, Some(code), "{seconds} s");
    }
}

#[test]
fn an_enrolled_account_is_not_enrolled_again_by_mistake() {
    let world = World::new();
    let alice = world.enroll("alice");
    let again = world
        .proauthd(&["enroll", "--user", "alice", "--offline"])
        .run();
    assert_eq!(again.code, Some(1), "{again:?}");
    assert!(
        again.stderr.contains("unenroll"),
        "what to do next: {again:?}"
    );
    assert_eq!(world.ssh("alice").code(&alice.fresh_code()), LetIn);
}

#[test]
fn an_account_that_does_not_exist_is_not_enrolled() {
    let world = World::new();
    let ran = world
        .proauthd(&["enroll", "--user", "mallory", "--offline"])
        .run();
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert_eq!(ran.stdout, "", "a secret was shown");
}

#[test]
fn who_was_unenrolled_is_refused_with_the_old_authenticator() {
    let world = World::new();
    let alice = world.enroll("alice");
    let ran = world
        .proauthd(&["unenroll", "--user", "alice", "--json"])
        .run()
        .expect_success();
    assert_eq!(
        ran.json(),
        serde_json::json!({ "user": "alice", "unenrolled": true })
    );
    assert_eq!(world.status("alice")["enrolled"], false);
    assert_eq!(world.ssh("alice").code(&alice.fresh_code()), Refused);
}

#[test]
fn unenrolling_is_for_root() {
    let world = World::new();
    let alice = world.enroll("alice");
    let ran = world.run_as("alice", &["proauthd", "unenroll", "--user", "alice"]);
    assert_eq!(ran.code, Some(4), "{ran:?}");
    assert_eq!(world.ssh("alice").code(&alice.fresh_code()), LetIn);
}

#[test]
fn enrollments_survive_stops_and_kills_of_the_daemon() {
    let world = World::new();
    let alice = world.enroll("alice");
    assert_eq!(world.daemon.stop().code(), Some(0));
    world.daemon.start();
    assert_eq!(world.ssh("alice").code(&alice.fresh_code()), LetIn);
    let bob = world.enroll("bob");
    world.daemon.kill();
    world.daemon.start();
    assert_eq!(world.ssh("alice").code(&alice.fresh_code()), LetIn);
    assert_eq!(world.ssh("bob").code(&bob.code()), LetIn);
}

#[test]
fn longer_periods_more_digits_and_other_algorithms_work_at_a_login() {
    for (config, in_uri) in [
        ("period = 60", "period=60"),
        ("digits = 8", "digits=8"),
        ("algorithm = \"SHA256\"", "algorithm=SHA256"),
        (
            "algorithm = \"SHA512\"\ndigits = 7\nperiod = 60",
            "algorithm=SHA512",
        ),
    ] {
        let world = World::builder()
            .config(&format!("[totp]\n{config}\n"))
            .build();
        let alice = world.enroll("alice");
        assert!(alice.uri.contains(in_uri), "{}", alice.uri);
        assert_eq!(
            world.ssh("alice").code(&alice.fresh_code()),
            LetIn,
            "{config}"
        );
        assert_eq!(
            world.ssh("alice").code(&alice.wrong_code()),
            Refused,
            "{config}"
        );
    }
}

#[test]
fn an_authenticator_keeps_what_it_was_enrolled_with() {
    let world = World::builder().config("[totp]\ndigits = 8\n").build();
    let alice = world.enroll("alice");
    std::fs::write(
        world.path("/etc/proauth/proauthd.toml"),
        "[totp]\ndigits = 6\n",
    )
    .unwrap();
    world.daemon.restart();
    let bob = world.enroll("bob");
    assert_eq!((alice.code().len(), bob.code().len()), (8, 6));
    assert_eq!(world.ssh("alice").code(&alice.fresh_code()), LetIn);
    assert_eq!(world.ssh("bob").code(&bob.code()), LetIn);
}

/// The key in a line that shows it: eight groups of four.
fn key(line: &str) -> Option<String> {
    let groups: Vec<&str> = line.split_whitespace().collect();
    let is_key = groups.len() == 8 && groups.iter().all(|group| group.len() == 4);
    is_key.then(|| groups.concat())
}
