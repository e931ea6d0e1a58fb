//! The rpm, installed by rpm itself with its scriptlets, into a booted machine.
//!
//! The machine is a Debian with an empty rpm database: scriptlets, files, configuration and PAM are
//! those that an rpm machine would have, but rpm knows of no other package there, so that what ours
//! needs is not checked (`--nodeps`). Of a Fedora or RHEL nothing is tested here.

use std::process::Output;

use proauth_e2e::{Booted, LetIn, Refused, repository};

/// `rpm`, of the machine that the tests run on, with the root of `machine`.
fn rpm(machine: &Booted, arguments: &[&str]) -> Output {
    let rpm = machine
        .outside("rpm")
        .args(["--dbpath", "/var/lib/rpm", "--root"])
        .arg(machine.path("/"))
        .args(arguments)
        .output();
    rpm.expect("nsenter (package util-linux) starts")
}

/// The file of the package, in one of two versions: "today", "newer".
fn package(version: &str) -> String {
    let folder = repository().join("target/packages").join(version);
    let files = std::fs::read_dir(&folder).expect("tests/run --full makes it");
    let mut names = files.map(|file| file.expect("it is there").path());
    let ours = |name: &std::path::PathBuf| {
        let name = name
            .file_name()
            .expect("a file")
            .to_string_lossy()
            .into_owned();
        name.starts_with("proauth-") && !name.starts_with("proauth-idp") && name.ends_with(".rpm")
    };
    let found = names.find(ours).expect("tests/run --full makes it");
    found.to_string_lossy().into_owned()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&[&output.stdout[..], &output.stderr].concat()).into_owned()
}

fn succeeds(machine: &Booted, arguments: &[&str]) {
    let output = rpm(machine, arguments);
    assert!(
        output.status.success(),
        "rpm {arguments:?}: {}",
        said(&output)
    );
}

/// Every file is as it was packed, but for those named: what `rpm -V` says of it.
fn assert_verified(machine: &Booted, but_for: &str) {
    let output = rpm(machine, &["--verify", "--nodeps", "proauth"]);
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        but_for,
        "{}",
        said(&output)
    );
}

fn pam(machine: &Booted) -> String {
    machine.sh("cd /etc/pam.d && sha256sum *", &[])
}

/// Has sudo ask for codes. The place of the module is rpm's, where Debian's libpam does not look.
const PROTECT: &str = r#"
    cp -a /etc/pam.d/sudo /root/
    sed -i -e 's|^@include common-auth|auth requisite pam_unix.so\nauth required /usr/lib64/security/pam_proauth.so first_factor=password|' \
        /etc/pam.d/sudo
"#;

#[test]
#[ignore = "needs packages and a Debian root: tests/run --full"]
fn the_rpm_is_installed_upgraded_kept_while_it_is_needed_and_erased() {
    let machine = Booted::debian();
    let untouched = pam(&machine);
    let state = "systemctl is-active proauthd; systemctl is-enabled proauthd";

    succeeds(&machine, &["--install", "--nodeps", &package("today")]);
    assert_verified(&machine, "");
    assert_eq!(machine.sh(state, &[]), "active\nenabled\n");
    assert_eq!(pam(&machine), untouched);
    machine.add_users(&["bob"]);
    let mut alice = machine.enroll("alice");
    let mut bob = machine.enroll("bob");
    machine.sh(PROTECT, &[]);
    let protected = pam(&machine);
    assert_eq!(machine.sudo("alice", &[&alice.wrong_code()]), Refused);
    assert_eq!(machine.sudo("alice", &[&alice.next_code()]), LetIn);

    // An upgrade restarts the daemon, and keeps the configuration that somebody edited.
    let edit = "sed -i 's/^#issuer = \"ProAuth\"/issuer = \"Example\"/' /etc/proauth/proauthd.toml";
    machine.sh(edit, &[]);
    let main_pid = "systemctl show --value --property=MainPID proauthd";
    let before = machine.sh(main_pid, &[]);
    succeeds(&machine, &["--upgrade", "--nodeps", &package("newer")]);
    assert_eq!(machine.sh(state, &[]), "active\nenabled\n");
    assert_ne!(machine.sh(main_pid, &[]), before);
    assert_verified(&machine, "S.5....T.  c /etc/proauth/proauthd.toml\n");
    machine.sh(
        "grep '^issuer = \"Example\"' /etc/proauth/proauthd.toml",
        &[],
    );
    assert_eq!(machine.sudo("alice", &[&alice.next_code()]), LetIn);

    // Nor is it erased while a file names the module.
    let erased = rpm(&machine, &["--erase", "proauth"]);
    let sentence = "/etc/pam.d/sudo still needs pam_proauth.so: take out the lines that name it";
    assert!(
        !erased.status.success() && said(&erased).contains(sentence),
        "{}",
        said(&erased)
    );
    assert_eq!(machine.sh(state, &[]), "active\nenabled\n");
    assert_eq!(pam(&machine), protected);
    assert_eq!(machine.sudo("bob", &[&bob.next_code()]), LetIn);

    machine.sh(
        "cp -a /root/sudo /etc/pam.d/ && systemctl restart proauthd",
        &[],
    );
    succeeds(&machine, &["--erase", "proauth"]);
    assert_eq!(pam(&machine), untouched);
    let left = "ls /usr/lib64/security/pam_proauth.so /usr/bin/proauthd /usr/libexec/proauth 2>/dev/null || true
        pgrep -x proauthd || true";
    assert_eq!(machine.sh(left, &[]), "");
    machine.sh("ls /var/lib/proauth/proauth.db", &[]);
    assert_eq!(machine.sudo("bob", &[]), LetIn);
}
