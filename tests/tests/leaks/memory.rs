//! The memory of the daemon after logins. What it has freed is wiped; what it keeps holds nothing.

use proauth_e2e::{Authenticator, Hidden, LetIn, Refused, World};

use crate::found;

const LOGINS: usize = 20;

/// Stays in memory, so that it must be found.
const ISSUER: &str = "Zwanzigste Behoerde";

fn world() -> (World, Authenticator) {
    let config = format!("[totp]\ndigits = 8\nissuer = {ISSUER:?}\n");
    let world = World::builder().config(&config).build();
    let alice = world.enroll("alice");
    (world, alice)
}

/// Logs alice in, and gives what she typed.
fn log_in(world: &World, alice: &Authenticator) -> Hidden {
    let code = alice.fresh_code();
    assert_eq!(world.pam("code-only", "alice").code(&code), LetIn);
    Hidden::typed(&format!("the code {code}"), &code)
}

#[test]
fn the_memory_that_is_searched_is_that_of_the_daemon() {
    let (world, _) = world();
    let known = [Hidden::typed("the issuer", ISSUER)];
    assert_ne!(found(&known, &world.daemon_memory()), [""; 0]);
}

#[test]
fn after_logins_no_secret_and_no_key_is_in_memory_in_any_form() {
    let (world, alice) = world();
    let key = std::fs::read(world.path("/etc/proauth/proauthd.key")).expect("it has been made");
    let hidden = [
        Hidden::secret("the secret", &alice.secret, &alice.uri),
        Hidden::bytes("the key", &key),
    ];
    assert_eq!(found(&hidden, &world.daemon_memory()), [""; 0]);
    for _ in 0..LOGINS {
        let _code = log_in(&world, &alice);
    }
    for ask in [&["status", "--user", "alice"][..], &["list"]] {
        world.proauthd(ask).run().expect_success();
    }
    assert_eq!(found(&hidden, &world.daemon_memory()), [""; 0]);
}

#[test]
fn no_code_of_an_earlier_login_is_in_memory() {
    let (world, alice) = world();
    let earlier: Vec<Hidden> = (0..LOGINS).map(|_| log_in(&world, &alice)).collect();
    let _last = log_in(&world, &alice);
    assert_eq!(found(&earlier, &world.daemon_memory()), [""; 0]);
}

#[test]
fn the_code_of_the_last_login_is_not_in_memory() {
    let (world, alice) = world();
    let last = [log_in(&world, &alice)];
    assert_eq!(found(&last, &world.daemon_memory()), [""; 0]);
}

#[test]
fn a_password_typed_at_the_prompt_for_a_code_is_not_in_memory() {
    let (world, alice) = world();
    let password = "hunter2, or what somebody in a hurry types for a code";
    // What came later may have overwritten its beginning.
    let (_, end) = password.split_at(password.len() / 2);
    let typed = [Hidden::typed("the end of the password", end)];
    assert_eq!(world.pam("code-only", "alice").code(password), Refused);
    let _login = log_in(&world, &alice);
    assert_eq!(found(&typed, &world.daemon_memory()), [""; 0]);
}

#[test]
fn the_codes_of_commands_are_not_in_memory() {
    let (world, alice) = world();
    let confirmation = alice.code();
    let code = alice.fresh_code();
    let verify = world.proauthd(&["verify", "--user", "alice"]);
    verify.typing(code.as_str()).run().expect_success();
    let typed = [
        Hidden::typed("the confirmation", &confirmation),
        Hidden::typed("the code to verify", &code),
    ];
    assert_eq!(found(&typed, &world.daemon_memory()), [""; 0]);
}
