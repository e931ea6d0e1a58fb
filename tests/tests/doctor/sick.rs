//! The doctor works while nothing else does, and for everybody.

use proauth_e2e::World;

use crate::stage::Stage;

#[test]
fn a_dead_daemon_and_a_dead_bus_are_named() {
    let stage = Stage::new();
    stage.world.daemon.kill();
    let said = stage.doctor().red();
    assert!(
        said.iter().any(|line| line.starts_with("red daemon.dead")),
        "{said:#?}"
    );
    stage.world.bus.kill();
    let said = stage.doctor().red();
    assert!(
        said.iter().any(|line| line.starts_with("red bus.dead")),
        "{said:#?}"
    );
    // The rest is looked at all the same.
    stage.sh(
        "sed -i 's/^auth *requisite *pam_unix.so/auth sufficient pam_unix.so/' /etc/pam.d/sudo",
    );
    let said = stage.doctor().red();
    assert!(
        said.iter().any(|line| line.starts_with("red pam.skipped")),
        "{said:#?}"
    );
}

#[test]
fn without_root_it_says_what_it_may_see_and_once_what_it_may_not() {
    let stage = Stage::new();
    let doctor = || stage.world.run_as("alice", &["proauthd", "doctor"]);
    let page = doctor().expect_success().stdout;
    assert!(page.contains("proauthd answers"), "{page}");
    assert_eq!(page.matches("run it as root").count(), 1, "{page}");
    stage.sh(
        "sed -i 's/^auth *requisite *pam_unix.so/auth sufficient pam_unix.so/' /etc/pam.d/sudo",
    );
    let ran = doctor();
    assert_eq!(ran.code, Some(1));
    assert!(
        ran.stdout.contains("pam_unix lets in without a code"),
        "{ran:?}"
    );
}

#[test]
fn nobody_enrolled_where_codes_are_asked_for_is_red() {
    let world = World::new();
    let ran = world.proauthd(&["doctor"]).run();
    assert_eq!(ran.code, Some(1));
    assert!(ran.stdout.contains("nobody is enrolled"), "{ran:?}");
}
