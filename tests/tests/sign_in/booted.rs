//! With systemd: the unit is started through the bus, sandboxed, and its secrets are credentials.

use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;

use proauth_e2e::{Authenticator, Booted, Clock, IDENTITY, artefact, repository};
use serde_json::Value;

/// Installs what `$1` and `$2` are, and the rest as packages will, with the config `$0`. The client
/// secret is a credential, and the file that the config names holds another. The environment leads
/// nowhere.
const INSTALL: &str = r#"
    install -m 0755 "$1" /usr/bin/proauthd
    install -m 0755 "$2" /usr/libexec/proauth-idp
    cp config/systemd/*.service /usr/lib/systemd/system/
    cp config/dbus/*.conf /usr/share/dbus-1/system.d/
    cp config/dbus/*.service /usr/share/dbus-1/system-services/
    cp config/sysusers.d/proauth.conf /usr/lib/sysusers.d/
    systemd-sysusers
    printf '%s' "$0" >/etc/proauth/proauthd.toml
    echo wrong >/etc/proauth/device-client-secret
    echo device-secret >/etc/proauth/credential
    chmod 0600 /etc/proauth/device-client-secret /etc/proauth/credential
    mkdir -p /etc/systemd/system/proauth-idp.service.d
    cat >/etc/systemd/system/proauth-idp.service.d/test.conf <<'END'
[Service]
LoadCredential=device_client_secret:/etc/proauth/credential
Environment=https_proxy=http://127.0.0.1:1 HTTPS_PROXY=http://127.0.0.1:1
Environment=SSL_CERT_FILE=/nowhere SSL_CERT_DIR=/nowhere
END
    systemctl daemon-reload
    systemctl reload dbus
"#;

/// The path in the machine of a program that was built.
fn built(name: &str) -> String {
    let program = artefact(name);
    let program = program.strip_prefix(repository()).unwrap_or(&program);
    program.to_string_lossy().into_owned()
}

#[test]
fn the_bus_starts_the_unit_which_reads_its_credential_and_heeds_no_environment() {
    let machine = Booted::boot();
    machine.play_google();
    machine.sh(
        INSTALL,
        &[IDENTITY, &built("proauthd"), &built("proauth-idp")],
    );
    let mut browser = machine.browser();

    let ssh = ["ssh", "localhost", "proauthd", "enroll", "--json"];
    let mut enroll = machine.command(Some("alice"), &ssh);
    let enroll = enroll.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let mut enroll = enroll.expect("nsenter (package util-linux) starts");
    let mut lines = BufReader::new(enroll.stdout.take().expect("it is piped")).lines();
    let mut line = || -> Value {
        let line = lines
            .next()
            .unwrap_or_else(|| panic!("{}", journal(&machine)));
        serde_json::from_str(&line.expect("it is UTF-8")).expect("JSON")
    };
    let told = line();
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let (uri, code) = (&told["sign_in"]["uri"], &told["sign_in"]["code"]);
    // As systemd-logind has it.
    assert_eq!(told["sign_in"]["origin"], "127.0.0.1");
    assert_sandboxed(&machine);
    browser.sign_in_for_device(&text(uri), &text(code), "alice");
    let alice = Authenticator::scan(&text(&line()["uri"]), &Clock::real());
    let mut stdin = enroll.stdin.take().expect("it is piped");
    writeln!(stdin, "{}", alice.code()).expect("it reads the code");
    drop(stdin);
    assert_eq!(line()["enrolled"], true);
    assert!(enroll.wait().expect("it is a child").success());
}

/// The unit runs, as nobody special, and sees neither store nor key.
fn assert_sandboxed(machine: &Booted) {
    let look = r#"
        pid=$(systemctl show --value -p MainPID proauth-idp)
        ps -o user:20= -p "$pid"
        grep -E '^(CapEff|NoNewPrivs|Seccomp):' "/proc/$pid/status"
        echo "store: $(ls -A "/proc/$pid/root/var/lib/proauth")."
        echo "key: $(stat -c %s "/proc/$pid/root/etc/proauth/proauthd.key") bytes"
    "#;
    let said = machine.sh(look, &[]);
    for line in [
        "proauth-idp",
        "CapEff:\t0000000000000000",
        "NoNewPrivs:\t1",
        "Seccomp:\t2",
        "store: .",
        "key: 0 bytes",
    ] {
        assert!(said.contains(line), "no {line}: {said}");
    }
}

fn journal(machine: &Booted) -> String {
    machine.sh(
        "journalctl -q --no-pager -u proauthd -u proauth-idp -u google",
        &[],
    )
}
