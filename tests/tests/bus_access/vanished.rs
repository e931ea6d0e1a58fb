//! Callers that have gone when the daemon wants to know who they are (CVE-2021-3560).

use proauth_e2e::{DEADLINE, LetIn, Refused, World};

use crate::database;
use crate::table::{TABLE, methods};

#[test]
fn every_call_of_a_caller_that_has_gone_is_refused_and_changes_nothing() {
    let world = World::new();
    let _alice = world.enroll("alice");
    let before = database(&world);
    world.daemon.pause();
    for row in TABLE {
        world.call_and_vanish(row.method, &row.body());
    }
    world.daemon.resume();
    let refusals = wait_for_refusals(&world, TABLE.len());
    for method in methods().keys() {
        let (_, member) = method.split_once('.').expect("Interface.Method");
        assert!(
            refusals.contains(&format!("{member:?}")),
            "{member}: {refusals}"
        );
    }
    assert_eq!(database(&world), before);
    assert_eq!(world.status("alice")["enrolled"], true);
}

#[test]
fn a_right_code_from_a_caller_that_has_gone_is_not_used_up() {
    let world = World::new();
    let alice = world.enroll("alice");
    let code = alice.fresh_code();
    world.daemon.pause();
    let body = ["(sssss)s", "alice", "sshd", "", "", "", &code];
    world.call_and_vanish("Login.Verify", &body);
    world.daemon.resume();
    let _refusal = wait_for_refusals(&world, 1);
    assert_eq!(world.pam("code-only", "alice").code(&code), LetIn);
    assert_eq!(world.pam("code-only", "alice").code(&code), Refused);
}

/// What the daemon logs of calls whose callers it cannot look up, once there are so many lines.
fn wait_for_refusals(world: &World, count: usize) -> String {
    let start = std::time::Instant::now();
    loop {
        let said = world.daemon.said();
        let is_refusal = |line: &&str| line.contains("its caller could not be looked up");
        let refusals: Vec<&str> = said.lines().filter(is_refusal).collect();
        if refusals.len() == count {
            return refusals.join("\n");
        }
        assert!(
            start.elapsed() < DEADLINE,
            "not {count} times: {refusals:?}"
        );
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
}
