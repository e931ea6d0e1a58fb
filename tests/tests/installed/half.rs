//! dpkg stopped half way.

use proauth_e2e::{LetIn, Refused};

use crate::machine::Machine;
use crate::step;

#[test]
#[ignore = "needs packages and a Debian root: tests/run --full"]
fn a_half_installed_package_locks_nobody_out() {
    let mut machine = Machine::boot();
    let untouched = machine.pam();

    step("unpacked for the first time, it changes nothing about logins");
    machine.sh(
        "dpkg --unpack /checkout/target/packages/older/proauth_*.deb",
        &[],
    );
    assert_eq!(machine.pam(), untouched);
    machine.assert_asks_for_no_codes();
    machine.sh("dpkg --configure --pending", &[]);
    assert_eq!(machine.state(), "active");

    step("unpacked over another version, the daemon of before goes on");
    machine.enroll_people(3);
    machine.protect_by_hand();
    machine.sh(
        "dpkg --unpack /checkout/target/packages/newer/proauth_*.deb",
        &[],
    );
    let status = machine.sh("dpkg-query --show --showformat='${Status}' proauth", &[]);
    assert_eq!(status, "install ok unpacked");
    machine.assert_asks_for_codes();

    step("and after a reboot, too");
    machine.reboot();
    machine.assert_asks_for_codes();
    machine.sh("dpkg --configure --pending", &[]);
    assert_eq!(machine.state(), "active");
    let (name, mut device) = machine.somebody();
    assert_eq!(machine.ssh(&name, &[&device.wrong_code()]), Refused);
    assert_eq!(machine.ssh(&name, &[&device.next_code()]), LetIn);

    step("dpkg asks nobody before it removes what is half installed; PAM is taken care of after");
    machine.unprotect_by_hand();
    machine.protect_in_blocks();
    machine.sh(
        "pam-auth-update --enable proauth
         dpkg --unpack /checkout/target/packages/newer/proauth_*.deb
         dpkg --remove proauth",
        &[],
    );
    assert_eq!(machine.pam(), untouched);
    machine.assert_asks_for_no_codes();
}
