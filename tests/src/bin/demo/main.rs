//! The main job as a newcomer sees it. `tests/demo` builds and runs this.
//!
//! Everything shown is the real transcript of real programs in a world of their own. With
//! `--shell`, leaves the newcomer there instead, with the QR code on the screen.

mod enroll;
mod shell;

use std::process::ExitCode;

use proauth_e2e::{Authenticator, LetIn, Login, Outcome, Refused, World};

fn main() -> ExitCode {
    if std::env::args().nth(1).as_deref() == Some("--shell") {
        return shell::leave_in_shell();
    }
    // The clock of the machine, so that a phone would show the right codes.
    let world = World::builder().identity().real_clock().build();
    let (alice, now) = enroll::enroll(&world);
    if show(&world, &alice, now) {
        println!("All of it as it should be.");
        ExitCode::SUCCESS
    } else {
        println!("NOT as it should be: see above.");
        ExitCode::FAILURE
    }
}

/// The logins of the main job; whether each ended as it should. The enrollment took the code of
/// the step before `now`.
fn show(world: &World, alice: &Authenticator, now: u64) -> bool {
    println!("\nFrom here on her codes come from oathtool. The enrollment took the code of the");
    println!("step before: a code works up to one step early or late, and once.");
    let (right, next) = (alice.code_at(now), alice.code_at(now + alice.period));
    let wrong = alice.wrong_code();
    let ssh = |story: &str, code: &str, outcome| {
        tell(story, &world.ssh("alice").code(code), code, outcome)
    };
    let mut expected = ssh(
        "alice logs in with her key and the right code",
        &right,
        LetIn,
    );
    expected &= ssh("the same code again", &right, Refused);
    expected &= ssh("a wrong code", &wrong, Refused);
    let sudo = world.sudo("alice").code(&next);
    expected &= tell("sudo with the next code", &sudo, &next, LetIn);

    println!("\n=== and what the daemon knows\n$ proauthd status --user alice");
    let status = world.run(&["proauthd", "status", "--user", "alice"]);
    println!("{}", status.stdout);
    let json = world
        .run(&["proauthd", "status", "--user", "alice", "--json"])
        .json();
    let last_step = (now + alice.period) / alice.period * alice.period;
    expected & (json["enrolled"] == true && json["last_step_at"] == last_step)
}

/// Shows a login; whether it ended as it should.
fn tell(story: &str, login: &Login, code: &str, outcome: Outcome) -> bool {
    println!("\n=== {story}");
    println!(
        "{}\n(typed: {code}) => {:?}",
        login.transcript, login.outcome
    );
    if *login != outcome {
        println!("EXPECTED: {outcome:?}");
    }
    *login == outcome
}
