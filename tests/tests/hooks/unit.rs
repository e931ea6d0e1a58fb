//! The unit: what its sandbox leaves the program, and when it runs.

use std::time::{Duration, Instant};

use proauth_e2e::{Booted, DEADLINE, artefact, repository};

/// Installs what `$0` is, the units and the bus policy as packages will, and a program that says
/// what it finds.
const INSTALL: &str = r#"
    install -m 0755 "$0" /usr/bin/proauthd
    cp config/systemd/*.service /usr/lib/systemd/system/
    cp config/dbus/*.conf /usr/share/dbus-1/system.d/
    cp config/dbus/*.service /usr/share/dbus-1/system-services/
    install -d /etc/proauth/proauthd.toml.d
    cat >/etc/proauth/proauthd.toml.d/hooks.toml <<'END'
[hooks]
on_event = "/usr/local/sbin/on-event"
END
    cat >/usr/local/sbin/on-event <<'END'
#!/bin/bash
touch /tmp/mine && echo "$1: can write to /tmp"
touch /etc/mine || echo "$1: cannot write to /etc"
for secret in /etc/proauth/proauthd.key /var/lib/proauth /var/lib/proauth/proauth.db /home/alice; do
    [ -s "$secret" ] && cat "$secret" >/dev/null && echo "$1: reads $secret"
    ls "$secret"/* >/dev/null 2>&1 && echo "$1: sees what is in $secret"
done
read -r greeting </dev/tcp/127.0.0.1/22 && echo "$1: the network says $greeting"
grep CapEff /proc/self/status
echo "$1: done"
END
    chmod 755 /usr/local/sbin/on-event
    systemctl daemon-reload
    systemctl reload dbus
    systemctl enable --now proauthd-hooks
    proauthd config check
"#;

/// Runs `script` in the machine.
fn sh(machine: &Booted, script: &str, argument: &str) -> String {
    let ran = machine.run(None, &["sh", "-ec", script, argument]);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let said = text(&ran.stdout) + &text(&ran.stderr);
    assert!(ran.status.success(), "{script}: {said}");
    said
}

/// What the journal has of the unit, once `wanted` is in it so many times.
fn journal(machine: &Booted, wanted: &str, times: usize) -> String {
    let start = Instant::now();
    loop {
        let said = sh(machine, "journalctl -q -o cat -u proauthd-hooks", "");
        if said.matches(wanted).count() >= times {
            return said;
        }
        assert!(start.elapsed() < DEADLINE, "no {wanted}: {said}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn the_unit_gives_the_program_the_network_but_no_secret_and_outlives_the_daemon() {
    let machine = Booted::boot();
    let program = artefact("proauthd");
    let program = program.strip_prefix(repository()).unwrap_or(&program);
    let checked = sh(&machine, INSTALL, &program.to_string_lossy());
    assert!(!checked.contains("hooks.on_event"), "{checked}");
    sh(&machine, "proauthd suspend --user alice", "");
    let said = journal(&machine, "suspended: done", 1);
    for line in [
        "listening to the daemon",
        "suspended: can write to /tmp",
        "suspended: cannot write to /etc",
        "suspended: the network says SSH-2.0-",
        "CapEff:\t0000000000000000",
    ] {
        assert!(said.contains(line), "no {line}: {said}");
    }
    for secret in [": reads", ": sees"] {
        assert!(!said.contains(secret), "{said}");
    }
    // It does not stop with the daemon, which the bus starts again.
    let listening = "listening to the daemon";
    sh(&machine, "systemctl stop proauthd", "");
    sh(&machine, "proauthd resume --user alice", "");
    let _ = journal(&machine, "resumed: done", 1);
    // It reads its config again.
    sh(&machine, "systemctl reload proauthd-hooks", "");
    let said = journal(&machine, "configuration read again", 1);
    // And comes back when something ended it.
    let known = said.matches(listening).count();
    sh(&machine, "systemctl kill -s KILL proauthd-hooks", "");
    let _ = journal(&machine, listening, known + 1);
    sh(&machine, "proauthd suspend --user alice", "");
    let _ = journal(&machine, "suspended: done", 2);
}
