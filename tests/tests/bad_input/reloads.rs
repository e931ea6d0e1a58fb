//! A configuration that is read again while the daemon runs: a wrong one changes nothing.

use proauth_e2e::{DEADLINE, LetIn, Refused, World};

const FILE: &str = "/etc/proauth/proauthd.toml";
const ALLOW: &str = "[login]\nnot_enrolled = \"allow\"\n";

#[test]
fn a_right_configuration_is_taken_and_a_wrong_one_is_not() {
    let world = world();
    let alice = world.enroll("alice");
    let login_of_bob = || world.pam("enrolled", "bob").code("123456");
    assert_eq!(login_of_bob(), Refused);

    reload(
        &world,
        "[login]\nnot_enroled = \"allow\"\n",
        "proauthd.toml:2:1: unknown field",
    );
    assert_eq!(login_of_bob(), Refused);

    reload(&world, ALLOW, "configuration read again");
    let login = login_of_bob();
    assert_eq!(login, LetIn);
    assert!(!login.transcript.contains("ProAuth code"), "{login:?}");

    reload(
        &world,
        "[totp]\n\nperiod = 1\n",
        "proauthd.toml:3:10: period must be",
    );
    assert_eq!(login_of_bob(), LetIn);
    // Who is enrolled is asked all the same.
    assert_eq!(
        world.pam("enrolled", "alice").code(&alice.wrong_code()),
        Refused
    );
    assert_eq!(
        world.pam("enrolled", "alice").code(&alice.fresh_code()),
        LetIn
    );
}

#[test]
fn a_configuration_that_has_become_unreadable_is_not_an_empty_one() {
    let world = World::builder()
        .config(ALLOW)
        .pam("enrolled", STACK)
        .build();
    assert_eq!(world.pam("enrolled", "bob").code("123456"), LetIn);
    std::fs::remove_file(world.path(FILE)).expect("the world can be written to");
    std::fs::create_dir(world.path(FILE)).expect("the world can be written to");
    world.daemon.signal("HUP");
    wait_for(&world, "cannot read /etc/proauth/proauthd.toml");
    wait_for(&world, "the old one stays");
    assert_eq!(world.pam("enrolled", "bob").code("123456"), LetIn);
}

#[test]
fn over_ssh_whoever_is_not_enrolled_needs_no_code_once_that_is_allowed() {
    let world = World::new();
    let told_to_enroll = world.ssh("bob").prompt("Press Return: $").code("");
    assert_eq!(told_to_enroll, Refused);
    reload(&world, ALLOW, "configuration read again");
    let login = world.ssh("bob").code("123456");
    assert_eq!(login, LetIn);
    assert!(!login.transcript.contains("ProAuth code"), "{login:?}");
}

#[test]
fn a_reload_changes_new_authenticators_and_not_those_in_use() {
    let world = world();
    let alice = world.enroll("alice");
    reload(
        &world,
        "[totp]\ndigits = 8\nperiod = 60\n",
        "configuration read again",
    );
    let bob = world.enroll("bob");
    world.clock.advance(60);
    assert_eq!((alice.code().len(), bob.code().len()), (6, 8));
    assert_eq!(world.pam("code-only", "alice").code(&alice.code()), LetIn);
    assert_eq!(world.pam("code-only", "bob").code(&bob.code()), LetIn);
}

#[test]
fn a_reload_moves_neither_store_nor_key_and_says_so() {
    let world = world();
    let alice = world.enroll("alice");
    let elsewhere = "[store]\npath = \"/var/lib/proauth/other.db\"\n";
    reload(
        &world,
        elsewhere,
        "store.path and key.path change only at a restart",
    );
    assert_eq!(
        world.pam("code-only", "alice").code(&alice.fresh_code()),
        LetIn
    );
    assert!(!world.path("/var/lib/proauth/other.db").exists());
}

/// Lets everybody in whom the module lets pass.
const STACK: &str = "auth required pam_proauth.so\n\
                     auth required pam_permit.so\n\
                     account required pam_permit.so\n";

fn world() -> World {
    World::builder().pam("enrolled", STACK).build()
}

/// Has the daemon read `text`, and waits until it says `answer`.
fn reload(world: &World, text: &str, answer: &str) {
    std::fs::write(world.path(FILE), text).expect("the world can be written to");
    world.daemon.signal("HUP");
    wait_for(world, answer);
}

fn wait_for(world: &World, text: &str) {
    let log = world.daemon.log();
    assert!(log.wait_for(text, DEADLINE), "not {text}: {}", log.text());
}
