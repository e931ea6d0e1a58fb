//! A disk that takes nothing: read-only, or full.

use crate::machine::Machine;
use crate::step;

#[test]
#[ignore = "needs packages and a Debian root: tests/run --full"]
fn a_removal_that_cannot_change_pam_and_an_upgrade_without_space_change_nothing() {
    let mut machine = Machine::boot();
    let untouched = machine.pam();
    machine.install("proauth", "older");
    machine.enroll_people(4);
    machine.protect_in_blocks();
    let protected = machine.pam();

    step("without space for the newer version, the older one goes on");
    machine.leave_space(Some(4096));
    let newer = "/checkout/target/packages/newer/proauth_99.0.0-1_amd64.deb";
    let (upgraded, said) = machine.apt(&["install", newer]);
    assert!(
        !upgraded && said.contains("No space left on device"),
        "{said}"
    );
    assert_eq!(machine.state(), "active");
    machine.assert_asks_for_codes();

    step("and with space, the newer one comes");
    machine.leave_space(None);
    machine.install("proauth", "newer");
    assert_eq!(machine.state(), "active");
    machine.assert_asks_for_codes();

    step("where /etc is read-only, it cannot be removed, and all works");
    machine.sh(
        "mount --bind /etc /etc && mount -o remount,bind,ro /etc",
        &[],
    );
    let (removed, said) = machine.apt(&["remove", "proauth"]);
    assert!(!removed, "{said}");
    let sentence = "PAM cannot be changed: make /etc writable, then try again";
    assert!(said.contains(sentence), "{said}");
    assert_eq!(machine.state(), "active");
    assert_eq!(machine.pam(), protected);
    machine.assert_asks_for_codes();

    step("and where it is not, it can");
    machine.sh("umount /etc", &[]);
    machine.forget_who_types();
    machine.apt_succeeds(&["remove", "proauth"]);
    assert_eq!(machine.pam(), untouched);
    machine.assert_asks_for_no_codes();
}
