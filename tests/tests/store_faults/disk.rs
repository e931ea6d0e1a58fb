//! Disks that do not take what is written.

use proauth_e2e::{LetIn, World};

use crate::{STORE, assert_refuses_to_start, assert_unavailable, login, sh};

/// A world whose store lies on a disk of its own, of 256 KiB.
fn on_small_disk() -> World {
    let world = World::builder().without_daemon().build();
    sh(&world, "mount -t tmpfs -o size=256k,mode=700 tmpfs $FOLDER");
    world
}

fn fill(world: &World) {
    sh(world, "cat /dev/zero > $FOLDER/filler 2> /dev/null || true");
    let free = sh(world, "stat -f -c %a $FOLDER");
    assert_eq!(free.trim(), "0", "the disk is not full");
}

fn free(world: &World) {
    sh(world, "rm $FOLDER/filler");
}

#[test]
fn on_a_full_disk_right_and_wrong_codes_are_denied_alike_and_nothing_is_used_up() {
    let world = on_small_disk();
    world.daemon.start();
    let alice = world.enroll("alice");
    let code = alice.fresh_code();
    fill(&world);
    assert_unavailable(&login(&world, "alice", &code));
    assert_unavailable(&login(&world, "alice", &alice.wrong_code()));
    assert_unavailable(&login(&world, "alice", &code));
    assert_eq!(world.status("alice")["failures"], 0);

    free(&world);
    assert_eq!(login(&world, "alice", &code), LetIn);
    assert_eq!(login(&world, "alice", &alice.fresh_code()), LetIn);
}

#[test]
fn a_code_that_was_not_stored_on_a_full_disk_is_still_good_after_a_crash() {
    let world = on_small_disk();
    world.daemon.start();
    let alice = world.enroll("alice");
    let used = alice.fresh_code();
    assert_eq!(login(&world, "alice", &used), LetIn);
    let code = alice.fresh_code();
    fill(&world);
    assert_unavailable(&login(&world, "alice", &code));
    world.daemon.kill();
    free(&world);
    world.daemon.start();
    assert_ne!(login(&world, "alice", &used), LetIn);
    assert_eq!(login(&world, "alice", &code), LetIn);
}

#[test]
fn an_enrollment_on_a_full_disk_is_refused_and_can_be_repeated() {
    let world = on_small_disk();
    world.daemon.start();
    fill(&world);
    let enroll = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| world.enroll("alice")));
    assert!(enroll.is_err(), "enrolled on a full disk");
    assert_eq!(world.status("alice")["enrolled"], false);
    free(&world);
    let alice = world.enroll("alice");
    assert_eq!(login(&world, "alice", &alice.fresh_code()), LetIn);
}

#[test]
fn a_first_start_on_a_full_disk_is_refused_and_can_be_repeated() {
    let world = on_small_disk();
    fill(&world);
    assert_refuses_to_start(&world, 5, &["store", "check the disk"]);
    free(&world);
    world.daemon.start();
    let alice = world.enroll("alice");
    assert_eq!(login(&world, "alice", &alice.fresh_code()), LetIn);
}

#[test]
fn a_start_on_a_disk_that_filled_up_denies_and_loses_nothing() {
    let world = on_small_disk();
    world.daemon.start();
    let alice = world.enroll("alice");
    let used = alice.fresh_code();
    assert_eq!(login(&world, "alice", &used), LetIn);
    world.daemon.stop();
    fill(&world);
    let code = alice.fresh_code();
    if world.daemon.try_start().is_ok() {
        assert_unavailable(&login(&world, "alice", &code));
        world.daemon.stop();
    }
    free(&world);
    world.daemon.start();
    assert_ne!(login(&world, "alice", &used), LetIn);
    assert_eq!(login(&world, "alice", &code), LetIn);
}

#[test]
fn a_store_on_a_read_only_disk_is_refused_at_the_start() {
    for crash in [false, true] {
        println!("crashed before: {crash}");
        let world = World::new();
        let alice = world.enroll("alice");
        let used = alice.fresh_code();
        assert_eq!(login(&world, "alice", &used), LetIn);
        if crash {
            world.daemon.kill();
        } else {
            world.daemon.stop();
        }
        sh(
            &world,
            "mount --bind $FOLDER $FOLDER; mount -o remount,bind,ro $FOLDER",
        );
        assert_refuses_to_start(&world, 5, &["store", "check the disk"]);
        sh(&world, "umount $FOLDER");
        world.daemon.start();
        assert_ne!(login(&world, "alice", &used), LetIn);
        assert_eq!(login(&world, "alice", &alice.fresh_code()), LetIn);
    }
}

/// Runs the daemon with every one of these system calls on the log of the database failing.
fn failing(inject: &str) {
    let world = World::new();
    let alice = world.enroll("alice");
    let used = alice.fresh_code();
    assert_eq!(login(&world, "alice", &used), LetIn);
    world.daemon.stop();
    let log = format!("{STORE}-wal");
    let strace = [
        "strace",
        "-D",
        "-f",
        "-o",
        "/dev/null",
        "-P",
        &log,
        "-e",
        inject,
    ];
    let launch = world.daemon.launch().under(&strace);
    world
        .daemon
        .try_start_as(&launch)
        .expect("nothing is written yet");
    let code = alice.fresh_code();
    assert_unavailable(&login(&world, "alice", &code));
    assert_unavailable(&login(&world, "alice", &alice.wrong_code()));
    assert_unavailable(&login(&world, "alice", &code));
    world.daemon.kill();
    world.daemon.start();
    assert_ne!(login(&world, "alice", &used), LetIn);
    assert_eq!(login(&world, "alice", &alice.fresh_code()), LetIn);
}

#[test]
fn a_disk_that_turns_read_only_under_the_daemon_denies() {
    failing("inject=pwrite64:error=EROFS");
}

#[test]
fn a_disk_that_fails_under_the_daemon_denies() {
    failing("inject=pwrite64:error=EIO");
}

#[test]
fn a_disk_that_cannot_be_flushed_denies() {
    failing("inject=fdatasync,fsync:error=EIO");
}
