//! What plays Google in a world: `tests/issuers/google.mjs`, under Google's name and with a
//! certificate of an authority made for the occasion.

use std::sync::Arc;

use crate::service::{Launch, Ready};
use crate::{Booted, Namespace, Service, World, install::Place, repository};

/// Its names, which in a world with it are those of the loopback address.
pub(crate) const HOSTS: [&str; 4] = [
    "accounts.google.com",
    "oauth2.googleapis.com",
    "www.googleapis.com",
    "www.google.com",
];

/// The certificate of the authority, in the world.
pub(crate) const CA: &str = "/etc/proauth/ca.pem";

/// The folder of the issuer, in the world.
const PLACE: &str = "/run/e2e/issuers";

/// Makes an authority, and a certificate by it. `openssl` says too much while all goes well.
pub(crate) const CERTIFY: &str = r#"
    set -eu
    folder=$(mktemp -d)
    key="-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
    certify() {
        openssl req -x509 $key -days 30 -subj "/CN=Authority of the tests" \
            -keyout "$folder/ca.key" -out "$0"
        openssl req $key -subj "/CN=Google" -keyout /run/e2e/issuer.key -out "$folder/request"
        names=$(printf 'DNS:%s,' "$@")
        printf 'subjectAltName=%s\nbasicConstraints=CA:FALSE\n' "${names%,}" >"$folder/extensions"
        openssl x509 -req -days 30 -in "$folder/request" -extfile "$folder/extensions" \
            -CA "$0" -CAkey "$folder/ca.key" -CAcreateserial -out /run/e2e/issuer.pem
    }
    certify "$@" >"$folder/said" 2>&1 || { cat "$folder/said"; exit 1; }
    rm -r "$folder"
"#;

impl World {
    /// Starts the issuer again, with `options` of `google.mjs`. It has new keys then, and has
    /// forgotten everybody.
    ///
    /// # Panics
    /// If it does not start.
    pub fn restart_google(&self, options: &[&str]) {
        self.google.stop();
        let mut launch = self.google.launch();
        let options = options.iter().map(|&option| option.to_owned());
        launch.argv.extend(options);
        let started = self.google.try_start_as(&launch);
        started.expect("it starts with these options");
    }

    /// Starts a proxy, on port 3128.
    ///
    /// # Panics
    /// If it does not start.
    #[must_use]
    pub fn proxy(&self) -> Service {
        let program = format!("{PLACE}/proxy.mjs");
        let launch = Launch::new(&["node", &program]);
        let proxy = Service::new(&self.namespace, launch, Ready::Says("ready"));
        proxy.start();
        proxy
    }
}

impl Booted {
    /// Lets the issuer play Google there, with [`CA`] as its authority's certificate.
    ///
    /// # Panics
    /// If it does not start.
    pub fn play_google(&self) {
        self.sh("mkdir -p /run/e2e /etc/proauth", &[]);
        self.sh(CERTIFY, &[&[CA], &HOSTS[..]].concat());
        let start = r#"
            echo "$0" >>/etc/hosts
            systemd-run --quiet --unit=google node /checkout/tests/issuers/google.mjs \
                --certificate /run/e2e/issuer.pem --key /run/e2e/issuer.key
            until journalctl -q -o cat -u google | grep -qx ready; do sleep 0.05; done
        "#;
        self.sh(start, &[&hosts()]);
    }
}

/// Puts the issuer where [`service`] starts it.
pub(crate) fn install(namespace: &Namespace, place: &Place<'_>) {
    let modules = repository().join("tests/issuers/node_modules");
    assert!(
        modules.exists(),
        "{} is missing: tests/run installs it, as does `npm ci` beside it",
        modules.display()
    );
    place.directory(PLACE, 0o755);
    namespace.bind(&repository().join("tests/issuers"), PLACE);
    let all = format!("127.0.0.1 localhost testhost\n{}\n", hosts());
    place.text("/etc/hosts", &all, 0o644);
    namespace.run(&[&["sh", "-c", CERTIFY, CA], &HOSTS[..]].concat());
    place.mode(CA, 0o644);
}

/// A line of hosts(5).
pub(crate) fn hosts() -> String {
    format!("127.0.0.1 {}", HOSTS.join(" "))
}

pub(crate) fn service(namespace: &Arc<Namespace>) -> Service {
    let program = format!("{PLACE}/google.mjs");
    let launch = Launch::new(&[
        "node",
        &program,
        "--certificate",
        "/run/e2e/issuer.pem",
        "--key",
        "/run/e2e/issuer.key",
    ]);
    Service::new(namespace, launch, Ready::Says("ready"))
}
