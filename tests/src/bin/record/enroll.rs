//! alice enrolls by signing in.

use proauth_e2e::{Authenticator, Recording, Theme, World};

use super::{GLANCE, READ, STUDY, call_it, shell};

const SIZE: (u32, u32) = (80, 34);

/// The film.
pub fn film() -> String {
    let world = World::builder().identity().real_clock().build();
    call_it(&world, "web1");
    let terminal = world.terminal("alice", SIZE, &shell("alice", "web1"));
    terminal.wait_for_prompt("$");
    let mut film = Recording::of(&terminal);
    film.caption("alice is logged in with her key, and binds her phone to the account");
    film.show(GLANCE);
    film.type_line("proauthd enroll");

    let (uri, code) = terminal.sign_in();
    film.caption("She opens the address on her phone, types the code, and signs in");
    film.show(STUDY);
    world.browser().sign_in_for_device(&uri, &code, "alice");
    terminal.wait_for_prompt("First code:");
    film.caption("She scans the QR code with any authenticator app");
    film.show(STUDY);

    let picture = world.path("/run/e2e/screen.ppm");
    let texts = terminal.screen().scan(&Theme::DARK, &picture);
    let key = texts.into_iter().find(|text| text.starts_with("otpauth:"));
    let key = key.expect("the QR code of the key is on the screen");
    let phone = Authenticator::scan(&key, &world.clock);
    film.caption("She types the code that the app shows; with it, the phone is bound");
    film.type_line(&phone.code_in_steps(0));
    terminal.wait_for_prompt("$");
    film.show(READ);
    film.caption("Ten recovery codes, for the day on which the phone is gone");
    film.show(STUDY);
    film.svg("proauthd enroll", SIZE)
}
