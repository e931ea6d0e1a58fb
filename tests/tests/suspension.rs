//! Suspended accounts, and records whose account is gone.

use proauth_e2e::{LetIn, Refused, World};

#[test]
fn a_suspended_user_is_refused_by_password_key_and_code_until_resumed() {
    let world = World::new();
    let alice = world.enroll("alice");
    world
        .proauthd(&["suspend", "--user", "alice"])
        .run()
        .expect_success();
    assert_eq!(world.status("alice")["suspended"], true);
    assert_eq!(world.ssh("alice").code(&alice.fresh_code()), Refused);
    assert_eq!(world.sudo("alice").code(&alice.fresh_code()), Refused);
    world
        .proauthd(&["resume", "--user", "alice"])
        .run()
        .expect_success();
    assert_eq!(world.status("alice")["suspended"], false);
    assert_eq!(world.ssh("alice").code(&alice.fresh_code()), LetIn);
    assert_eq!(world.sudo("alice").code(&alice.fresh_code()), LetIn);
}

#[test]
fn a_suspension_survives_the_daemon_and_a_new_account_of_the_name() {
    let world = World::new();
    world
        .proauthd(&["suspend", "--user", "bob"])
        .run()
        .expect_success();
    world.daemon.kill();
    world.daemon.start();
    assert_eq!(world.status("bob")["suspended"], true);
    world.run(&["userdel", "-f", "bob"]).expect_success();
    world
        .run(&["useradd", "-u", "4321", "bob"])
        .expect_success();
    assert_eq!(world.status("bob")["suspended"], true);
    let list = world.proauthd(&["list"]).run().expect_success().stdout;
    assert_eq!(list, "bob (uid 4321): not enrolled, suspended\n");
    world
        .proauthd(&["resume", "--user", "bob"])
        .run()
        .expect_success();
    let again = world.proauthd(&["resume", "--user", "bob"]).run();
    assert_eq!(again.code, Some(2), "{again:?}");
    assert!(again.stderr.contains("is not suspended"), "{again:?}");
}

#[test]
fn a_second_name_of_a_suspended_uid_is_refused_as_well() {
    for config in ["", "[login]\nnot_enrolled = \"allow\"\n"] {
        let stack = "auth required pam_proauth.so nodelay\nauth required pam_permit.so\n\
                     account required pam_proauth.so\n";
        let world = World::builder().config(config).pam("open", stack).build();
        let uid = world.status("alice")["uid"].to_string();
        world
            .run(&["useradd", "-o", "-u", &uid, "alias"])
            .expect_success();
        world
            .proauthd(&["suspend", "--user", "alice"])
            .run()
            .expect_success();
        for user in ["alice", "alias"] {
            let login = world.pam("open", user).code("123456");
            assert_eq!(login, Refused, "{user}");
            assert!(login.transcript.contains("Permission denied"), "{login:?}");
        }
        world
            .run(&["usermod", "-l", "alicia", "alice"])
            .expect_success();
        assert_eq!(world.pam("open", "alicia").code("123456"), Refused);
    }
}

#[test]
fn orphans_are_marked_let_nobody_in_and_prune_removes_them_alone() {
    let world = World::new();
    let (alice, _bob) = (world.enroll("alice"), world.enroll("bob"));
    world.add_users(&["carol"]);
    let carol = world.enroll("carol");
    world.run(&["userdel", "-f", "bob"]).expect_success();
    world
        .run(&["usermod", "-u", "5432", "carol"])
        .expect_success();

    assert_eq!(
        world.pam("code-only", "carol").code(&carol.fresh_code()),
        Refused
    );
    let accounts = world
        .proauthd(&["list", "--json"])
        .run()
        .expect_success()
        .json();
    let fates: Vec<_> = accounts.as_array().expect("an array").iter().collect();
    let fates: Vec<_> = fates.iter().map(|it| it["account"].as_str()).collect();
    assert_eq!(fates, [Some("present"), Some("gone"), Some("changed")]);
    let shown = world.proauthd(&["list"]).run().expect_success().stdout;
    assert_eq!(shown.matches("ORPHAN").count(), 2, "{shown}");

    let unasked = world.proauthd(&["prune"]).typing("").run();
    assert_eq!(unasked.code, Some(2), "{unasked:?}");
    let pruned = world
        .proauthd(&["prune", "--yes", "bob", "carol", "alice", "--json"])
        .run()
        .expect_success();
    assert_eq!(
        pruned.json()["removed"],
        serde_json::json!(["bob", "carol"])
    );
    let left = world
        .proauthd(&["list", "--json"])
        .run()
        .expect_success()
        .json();
    assert_eq!(left.as_array().map(Vec::len), Some(1));
    assert_eq!(
        world.pam("code-only", "alice").code(&alice.fresh_code()),
        LetIn
    );
}

#[test]
fn prune_takes_nothing_from_an_account_that_is_there() {
    let world = World::new();
    let alice = world.enroll("alice");
    let none = world
        .proauthd(&["prune", "--yes", "alice"])
        .run()
        .expect_success();
    assert_eq!(none.stdout, "There are no orphans.\n");
    assert_eq!(
        world.pam("code-only", "alice").code(&alice.fresh_code()),
        LetIn
    );
}
