//! Configs with which nobody can sign in, and ways to the issuer.

use proauth_e2e::World;

use crate::help::{assert_lets_in, config, enroll, stored, world, world_with, write};

const DEVICE_ID: &str = "device_client_id = \"tv.apps.googleusercontent.com\"";
const DESKTOP_ID: &str = "device_client_id = \"desktop.apps.googleusercontent.com\"";
const CA: &str = "ca_file = \"/etc/proauth/ca.pem\"";
const DOMAINS: &str = "allowed_domains = [\"example.com\"]";

/// Lets the daemon read another config, and its client secret be another one.
fn configure(world: &World, text: &str, secret: &str) {
    write(world, "/etc/proauth/proauthd.toml", text);
    let file = "/etc/proauth/device-client-secret";
    let script = r#"printf '%s\n' "$1" >"$0""#;
    world
        .run(&["sh", "-c", script, file, secret])
        .expect_success();
    world.daemon.restart();
}

/// alice cannot even begin, is told `sentence`, and nothing is stored.
fn assert_nothing_starts(world: &World, arguments: &[&str], sentence: &str) {
    let before = stored(world);
    let ran = world.enroll_in_vain("alice", arguments);
    assert!(matches!(ran.code, Some(1 | 2 | 5)), "{ran:?}");
    assert!(ran.stderr.contains(sentence), "no {sentence:?}: {ran:?}");
    assert_eq!(ran.stderr.lines().count(), 1, "{ran:?}");
    assert_eq!(stored(world), before);
}

/// Whether the bus has ever started proauth-idp.
fn was_asked(world: &World) -> bool {
    world
        .bus
        .said()
        .contains("name='org.proauth.IdentityProvider1'")
}

#[test]
fn with_nobody_allowed_nothing_starts_and_nobody_is_asked() {
    // A whole world of accounts is behind the issuer: see CVE-2026-31957.
    let templates = "[identity.templates]\n\"example.com\" = \"{local_part}\"";
    let world = world();
    let sentence = "nobody can enroll by signing in yet";
    let nobody = config(&[], "").replace(templates, "").replace(DOMAINS, "");
    configure(&world, &nobody, "device-secret");
    assert_nothing_starts(&world, &[], sentence);
    assert_nothing_starts(&world, &["--browser"], sentence);
    configure(&world, "", "device-secret");
    assert_nothing_starts(&world, &[], sentence);
    assert!(!was_asked(&world), "{}", world.bus.said());
}

#[test]
fn without_a_client_id_the_key_to_set_is_named_and_nobody_is_asked() {
    let world = world_with(&["device_client_id = \"\"", "browser_client_id = \"\""], "");
    assert_nothing_starts(&world, &[], "set identity.device_client_id");
    assert_nothing_starts(&world, &["--browser"], "set identity.browser_client_id");
    assert!(!was_asked(&world), "{}", world.bus.said());
}

#[test]
fn people_who_may_not_enroll_by_themselves_are_told_whom_to_ask() {
    let world = world_with(&[], "[enrollment]\nself_enroll = \"no\"");
    assert_nothing_starts(&world, &[], "people do not enroll by themselves here");
    assert_nothing_starts(
        &world,
        &["--browser"],
        "people do not enroll by themselves here",
    );
}

#[test]
fn a_client_that_the_issuer_does_not_take_is_named_by_its_keys() {
    let world = world();
    let unknown = "the identity provider does not know this client id or secret: check \
                   identity.device_client_id and its secret";
    let id = "device_client_id = \"nobody.apps.googleusercontent.com\"";
    configure(&world, &config(&[id], ""), "device-secret");
    assert_nothing_starts(&world, &[], unknown);
    configure(&world, &config(&[DEVICE_ID], ""), "wrong");
    assert_nothing_starts(&world, &[], unknown);
    configure(&world, &config(&[DESKTOP_ID], ""), "browser-secret");
    let wrong_type = "the client id is not of the type that this way to sign in needs";
    assert_nothing_starts(&world, &[], wrong_type);
}

#[test]
fn a_client_secret_that_cannot_be_read_is_named() {
    let world = world();
    let file = "/etc/proauth/device-client-secret";
    world.run(&["chown", "root:root", file]).expect_success();
    assert_nothing_starts(
        &world,
        &[],
        &format!("the client secret {file} cannot be read"),
    );
    world.run(&["rm", file]).expect_success();
    assert_nothing_starts(
        &world,
        &[],
        &format!("the client secret {file} cannot be read"),
    );
}

#[test]
fn an_issuer_that_is_down_and_one_with_a_strange_certificate_are_told_apart() {
    let world = world();
    // Without ca_file, the machine's authorities count.
    configure(&world, &config(&["ca_file = \"\""], ""), "device-secret");
    assert_nothing_starts(&world, &[], "put its certificate into identity.ca_file");
    configure(&world, &config(&[CA], ""), "device-secret");
    world.google.stop();
    assert_nothing_starts(&world, &[], "cannot be reached");
    world.google.start();
    assert_lets_in(&world, &enroll(&world, &mut world.browser()));
}

#[test]
fn the_proxy_of_the_config_is_used() {
    let world = world_with(&[], "");
    let keys = format!("{CA}\nproxy = \"http://127.0.0.1:3128\"");
    configure(&world, &config(&[], "").replace(CA, &keys), "device-secret");
    assert_nothing_starts(&world, &[], "identity.proxy");
    let proxy = world.proxy();
    assert_lets_in(&world, &enroll(&world, &mut world.browser()));
    let said = proxy.said();
    assert!(said.contains("CONNECT oauth2.googleapis.com:443"), "{said}");
}

#[test]
fn the_environments_proxy_and_certificates_are_ignored() {
    let world = world();
    let nowhere = "http://127.0.0.1:1";
    let mut launch = world.identity_provider.launch();
    for name in ["http_proxy", "https_proxy", "all_proxy"] {
        launch = launch.env(name, nowhere).env(&name.to_uppercase(), nowhere);
    }
    for name in ["SSL_CERT_FILE", "SSL_CERT_DIR", "CURL_CA_BUNDLE"] {
        launch = launch.env(name, "/nowhere");
    }
    let started = world.identity_provider.try_start_as(&launch);
    started.expect("it needs no environment");
    assert_lets_in(&world, &enroll(&world, &mut world.browser()));
    assert!(
        !was_asked(&world),
        "another one was started: {}",
        world.bus.said()
    );
}

#[test]
fn what_would_be_asked_of_whom_is_told_to_root() {
    let world = world();
    let check = world.proauthd(&["identity", "check", "--json"]);
    let report = check.clone().run().expect_success().json();
    let expected = [
        ("issuer", "https://accounts.google.com"),
        (
            "device_authorization_endpoint",
            "https://oauth2.googleapis.com/device/code",
        ),
        ("device_client_id", "tv.apps.googleusercontent.com"),
        ("browser_client_id", "desktop.apps.googleusercontent.com"),
    ];
    for (key, value) in expected {
        assert_eq!(report[key], value, "{report:#}");
    }
    let text = world
        .proauthd(&["identity", "check"])
        .run()
        .expect_success();
    assert!(text.stdout.contains("example.com"), "{text:?}");
    assert!(!text.stdout.contains("device-secret"), "{text:?}");
    assert_eq!(check.by("alice").run().code, Some(4));
}
