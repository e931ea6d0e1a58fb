//! The main way: she signs in, and is enrolled.

use proauth_e2e::{LetIn, Refused, World};
use serde_json::json;

use crate::help::{assert_lets_in, enroll, logged, world};

#[test]
fn alice_enrolls_by_signing_in_on_her_phone_and_logs_in_with_ssh_and_sudo() {
    let world = world();
    let alice = enroll(&world, &mut world.browser());
    let code = alice.fresh_code();
    assert_eq!(world.ssh("alice").code(&code), LetIn);
    assert_eq!(world.ssh("alice").code(&code), Refused);
    assert_eq!(world.sudo("alice").code(&alice.fresh_code()), LetIn);
    let status = world.status("alice");
    assert_eq!(status["identity"], "alice@example.com");
    assert_eq!(status["recovery_codes"], 10);
}

#[test]
fn alice_enrolls_by_signing_in_with_a_browser_on_this_machine() {
    let world = world();
    let mut browser = world.browser();
    let sign_in = world.sign_in("alice", &["--browser"]);
    assert_eq!(sign_in.code, "");
    let offer = sign_in.by(&mut browser, "alice").offer();
    browser.wait_for("terminal");
    let alice = offer.authenticator.clone();
    offer.confirm(&alice.code()).expect_success();
    assert_lets_in(&world, &alice);
}

#[test]
fn she_is_told_at_her_next_login_and_so_are_the_hooks() {
    let world = world();
    let hooks = world.hooks();
    let alice = enroll(&world, &mut world.browser());
    let run = hooks.run_after(0);
    assert_eq!(run.arguments(), ["enrolled", "alice"]);
    let uid = world.run_as("alice", &["id", "-u"]).stdout;
    assert_eq!(run.variable("PROAUTH_CALLER"), uid.trim());
    let login = world.pam("code-only", "alice").code(&alice.fresh_code());
    assert_eq!(login, LetIn);
    let told = "Since your last login: new authenticator bound";
    assert!(login.transcript.contains(told), "{login:?}");
}

#[test]
fn the_log_tells_who_enrolled_whom_and_as_whom_they_signed_in() {
    let world = world();
    let _alice = enroll(&world, &mut world.browser());
    let signed_in = logged(&world, "signed_in");
    for part in [
        "user=alice",
        "issuer=\"https://accounts.google.com\"",
        "subject=\"110000000000000000001\"",
        "name=\"alice@example.com\"",
    ] {
        assert!(signed_in.contains(part), "no {part}: {signed_in}");
    }
    let uid = world.run_as("alice", &["id", "-u"]).stdout;
    let caller = format!("caller={}", uid.trim());
    let enrolled = logged(&world, "enrolled");
    assert!(enrolled.contains(&caller), "no {caller}: {enrolled}");
    assert!(
        enrolled.contains("identity=\"alice@example.com\""),
        "{enrolled}"
    );
}

#[test]
fn neither_the_client_secret_nor_the_key_nor_any_code_is_logged() {
    let world = World::builder().identity().journal().build();
    let sign_in = world.sign_in("alice", &[]);
    let code = sign_in.code.clone();
    let offer = sign_in.by(&mut world.browser(), "alice").offer();
    let alice = offer.authenticator.clone();
    let ran = offer.confirm(&alice.code()).expect_success();
    let last = ran.stdout.lines().last().expect("it tells that she is");
    let enrolled: serde_json::Value = serde_json::from_str(last).expect("JSON");
    let recovery = enrolled["recovery_codes"][0].as_str().expect("a code");
    for secret in ["device-secret", &code, &alice.secret, recovery, "eyJ"] {
        for (place, bytes) in world.logs() {
            let text = String::from_utf8_lossy(&bytes);
            assert!(!text.contains(secret), "{secret} is in {place}: {text}");
        }
    }
}

#[test]
fn an_enrolled_account_is_not_enrolled_again_by_mistake_before_anybody_signs_in() {
    let world = world();
    let alice = enroll(&world, &mut world.browser());
    let ran = world.enroll_in_vain("alice", &[]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.stderr.contains("--replace"), "{ran:?}");
    assert_eq!(world.status("alice")["authenticators"], json!(["main"]));
    assert_lets_in(&world, &alice);
}
