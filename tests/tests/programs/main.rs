//! Real programs on real libpam: each with Debian's own PAM file for it, and our lines in there.
//!
//! sshd and sudo have files of their own beside this folder.

mod locker;
mod login;
mod polkit;
mod stack;
mod su;
mod sudo_i;
mod sudo_rs;
mod vlock;

use proauth_e2e::{PASSWORD, Ran, World};

/// Says who one has become; typed nowhere, so that only a real login can print it.
const WHO: &str = r#"echo "let in as $(id -un)""#;

/// How a question ends that is answered with a code, or not at all: login asks for the next name
/// when it has refused.
const CODE_PROMPT: &str = r"(code \(6 digits\): |Press Return: |testhost login: )$";

/// What the question after a used code begins with.
const USED: &str = "Code already used: wait for the next one";

/// Runs `argv` as `user` on a terminal, where somebody knows the password and types one code after
/// the other, each when asked, and then gives up.
fn at_terminal(world: &World, user: &str, codes: &[&str], argv: &[&str]) -> Ran {
    let passwords = vec![PASSWORD; codes.len().max(1)];
    let (password_count, code_count) = (passwords.len().to_string(), codes.len().to_string());
    let dialogue = ["expect", "/run/e2e/dialogue.exp", CODE_PROMPT];
    let dialogue = [
        &dialogue[..],
        &[&password_count],
        &passwords,
        &[&code_count],
        codes,
        argv,
    ];
    world.program(&dialogue.concat()).by(user).run()
}

/// Whether the program let in, as `user`, and said nothing else by its exit code.
fn let_in(ran: &Ran, user: &str) -> bool {
    ran.code == Some(0) && ran.stdout.contains(&format!("let in as {user}"))
}

/// Whether the program did not let in, said `why`, and ended of its own accord.
fn refused(ran: &Ran, why: &str) -> bool {
    let said = |text: &str| ran.stdout.contains(text) || ran.stderr.contains(text);
    !matches!(ran.code, None | Some(124)) && !said("let in as") && said(why)
}

/// Whether the daemon took a code that `user` typed to the PAM service `service`, and how it found
/// it.
fn judged(world: &World, user: &str, service: &str, finding: &str) -> bool {
    let line = format!("{finding}: {user:?} ({service:?}, from \"\")");
    let said = world.daemon.said();
    said.replace('\\', "").contains(&line)
}

fn suspend(world: &World, user: &str) {
    let suspend = world.proauthd(&["suspend", "--user", user]);
    suspend.run().expect_success();
}

/// How many logins of `user` the daemon has denied because of a suspension.
fn met_suspension(world: &World, user: &str) -> usize {
    let line = format!("denied: {user} is suspended");
    world.daemon.said().matches(&line).count()
}
