//! Each restriction is in force, refuses something, and leaves the service its work.

use proauth_e2e::{Booted, PlayedGoogle};

use crate::rows::{ROWS, Row};
use crate::unit::{machine, restrictions};

const UNITS: [&str; 2] = ["proauthd", "proauth-idp"];

/// Work of the service, done under all restrictions together: its name, and a command that succeeds
/// if it was done. alice is enrolled before, and `$0` is a code of hers.
const WORK: [(&str, &str); 11] = [
    ("start", "systemctl is-active proauthd proauth-idp"),
    (
        "key",
        "test $(stat -c %a%s /etc/proauth/proauthd.key) = 60032 || test -s /etc/credstore.encrypted/proauthd.key",
    ),
    (
        "enroll",
        "proauthd status --user alice --json | grep '\"enrolled\":true'",
    ),
    (
        "store",
        "test $(sqlite3 /var/lib/proauth/proauth.db 'SELECT count(*) FROM rows') -ge 1",
    ),
    ("verify", "echo $0 | proauthd verify --user alice"),
    (
        "journal",
        "journalctl --output=json --unit=proauthd PROAUTH_USER=alice | grep PROAUTH_EVENT",
    ),
    // A container has no clock to set: timedated says so, and the daemon hears it.
    (
        "clock",
        "proauthd status --user alice --json | grep '\"clock_unsynchronised\":true'",
    ),
    (
        "name service",
        r#"mkdir -p /run/userdb
           echo '{"userName":"carol","uid":4242,"gid":4242}' >/run/userdb/carol.user
           ln -s carol.user /run/userdb/4242.user
           proauthd invite --user carol"#,
    ),
    ("reload", "systemctl reload proauthd"),
    (
        "identity",
        "proauthd identity check && test $(ps -o user:20= -C proauth-idp) = proauth-idp",
    ),
    (
        "crash",
        r#"pid=$(systemctl show --value --property=MainPID proauthd)
           kill -ABRT $pid
           until systemctl is-active proauthd && [ $(systemctl show --value --property=MainPID proauthd) != $pid ]; do
               sleep 0.1
           done
           ! ls /var/lib/systemd/coredump/* /core* /var/lib/proauth/core* 2>/dev/null"#,
    ),
];

#[test]
fn no_restriction_is_without_a_row() {
    for unit in UNITS {
        for (directive, _) in restrictions(unit) {
            assert!(
                row_of(&directive).is_some(),
                "{unit}.service has {directive}=, and no row in rows.rs says what it refuses"
            );
        }
    }
    for row in ROWS {
        let stands = |unit: &&str| restrictions(unit).iter().any(|(it, _)| it == row.directive);
        assert!(
            UNITS.iter().any(stands),
            "{}= stands in no unit",
            row.directive
        );
        assert!(
            WORK.iter().any(|(work, _)| *work == row.still),
            "{}",
            row.still
        );
    }
}

#[test]
#[ignore = "needs packages and a Debian root: tests/run --full"]
fn every_restriction_refuses_something_and_leaves_the_service_its_work() {
    let machine = machine();
    let _google = prepare(&machine);
    for (work, command) in WORK {
        // A new one for each who asks.
        let code = machine.sh("sh /run/code", &[]);
        let _said = machine.sh(
            &format!("{command} || {{ echo 'not done: {work}'; exit 1; }}"),
            &[code.trim()],
        );
    }

    println!(
        "unit         directive                refuses what would succeed               and still"
    );
    for unit in UNITS {
        for (directive, value) in restrictions(unit) {
            let row = row_of(&directive).expect("the test above sees to that");
            assert_in_force(&machine, unit, &directive, &value);
            assert_refuses(&machine, row, &value);
            let attempt = row.attempt.unwrap_or("(only looked up)");
            // The helper has one work.
            let still = if unit == "proauthd" {
                row.still
            } else {
                "identity"
            };
            println!("{unit:12} {directive:24} {attempt:40.40} {still}");
        }
    }
}

fn row_of(directive: &str) -> Option<&'static Row> {
    ROWS.iter().find(|row| row.directive == directive)
}

/// alice, enrolled; an identity provider; and what the attempts are made at.
fn prepare(machine: &Booted) -> PlayedGoogle {
    let google = machine.play_google_outside();
    machine.sh(
        r#"mkdir -p /etc/proauth/proauthd.toml.d
           cat >/etc/proauth/proauthd.toml.d/test.toml <<'END'
[identity]
device_client_id = "tv"
browser_client_id = "desktop"
ca_file = "/etc/proauth/ca.pem"
allowed_domains = ["example.com"]
[identity.templates]
"example.com" = "{local_part}"
END
           systemctl reload proauthd
           touch /run/attempt /tmp/attempt"#,
        &[],
    );
    let mut alice = machine.enroll("alice");
    // Only one of the commands uses it.
    let code = format!("echo {}", alice.next_code());
    std::fs::write(machine.path("/run/code"), code).expect("the machine can be written to");
    google
}

/// systemd says of the running unit what the file says.
fn assert_in_force(machine: &Booted, unit: &str, directive: &str, value: &str) {
    let property = format!("--property={directive}");
    let shown = machine.sh("systemctl show --value \"$0\" \"$1\"", &[&property, unit]);
    let expected = match (directive, value) {
        ("SystemCallErrorNumber", "EPERM") => "1".to_owned(),
        ("IPAddressDeny", "any") => "0.0.0.0/0 ::/0".to_owned(),
        ("MemoryMax", "512M") => (512_u64 << 20).to_string(),
        ("MemoryMax", "256M") => (256_u64 << 20).to_string(),
        // A list of all calls that are left, which the attempt is made at.
        ("SystemCallFilter", _) => {
            assert!(
                shown.contains(" openat ") && !shown.contains(" mount "),
                "{shown}"
            );
            return;
        }
        _ => value.to_owned(),
    };
    let words = |text: &str| {
        let mut words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
        words.sort();
        words
    };
    assert_eq!(words(&shown), words(&expected), "{directive}= of {unit}");
}

/// The attempt succeeds without any restriction, and fails with this one alone.
fn assert_refuses(machine: &Booted, row: &Row, value: &str) {
    let Some(attempt) = row.attempt else { return };
    let properties: Vec<String> = value
        .split('\n')
        .map(|value| format!("--property={}={value}", row.directive))
        .collect();
    let run = ["systemd-run", "--quiet", "--wait", "--pipe"];
    let shell = ["sh", "-ec", attempt];
    // systemd would replace variables by its own.
    let shell = shell.map(|word| word.replace('$', "$$"));
    let shell: Vec<&str> = shell.iter().map(String::as_str).collect();
    let free = machine.run(None, &[&run[..], &shell].concat());
    assert!(free.status.success(), "{attempt}: {free:?}");
    let properties: Vec<&str> = properties.iter().map(String::as_str).collect();
    let held = machine.run(None, &[&run[..], &properties, &shell].concat());
    assert!(
        !held.status.success(),
        "{}= does not refuse: {attempt}",
        row.directive
    );
}
