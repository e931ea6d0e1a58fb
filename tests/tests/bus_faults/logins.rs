//! What logins come to. `timeout=2` is what the stack says.

use std::time::Duration;

use proauth_e2e::{DEADLINE, LetIn, Login, Refused, World};

use crate::{FAULTS, Fault};

/// What libpam calls `PAM_AUTHINFO_UNAVAIL`.
const UNAVAILABLE: &str = "Authentication service cannot retrieve authentication info";

/// Two questions of two seconds each, twice over, and what a busy machine takes.
const IN_TIME: Duration = Duration::from_secs(2 * 2 * 2 + 5);

#[test]
fn whatever_happened_before_the_prompt_the_login_is_refused_in_time() {
    let world = world();
    let alice = world.enroll("alice");
    for Fault {
        name,
        happens,
        is_repaired,
    } in FAULTS
    {
        happens(&world);
        let login = world
            .start_login("impatient", "alice")
            .code(&alice.fresh_code());
        assert_unavailable(&login, name);
        assert!(
            !login.transcript.contains("ProAuth code"),
            "{name}: {login:?}"
        );
        is_repaired(&world);
        let login = world.pam("impatient", "alice").code(&alice.fresh_code());
        assert_eq!(login, LetIn, "after {name}");
    }
}

#[test]
fn whatever_happened_after_the_prompt_the_right_code_is_refused_in_time() {
    let world = world();
    let alice = world.enroll("alice");
    for Fault {
        name,
        happens,
        is_repaired,
    } in FAULTS
    {
        let login = world.prompted("impatient", "alice");
        happens(&world);
        let login = login.code(&alice.fresh_code());
        assert_unavailable(&login, name);
        is_repaired(&world);
        let login = world.pam("impatient", "alice").code(&alice.fresh_code());
        assert_eq!(login, LetIn, "after {name}");
    }
}

#[test]
fn a_code_that_the_daemon_found_too_late_is_not_used_up() {
    let world = world();
    let alice = world.enroll("alice");
    let login = world.prompted("impatient", "alice");
    world.daemon.pause();
    let code = alice.fresh_code();
    assert_unavailable(&login.code(&code), "the daemon is silent");
    world.daemon.resume();
    let refusal = "its caller could not be looked up";
    assert!(world.daemon.log().wait_for(refusal, DEADLINE));
    assert_eq!(world.pam("impatient", "alice").code(&code), LetIn);
}

#[test]
fn the_patience_of_the_module_does_not_end_before_its_timeout() {
    let world = world();
    let alice = world.enroll("alice");
    let login = world.prompted("impatient", "alice");
    world.daemon.pause();
    let code = alice.fresh_code();
    let login = login.typed(&code);
    std::thread::sleep(Duration::from_secs(1));
    world.daemon.resume();
    assert_eq!(login.end(), LetIn);
}

#[test]
fn a_bus_that_drops_the_call_of_a_login_refuses_it_at_once() {
    let world = world();
    let alice = world.enroll("alice");
    let login = world.prompted("patient", "alice");
    world.daemon.pause();
    let wiretap = world.wiretap("member='Verify'");
    let login = login.typed(&alice.fresh_code());
    assert!(
        wiretap.wait_for("Member=Verify", DEADLINE),
        "{}",
        wiretap.text()
    );
    world.bus.kill();
    assert_unavailable(&login.end(), "the bus dropped the call");
}

#[test]
fn a_daemon_that_dies_over_the_call_of_a_login_refuses_it_at_once() {
    let world = world();
    let alice = world.enroll("alice");
    let login = world.prompted("patient", "alice");
    world.daemon.pause();
    let wiretap = world.wiretap("member='Verify'");
    let code = alice.fresh_code();
    let login = login.typed(&code);
    assert!(
        wiretap.wait_for("Member=Verify", DEADLINE),
        "{}",
        wiretap.text()
    );
    world.daemon.kill();
    assert_unavailable(&login.end(), "the daemon died over the call");
    world.daemon.start();
    assert_eq!(world.pam("patient", "alice").code(&code), LetIn);
}

#[test]
fn ssh_and_sudo_refuse_the_right_code_while_the_daemon_is_silent() {
    let world = World::new();
    let alice = world.enroll("alice");
    world.daemon.pause();
    assert_eq!(world.ssh("alice").code(&alice.fresh_code()), Refused);
    assert_eq!(world.sudo("alice").code(&alice.fresh_code()), Refused);
    world.daemon.resume();
    assert_eq!(world.ssh("alice").code(&alice.fresh_code()), LetIn);
}

#[test]
fn the_bus_starts_a_daemon_that_a_login_finds_missing() {
    // The bus tells the daemon nothing of a clock.
    let world = World::builder().real_clock().build();
    let alice = world.enroll("alice");
    world.daemon.stop();
    let service = "dbus-1/system-services/org.proauth.Daemon1.service";
    let shipped = proauth_e2e::repository().join("config/dbus/org.proauth.Daemon1.service");
    let services = world.path("/usr/share/dbus-1/system-services");
    std::fs::create_dir_all(services).expect("the world can be written to");
    let installed = world.path(&format!("/usr/share/{service}"));
    std::fs::copy(shipped, installed).expect("the world can be written to");
    world.bus.signal("HUP");
    assert_eq!(
        world
            .pam("code-only", "alice")
            .code(&alice.code_in_steps(1)),
        LetIn
    );
}

fn world() -> World {
    let stack = |timeout| {
        format!("auth required pam_proauth.so timeout={timeout}\naccount required pam_permit.so\n")
    };
    World::builder()
        .pam("impatient", &stack(2))
        // Longer than it may take where nothing has to be waited for.
        .pam("patient", &stack(60))
        .build()
}

fn assert_unavailable(login: &Login, fault: &str) {
    assert_eq!(*login, Refused, "{fault}");
    assert!(login.transcript.contains(UNAVAILABLE), "{fault}: {login:?}");
    assert!(login.took < IN_TIME, "{fault}: {login:?}");
}
