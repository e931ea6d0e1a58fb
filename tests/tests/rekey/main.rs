//! A new master key: logins go on while it comes in, and whatever is cut off is finished.

mod booted;
mod command;
mod crash;
mod logins;

use proauth_e2e::{Authenticator, DEADLINE, LetIn, Ran, World};

const FOLDER: &str = "/etc/proauth";
const KEY: &str = "/etc/proauth/proauthd.key";
const NEXT: &str = "/etc/proauth/proauthd.key.next";
const STORE: &str = "/var/lib/proauth/proauth.db";

/// More rows than several batches have.
const PEOPLE: usize = 300;

/// A world in which alice is enrolled and has typed a wrong code, and [`PEOPLE`] have tickets.
fn filled() -> (World, Authenticator) {
    let world = World::new();
    let alice = world.enroll("alice");
    let people = r#"for n in $(seq "$0"); do echo "p$n:x:$((20000 + n)):100::/:/bin/sh"; done"#;
    let people = format!("({people}) >>/etc/passwd");
    let number = PEOPLE.to_string();
    world.run(&["sh", "-c", &people, &number]).expect_success();
    world.proauthd(&["invite", "--all"]).run().expect_success();
    let wrong = world.pam("code-only", "alice").code(&alice.wrong_code());
    assert_ne!(wrong, LetIn);
    (world, alice)
}

/// `proauthd rekey --yes`, with more arguments.
fn rekey(world: &World, arguments: &[&str]) -> Ran {
    let all = [&["rekey", "--yes"], arguments].concat();
    world.proauthd(&all).run()
}

fn sh(world: &World, script: &str) -> String {
    world.run(&["sh", "-euc", script]).expect_success().stdout
}

/// What lies beside the config.
fn files(world: &World) -> String {
    sh(world, &format!("ls -A {FOLDER}"))
}

/// The daemon runs, says that the rekey is done, and has the marks of one key.
fn wait_until_done(world: &World) {
    let done = world.daemon.log().wait_for("rekey_done", DEADLINE);
    assert!(done, "{}", world.daemon.said());
    let roles = ["sqlite3", "-readonly", STORE, "SELECT role FROM keys"];
    let roles = world.run(&roles).expect_success().stdout;
    assert_eq!(roles, "current\n");
}

/// Nobody was lost, and nothing was forgotten.
fn assert_all_there(world: &World, alice: &Authenticator) {
    let tickets = "SELECT count(*) FROM rows WHERE key LIKE '#p%'";
    let tickets = world.run(&["sqlite3", "-readonly", STORE, tickets]);
    assert_eq!(tickets.expect_success().stdout, format!("{PEOPLE}\n"));
    assert_eq!(world.failures("alice"), 1);
    let login = world.pam("code-only", "alice").code(&alice.fresh_code());
    assert_eq!(login, LetIn);
    let wrong = world.pam("code-only", "alice").code(&alice.wrong_code());
    assert_ne!(wrong, LetIn);
    assert_eq!(world.failures("alice"), 1);
    let log = world.daemon.said();
    assert!(!log.contains("row_broken"), "{log}");
}
