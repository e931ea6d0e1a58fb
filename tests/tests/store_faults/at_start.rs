//! A store or a key that is not as it should be when the daemon starts: it refuses, and whoever
//! puts back what was damaged has lost nothing.

use proauth_e2e::{LetIn, Refused, World};

use crate::{assert_refuses_to_start, login, sh};

/// How the daemon ended before the damage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    InOrder,
    /// With its last writes still in the log of the database.
    ByCrash,
}

/// Enrolls alice, ends the daemon, damages `$FILE` with `damage`, sees the daemon refuse twice
/// with `words`, puts `$FILE` back, and finds everything as it was.
fn refused_until_put_back(file: &str, damage: &str, words: &[&str]) {
    for end in [End::InOrder, End::ByCrash] {
        println!("ended {end:?}");
        let world = World::new();
        let alice = world.enroll("alice");
        world.daemon.restart();
        let code = alice.fresh_code();
        assert_eq!(login(&world, "alice", &code), LetIn);
        match end {
            End::InOrder => assert!(world.daemon.stop().success()),
            End::ByCrash => world.daemon.kill(),
        }

        sh(&world, &format!("cp -a {file} /run/e2e/saved"));
        sh(&world, &format!("FILE={file}\n{damage}"));
        assert_refuses_to_start(&world, 5, words);
        assert_refuses_to_start(&world, 5, words);
        assert_eq!(login(&world, "alice", &alice.fresh_code()), Refused);

        sh(
            &world,
            &format!("rm -rf {file}; cp -a /run/e2e/saved {file}"),
        );
        world.daemon.start();
        assert_eq!(login(&world, "alice", &code), Refused, "it was used");
        assert_eq!(login(&world, "alice", &alice.fresh_code()), LetIn);
    }
}

#[test]
fn a_store_cut_to_nothing_is_refused() {
    refused_until_put_back("$STORE", "truncate -s 0 $FILE", &["proauth.db", "restore"]);
}

#[test]
fn a_store_cut_in_half_is_refused() {
    let half = "truncate -s $(($(stat -c %s $FILE) / 2)) $FILE";
    refused_until_put_back("$STORE", half, &["damaged", "proauth.db", "restore"]);
}

#[test]
fn a_store_that_lost_its_last_bytes_is_refused() {
    let damage = "truncate -s -100 $FILE";
    refused_until_put_back("$STORE", damage, &["damaged", "proauth.db", "restore"]);
}

#[test]
fn a_store_of_random_bytes_is_refused() {
    let damage = "head -c 20000 /dev/urandom > $FILE";
    refused_until_put_back("$STORE", damage, &["proauth.db", "restore"]);
}

#[test]
fn a_store_with_random_bytes_after_its_first_page_is_refused() {
    let damage = "count=$(($(stat -c %s $FILE) / 4096 - 1))
        dd if=/dev/urandom of=$FILE bs=4096 seek=1 count=$count conv=notrunc status=none";
    refused_until_put_back("$STORE", damage, &["damaged", "proauth.db", "restore"]);
}

#[test]
fn a_store_of_a_newer_schema_is_refused_and_left_alone() {
    // As a newer daemon would: it takes the log into account, so all of the folder is put back.
    let damage = "sqlite3 $STORE 'PRAGMA user_version = 99'";
    refused_until_put_back("$FOLDER", damage, &["schema 99", "newer proauthd"]);
}

#[test]
fn a_store_that_is_gone_is_refused() {
    refused_until_put_back(
        "$STORE",
        "rm $FILE",
        &["no store", "restore", "`proauthd init`"],
    );
}

#[test]
fn a_store_whose_folder_is_gone_is_refused() {
    let words = ["no store", "restore", "`proauthd init`"];
    refused_until_put_back("$FOLDER", "rm -r $FILE", &words);
}

#[test]
fn a_store_behind_a_symbolic_link_is_refused() {
    let damage = "mv $FILE /run/e2e/elsewhere; ln -s /run/e2e/elsewhere $FILE";
    refused_until_put_back("$STORE", damage, &["proauth.db"]);
}

#[test]
fn a_store_without_its_key_is_refused() {
    refused_until_put_back("$KEY", "rm $FILE", &["no key", "restore the key"]);
}

#[test]
fn a_store_with_another_key_is_refused() {
    let damage = "head -c 32 /dev/urandom > $FILE";
    refused_until_put_back("$KEY", damage, &["not the one", "restore the right one"]);
}

#[test]
fn a_key_that_is_too_short_is_refused() {
    let words = ["proauthd.key", "32 bytes", "restore"];
    refused_until_put_back("$KEY", "truncate -s 31 $FILE", &words);
}

#[test]
fn a_key_that_is_too_long_is_refused() {
    let words = ["proauthd.key", "32 bytes", "restore"];
    refused_until_put_back("$KEY", "echo >> $FILE", &words);
}

#[test]
fn a_key_that_others_can_read_is_refused() {
    for mode in ["604", "640"] {
        let damage = format!("chmod {mode} $FILE");
        refused_until_put_back("$KEY", &damage, &["proauthd.key", "chmod 600"]);
    }
}

#[test]
fn a_key_of_somebody_else_is_refused() {
    refused_until_put_back("$KEY", "chown alice $FILE", &["proauthd.key", "chown root"]);
}

#[test]
fn a_key_without_a_store_is_refused_until_init() {
    let world = World::new();
    let alice = world.enroll("alice");
    let init = || world.proauthd(&["init"]).run();
    let refused = init();
    assert_eq!(refused.code, Some(5), "{refused:?}");
    assert!(refused.stderr.contains("there is a store"), "{refused:?}");
    assert_eq!(login(&world, "alice", &alice.fresh_code()), LetIn);

    world.daemon.stop();
    sh(&world, "rm $STORE");
    assert_refuses_to_start(&world, 5, &["no store", "`proauthd init`"]);
    init().expect_success();
    world.daemon.start();
    let list = world.proauthd(&["list", "--json"]).run();
    assert_eq!(list.expect_success().json(), serde_json::json!([]));
    assert_eq!(login(&world, "alice", &alice.fresh_code()), Refused);
    let alice = world.enroll("alice");
    assert_eq!(login(&world, "alice", &alice.fresh_code()), LetIn);
}

#[test]
fn a_wrong_configuration_is_refused_with_its_place() {
    let world = World::new();
    world.daemon.stop();
    sh(&world, "echo 'digits = 6' > /etc/proauth/proauthd.toml");
    assert_refuses_to_start(&world, 2, &["/etc/proauth/proauthd.toml:1:1:", "digits"]);
}
