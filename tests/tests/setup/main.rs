//! `proauthd setup`: from an installed package to a protected server.

mod flags;
mod guided;
mod left;
mod transcript;

use proauth_e2e::{Authenticator, Booted, Clock, Device, PASSWORD, Seat};

/// How wide a terminal is on which everything must fit.
const COLUMNS: u32 = 60;

/// A booted Debian with the packages, on which nothing was set up.
fn installed() -> Booted {
    let machine = Booted::debian();
    let install = "DEBIAN_FRONTEND=noninteractive apt-get -q -y install \
                   /checkout/target/packages/today/proauth_*.deb \
                   /checkout/target/packages/today/proauth-idp_*.deb";
    machine.sh(install, &[]);
    machine
}

/// alice, logged in over SSH, who has typed `sudo proauthd setup` with these options, and her
/// password.
fn setup(machine: &Booted, options: &str) -> Seat {
    let command = format!("ssh -t localhost sudo -k proauthd setup {options}");
    let mut seat = machine.seat(Some("alice"), COLUMNS, &command);
    seat.answer("password for alice: ", PASSWORD);
    seat
}

/// Her phone, once it has the key that the terminal shows.
fn scan(shown: &str) -> Device {
    let mut words = shown.lines().map(|line| line.replace(' ', ""));
    let is_key = |line: &String| {
        line.len() == 32
            && line
                .chars()
                .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
    };
    let key = words.rfind(is_key).expect("a key is shown");
    let uri = format!("otpauth://totp/ProAuth:alice?secret={key}");
    Device::new(Authenticator::scan(&uri, &Clock::real()))
}

/// No line is longer than the terminal is wide, but those of files. (How a command failed is one
/// line, for scripts.)
fn fits(shown: &str) {
    let lines = shown.lines().flat_map(|line| line.split('\r'));
    let is_of_file = |line: &&str| line.starts_with(['+', ' ']) || line.starts_with("# ");
    let lines = lines.filter(|line| !is_of_file(line) && !line.starts_with("proauthd: "));
    for line in lines {
        let line = line.trim_start_matches("\u{1b}[K");
        let is_plain = !line.contains('\u{1b}');
        assert!(
            !is_plain || line.chars().count() <= COLUMNS as usize,
            "{line:?}"
        );
    }
}

/// Whether a PAM file asks us for anything.
fn module_is_named(machine: &Booted) -> bool {
    let grep = ["grep", "-rq", "^[^#]*pam_proauth", "/etc/pam.d"];
    machine.run(None, &grep).status.success()
}
