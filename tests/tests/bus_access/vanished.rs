//! Callers that have gone when the daemon wants to know who they are (CVE-2021-3560).

use proauth_e2e::{LetIn, Refused, World};

use crate::table::{TABLE, methods};
use crate::{database, wait_for_lines};

/// What the daemon logs then.
const REFUSAL: &str = "its caller could not be looked up";

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
    let refusals = wait_for_lines(&world, REFUSAL, TABLE.len());
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
    let _refusal = wait_for_lines(&world, REFUSAL, 1);
    assert_eq!(world.pam("code-only", "alice").code(&code), LetIn);
    assert_eq!(world.pam("code-only", "alice").code(&code), Refused);
}
