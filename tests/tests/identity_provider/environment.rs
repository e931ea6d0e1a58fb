//! Neither variables nor anything but the call say how an issuer is reached.

use proauth_e2e::HostileIssuer;
use proauth_interface::SignIn::Device;
use serde_json::json;

use crate::bus;
use crate::client::{Client, provider, world};
use crate::row::parts;

/// Each of them leads astray those who heed it.
const VARIABLES: [(&str, &str); 12] = [
    ("http_proxy", "http://127.0.0.1:9"),
    ("https_proxy", "http://127.0.0.1:9"),
    ("all_proxy", "http://127.0.0.1:9"),
    ("HTTP_PROXY", "http://127.0.0.1:9"),
    ("HTTPS_PROXY", "http://127.0.0.1:9"),
    ("ALL_PROXY", "http://127.0.0.1:9"),
    ("SSL_CERT_FILE", "/etc/proauth/ca.pem"),
    ("SSL_CERT_DIR", "/etc/proauth"),
    ("SSLKEYLOGFILE", "/tmp/keys"),
    ("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nowhere"),
    ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere"),
    ("RUST_LOG", "trace"),
];

#[test]
fn no_variable_sets_a_proxy_an_authority_or_a_bus() {
    let world = world();
    let mut idp = bus::start(&world, &VARIABLES);
    let issuer = HostileIssuer::start_tls(&world, &json!({}));
    let client = Client::find(&world);
    let mut provider = provider(issuer.address());
    let grant = client
        .start(&provider, Device)
        .expect("no proxy is in between");
    client.wait(grant.id).expect("alice signs in");
    provider.ca_file.clear();
    let refused = client
        .start(&provider, Device)
        .expect_err("SSL_CERT_FILE is not heeded");
    assert_eq!(parts(&refused).0, "Untrusted");
    assert!(!world.path("/tmp/keys").exists());
    drop(client);
    world.bus.stop();
    idp.wait().expect("a child can be waited for");
}

#[test]
fn a_configured_proxy_is_used_for_https_alone() {
    let world = world();
    let proxy = HostileIssuer::start(&world, &json!({}));
    let client = Client::find(&world);
    for (issuer, through) in [
        (HostileIssuer::start_tls(&world, &json!({})), true),
        (HostileIssuer::start(&world, &json!({})), false),
    ] {
        let before = proxy.asked("proxy").len();
        let mut provider = provider(issuer.address());
        provider.proxy = proxy.address().to_owned();
        let grant = client
            .start(&provider, Device)
            .expect("the proxy lets it through");
        client.wait(grant.id).expect("alice signs in");
        let asked = proxy.asked("proxy").len() - before;
        assert_eq!(asked > 0, through, "{}: {asked}", issuer.address());
    }
}

#[test]
fn a_credential_of_systemd_wins_over_the_file() {
    let world = world();
    let install = r#"install -d -o proauth-idp /run/credentials
        printf %s from-systemd >/run/credentials/device_client_secret
        chmod 0644 /run/credentials/device_client_secret"#;
    world.run(&["sh", "-ec", install]).expect_success();
    let mut idp = bus::start(&world, &[("CREDENTIALS_DIRECTORY", "/run/credentials")]);
    let issuer = HostileIssuer::start(&world, &json!({}));
    let client = Client::find(&world);
    client
        .start(&provider(issuer.address()), Device)
        .expect("it begins");
    assert_eq!(issuer.told("device")[0]["client_secret"], "from-systemd");
    drop(client);
    world.bus.stop();
    idp.wait().expect("a child can be waited for");
}
