//! `proauth-idp` in a world, installed as its packages will install it, and told of the issuer.

use std::fs;
use std::sync::Arc;

use crate::service::{Launch, Ready};
use crate::{Namespace, Service, install::Place, repository};

/// A config for the issuer of the tests: the organisation example.com, whose addresses are the
/// names of accounts. A test may replace lines of it, or add tables behind it.
pub const IDENTITY: &str = r#"
[identity]
device_client_id = "tv.apps.googleusercontent.com"
device_client_secret_file = "/etc/proauth/device-client-secret"
browser_client_id = "desktop.apps.googleusercontent.com"
browser_client_secret_file = "/etc/proauth/browser-client-secret"
ca_file = "/etc/proauth/ca.pem"
allowed_domains = ["example.com"]
[identity.templates]
"example.com" = "{local_part}"
"#;

/// What the files of this config hold.
const SECRETS: [(&str, &str); 2] = [
    ("/etc/proauth/device-client-secret", "device-secret\n"),
    ("/etc/proauth/browser-client-secret", "browser-secret\n"),
];

const NOTIFY: &str = "/run/e2e/notify-idp";

/// What the bus is told of it. The bus starts the program itself: there is no systemd.
const ACTIVATION: &str = "config/dbus/org.proauth.IdentityProvider1.service";

pub(crate) fn install(namespace: &Namespace, place: &Place<'_>) {
    place.shipped("config/sysusers.d/proauth.conf", "/run/e2e/sysusers.conf");
    namespace.run(&["systemd-sysusers", "/run/e2e/sysusers.conf"]);
    place.shipped(
        "config/dbus/org.proauth.IdentityProvider1.conf",
        "/usr/share/dbus-1/system.d/org.proauth.IdentityProvider1.conf",
    );
    place.shipped(
        ACTIVATION,
        "/usr/share/dbus-1/system-services/org.proauth.IdentityProvider1.service",
    );

    place.program("proauth-idp", &program());
    for (file, secret) in SECRETS {
        place.text(file, secret, 0o640);
        namespace.run(&["chgrp", "proauth-idp", file]);
    }
}

/// `proauth-idp`, started by hand: its account, and no environment but what the test gives it.
pub(crate) fn service(namespace: &Arc<Namespace>) -> Service {
    let program = program();
    let account = [
        "--reuid=proauth-idp",
        "--regid=proauth-idp",
        "--init-groups",
    ];
    let argv = [&["setpriv"], &account[..], &["--", &program]].concat();
    let launch = Launch::new(&argv).env("NOTIFY_SOCKET", NOTIFY);
    Service::new(namespace, launch, Ready::notifies(namespace, NOTIFY))
}

/// Where the bus looks for it.
fn program() -> String {
    let activation = fs::read_to_string(repository().join(ACTIVATION)).expect("it can be read");
    let start = activation
        .lines()
        .find_map(|line| line.strip_prefix("Exec="));
    let program = start.and_then(|argv| argv.split(' ').next());
    program.expect("it says what to start").to_owned()
}
