//! One administrator, one server, from nothing to protected: what docs/setup.md shows.

use proauth_e2e::{Booted, Device, LetIn, PASSWORD, Refused};

use crate::transcript::{self, DOCUMENT};
use crate::{COLUMNS, fits, installed, module_is_named, scan, setup};

#[test]
#[ignore = "needs packages and a Debian root: tests/run --full"]
fn setup_leads_from_an_installed_package_to_a_protected_server_as_the_document_shows() {
    let machine = installed();
    assert_eq!(machine.ssh("alice", &[]), LetIn, "a key is enough");
    let mut seat = setup(&machine, "");
    seat.answer("1 or 2: ", "2");
    seat.wait_for("First code: ");
    let mut phone = scan(&seat.shown());
    seat.type_line(&phone.first_code());
    seat.answer("Services [sshd sudo]: ", "");
    seat.answer("key or password [key]: ", "");
    seat.answer("(put back in 10 min unless confirmed)? [y/N] ", "y");
    seat.answer("Try sudo as alice,", "n");
    seat.wait_for("Ctrl-C leaves.");
    confirm(&machine, &mut phone);
    let (code, shown) = seat.end();
    assert_eq!(code, 0, "{shown}");

    assert_eq!(machine.ssh("alice", &[]), Refused, "a key is not enough");
    assert_eq!(machine.ssh("alice", &[&phone.next_code()]), LetIn);
    assert_eq!(machine.sudo("alice", &[&phone.wrong_code()]), Refused);
    let again = machine.sh("proauthd setup --user alice --offline", &[]);
    assert!(
        again.contains("Codes are asked for already by: sshd, sudo."),
        "{again}"
    );
    takes_it_back_in_a_rescue_system(&machine);
    fits(&shown);
    transcript::hold(&shown, DOCUMENT);
}

/// Where the disk is mounted, and nothing of this machine runs: neither /proc nor /dev is there.
fn takes_it_back_in_a_rescue_system(machine: &Booted) {
    let rescue =
        "mkdir /tmp/disk && mount --bind / /tmp/disk && chroot /tmp/disk proauthd unprotect";
    let said = machine.sh(rescue, &[]);
    assert!(!module_is_named(machine), "{said}");
    machine.sh("sshd -t; systemctl reload ssh", &[]);
    assert_eq!(machine.ssh("alice", &[]), LetIn, "as before: {said}");
}

/// In another terminal, as the first one says.
fn confirm(machine: &Booted, phone: &mut Device) {
    let command = "ssh -t localhost sudo proauthd protect --confirm";
    let mut other = machine.seat(Some("alice"), COLUMNS, command);
    other.answer("digits): ", &phone.next_code());
    other.answer("password for alice: ", PASSWORD);
    other.answer("digits): ", &phone.next_code());
    let (code, shown) = other.end();
    assert_eq!(code, 0, "{shown}");
}
