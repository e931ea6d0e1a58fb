//! The daemon is killed in the middle of a rekey, and the next one finishes it.

use proauth_e2e::{Refused, World};

use crate::{KEY, NEXT, assert_all_there, files, filled, rekey, sh, wait_until_done};

/// Whose call does not happen any more.
#[derive(Debug, Clone, Copy)]
enum Thread {
    /// It begins and ends a rekey.
    Main,
    /// It writes the rows.
    Writer,
}

/// Runs `proauthd rekey`, and kills the daemon at that call of `thread`.
fn kill_at(world: &World, thread: Thread, call: &str, number: usize) {
    let (main, writer) = (world.daemon.pid(), world.daemon_thread("store-writer"));
    let victim = match thread {
        Thread::Main => main,
        Thread::Writer => writer,
    };
    let inject = format!("{call}:signal=SIGKILL:when={number}");
    let strace = world.strace(&[victim], Some(&inject));
    let ran = rekey(world, &[]);
    assert_eq!(ran.code, Some(3), "{ran:?}");
    let _killed = world.daemon.wait();
    let trace = strace.until_death();
    assert!(trace.died_in(victim).is_some(), "{}", trace.text);
}

#[test]
fn a_daemon_killed_anywhere_in_a_rekey_is_followed_by_one_that_finishes_it() {
    let (world, alice) = filled();
    let places = [
        // About to write that it begins; written, and not flushed.
        (Thread::Main, "pwrite64", 1, false),
        (Thread::Main, "fsync", 1, true),
        // The first rows, rows in the middle, the flush of some of them.
        (Thread::Writer, "pwrite64", 1, true),
        (Thread::Writer, "pwrite64", 40, true),
        (Thread::Writer, "fsync", 3, true),
        // All rows are done, and the log is being emptied; then the old mark goes.
        (Thread::Main, "ftruncate", 1, true),
        (Thread::Main, "fsync", 4, true),
    ];
    for (thread, call, number, has_begun) in places {
        println!("{thread:?} at {call} {number}");
        kill_at(&world, thread, call, number);
        world.daemon.start();
        if has_begun {
            wait_until_done(&world);
        }
        assert_all_there(&world, &alice);
        // The key stays where it is found until the command puts it into its place.
        rekey(&world, &[]).expect_success();
        assert_eq!(files(&world), "proauthd.key\nproauthd.toml\n");
        world.daemon.restart();
        assert_all_there(&world, &alice);
    }
}

#[test]
fn a_key_that_is_missing_in_the_middle_is_named_and_putting_it_back_is_enough() {
    let (world, alice) = filled();
    kill_at(&world, Thread::Writer, "fsync", 2);
    for (lost, which) in [(NEXT, "new"), (KEY, "old")] {
        sh(&world, &format!("mv {lost} /run/e2e/lost"));
        let ended = world.daemon.try_start().expect_err("a key is missing");
        assert_eq!(ended.code, Some(5), "{ended:?}");
        let sentence = format!("the {which} one is not there");
        assert!(ended.said.contains(&sentence), "{ended:?}");
        let login = world.pam("code-only", "alice").code(&alice.fresh_code());
        assert_eq!(login, Refused);
        sh(&world, &format!("mv /run/e2e/lost {lost}"));
    }
    world.daemon.start();
    wait_until_done(&world);
    assert_all_there(&world, &alice);
}
