//! The QR code of an enrollment, on a real terminal, read as a phone would.

use std::path::PathBuf;

use proauth_e2e::{Authenticator, LetIn, Screen, Terminal, Theme, World};

const THEMES: [(&str, Theme); 2] = [("dark", Theme::DARK), ("light", Theme::LIGHT)];

fn enroll<'w>(world: &'w World, user: &str, size: (u32, u32)) -> Terminal<'w> {
    let script = format!("exec proauthd enroll --user {user} --offline");
    let terminal = world.terminal("root", size, &script);
    terminal.wait_for_prompt("First code:");
    terminal
}

/// What `zbarimg` reads from a picture of the screen; nothing if it finds no QR code.
fn scan(screen: &Screen, theme: (&str, Theme)) -> Option<String> {
    let thread = std::thread::current();
    let test = thread.name().unwrap_or("test").replace("::", "-");
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{test}-{}.ppm", theme.0));
    let text = screen.scan(&theme.1, &file).concat();
    println!("{}: {text}", file.display());
    (!text.is_empty()).then_some(text)
}

/// The key that is shown for typing, without its spaces; it must stand in groups of four.
fn shown_key(terminal: &Terminal) -> String {
    let history = terminal.history();
    let is_key = |line: &&str| {
        let groups: Vec<&str> = line.split_whitespace().collect();
        let base32 = |c: char| c.is_ascii_uppercase() || ('2'..='7').contains(&c);
        groups.len() == 8
            && groups
                .iter()
                .all(|group| group.len() == 4 && group.chars().all(base32))
    };
    let line = history.lines().find(is_key);
    let line = line.unwrap_or_else(|| panic!("no key in groups of four: {history}"));
    line.split_whitespace().collect()
}

/// The QR code on the screen, read in both themes, is the URI for `label` with the key shown.
fn assert_scans(terminal: &Terminal, label: &str) -> String {
    let key = shown_key(terminal);
    let uri = format!("otpauth://totp/ProAuth:{label}?secret={key}&issuer=ProAuth");
    for theme in THEMES {
        assert_eq!(
            scan(&terminal.screen(), theme).as_ref(),
            Some(&uri),
            "{}",
            theme.0
        );
    }
    uri
}

#[test]
fn the_qr_code_is_read_from_24_lines_dark_and_light_and_is_the_secret_that_logs_in() {
    let world = World::new();
    let terminal = enroll(&world, "alice", (80, 24));
    let uri = assert_scans(&terminal, "alice@testhost");
    let alice = Authenticator::scan(&uri, &world.clock);
    terminal.type_line(&alice.code());
    assert_eq!(terminal.end(), 0, "{}", terminal.history());
    let code = alice.fresh_code();
    assert_eq!(world.pam("code-only", "alice").code(&code), LetIn);
}

#[test]
fn without_colours_of_its_own_it_would_not_be_read_on_a_dark_terminal() {
    let world = World::new();
    let terminal = enroll(&world, "alice", (80, 24));
    let screen = terminal.screen().without_colours();
    assert_eq!(scan(&screen, THEMES[0]), None, "the judge is blind");
    assert!(scan(&screen, THEMES[1]).is_some());
}

#[test]
fn the_qr_code_says_what_json_says() {
    let world = World::new();
    let terminal = enroll(&world, "alice", (80, 24));
    let shown = assert_scans(&terminal, "alice@testhost");
    let key = shown_key(&terminal);
    terminal.type_line("000000");
    let json = world.enroll("bob");
    let expected = json.uri.replace("bob@", "alice@");
    assert_eq!(shown.replace(&key, ""), expected.replace(&json.secret, ""));
}

#[test]
fn the_qr_code_of_a_name_of_32_characters_is_read_from_24_lines() {
    let world = World::new();
    let name = "a-name-of-thirty-two-characters-";
    assert_eq!(name.len(), 32);
    world.add_users(&[name]);
    let terminal = enroll(&world, name, (80, 24));
    assert_scans(&terminal, &format!("{name}@testhost"));
}

#[test]
fn the_qr_code_is_read_from_60_columns() {
    let world = World::new();
    let terminal = enroll(&world, "alice", (60, 24));
    assert_scans(&terminal, "alice@testhost");
}

/// Whether the QR code is read from the screen, or else the key stands there to be typed.
fn assert_usable(terminal: &Terminal, label: &str) {
    if scan(&terminal.screen(), THEMES[0]).is_some() {
        assert_scans(terminal, label);
    } else {
        let key = shown_key(terminal);
        let screen: String = terminal.screen().text().concat();
        assert!(
            screen.replace(' ', "").contains(&key),
            "neither a whole QR code nor the key is on the screen: {:#?}",
            terminal.screen().text()
        );
    }
}

#[test]
fn with_a_long_name_on_a_long_host_the_qr_code_or_the_key_is_on_the_screen() {
    for (name_len, host_len) in [(32, 30), (32, 63), (20, 50)] {
        println!("{name_len} and {host_len} characters");
        let world = World::new();
        let (name, host) = ("n".repeat(name_len), "h".repeat(host_len));
        world.add_users(&[&name]);
        world.run(&["hostname", &host]).expect_success();
        let terminal = enroll(&world, &name, (80, 24));
        assert_usable(&terminal, &format!("{name}@{host}"));
    }
}

#[test]
fn with_a_long_issuer_in_other_letters_the_qr_code_or_the_key_is_on_the_screen() {
    let issuer = "Gemeindeverwaltung Mühlhausen-Ehingen";
    let world = World::builder()
        .config(&format!("[totp]\nissuer = {issuer:?}\n"))
        .build();
    let terminal = enroll(&world, "alice", (80, 24));
    let key = shown_key(&terminal);
    match scan(&terminal.screen(), THEMES[0]) {
        Some(uri) => assert_eq!(Authenticator::scan(&uri, &world.clock).secret, key),
        None => assert!(
            terminal
                .screen()
                .text()
                .concat()
                .replace(' ', "")
                .contains(&key)
        ),
    }
}

#[test]
fn on_a_terminal_that_is_too_small_the_key_is_on_the_screen() {
    for size in [(40, 24), (80, 20), (80, 10)] {
        println!("{size:?}");
        let world = World::new();
        let terminal = enroll(&world, "alice", size);
        assert_usable(&terminal, "alice@testhost");
    }
}
