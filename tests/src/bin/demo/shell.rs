//! A shell in a world where alice was enrolled, for a newcomer with a phone.

use std::io::{Read, Write};
use std::process::{ExitCode, Stdio};

use proauth_e2e::{Authenticator, PASSWORD, World};

pub fn leave_in_shell() -> ExitCode {
    let world = World::builder().real_clock().build();
    let alice = enroll(&world);
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

/// Runs `proauthd enroll` as root on a terminal, shows what it shows with its colours, and answers
/// with the first code: that of the step before.
fn enroll(world: &World) -> Authenticator {
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
    writeln!(typed, "{}", alice.code_in_steps(-1)).expect("enroll reads the code");
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
