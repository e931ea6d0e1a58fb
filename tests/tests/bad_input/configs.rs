//! Configurations that are wrong: one sentence that says where, and no daemon.

use std::os::unix::fs::PermissionsExt;

use proauth_e2e::{Ran, World};

const FILE: &str = "/etc/proauth/proauthd.toml";

/// Text, where its mistake is, and a word of what is said of it.
const MISTAKES: &[(&str, &str, &str)] = &[
    ("[totp]\nperiods = 30\n", ":2:1:", "periods"),
    ("periodd = 30\n", ":1:1:", "periodd"),
    ("\n[totpp]\nperiod = 30\n", ":2:2:", "totpp"),
    ("[totp]\nperiod = \"30\"\n", ":2:10:", "invalid type"),
    ("[totp]\nperiod = 30.5\n", ":2:10:", "invalid type"),
    ("[totp]\nissuer = 5\n", ":2:10:", "invalid type"),
    ("totp = 5\n", ":1:8:", "invalid type"),
    ("[login]\nlockers = \"vlock\"\n", ":2:11:", "invalid type"),
    ("[totp]\nperiod = -30\n", ":2:10:", "15 to 300"),
    ("[totp]\nskew = -1\n", ":2:8:", "0 to 10"),
    ("[totp]\ndigits = 4294967302\n", ":2:10:", "6, 7 or 8"),
    ("[totp]\nperiod = 0\n", ":2:10:", "15 to 300"),
    ("[login]\nnot_enrolled = \"Allow\"\n", ":2:16:", "Allow"),
    ("[login]\nnot_enrolled = true\n", ":2:16:", ""),
    ("[store]\npath = \"proauth.db\"\n", ":2:8:", "begin with /"),
    ("[totp\n", ":1:6:", ""),
    ("[totp]\nperiod = \n", ":2:10:", ""),
    (
        "[totp]\nperiod = 30\nperiod = 60\n",
        ":3:1:",
        "duplicate key",
    ),
    ("[login]\n\t\u{fc}\n", ":2:3:", "no value"),
    ("[totp]\nissuer = \"\u{1b}[2J\"\n", ":2:11:", ""),
];

#[test]
fn config_check_and_serve_say_where_a_mistake_is() {
    let world = World::builder().without_daemon().build();
    for (text, place, word) in MISTAKES {
        write(&world, text);
        let says = |ran: &Ran| assert_says(ran, &format!("{FILE}{place} "), word, text);
        says(&world.run(&["proauthd", "config", "check", FILE]));
        says(&world.run(&["proauthd", "config", "check"]));
        says(&world.run(&["proauthd", "config", "check", "--json"]));
        says(&serve(&world, &[]));
        says(&serve(&world, &["--config", FILE]));
    }
}

#[test]
fn a_mistake_in_a_file_beside_it_names_that_file() {
    let world = World::builder().without_daemon().build();
    let folder = world.path("/etc/proauth/proauthd.toml.d");
    std::fs::create_dir(&folder).expect("the world can be written to");
    std::fs::write(
        folder.join("50-ours.toml"),
        "[login]\nnot_enroled = \"allow\"\n",
    )
    .expect("the world can be written to");
    let place = format!("{FILE}.d/50-ours.toml:2:1: ");
    let check = world.run(&["proauthd", "config", "check"]);
    assert_says(&check, &place, "not_enroled", "drop-in");
    assert_says(&serve(&world, &[]), &place, "not_enroled", "drop-in");
}

#[test]
fn a_file_that_was_named_but_is_not_there_is_a_mistake() {
    let world = World::builder().without_daemon().build();
    for file in [
        "/etc/proauth/nowhere.toml",
        "/nowhere/proauthd.toml",
        "nowhere.toml",
    ] {
        let says = |ran: &Ran| {
            assert_says(ran, &format!("cannot read {file}: "), "No such file", file);
        };
        says(&world.run(&["proauthd", "config", "check", file]));
        says(&serve(&world, &["--config", file]));
    }
}

#[test]
fn a_file_that_cannot_be_read_is_a_mistake_and_not_an_empty_one() {
    let world = World::builder().without_daemon().build();
    let file = world.path(FILE);
    let unreadable = format!("cannot read {FILE}: ");

    write(&world, "[totp]\nperiod = 60\n");
    std::fs::set_permissions(&file, PermissionsExt::from_mode(0o600)).expect("it is ours");
    let by_alice = world.run_as("alice", &["proauthd", "config", "check"]);
    assert_says(&by_alice, &unreadable, "Permission denied", "mode 0600");

    std::fs::write(&file, b"[totp]\nissuer = \"\xff\"\n").expect("the world can be written to");
    assert_says(&serve(&world, &[]), &unreadable, "UTF-8", "not UTF-8");

    std::fs::remove_file(&file).expect("the world can be written to");
    std::fs::create_dir(&file).expect("the world can be written to");
    assert_says(&serve(&world, &[]), &unreadable, "directory", "a folder");

    std::fs::remove_dir(&file).expect("the world can be written to");
    let folder = world.path("/etc/proauth/proauthd.toml.d");
    std::fs::write(&folder, "").expect("the world can be written to");
    let unreadable = format!("cannot read {FILE}.d: ");
    assert_says(&serve(&world, &[]), &unreadable, "directory", "no folder");
}

#[test]
fn a_link_to_nowhere_is_not_an_absent_configuration() {
    let world = World::builder().without_daemon().build();
    world.run(&["ln", "-sf", "/nowhere", FILE]).expect_success();
    let unreadable = format!("cannot read {FILE}: ");
    assert_says(&serve(&world, &[]), &unreadable, "No such file", "dangling");
}

#[test]
fn a_mistake_makes_neither_a_key_nor_a_store() {
    let world = World::builder().without_daemon().build();
    write(&world, "[totp]\nskew = 11\n");
    assert_eq!(serve(&world, &[]).code, Some(2));
    assert_eq!(world.run(&["proauthd", "init"]).code, Some(2));
    assert!(!world.path("/etc/proauth/proauthd.key").exists());
    assert!(!world.path("/var/lib/proauth/proauth.db").exists());
}

#[test]
fn without_any_file_and_with_an_empty_one_the_daemon_starts() {
    let world = World::builder().config("").build();
    let alice = world.enroll("alice");
    world.daemon.stop();
    std::fs::remove_file(world.path(FILE)).expect("the world can be written to");
    world.daemon.start();
    let login = world.pam("code-only", "alice").code(&alice.fresh_code());
    assert_eq!(login, proauth_e2e::LetIn);
    let check = world.run(&["proauthd", "config", "check"]).expect_success();
    assert!(
        check.stdout.contains("does not exist: all defaults"),
        "{check:?}"
    );
}

fn write(world: &World, text: &str) {
    std::fs::write(world.path(FILE), text).expect("the world can be written to");
}

/// `proauthd serve`, which must end by itself.
fn serve(world: &World, arguments: &[&str]) -> Ran {
    world.run(&[&["timeout", "20", "proauthd", "serve"], arguments].concat())
}

fn assert_says(ran: &Ran, start: &str, word: &str, case: &str) {
    assert_eq!(ran.code, Some(2), "{case}: {ran:?}");
    assert!(
        ran.sentence().starts_with(start),
        "{case}: not {start}: {ran:?}"
    );
    assert!(ran.sentence().contains(word), "{case}: no {word}: {ran:?}");
    assert_eq!(ran.stdout, "", "{case}");
}
