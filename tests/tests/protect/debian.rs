//! A booted Debian with ProAuth, and its command line.

use proauth_e2e::Booted;
use serde_json::Value;

/// Debian, with the package.
pub fn debian() -> Booted {
    let machine = Booted::debian();
    machine.sh(
        "DEBIAN_FRONTEND=noninteractive apt-get -q -y install /checkout/target/packages/today/proauth_*.deb",
        &[],
    );
    machine
}

/// Runs `proauthd` with these arguments, which succeeds, and gives the JSON that it prints.
pub fn ask(machine: &Booted, arguments: &[&str]) -> Value {
    let ran = machine.run(None, &[&["proauthd", "--json"], arguments].concat());
    assert!(ran.status.success(), "{arguments:?}: {ran:?}");
    let said = String::from_utf8_lossy(&ran.stdout);
    serde_json::from_str(said.trim()).unwrap_or_else(|_| panic!("no JSON: {said}"))
}

/// Runs `proauthd` with these arguments, which ends with `code` and says `text`.
pub fn says(machine: &Booted, code: i32, arguments: &[&str], text: &str) {
    let ran = machine.run(None, &[&["proauthd"], arguments].concat());
    let said = String::from_utf8_lossy(&ran.stdout) + String::from_utf8_lossy(&ran.stderr);
    assert_eq!(ran.status.code(), Some(code), "{arguments:?}: {said}");
    assert!(
        said.contains(text),
        "{arguments:?} does not say {text:?}: {said}"
    );
}

/// The files that `protect` may change, with what is in them.
pub fn files(machine: &Booted) -> String {
    let look = "cd /; for place in etc/pam.d etc/ssh var/lib/pam; do
        find $place -type f -printf '%p %m %u %g %T@ ' -exec md5sum {} ';'
    done | sort";
    machine.sh(look, &[])
}
