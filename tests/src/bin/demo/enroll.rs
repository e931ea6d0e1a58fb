//! Enrolling as an ordinary user, by signing in.

use std::time::Duration;

use proauth_e2e::{Authenticator, Terminal, Theme, World};

/// Room for two QR codes, one below the other.
const SIZE: (u32, u32) = (100, 60);

/// Enrolls alice, and tells it. Her authenticator, and a time whose step is not used yet: the one
/// before is.
pub fn enroll(world: &World) -> (Authenticator, u64) {
    println!("=== alice enrolls herself; oidc-provider plays Google, under its name");
    println!("$ proauthd enroll");
    let terminal = world.terminal("alice", SIZE, "exec proauthd enroll");
    let mut shown = Vec::new();
    let (uri, code) = terminal.sign_in();
    show_more(&terminal, &mut shown);

    println!("\n(Chromium opens {uri}, types {code}, signs in as alice, and consents)\n");
    world.browser().sign_in_for_device(&uri, &code, "alice");
    terminal.wait_for_prompt("First code:");
    show_more(&terminal, &mut shown);

    let alice = Authenticator::scan(&scan(world, &terminal), &world.clock);
    let now = begin_of_step(world, &alice);
    let code = alice.code_at(now - alice.period);
    println!("\n(zbarimg reads {} off the screen;", alice.uri);
    println!(" oathtool makes {code} of it, which is typed)\n");
    terminal.type_line(&code);
    let ended = terminal.end();
    show_more(&terminal, &mut shown);
    assert_eq!(ended, 0, "enroll failed");
    (alice, now)
}

/// What the QR code on the screen says that is none of a web page.
fn scan(world: &World, terminal: &Terminal<'_>) -> String {
    let picture = world.path("/run/e2e/screen.ppm");
    let texts = terminal.screen().scan(&Theme::DARK, &picture);
    let key = texts.into_iter().find(|text| text.starts_with("otpauth:"));
    key.expect("zbarimg finds the QR code of the key on the screen")
}

/// A time at which the code of the step before is good for some seconds more.
fn begin_of_step(world: &World, alice: &Authenticator) -> u64 {
    loop {
        let now = world.clock.now();
        if now % alice.period < alice.period - 5 {
            return now;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// Shows what has come to the terminal that was not `shown` yet.
fn show_more(terminal: &Terminal<'_>, shown: &mut Vec<String>) {
    let history = terminal.history();
    let lines: Vec<String> = history.trim_end().lines().map(str::to_owned).collect();
    let same = lines
        .iter()
        .zip(&*shown)
        .take_while(|(new, old)| new == old);
    for line in lines.iter().skip(same.count()) {
        println!("{line}");
    }
    *shown = lines;
}
