//! What the table has no room for: kinds of callers, and what they learn.

use proauth_e2e::{Answer, LetIn, World};

use crate::table::{NotAuthorized, SERVICE, by_daemon};

#[test]
fn a_system_uid_may_not_even_ask_about_itself() {
    let world = World::new();
    let itself = &["(sssss)", SERVICE, "swaylock", "", "", ""];
    assert_eq!(
        world.call(SERVICE, "Login.Begin", itself),
        by_daemon(NotAuthorized)
    );
    let status = world.call(SERVICE, "Admin.Status", &["s", SERVICE]);
    assert_eq!(status, by_daemon(NotAuthorized));
}

#[test]
fn which_uids_are_system_uids_is_up_to_login_defs() {
    let world = World::new();
    let ask = || world.call("alice", "Admin.Status", &["s", "alice"]);
    assert!(matches!(ask(), Answer::Reply(_)));
    let login_defs = world.path("/etc/login.defs");
    std::fs::write(login_defs, "UID_MIN 50000\n").expect("the world can be written to");
    assert_eq!(ask(), by_daemon(NotAuthorized));
}

#[test]
fn nobody_learns_from_a_refusal_who_exists_or_is_enrolled() {
    let world = World::new();
    let _bob = world.enroll("bob");
    for name in ["bob", "root", "nobody-such", "", "not:a:name"] {
        let status = world.call("alice", "Admin.Status", &["s", name]);
        assert_eq!(status, by_daemon(NotAuthorized), "{name:?}");
        let locker = &["(sssss)", name, "swaylock", "", "", ""];
        let begin = world.call("alice", "Login.Begin", locker);
        assert_eq!(begin, by_daemon(NotAuthorized), "{name:?}");
    }
}

#[test]
fn wrong_codes_of_a_locker_are_counted_apart_and_lock_no_login() {
    let world = World::new();
    let alice = world.enroll("alice");
    let verify = |code: &str| {
        let body = ["(sssss)s", "alice", "swaylock", "", "", "", code];
        world.call("alice", "Login.Verify", &body)
    };
    for _ in 0..7 {
        let _whatever = verify(&alice.wrong_code());
    }
    // 3: locked.
    assert_eq!(
        verify(&alice.wrong_code()),
        Answer::Reply("(uuua(utt)) 3 30 0 0".to_owned())
    );
    let status = world.status("alice");
    assert_eq!(
        (&status["failures"], &status["locker_failures"]),
        (&5.into(), &5.into())
    );
    assert_eq!(
        world.pam("code-only", "alice").code(&alice.fresh_code()),
        LetIn
    );
}
