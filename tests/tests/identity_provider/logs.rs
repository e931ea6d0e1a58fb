//! What is logged: that somebody signs in, and what came of it; no token, code or secret.

use proauth_e2e::{DEADLINE, HostileIssuer};
use proauth_interface::SignIn::{Browser, Device};
use serde_json::json;

use crate::client::{Client, provider, world};

#[test]
fn sign_ins_are_logged_without_what_they_carry() {
    let world = world();
    let client = Client::find(&world);
    let steering = "\u{1b}[2J\u{1b}]0;owned\u{7}";
    let no = json!({"error": {"error": "access_denied", "error_description": steering}});
    for knobs in [
        json!({}),
        json!({"token": {"alg": "none"}}),
        json!({"endpoint": {"token": "text"}}),
        no,
    ] {
        let issuer = HostileIssuer::start(&world, &knobs);
        let provider = provider(issuer.address());
        for how in [Device, Browser] {
            let grant = client.start(&provider, how).expect("it begins");
            if how == Browser {
                issuer.visit(&grant.uri);
            }
            let _over = client.wait(grant.id);
        }
    }
    let nowhere = provider("http://127.0.0.1:9");
    client.start(&nowhere, Device).expect_err("nobody listens");
    let is_last = "at http://127.0.0.1:9: ";
    assert!(
        world.bus.log().wait_for(is_last, DEADLINE),
        "{}",
        world.bus.said()
    );
    let said = world.bus.said();
    let lines: Vec<&str> = said
        .lines()
        .filter(|line| line.contains("sign-in "))
        .collect();
    assert_eq!(
        lines.len(),
        16,
        "one as each begins and one as it ends: {said}"
    );
    assert_eq!(
        lines
            .iter()
            .filter(|line| line.contains("somebody signed in"))
            .count(),
        2
    );
    for hidden in [
        "access-token",
        "device-code",
        "code-0",
        "device-secret",
        "eyJ",
        "ABCD-EFGH",
        "alice@",
    ] {
        assert!(!said.contains(hidden), "{hidden}: {said}");
    }
    let steers = |c: char| c.is_control() && c != '\n';
    assert!(!said.contains(steers), "{said:?}");
}
