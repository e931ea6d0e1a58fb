//! A record binds a uid and a name: whoever has only one of them inherits nothing.

use proauth_e2e::{Authenticator, LetIn, Refused, World};

const ALLOW: &str = "[login]\nnot_enrolled = \"allow\"\n";
const STACK: &str = "auth required pam_proauth.so nodelay\nauth required pam_permit.so\n\
                     account required pam_proauth.so\n";

/// Worlds in which those without an authenticator are denied, and let by, with alice enrolled.
fn both_policies() -> [(World, Authenticator); 2] {
    ["", ALLOW].map(|config| {
        let world = World::builder().config(config).pam("open", STACK).build();
        let alice = world.enroll("alice");
        (world, alice)
    })
}

#[test]
fn the_same_uid_under_another_name_is_not_let_in_and_not_taken_for_somebody_new() {
    for (world, alice) in both_policies() {
        world
            .run(&["usermod", "-l", "alicia", "alice"])
            .expect_success();
        let code = alice.fresh_code();
        assert_eq!(world.pam("open", "alicia").code(&code), Refused);
        assert_eq!(world.pam("open", "alice").code(&code), Refused);
        world
            .run(&["usermod", "-l", "alice", "alicia"])
            .expect_success();
        assert_eq!(
            world.pam("open", "alice").code(&code),
            LetIn,
            "nothing was used up"
        );
    }
}

#[test]
fn the_same_name_with_another_uid_is_refused_and_logged() {
    for (world, alice) in both_policies() {
        world
            .run(&["usermod", "-u", "4321", "alice"])
            .expect_success();
        assert_eq!(
            world.pam("open", "alice").code(&alice.fresh_code()),
            Refused
        );
        let said = world.daemon.said();
        assert!(
            said.contains("is not the one that was enrolled under this name"),
            "{said}"
        );
    }
}

#[test]
fn a_deleted_account_is_refused_and_its_namesake_starts_from_nothing() {
    for (world, alice) in both_policies() {
        world.run(&["userdel", "-f", "alice"]).expect_success();
        assert_eq!(
            world.pam("open", "alice").code(&alice.fresh_code()),
            Refused
        );
        world
            .run(&["useradd", "-u", "4321", "alice"])
            .expect_success();
        assert_eq!(
            world.pam("open", "alice").code(&alice.fresh_code()),
            Refused
        );
        world
            .proauthd(&["prune", "--yes", "alice"])
            .run()
            .expect_success();
        assert_eq!(world.status("alice")["enrolled"], false);
        let anew = world.enroll("alice");
        assert_eq!(
            world.pam("open", "alice").code(&alice.fresh_code()),
            Refused
        );
        assert_eq!(world.pam("open", "alice").code(&anew.code()), LetIn);
    }
}

#[test]
fn a_second_name_of_an_enrolled_uid_is_no_way_around_the_code() {
    for (world, _alice) in both_policies() {
        let uid = world.status("alice")["uid"].to_string();
        world
            .run(&["useradd", "-o", "-u", &uid, "alias"])
            .expect_success();
        assert_eq!(world.pam("open", "alias").code("123456"), Refused);
    }
}

#[test]
fn a_name_service_that_needs_a_network_is_named_at_the_start() {
    let world = World::new();
    let with = |services: &str| {
        let lines = format!("passwd: {services}\ngroup: files\n");
        std::fs::write(world.path("/etc/nsswitch.conf"), lines).expect("it is the world's");
        world.daemon.restart();
        world.daemon.log().text()
    };
    let log = with("files nis");
    assert!(log.contains("/etc/nsswitch.conf names `nis`"), "{log}");
    let log = with("files systemd");
    assert!(!log.contains("name_service"), "{log}");
}
