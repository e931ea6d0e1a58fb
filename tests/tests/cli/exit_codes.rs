//! Every documented exit code, produced.

use std::collections::BTreeSet;

use proauth_e2e::{LetIn, Ran, World};

use crate::{section, table};

/// Runs a line of shell in the world.
fn run(world: &World, user: &str, line: &str) -> Ran {
    world.run_as(user, &["bash", "-c", line])
}

/// User, command line and exit code, in a world where alice is enrolled and everything runs.
const WHERE_ALL_IS_WELL: &[(&str, &str, i32)] = &[
    ("root", "proauthd status --user alice", 0),
    ("root", "proauthd status --user bob", 0),
    ("alice", "proauthd status", 0),
    ("root", "proauthd list", 0),
    ("root", "proauthd resync --user alice", 0),
    ("root", "proauthd config check", 0),
    ("alice", "proauthd config check", 0),
    ("root", "proauthd --version", 0),
    ("root", "proauthd enroll --user alice --offline", 1),
    ("alice", "proauthd enroll", 1),
    ("bob", "proauthd enroll --replace <<< 123456", 1),
    ("root", "proauthd invite --user nobody-of-that-name", 1),
    ("root", "proauthd reset --user bob", 1),
    ("alice", "proauthd unenroll --name tablet <<< 123456", 2),
    ("bob", "proauthd enroll", 2),
    ("root", "proauthd identity check", 5),
    ("root", "proauthd status --user nobody-of-that-name", 1),
    ("root", "proauthd verify --user bob <<< 123456", 1),
    ("root", "proauthd verify --user alice <<< 12345", 1),
    ("root", "proauthd unenroll --user bob", 1),
    ("root", "proauthd resync --user bob", 1),
    (
        "root",
        "printf '%s\\n' 1 2 3 | proauthd resync --user alice --codes",
        1,
    ),
    ("root", "proauthd enroll --user bob --offline <<< 12345", 1),
    ("root", "proauthd", 2),
    ("root", "proauthd nonsense", 2),
    ("root", "proauthd status --nonsense", 2),
    ("root", "proauthd enroll --user bob", 2),
    ("root", "proauthd verify", 2),
    ("root", "proauthd status --user a:b", 2),
    ("root", "proauthd verify --user alice < /dev/null", 2),
    ("root", "proauthd config check /nonexistent.toml", 2),
    ("root", "proauthd config check <(echo 'nonsense = 1')", 2),
    ("root", "proauthd list --bus unix:path=/nonexistent", 3),
    ("root", "proauthd list --bus nonsense", 3),
    ("root", "proauthd --bus unix:path=/nonexistent list", 3),
    ("root", "proauthd serve --bus unix:path=/nonexistent", 3),
    ("bob", "proauthd status --user alice", 4),
    ("alice", "proauthd list", 4),
    ("bob", "proauthd enroll --offline", 4),
    ("bob", "proauthd enroll --any-identity", 4),
    ("bob", "proauthd enroll --user alice", 4),
    ("alice", "proauthd invite --user alice", 4),
    ("alice", "proauthd reset --user alice", 4),
    ("alice", "proauthd identity check", 4),
    ("alice", "proauthd unenroll --user alice", 4),
    ("alice", "proauthd resync --user alice", 4),
    ("alice", "proauthd verify --user alice <<< 123456", 4),
    (
        "alice",
        "proauthd resync --codes --user bob <<< $'111111\\n222222\\n333333'",
        4,
    ),
    ("root", "proauthd init", 5),
];

#[test]
fn every_exit_code_of_the_docs_is_produced_and_no_other() {
    let world = World::new();
    let _alice = world.enroll("alice");
    let mut produced = BTreeSet::new();
    for &(user, line, code) in WHERE_ALL_IS_WELL {
        let ran = run(&world, user, line);
        assert_eq!(ran.code, Some(code), "{user}: {line}: {ran:?}");
        assert!(!ran.stderr.contains("panicked"), "{line}: {ran:?}");
        produced.insert(code.to_string());
    }
    let documented = table(&section("Exit codes"));
    let documented: BTreeSet<String> = documented.into_iter().map(|row| row[0].clone()).collect();
    assert_eq!(produced, documented);
}

#[test]
fn whatever_fails_says_so_in_one_sentence_that_names_what_to_do() {
    let world = World::new();
    let _alice = world.enroll("alice");
    for &(user, line, code) in WHERE_ALL_IS_WELL {
        let ran = run(&world, user, line);
        // What is wrong with the words of a command line, clap says, and how it should be.
        let by_clap = ran.stderr.contains("Usage: ") || ran.stderr.starts_with("Two-factor");
        if code != 0 && !by_clap {
            let sentence = ran.sentence();
            let (what, then) = sentence.split_once([';', ':']).unwrap_or((sentence, ""));
            assert!(!what.is_empty() && !then.is_empty(), "{line}: {sentence}");
        }
        let succeeded_quietly = code != 0 || ran.stderr.is_empty();
        assert!(succeeded_quietly, "{line}: {ran:?}");
    }
}

#[test]
fn a_second_daemon_is_refused_and_the_first_goes_on() {
    let world = World::new();
    let alice = world.enroll("alice");
    let second = run(&world, "root", "timeout 5 proauthd serve");
    let code = alice.fresh_code();
    assert_eq!(world.pam("code-only", "alice").code(&code), LetIn);
    assert_eq!(second.code, Some(3), "{second:?}");
    assert!(
        second.sentence().contains("no other proauthd"),
        "{second:?}"
    );
}

#[test]
fn users_may_not_run_the_daemon_or_make_a_store() {
    let world = World::new();
    for command in ["serve", "init"] {
        let ran = run(&world, "alice", &format!("timeout 5 proauthd {command}"));
        assert!(matches!(ran.code, Some(1..=5)), "{ran:?}");
        let _said = ran.sentence();
    }
    world.daemon.stop();
    for command in ["serve", "init"] {
        let ran = run(&world, "alice", &format!("timeout 5 proauthd {command}"));
        assert!(matches!(ran.code, Some(1..=5)), "{ran:?}");
        let _said = ran.sentence();
    }
    world.daemon.start();
}

#[test]
fn while_the_store_fails_commands_end_with_5_and_change_nothing() {
    let world = World::new();
    let _alice = world.enroll("alice");
    let store = "/var/lib/proauth/proauth.db";
    let change = |sign: &str| {
        let update = format!("UPDATE rows SET version = version {sign} 1");
        world.run(&["sqlite3", store, &update]).expect_success();
    };
    change("+");
    for line in [
        "proauthd status --user alice",
        "proauthd list",
        "proauthd verify --user alice <<< 123456",
        "proauthd resync --user alice",
        "proauthd enroll --user alice --offline",
    ] {
        let ran = run(&world, "root", line);
        assert_eq!(ran.code, Some(5), "{line}: {ran:?}");
        let _said = ran.sentence();
    }
    change("-");
    run(&world, "root", "proauthd status --user alice").expect_success();
}
