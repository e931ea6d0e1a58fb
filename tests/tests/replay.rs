//! A code lets in once, whoever types it, wherever, and whatever happens in between.

use proauth_e2e::{LetIn, Refused, World};

#[test]
fn the_same_code_is_refused_the_second_time() {
    let world = World::new();
    let code = world.enroll("alice").fresh_code();
    assert_eq!(world.ssh("alice").code(&code), LetIn);
    assert_eq!(world.ssh("alice").code(&code), Refused);
}

#[test]
fn a_code_that_sshd_took_is_refused_by_sudo() {
    let world = World::new();
    let code = world.enroll("alice").fresh_code();
    assert_eq!(world.ssh("alice").code(&code), LetIn);
    assert_eq!(world.sudo("alice").code(&code), Refused);
}

#[test]
fn an_older_code_after_a_newer_one_is_refused() {
    let world = World::new();
    let alice = world.enroll("alice");
    world.clock.advance(300);
    assert_eq!(
        world
            .pam("code-only", "alice")
            .code(&alice.code_in_steps(1)),
        LetIn
    );
    assert_eq!(
        world
            .pam("code-only", "alice")
            .code(&alice.code_in_steps(0)),
        Refused
    );
    assert_eq!(
        world
            .pam("code-only", "alice")
            .code(&alice.code_in_steps(-1)),
        Refused
    );
}

#[test]
fn the_code_that_confirmed_the_enrollment_is_used_up() {
    let world = World::new();
    let alice = world.enroll("alice");
    assert_eq!(world.pam("code-only", "alice").code(&alice.code()), Refused);
}

#[test]
fn a_code_given_to_verify_is_used_up() {
    let world = World::new();
    let code = world.enroll("alice").fresh_code();
    let verify = world
        .proauthd(&["verify", "--user", "alice"])
        .typing(code.as_str());
    assert_eq!(verify.run().code, Some(0));
    assert_eq!(world.pam("code-only", "alice").code(&code), Refused);
}

#[test]
fn a_used_code_stays_used_when_the_daemon_is_stopped_or_killed() {
    let world = World::new();
    let alice = world.enroll("alice");
    let code = alice.fresh_code();
    assert_eq!(world.pam("code-only", "alice").code(&code), LetIn);
    world.daemon.restart();
    assert_eq!(world.pam("code-only", "alice").code(&code), Refused);

    let code = alice.fresh_code();
    assert_eq!(world.pam("code-only", "alice").code(&code), LetIn);
    world.daemon.kill();
    world.daemon.start();
    assert_eq!(world.pam("code-only", "alice").code(&code), Refused);
    assert_eq!(
        world.pam("code-only", "alice").code(&alice.fresh_code()),
        LetIn
    );
}

#[test]
fn a_used_code_stays_used_when_the_clock_jumps_back() {
    let world = World::new();
    let alice = world.enroll("alice");
    let code = alice.fresh_code();
    assert_eq!(world.pam("code-only", "alice").code(&code), LetIn);
    for back in [10, 30, 3600] {
        world.clock.set(world.clock.now() - back);
        assert_eq!(
            world.pam("code-only", "alice").code(&code),
            Refused,
            "{back} s back"
        );
        assert_eq!(
            world.pam("code-only", "alice").code(&alice.code()),
            Refused,
            "{back} s back"
        );
    }
}
