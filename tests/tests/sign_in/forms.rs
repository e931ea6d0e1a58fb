//! What is shown on all kinds of terminals, and on none.

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;

use proauth_e2e::{Authenticator, Browser, Terminal, Theme, World};

use crate::help::{assert_lets_in, world};

/// The QR codes on the screen.
fn scan(terminal: &Terminal<'_>, name: &str) -> Vec<String> {
    let picture = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.ppm"));
    terminal.screen().scan(&Theme::DARK, &picture)
}

/// The key among what was shown, for typing.
fn key(shown: &str) -> String {
    let is_group =
        |word: &&str| word.len() == 4 && word.chars().all(|c| matches!(c, 'A'..='Z' | '2'..='7'));
    let groups: Vec<&str> = shown.split_whitespace().filter(is_group).collect();
    assert_eq!(groups.len(), 8, "no key in groups of four: {shown}");
    groups.concat()
}

/// alice enrolls on a terminal of that size, typing the key that she reads, and is unenrolled
/// again. All that was shown.
fn enroll(world: &World, browser: &mut Browser, size: (u32, u32), environment: &str) -> String {
    let script = format!("{environment} exec proauthd enroll");
    let terminal = world.terminal("alice", size, &script);
    let (uri, code) = terminal.sign_in();
    assert_eq!(uri, "https://www.google.com/device");
    browser.sign_in_for_device(&uri, &code, "alice");
    terminal.wait_for_prompt("First code:");
    let uri = format!("otpauth://totp/x?secret={}", key(&terminal.history()));
    let alice = Authenticator::scan(&uri, &world.clock);
    terminal.type_line(&alice.code());
    assert_eq!(terminal.end(), 0, "{}", terminal.history());
    assert_lets_in(world, &alice);
    let unenroll = ["unenroll", "--user", "alice"];
    world.proauthd(&unenroll).run().expect_success();
    terminal.history()
}

/// It is plain text, in lines that the terminal does not break.
fn assert_plain(shown: &str, columns: usize) {
    let plain = |c: char| c == '\n' || (' '..='~').contains(&c);
    assert!(shown.chars().all(plain), "{shown:?}");
    for line in shown.lines() {
        assert!(line.len() <= columns, "{line:?} is too long: {shown}");
    }
}

#[test]
fn in_24_lines_the_qr_code_leads_to_the_page_and_that_of_the_key_takes_its_place() {
    let world = world();
    let terminal = world.terminal("alice", (80, 24), "exec proauthd enroll");
    let (uri, code) = terminal.sign_in();
    terminal.wait_for("Waiting for the sign-in");
    assert_eq!(
        scan(&terminal, "page"),
        [uri.as_str()],
        "{}",
        terminal.history()
    );
    let screen = terminal.screen().text().concat();
    assert!(screen.contains(&uri) && screen.contains(&code), "{screen}");
    world.browser().sign_in_for_device(&uri, &code, "alice");
    terminal.wait_for_prompt("First code:");
    let scanned = scan(&terminal, "key");
    let key = scanned.iter().find(|text| text.starts_with("otpauth://"));
    let key = key.unwrap_or_else(|| panic!("{scanned:?}: {}", terminal.history()));
    let alice = Authenticator::scan(key, &world.clock);
    terminal.type_line(&alice.code());
    assert_eq!(terminal.end(), 0, "{}", terminal.history());
}

#[test]
fn who_reads_it_learns_which_account_of_which_machine_it_is_about() {
    let world = world();
    let terminal = world.terminal("alice", (80, 24), "exec proauthd enroll");
    let _sign_in = terminal.sign_in();
    terminal.wait_for("This binds an authenticator to alice on testhost");
    terminal.wait_for("Only go on if you started this yourself.");
}

#[test]
fn the_time_that_is_left_goes_by() {
    let world = world();
    world.restart_google(&["--lifetime", "600"]);
    let terminal = world.terminal("alice", (80, 24), "exec proauthd enroll");
    terminal.wait_for("9:59 left");
    terminal.wait_for("9:58 left");
    let lines = terminal.history();
    assert_eq!(
        lines.matches(" left").count(),
        1,
        "it fills the screen: {lines}"
    );
}

#[test]
fn small_dumb_and_ascii_terminals_get_what_they_can_show() {
    let world = world();
    let mut browser = world.browser();
    let mut enroll = |size, environment| enroll(&world, &mut browser, size, environment);
    enroll((40, 24), "");

    for environment in ["export TERM=dumb;", "export TERM=dumb LC_ALL=C;"] {
        let shown = enroll((80, 24), environment);
        assert_plain(&shown, 80);
        assert!(shown.contains("Waiting for the sign-in, "), "{shown}");
    }
    let shown = enroll((80, 24), "export LC_ALL=C;");
    assert!(shown.is_ascii(), "{shown}");
}

#[test]
fn a_pipe_gets_lines_to_read_and_the_code_on_stdin_is_enough() {
    let world = world();
    let mut enroll = world.proauthd(&["enroll"]).by("alice").spawn();
    let mut shown = BufReader::new(enroll.stdout.take().expect("it is piped")).lines();
    let mut until = |end: &str| {
        let mut lines = Vec::new();
        while !lines.last().is_some_and(|line: &String| line.contains(end)) {
            let line = shown
                .next()
                .unwrap_or_else(|| panic!("no {end}: {lines:?}"));
            lines.push(line.expect("it is UTF-8"));
        }
        lines
    };
    let first = until(" left");
    let value = |step: &str| {
        let line = first.iter().find_map(|line| line.strip_prefix(step));
        line.unwrap_or_else(|| panic!("no {step}: {first:?}"))
            .trim()
    };
    let (uri, code) = (value("1. Open"), value("2. Type"));
    world.browser().sign_in_for_device(uri, code, "alice");
    let second = until("(time-based)");
    assert_plain(&[first, second].concat().join("\n"), 80);

    let uri = format!("otpauth://totp/x?secret={}", key(&until(" ").join("")));
    let alice = Authenticator::scan(&uri, &world.clock);
    let mut stdin = enroll.stdin.take().expect("it is piped");
    writeln!(stdin, "{}", alice.code()).expect("it reads the code");
    until("alice is enrolled.");
    drop(stdin);
    assert!(enroll.wait().expect("it is a child").success());
    assert_lets_in(&world, &alice);
}

#[test]
fn a_program_gets_an_object_a_line() {
    let world = world();
    let sign_in = world.sign_in("alice", &[]);
    let offer = sign_in.by(&mut world.browser(), "alice").offer();
    let alice = offer.authenticator.clone();
    let ran = offer.confirm(&alice.code()).expect_success();
    let lines = ran
        .stdout
        .lines()
        .map(serde_json::from_str::<serde_json::Value>);
    let lines: Vec<_> = lines.map(|line| line.expect("JSON")).collect();
    let keys: Vec<Vec<&String>> = lines
        .iter()
        .map(|line| line.as_object().expect("an object").keys().collect())
        .collect();
    assert_eq!(
        keys,
        [
            vec!["sign_in"],
            vec!["secret", "uri"],
            vec!["enrolled", "recovery_codes"]
        ]
    );
    let about = &lines[0]["sign_in"];
    assert_eq!(
        (&about["user"], &about["host"]),
        (&"alice".into(), &"testhost".into())
    );
    assert_eq!(about["expires_in"], 1800);
}
