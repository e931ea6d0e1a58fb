//! The main job as a newcomer sees it. `tests/demo` builds and runs this.
//!
//! Everything shown is the real transcript of real programs in a world of their own. With
//! `--shell`, leaves the newcomer there instead, with the QR code on the screen.

use std::io::{Read, Write};
use std::process::{ExitCode, Stdio};

use proauth_e2e::{Authenticator, LetIn, Login, Outcome, PASSWORD, Refused, World};

fn main() -> ExitCode {
    let shell = std::env::args()
        .nth(1)
        .is_some_and(|argument| argument == "--shell");
    // The clock of the machine, so that a phone shows the right codes.
    let world = World::builder().real_clock().build();
    let start = world.clock.now();
    let alice = enroll(&world, start);
    if shell {
        return leave_in_shell(&world, &alice);
    }
    let expected = show(&world, &alice, start);
    if expected {
        println!("All of it as it should be.");
        ExitCode::SUCCESS
    } else {
        println!("NOT as it should be: see above.");
        ExitCode::FAILURE
    }
}

/// Runs `proauthd enroll` on a terminal, shows what it shows, and answers with the first code.
fn enroll(world: &World, start: u64) -> Authenticator {
    println!("=== root enrolls alice; her phone would scan this");
    println!("$ proauthd enroll --user alice --offline");
    let mut enroll = world
        .program(&[
            "script",
            "-qec",
            "proauthd enroll --user alice --offline",
            "/dev/null",
        ])
        .spawn();
    let mut terminal = enroll.stdout.take().expect("it is piped");
    let shown = show_until(&mut terminal, "First code: ");
    let alice = Authenticator::scan(
        &format!("otpauth://totp/x?secret={}", key(&shown)),
        &world.clock,
    );

    let mut typed = enroll.stdin.take().expect("it is piped");
    let code = alice.code_at(start - alice.period);
    writeln!(typed, "{code}").expect("enroll reads the code");
    show_until(&mut terminal, "used up.");
    println!();
    assert!(
        enroll.wait().expect("a child can be waited for").success(),
        "enroll failed"
    );
    alice
}

/// The key among what was shown: eight groups of four.
fn key(shown: &str) -> String {
    let groups = |line: &str| -> Option<String> {
        let groups: Vec<&str> = line.split_whitespace().collect();
        let is_key = groups.len() == 8 && groups.iter().all(|group| group.len() == 4);
        is_key.then(|| groups.concat())
    };
    shown
        .lines()
        .find_map(groups)
        .expect("enroll shows the key in groups of four")
}

/// Copies the terminal to ours until `end` has been shown, and returns it all.
fn show_until(terminal: &mut impl Read, end: &str) -> String {
    let mut shown = Vec::new();
    let mut byte = [0];
    while !shown.ends_with(end.as_bytes()) {
        let len = terminal.read(&mut byte).expect("the terminal can be read");
        assert_ne!(len, 0, "it ended before it showed {end:?}");
        std::io::stdout()
            .write_all(&byte)
            .expect("our terminal can be written to");
        shown.extend(byte);
    }
    String::from_utf8(shown).expect("it is UTF-8")
}

/// The logins of the main job; whether each ended as it should.
fn show(world: &World, alice: &Authenticator, start: u64) -> bool {
    println!("From here on her codes come from oathtool. The enrollment took the code of the step");
    println!("before: a code works up to one step early or late, and once.");
    let (now, next) = (alice.code_at(start), alice.code_at(start + alice.period));
    let wrong = alice.wrong_code();
    let ssh = |story: &str, code: &str, outcome| {
        tell(story, &world.ssh("alice").code(code), code, outcome)
    };
    let mut expected = ssh("alice logs in with her key and the right code", &now, LetIn);
    expected &= ssh("the same code again", &now, Refused);
    expected &= ssh("a wrong code", &wrong, Refused);
    let sudo = world.sudo("alice").code(&next);
    expected &= tell("sudo with the next code", &sudo, &next, LetIn);

    println!("\n=== and what the daemon knows\n$ proauthd status --user alice");
    let status = world.run(&["proauthd", "status", "--user", "alice"]);
    println!("{}", status.stdout);
    let json = world
        .run(&["proauthd", "status", "--user", "alice", "--json"])
        .json();
    let last_step = (start + alice.period) / alice.period * alice.period;
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

fn leave_in_shell(world: &World, alice: &Authenticator) -> ExitCode {
    let code = format!(
        "#!/bin/sh\nexec oathtool --totp --base32 {}\n",
        alice.secret
    );
    let path = world.path("/usr/local/bin/code");
    std::fs::write(&path, code).expect("the world can be written to");
    world
        .run(&["chmod", "+x", "/usr/local/bin/code"])
        .expect_success();
    let _starts_sshd = world.ssh("alice");
    println!(
        "
You are root in a world of its own: nothing in it outlives this shell. alice is enrolled; scan the
QR code above with an authenticator app, or run `code` for her present code. Each works once. Try:

    ssh alice@127.0.0.1          asks for a code
    sudo id                      as alice: asks for her password ({PASSWORD})
                                 and the next code
    proauthd status --user alice
"
    );
    // How the newcomer's last command ended is nobody's business.
    let _ = world
        .command("script")
        .args(["-qc", "bash", "/dev/null"])
        .stdin(Stdio::inherit())
        .status()
        .expect("script (package bsdutils) starts");
    ExitCode::SUCCESS
}
