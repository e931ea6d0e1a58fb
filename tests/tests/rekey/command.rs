//! The command: who may, what it refuses, and that it can end at any moment.

use proauth_e2e::{DEADLINE, World};

use crate::{FOLDER, KEY, assert_all_there, files, filled, rekey, sh};

/// Runs `proauthd rekey`, and kills it at that call.
fn kill_at(world: &World, call: &str, number: usize) {
    let inject = format!("--inject={call}:signal=SIGKILL:when={number}");
    let strace = ["strace", "-f", "-o", "/run/e2e/command", &inject];
    let ran = world.run(&[&strace[..], &["proauthd", "rekey", "--yes"]].concat());
    assert_ne!(ran.code, Some(0), "{call} {number}: {ran:?}");
    let trace = sh(world, "tail -n 3 /run/e2e/command");
    assert!(trace.contains("killed by SIGKILL"), "{call}: {trace}");
    // Which call of them all it was, is for whoever changes the command to look at.
    println!("{trace}");
}

#[test]
fn a_command_killed_anywhere_is_finished_by_the_next() {
    let (world, alice) = filled();
    let places = [
        // The new key is a draft; it is at the place of the next one, before its name is flushed;
        // the pipe is about to be made; the key lies in it.
        ("rename", 1),
        ("fsync", 2),
        ("mknodat", 1),
        ("sendmsg", 6),
        // The daemon has it, and the pipe is left; the daemon is at work, or done.
        ("unlink", 3),
        ("clock_nanosleep", 1),
        // The key is about to get into its place; it has got there, before its name is flushed; the
        // others are about to be removed.
        ("rename", 2),
        ("fsync", 3),
        ("unlink", 4),
    ];
    for (call, number) in places {
        println!("at {call} {number}");
        kill_at(&world, call, number);
        assert_all_there(&world, &alice);
        world.daemon.restart();
        assert_all_there(&world, &alice);
        rekey(&world, &[]).expect_success();
        assert_eq!(files(&world), "proauthd.key\nproauthd.toml\n");
        let left = sh(&world, "ls /run | grep proauth || true");
        assert_eq!(left, "proauth-rekey.lock\n");
        world.daemon.restart();
        assert_all_there(&world, &alice);
    }
}

#[test]
fn two_at_once_do_not_get_in_each_others_way() {
    let (world, alice) = filled();
    let writer = world.daemon_thread("store-writer");
    let _slowed = world.strace(&[writer], Some("fsync:delay_enter=100000"));
    let first = world.proauthd(&["rekey", "--yes"]).spawn();
    assert!(world.daemon.log().wait_for("rekey_begun", DEADLINE));
    let second = rekey(&world, &[]);
    assert_eq!(second.code, Some(1), "{second:?}");
    assert!(
        second.stderr.contains("another `proauthd rekey` runs"),
        "{second:?}"
    );
    let first = first.wait_with_output().expect("a child");
    assert!(first.status.success(), "{first:?}");
    assert_all_there(&world, &alice);
}

#[test]
fn it_is_for_root_asks_first_and_refuses_what_this_machine_cannot_do() {
    let world = World::new();
    let alice = world.proauthd(&["rekey", "--yes"]).by("alice").run();
    assert_eq!(alice.code, Some(4), "{alice:?}");
    assert!(alice.stderr.contains("this is for root"), "{alice:?}");
    let silent = world.proauthd(&["rekey"]).run();
    assert_eq!(silent.code, Some(2), "{silent:?}");
    assert!(silent.stderr.contains("--yes"), "{silent:?}");

    let before = sh(&world, &format!("sha256sum {KEY}"));
    sh(&world, "rm -rf /run/systemd/system");
    let sealed = rekey(&world, &["--to", "credential"]);
    assert_eq!(sealed.code, Some(5), "{sealed:?}");
    assert!(
        sealed.stderr.contains("systemd does not run here"),
        "{sealed:?}"
    );
    assert_eq!(sh(&world, &format!("sha256sum {KEY}")), before);
    let auto = rekey(&world, &["--to", "auto"]).expect_success();
    assert!(auto.stderr.contains("stays in a file"), "{auto:?}");
    assert!(auto.stdout.contains(KEY), "{auto:?}");
    assert_ne!(sh(&world, &format!("sha256sum {KEY}")), before);
}

#[test]
fn a_next_key_that_was_never_used_is_warned_of_and_written_over() {
    let world = World::new();
    let _alice = world.enroll("alice");
    let stranger = format!("umask 077; head -c 32 /dev/urandom >{KEY}.next");
    sh(&world, &stranger);
    world.daemon.restart();
    let log = world.daemon.log().text();
    assert!(log.contains("proauthd.key.next is not the key"), "{log}");
    rekey(&world, &[]).expect_success();
    assert_eq!(
        sh(&world, &format!("ls {FOLDER}")),
        "proauthd.key\nproauthd.toml\n"
    );
    world.daemon.restart();
    let log = world.daemon.log().text();
    assert!(!log.contains("key_unused"), "{log}");
}

#[test]
fn what_could_not_be_ended_is_not_begun() {
    let world = World::new();
    let _alice = world.enroll("alice");
    let refuses = |arguments: &[&str], why: &str| {
        let refused = rekey(&world, arguments);
        assert!(matches!(refused.code, Some(2 | 5)), "{refused:?}");
        assert!(refused.stderr.contains(why), "{refused:?}");
        assert!(!world.daemon.said().contains("rekey_begun"));
    };
    sh(
        &world,
        &format!("cp -a {KEY} /run/e2e/key; mount --bind /run/e2e/key {KEY}"),
    );
    refuses(&[], "it is mounted there");
    refuses(&["--to", "file"], "it is mounted there");
    sh(&world, &format!("umount {KEY}; ln -sf /run/e2e/key {KEY}"));
    refuses(&[], "it is a symbolic link");
    sh(&world, &format!("mv /run/e2e/key {KEY}"));
    let other = "echo '[key]\npath = \"/srv/other.key\"' >/run/e2e/other.toml";
    sh(&world, other);
    let config = ["--config", "/run/e2e/other.toml"];
    refuses(&config, "the daemon that runs has its key at");
    rekey(&world, &[]).expect_success();
}
