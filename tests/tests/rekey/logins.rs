//! What users see of a rekey: nothing.

use proauth_e2e::{DEADLINE, LetIn, Refused};

use crate::{FOLDER, KEY, assert_all_there, files, filled, rekey, sh, wait_until_done};

/// Each flush of the thread that writes takes so long, in microseconds.
const SLOW: &str = "fsync:delay_enter=40000";

#[test]
fn right_codes_let_in_and_wrong_ones_count_while_a_rekey_runs() {
    let (world, alice) = filled();
    let bob = world.enroll("bob");
    let writer = world.daemon_thread("store-writer");
    let _slowed = world.strace(&[writer], Some(SLOW));
    let program = world.proauthd(&["rekey", "--yes", "--json"]);
    let mut child = program.spawn();
    assert!(world.daemon.log().wait_for("rekey_begun", DEADLINE));
    let mut logins = 0;
    while child.try_wait().expect("a child").is_none() {
        for (user, device) in [("alice", &alice), ("bob", &bob)] {
            let login = world.pam("code-only", user).code(&device.fresh_code());
            assert_eq!(login, LetIn);
            logins += 1;
        }
        let replayed = world.pam("code-only", "bob").code(&bob.code());
        assert_eq!(replayed, Refused);
        let wrong = world.pam("code-only", "alice").code(&alice.wrong_code());
        assert_eq!(wrong, Refused);
    }
    let output = child.wait_with_output().expect("a child");
    assert!(output.status.success(), "{output:?}");
    let log = world.daemon.said();
    let during = log.split("rekey_begun").nth(1).expect("it began");
    let during = during.split("rekey_done").next().expect("it ended");
    let accepted = during.matches("verdict=\"accepted\"").count();
    assert!(accepted >= 2, "{accepted} of {logins} logins: {log}");
    assert_all_there(&world, &alice);
}

#[test]
fn the_old_key_opens_nothing_afterwards_and_the_new_one_is_where_the_old_one_was() {
    let (world, alice) = filled();
    sh(&world, &format!("cp -a {KEY} /run/e2e/old"));
    let told = rekey(&world, &["--json"]).expect_success().json();
    assert_eq!(
        told,
        serde_json::json!({ "rekeyed": true, "place": "file", "path": KEY })
    );
    wait_until_done(&world);
    assert_eq!(files(&world), "proauthd.key\nproauthd.toml\n");
    assert_all_there(&world, &alice);
    world.daemon.restart();
    assert_all_there(&world, &alice);

    world.daemon.stop();
    sh(
        &world,
        &format!("mv {KEY} {FOLDER}/new; cp -a /run/e2e/old {KEY}"),
    );
    let ended = world.daemon.try_start().expect_err("it has the wrong key");
    assert!(
        ended.said.contains("not the one that the store"),
        "{ended:?}"
    );
    // Nor does a right one in another place let the wrong one be used.
    sh(&world, &format!("mv {FOLDER}/new {KEY}.next"));
    world.daemon.start();
    let log = world.daemon.log().text();
    assert!(
        log.contains("key_unused") && log.contains("rekey_unfinished"),
        "{log}"
    );
    assert_all_there(&world, &alice);
}
