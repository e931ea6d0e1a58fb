//! One machine, from the day on which ProAuth is installed to the day on which it is purged.

use proauth_e2e::{LetIn, Refused};

use crate::machine::Machine;
use crate::step;

#[test]
#[ignore = "needs packages and a Debian root: tests/run --full"]
fn installed_enrolled_protected_rebooted_upgraded_downgraded_removed_and_purged() {
    let mut machine = Machine::boot();
    let untouched = machine.pam();

    step("apt installs it; the daemon runs, and PAM is as it was");
    machine.install("proauth", "today");
    assert_eq!(machine.pam(), untouched);
    assert_eq!(machine.state(), "active");
    machine.assert_asks_for_no_codes();

    step("people are enrolled, and the documented files put in place: ssh and sudo ask for codes");
    machine.enroll_people(9);
    machine.protect_by_hand();
    machine.assert_asks_for_codes();

    step("after a reboot they still do");
    machine.reboot();
    assert_eq!(machine.state(), "active");
    machine.assert_asks_for_codes();

    boots_without_the_daemon(&mut machine);
    upgrades(&mut machine);
    downgrades(&mut machine);
    finds_a_store_of_a_newer_version(&mut machine);
    refuses_to_be_removed(&mut machine);
    is_removed(&mut machine, &untouched);
    is_installed_again(&mut machine);
    is_purged(&machine);
}

fn boots_without_the_daemon(machine: &mut Machine) {
    step("where the daemon is not up yet, the first login starts it through the bus");
    machine.sh("systemctl disable proauthd", &[]);
    machine.reboot();
    assert_eq!(machine.state(), "inactive");
    let (name, mut device) = machine.somebody();
    assert_eq!(machine.ssh(&name, &[&device.wrong_code()]), Refused);
    assert_eq!(machine.state(), "active");
    assert_eq!(machine.ssh(&name, &[&device.next_code()]), LetIn);
}

fn upgrades(machine: &mut Machine) {
    step("an upgrade keeps the config, the drop-in and that the daemon is disabled");
    machine.sh(
        "sed -i 's/^#issuer = \"ProAuth\"/issuer = \"Example\"/' /etc/proauth/proauthd.toml
         mkdir -p /etc/systemd/system/proauthd.service.d
         printf '[Service]\\nEnvironment=EDITED=here\\n' >/etc/systemd/system/proauthd.service.d/override.conf
         systemctl daemon-reload",
        &[],
    );
    let before = main_pid(machine);
    machine.install("proauth", "newer");
    assert_ne!(main_pid(machine), before, "the daemon is the old one");
    let kept = machine.sh(
        "grep ^issuer /etc/proauth/proauthd.toml
         systemctl show --property=Environment proauthd
         systemctl is-enabled proauthd || true
         proauthd config check",
        &[],
    );
    for line in [
        "issuer = \"Example\"",
        "Environment=EDITED=here",
        "disabled",
    ] {
        assert!(kept.contains(line), "no {line}: {kept}");
    }
    assert_eq!(machine.state(), "active");
    machine.sh("systemctl enable proauthd", &[]);
    machine.assert_asks_for_codes();
}

fn downgrades(machine: &mut Machine) {
    step("a downgrade works, and keeps a unit that the administrator wrote anew");
    machine.sh(
        "sed 's/^Description=.*/Description=Edited/' /usr/lib/systemd/system/proauthd.service \\
             >/etc/systemd/system/proauthd.service
         systemctl daemon-reload",
        &[],
    );
    machine.install("proauth", "older");
    let kept = machine.sh("systemctl show --property=Description proauthd", &[]);
    assert_eq!(kept, "Description=Edited\n");
    machine.sh(
        "rm /etc/systemd/system/proauthd.service && systemctl daemon-reload",
        &[],
    );
    machine.assert_asks_for_codes();
}

/// The newer package of these tests holds the same programs. That its store is newer, the store's
/// own number says, which is put back for it.
fn finds_a_store_of_a_newer_version(machine: &mut Machine) {
    step("a downgrade to a program older than the store is refused, and loses nothing");
    machine.install("proauth", "newer");
    let set_version = "
        systemctl stop proauthd
        sqlite3 /var/lib/proauth/proauth.db \"PRAGMA user_version = $0\"";
    let today = machine.sh(
        "sqlite3 /var/lib/proauth/proauth.db 'PRAGMA user_version'",
        &[],
    );
    machine.sh(set_version, &["99"]);
    machine.sh("systemctl start proauthd || true", &[]);
    machine.install("proauth", "older");
    assert_ne!(machine.state(), "active");
    let status = machine.run(
        None,
        &["systemctl", "status", "--no-pager", "--full", "proauthd"],
    );
    let status = String::from_utf8_lossy(&status.stdout).into_owned();
    let sentence = format!(
        "the store has schema 99, this proauthd knows {}; install the newer proauthd",
        today.trim()
    );
    assert!(status.contains(&sentence), "{status}");
    let (name, mut device) = machine.somebody();
    assert_eq!(
        machine.ssh(&name, &[&device.next_code()]),
        Refused,
        "it cannot be sure"
    );

    machine.sh(set_version, &[today.trim()]);
    let said = machine.install("proauth", "newer");
    assert_eq!(machine.state(), "active", "{said}\n{}", machine.journal());
    assert_eq!(machine.ssh(&name, &[&device.next_code()]), LetIn);
}

fn refuses_to_be_removed(machine: &mut Machine) {
    step("while a file that somebody edited names the module, it cannot be removed, and all works");
    let protected = machine.pam();
    let (removed, said) = machine.apt(&["remove", "proauth"]);
    assert!(!removed, "{said}");
    for file in ["/etc/pam.d/sshd", "/etc/pam.d/sudo"] {
        let sentence =
            format!("{file} still needs pam_proauth.so: take out the lines that name it");
        assert!(said.contains(&sentence), "{said}");
    }
    assert_eq!(machine.pam(), protected);
    assert_eq!(machine.state(), "active");
    let installed = machine.sh("dpkg-query --show --showformat='${Status}' proauth", &[]);
    assert_eq!(installed, "install ok installed", "{said}");
    machine.assert_asks_for_codes();
}

fn is_removed(machine: &mut Machine, untouched: &str) {
    step("what our tools put into PAM goes with it: blocks, and the profile of pam-auth-update");
    machine.unprotect_by_hand();
    assert_eq!(machine.pam(), untouched);
    machine.protect_in_blocks();
    machine.sh("pam-auth-update --enable proauth", &[]);
    let common = machine.sh("grep -c pam_proauth /etc/pam.d/common-auth", &[]);
    assert_eq!(common, "1\n");
    machine.assert_asks_for_codes();

    machine.forget_who_types();
    machine.apt_succeeds(&["remove", "proauth"]);
    assert_eq!(machine.pam(), untouched);
    machine.assert_asks_for_no_codes();
    let left = machine.sh(
        "ls /usr/lib/*/security/pam_proauth.so /usr/bin/proauthd 2>/dev/null || true
         ls /etc/ssh/sshd_config.d
         pgrep -x proauthd || true
         systemctl --no-pager --plain --no-legend --failed",
        &[],
    );
    assert_eq!(left, "", "something is left, or failed");
}

fn is_installed_again(machine: &mut Machine) {
    step("installed again, it knows everybody who was enrolled");
    machine.install("proauth", "today");
    machine.protect_in_blocks();
    machine.assert_asks_for_codes();
}

fn is_purged(machine: &Machine) {
    step("a purge keeps the store, unless the administrator has agreed to lose it");
    machine.forget_who_types();
    // The key is a file, or a credential where systemd can seal one.
    let store = "ls -d /var/lib/proauth/proauth.db /etc/proauth/proauthd.key \
        /etc/credstore.encrypted/proauthd.key 2>/dev/null || true";
    machine.apt_succeeds(&["purge", "proauth"]);
    let kept = machine.sh(store, &[]);
    assert_eq!(kept.lines().count(), 2, "{kept}");
    machine.assert_asks_for_no_codes();

    machine.install("proauth", "today");
    assert_eq!(machine.state(), "active");
    machine.sh(
        "echo 'proauth proauth/purge-store boolean true' | debconf-set-selections",
        &[],
    );
    machine.apt_succeeds(&["purge", "proauth"]);
    let folders = "ls -d /var/lib/proauth* /etc/proauth 2>/dev/null || true";
    let gone = machine.sh(store, &[]) + &machine.sh(folders, &[]);
    assert_eq!(gone, "");
    machine.assert_asks_for_no_codes();
}

fn main_pid(machine: &Machine) -> String {
    machine.sh("systemctl show --value --property=MainPID proauthd", &[])
}
