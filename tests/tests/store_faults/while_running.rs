//! Files that are damaged or vanish under the running daemon. What it says yes to must be there
//! after its death.

use proauth_e2e::{LetIn, Outcome, World};

use crate::{login, sh, sql};

/// Damages the store under the running daemon, tries a code, kills the daemon, and puts the
/// damaged files back where it does not start: the code was accepted at most once, and alice is
/// still enrolled. Returns how the try ended.
fn damaged_under_the_daemon(damage: &str, in_log: bool) -> Outcome {
    let world = World::new();
    let alice = world.enroll("alice");
    if !in_log {
        sql(&world, "PRAGMA wal_checkpoint(TRUNCATE)");
    }
    sh(&world, "cp -a $FOLDER /run/e2e/saved");
    sh(&world, damage);
    let code = alice.fresh_code();
    let first = login(&world, "alice", &code);
    assert_ne!(login(&world, "alice", &alice.wrong_code()), LetIn);

    // It may have died of the damage already.
    world.daemon.kill();
    if world.daemon.try_start().is_ok() {
        let again = login(&world, "alice", &code);
        assert!(
            first != LetIn || again != LetIn,
            "the same code was accepted twice, before and after a crash"
        );
        world.daemon.kill();
    }
    sh(
        &world,
        "rm -rf $FOLDER/*; mkdir -p $FOLDER; cp -a /run/e2e/saved/* $FOLDER/",
    );
    world.daemon.start();
    assert_eq!(login(&world, "alice", &alice.fresh_code()), LetIn);
    first.outcome
}

/// With the last writes in the log, and in the database.
fn damaged(damage: &str) {
    for in_log in [true, false] {
        println!("writes in the log: {in_log}");
        damaged_under_the_daemon(damage, in_log);
    }
}

/// The same, where the daemon must not let anybody in: what it stores is not where the next
/// daemon will look.
fn gone(damage: &str) {
    for in_log in [true, false] {
        println!("writes in the log: {in_log}");
        assert_eq!(damaged_under_the_daemon(damage, in_log), Outcome::Refused);
    }
}

#[test]
fn a_database_cut_to_nothing_lets_no_code_in_twice() {
    damaged("truncate -s 0 $STORE");
}

#[test]
fn a_database_cut_in_half_lets_no_code_in_twice() {
    damaged("truncate -s 2048 $STORE");
}

#[test]
fn a_database_that_loses_its_last_bytes_lets_no_code_in_twice() {
    damaged("truncate -s -100 $STORE");
}

#[test]
fn a_database_overwritten_by_random_bytes_lets_no_code_in_twice() {
    damaged("dd if=/dev/urandom of=$STORE bs=4096 count=3 conv=notrunc status=none");
}

#[test]
fn a_log_cut_to_nothing_lets_no_code_in_twice() {
    damaged("truncate -s 0 $STORE-wal");
}

#[test]
fn a_log_that_loses_its_last_bytes_lets_no_code_in_twice() {
    damaged("test ! -s $STORE-wal || truncate -s -100 $STORE-wal");
}

#[test]
fn a_log_overwritten_by_random_bytes_lets_no_code_in_twice() {
    damaged("dd if=/dev/urandom of=$STORE-wal bs=4096 count=5 conv=notrunc status=none");
}

#[test]
fn an_index_of_the_log_cut_to_nothing_lets_no_code_in_twice() {
    damaged("truncate -s 0 $STORE-shm");
}

#[test]
fn an_index_of_the_log_overwritten_by_random_bytes_lets_no_code_in_twice() {
    damaged("dd if=/dev/urandom of=$STORE-shm bs=4096 count=8 conv=notrunc status=none");
}

#[test]
fn a_store_that_is_removed_under_the_daemon_denies() {
    gone("rm $STORE");
}

#[test]
fn a_log_that_is_removed_under_the_daemon_denies() {
    gone("rm $STORE-wal");
}

#[test]
fn a_store_whose_folder_vanishes_denies() {
    gone("rm -r $FOLDER");
}

#[test]
fn a_store_whose_folder_is_moved_away_denies() {
    gone("mv $FOLDER /var/lib/elsewhere");
}

#[test]
fn a_store_that_another_disk_was_mounted_over_denies() {
    gone("mount -t tmpfs tmpfs $FOLDER");
}

#[test]
fn a_read_only_view_over_the_folder_lets_no_code_in_twice() {
    let world = World::new();
    let alice = world.enroll("alice");
    sh(
        &world,
        "mount --bind $FOLDER $FOLDER; mount -o remount,bind,ro $FOLDER",
    );
    let code = alice.fresh_code();
    let first = login(&world, "alice", &code);
    world.daemon.kill();
    sh(&world, "umount $FOLDER");
    world.daemon.start();
    let again = login(&world, "alice", &code);
    assert!(first != LetIn || again != LetIn, "{first:?}{again:?}");
    assert_eq!(login(&world, "alice", &alice.fresh_code()), LetIn);
}
