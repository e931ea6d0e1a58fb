//! What the doctor calls a hole is one, and what it says locks out does: real logins say so.

use proauth_e2e::{LetIn, Refused};

use crate::rows::mistake;
use crate::stage::Stage;

/// A code that is none, as often as one may be asked for it.
const WRONG: [&str; 3] = ["000000"; 3];

#[test]
fn sudo_lets_in_through_the_holes_that_are_named() {
    let stage = Stage::new();
    assert_eq!(stage.world.sudo("alice").codes(&WRONG), Refused);
    for name in [
        "sudo: the password is \"sufficient\"",
        "sudo: a jump leads past the code",
        "sudo: Fedora's system-auth above the code",
        "sudo: a rule lets in with nothing at all",
        "sudo: the code is \"optional\"",
        "sudo: what is not success is ignored",
        "sudoers: !authenticate",
    ] {
        stage.begin(mistake(name).script);
        assert_eq!(stage.world.sudo("alice").codes(&WRONG), LetIn, "{name}");
    }
}

#[test]
fn sudo_lets_in_with_a_code_alone_where_that_is_said() {
    let stage = Stage::new();
    for name in [
        "sudo: the first factor is \"optional\"",
        "sudo: the code is the only factor",
    ] {
        stage.begin(mistake(name).script);
        let code = stage.alice.fresh_code();
        let sudo = stage.world.sudo("alice").password("wrong");
        assert_eq!(sudo.code(&code), LetIn, "{name}");
    }
}

#[test]
fn sudo_refuses_a_right_code_where_it_is_said_to_lock_out() {
    let stage = Stage::new();
    for name in [
        "sudo: a password is required, and never asked for",
        "sudo: pam_deny above the code",
        "sudo: a misspelt argument",
        "the module is gone",
        "the module is for another kind of machine",
    ] {
        stage.begin(mistake(name).script);
        let code = stage.alice.fresh_code();
        assert_eq!(stage.world.sudo("alice").code(&code), Refused, "{name}");
    }
}

#[test]
fn need_code_refuses_whom_sudo_asks_nothing() {
    let stage = Stage::new();
    stage.sh("printf 'alice ALL=(ALL) NOPASSWD: ALL\\n' >/etc/sudoers.d/zz");
    assert_eq!(stage.world.sudo("alice").codes(&[]), LetIn);
    stage.sh(mistake("sudo: need_code").script);
    assert_eq!(stage.world.sudo("alice").codes(&[]), Refused);
}

#[test]
fn sshd_lets_in_by_a_key_alone_where_that_is_said() {
    let stage = Stage::new();
    assert_eq!(stage.world.ssh("bob").codes(&WRONG), Refused);
    for name in [
        "sshd: pam_rootok above the code, to which everybody in sshd is root",
        "sshd: UsePAM no",
        "sshd: a key alone is enough",
        "sshd: a second list of methods is a key alone",
        "sshd: a Match block lets a user in by key alone",
    ] {
        stage.begin(mistake(name).script);
        if name == "sshd: UsePAM no" {
            // Nobody is left to answer keyboard-interactive.
            stage
                .sh("sed -i 's/^AuthenticationMethods.*//' /etc/ssh/sshd_config.d/00-proauth.conf");
        }
        stage.world.sshd.restart();
        assert_eq!(stage.world.ssh("bob").codes(&WRONG), LetIn, "{name}");
    }
}
