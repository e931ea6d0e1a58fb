//! With systemd: the key is sealed to the machine, and no disk has it in plain.

use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;

use proauth_e2e::{Authenticator, Booted, Clock, artefact, repository};
use serde_json::Value;

/// Installs what `$0` is, and its unit, config and bus files.
const INSTALL: &str = r#"
    install -m 0755 "$0" /usr/bin/proauthd
    cp config/systemd/proauthd.service /usr/lib/systemd/system/
    cp config/dbus/org.proauth.Daemon1.conf /usr/share/dbus-1/system.d/
    cp config/dbus/org.proauth.Daemon1.service /usr/share/dbus-1/system-services/
    mkdir -p /etc/proauth
    cp config/proauthd.toml /etc/proauth/
    systemctl daemon-reload
    systemctl reload dbus
    systemctl start proauthd
"#;

/// Enrolls alice, and gives the code that was used up for it.
fn enroll(machine: &Booted) -> String {
    let command = [
        "proauthd",
        "enroll",
        "--user",
        "alice",
        "--offline",
        "--json",
    ];
    let mut enroll = machine.command(None, &command);
    let enroll = enroll.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let mut enroll = enroll.expect("nsenter (package util-linux) starts");
    let mut lines = BufReader::new(enroll.stdout.take().expect("it is piped")).lines();
    let told = lines.next().expect("it says something").expect("UTF-8");
    let told: Value = serde_json::from_str(&told).expect("JSON");
    let uri = told["uri"].as_str().expect("a URI");
    let code = Authenticator::scan(uri, &Clock::real()).code();
    let mut stdin = enroll.stdin.take().expect("it is piped");
    writeln!(stdin, "{code}").expect("it reads the code");
    drop(stdin);
    assert!(enroll.wait().expect("a child").success());
    code
}

/// The daemon starts anew with what it has now, and knows alice's secret and what she has used.
fn assert_knows_alice(machine: &Booted, code: &str) {
    let script = r#"
        systemctl restart proauthd
        systemctl is-active proauthd
        echo "$0" | proauthd verify --user alice --json || true
    "#;
    let said = machine.sh(script, &[code]);
    assert!(said.contains("already_used"), "{said}");
}

/// The programs of the hooks cannot read a key that is a file, also not one that came to its place
/// while they ran.
fn assert_hooks_see_no_key(machine: &Booted) {
    let start = r#"
        cp config/systemd/proauthd-hooks.service /usr/lib/systemd/system/
        sed -i 's,^#on_event = .*,on_event = "/usr/bin/true",' /etc/proauth/proauthd.toml
        systemctl daemon-reload
        systemctl start proauthd-hooks
    "#;
    machine.sh(start, &[]);
    let length = r#"
        pid=$(systemctl show --value --property MainPID proauthd-hooks)
        nsenter --target "$pid" --mount sh -c 'wc -c </etc/proauth/proauthd.key'
    "#;
    assert_eq!(machine.sh(length, &[]), "0\n");
    let said = machine.sh("proauthd rekey --yes 2>&1", &[]);
    assert!(!said.contains("hooks"), "{said}");
    assert_eq!(machine.sh(length, &[]), "0\n");
}

#[test]
#[ignore = "boots a machine: tests/run --full runs it"]
fn the_key_goes_into_a_sealed_credential_and_back() {
    let machine = Booted::boot();
    let program = artefact("proauthd");
    let program = program.strip_prefix(repository()).unwrap_or(&program);
    machine.sh(INSTALL, &[&program.to_string_lossy()]);
    let code = enroll(&machine);
    let mark = "sqlite3 -readonly /var/lib/proauth/proauth.db 'SELECT role, hex(mark) FROM keys'";
    let first = machine.sh(mark, &[]);

    // A unit that would not find it is no reason to seal the key away.
    let drop_in = r#"
        mkdir -p /etc/systemd/system/proauthd.service.d
        printf '[Service]\nLoadCredentialEncrypted=\n' \
            >/etc/systemd/system/proauthd.service.d/none.conf
        systemctl daemon-reload
        proauthd rekey --to credential --yes 2>&1 && exit 1
        rm -r /etc/systemd/system/proauthd.service.d
        systemctl daemon-reload
    "#;
    let said = machine.sh(drop_in, &[]);
    assert!(said.contains("does not take the credentials"), "{said}");
    assert_eq!(machine.sh(mark, &[]), first);

    // A key that another run left, and nothing was ever sealed with.
    let left = "umask 077; head -c 32 /dev/urandom >/etc/proauth/proauthd.key.next";
    machine.sh(left, &[]);
    let said = machine.sh("proauthd rekey --to auto --yes", &[]);
    assert!(said.contains("sealed to this machine"), "{said}");
    assert!(said.contains("systemd-creds decrypt"), "{said}");
    assert_eq!(machine.sh("ls /etc/proauth", &[]), "proauthd.toml\n");
    let sealed = machine.sh("stat -c '%n %a' /etc/credstore.encrypted/*", &[]);
    assert_eq!(sealed, "/etc/credstore.encrypted/proauthd.key 600\n");
    let second = machine.sh(mark, &[]);
    assert_ne!(second, first);
    assert_knows_alice(&machine, &code);
    assert_eq!(machine.sh(mark, &[]), second);

    // A new key where the old one is, which is sealed.
    machine.sh("proauthd rekey --yes", &[]);
    let third = machine.sh(mark, &[]);
    assert_ne!(third, second);
    assert_knows_alice(&machine, &code);

    // Moved aside in the middle, the key is found at the place of the next one.
    let next = "cd /etc/credstore.encrypted && mv proauthd.key proauthd.key.next";
    machine.sh(next, &[]);
    assert_knows_alice(&machine, &code);
    let said = machine.sh(
        "journalctl --sync; journalctl -q --no-pager -u proauthd",
        &[],
    );
    assert!(said.contains("a rekey left the key"), "{said}");

    let said = machine.sh("proauthd rekey --to file --yes", &[]);
    assert!(said.contains("is at /etc/proauth/proauthd.key"), "{said}");
    assert_eq!(
        machine.sh("ls /etc/proauth", &[]),
        "proauthd.key\nproauthd.toml\n"
    );
    assert_eq!(machine.sh("ls /etc/credstore.encrypted", &[]), "");
    assert_knows_alice(&machine, &code);
    assert_hooks_see_no_key(&machine);
}
