//! Stacks in which something else vouches for the user first, or fails to.

use proauth_e2e::PASSWORD;

use crate::{AUTH_ERR, SUCCESS, answer, odd_host, reply, user, world};

const KEY_FIRST: &str = "auth required pam_proauth.so first_factor=publickey";
const PASSWORD_FIRST: &str =
    "auth requisite pam_unix.so\nauth required pam_proauth.so first_factor=password";
const PASSWORD_MISSING: &str = "auth required pam_proauth.so first_factor=password";
const EITHER_FIRST: &str = "auth required pam_proauth.so first_factor=publickey,password";

#[test]
fn a_key_that_was_not_shown_first_refuses_without_a_prompt() {
    let (world, alice) = world(&[("key-first", KEY_FIRST), ("either-first", EITHER_FIRST)]);
    let right = alice.fresh_code();
    let shown = "publickey ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA\n";
    for service in ["key-first", "either-first"] {
        for missing in [
            "pam-env=OTHER=1".to_owned(),
            "pam-env=SSH_AUTH_INFO_0=password\n".to_owned(),
            "pam-env=SSH_AUTH_INFO_0=publickey".to_owned(),
            // The environment of the process is the attacker's.
            format!("env=SSH_AUTH_INFO_0={shown}"),
        ] {
            let oddities = [user("alice"), reply(&right), missing];
            assert_eq!(
                odd_host(&world, service, &oddities),
                answer(AUTH_ERR, 0),
                "{oddities:?}"
            );
        }
    }
    assert_eq!(world.failures("alice"), 0);
    assert!(
        world
            .syslog()
            .contains("the first factor that first_factor= requires was not shown")
    );

    let oddities = [
        user("alice"),
        reply(&right),
        format!("pam-env=SSH_AUTH_INFO_0={shown}"),
    ];
    assert_eq!(odd_host(&world, "key-first", &oddities), answer(SUCCESS, 1));
    let oddities = [
        user("alice"),
        reply(&right),
        format!("pam-env=SSH_AUTH_INFO_0={shown}"),
    ];
    assert_eq!(
        odd_host(&world, "either-first", &oddities),
        answer(AUTH_ERR, 1),
        "used before"
    );
}

#[test]
fn a_password_that_was_not_taken_first_refuses_without_a_prompt() {
    let (world, alice) = world(&[
        ("password-first", PASSWORD_FIRST),
        ("password-missing", PASSWORD_MISSING),
    ]);
    let right = alice.fresh_code();
    let key = "pam-env=SSH_AUTH_INFO_0=publickey ssh-ed25519 AAAA\n".to_owned();
    let oddities = [user("alice"), reply(&right), key];
    assert_eq!(
        odd_host(&world, "password-missing", &oddities),
        answer(AUTH_ERR, 0)
    );

    // The password is wrong: pam_unix ends the stack, and nobody is asked for a code.
    let oddities = [user("alice"), reply("wrong"), reply(&right)];
    assert_eq!(
        odd_host(&world, "password-first", &oddities),
        answer(AUTH_ERR, 1)
    );
    assert_eq!(world.failures("alice"), 0);

    let oddities = [user("alice"), reply(PASSWORD), reply(&right)];
    assert_eq!(
        odd_host(&world, "password-first", &oddities),
        answer(SUCCESS, 2)
    );
    let oddities = [user("alice"), reply(PASSWORD), reply(alice.wrong_code())];
    assert_eq!(
        odd_host(&world, "password-first", &oddities),
        answer(AUTH_ERR, 2)
    );
    assert_eq!(world.failures("alice"), 1);
}
