//! What can be wrong with the store, the key and the clock: whatever it is denies, is said in one
//! sentence, and loses nothing.

use proauth_e2e::{Ended, Login, Refused, World};

mod at_start;
mod clock;
mod delay;
mod disk;
mod rows;
mod while_running;

const FOLDER: &str = "/var/lib/proauth";
const STORE: &str = "/var/lib/proauth/proauth.db";
const KEY: &str = "/etc/proauth/proauthd.key";

/// A login with `code` as the only factor.
fn login(world: &World, user: &str, code: &str) -> Login {
    world.pam("code-only", user).code(code)
}

/// The login was refused because nobody could tell whether the code was right.
fn assert_unavailable(login: &Login) {
    assert_eq!(*login, Refused);
    let why = "Authentication service cannot retrieve authentication info";
    assert!(login.transcript.contains(why), "{login:?}");
}

/// The daemon does not start, ends with `code`, and says in one sentence what is wrong and what
/// to do, with all of `words` in it.
fn assert_refuses_to_start(world: &World, code: i32, words: &[&str]) {
    let Err(Ended { code: ended, said }) = world.daemon.try_start() else {
        panic!("the daemon started");
    };
    assert_eq!(ended, Some(code), "{said}");
    assert!(said.starts_with("proauthd: "), "{said}");
    assert_eq!(said.trim_end().lines().count(), 1, "not one line: {said}");
    for word in words {
        assert!(said.contains(word), "{word:?} is missing in {said}");
    }
}

/// Runs a shell script as root, with `$FOLDER`, `$STORE` and `$KEY`.
fn sh(world: &World, script: &str) -> String {
    let script = format!("FOLDER={FOLDER} STORE={STORE} KEY={KEY}\n{script}");
    world.run(&["sh", "-euc", &script]).expect_success().stdout
}

/// Runs SQL in the store, as somebody with root's rights and sqlite3 would.
fn sql(world: &World, statement: &str) -> String {
    let ran = world.run(&["sqlite3", "-bail", STORE, statement]);
    ran.expect_success().stdout
}
