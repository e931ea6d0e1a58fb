//! What is told, and what the program gets to know of it.

use proauth_e2e::{Answer, Hooks, LetIn, ON_EVENT, RECORDER, Run, World};

const PATH: &str = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// A wrong code for alice over SSH from `rhost`.
fn guess(world: &World, rhost: &str) -> Answer {
    let body = ["(sssss)s", "alice", "sshd", rhost, "ssh", "", "000000"];
    world.call("root", "Login.Verify", &body)
}

/// The next run, which must be for `event`, with `alice`, nothing else in the environment, and
/// these values.
fn expect_run(hooks: &Hooks, known: usize, event: &str, [service, rhost]: [&str; 2]) -> Run {
    let run = hooks.run_after(known);
    assert_eq!(run.arguments(), [event, "alice"]);
    let time = run.variable("PROAUTH_TIME");
    let expected = [
        PATH.to_owned(),
        "PROAUTH_CALLER=0".to_owned(),
        format!("PROAUTH_EVENT={event}"),
        format!("PROAUTH_RHOST={rhost}"),
        format!("PROAUTH_SERVICE={service}"),
        format!("PROAUTH_TIME={time}"),
        "PROAUTH_USER=alice".to_owned(),
    ];
    assert_eq!(run.environment(), expected);
    run
}

#[test]
fn everything_that_happens_to_an_account_is_told_with_just_what_is_documented() {
    let world = World::new();
    let hooks = world.hooks();
    let none = ["", ""];
    let as_root = |arguments: &[&str]| world.proauthd(arguments).run().expect_success().stdout;

    let alice = world.enroll("alice");
    let run = expect_run(&hooks, 0, "enrolled", none);
    let now = world.run(&[
        "date",
        "-u",
        "-d",
        &format!("@{}", world.clock.now()),
        "+%FT%TZ",
    ]);
    assert_eq!(run.variable("PROAUTH_TIME"), now.stdout.trim());

    as_root(&["suspend", "--user", "alice"]);
    let _ = expect_run(&hooks, 1, "suspended", none);
    as_root(&["resume", "--user", "alice"]);
    let _ = expect_run(&hooks, 2, "resumed", none);

    while world.status("alice")["wait"] == 0 {
        let _rejected = guess(&world, "192.0.2.1");
    }
    let _ = expect_run(&hooks, 3, "lockout", ["sshd", "192.0.2.1"]);
    as_root(&["unlock", "--user", "alice"]);

    let made = world
        .proauthd(&["emergency", "--user", "alice", "--for", "30m", "--json"])
        .run();
    let code = made.expect_success().json()["code"].clone();
    let _ = expect_run(&hooks, 4, "emergency_code", none);
    let code = code.as_str().expect("a code");
    assert_eq!(world.pam("code-only", "alice").code(code), LetIn);
    let _ = expect_run(&hooks, 5, "emergency_code_used", ["code-only", ""]);

    let made = world
        .proauthd(&["recovery-codes", "--user", "alice", "--json"])
        .run();
    let codes = made.expect_success().json()["recovery_codes"].clone();
    let _ = expect_run(&hooks, 6, "recovery_codes", none);
    let code = codes[0].as_str().expect("a code");
    assert_eq!(world.pam("code-only", "alice").code(code), LetIn);
    let _ = expect_run(&hooks, 7, "recovery_code_used", ["code-only", ""]);

    as_root(&["unenroll", "--user", "alice"]);
    let _ = expect_run(&hooks, 8, "unenrolled", none);

    // What was typed right is nobody's business.
    drop(alice);
    assert_eq!(hooks.runs().len(), 9);
}

#[test]
fn nothing_of_the_hooks_process_gets_to_the_program() {
    let world = World::new();
    let hooks = world.hooks();
    let _alice = world.enroll("alice");
    // The environment is the one above, whatever the process itself was given.
    let run = expect_run(&hooks, 0, "enrolled", ["", ""]);
    assert_eq!(run.noted("stdin"), "/dev/null");
    assert_eq!(run.noted("folder"), "/");
    let descriptors = run.noted("descriptors");
    assert!(descriptors.contains(ON_EVENT), "{descriptors}");
    for ours in ["socket:", "anon_inode:", "proauth"] {
        assert!(!descriptors.contains(ours), "{descriptors}");
    }
    let group = run.noted("group");
    let (pid, group) = group.split_once(' ').expect("two numbers");
    assert_eq!(pid, group, "it leads no group of its own");
    // Its output is the unit's.
    hooks.expect_line("recorded enrolled");
}

#[test]
fn what_a_stranger_chose_cannot_begin_a_line_or_a_variable() {
    let world = World::new();
    let hooks = world.hooks();
    let _alice = world.enroll("alice");
    let rhost = "h\nPROAUTH_EVENT=enrolled\u{1b}[2J\u{202e}$(touch /run/e2e/pwned);'\"";
    while world.status("alice")["wait"] == 0 {
        let _rejected = guess(&world, rhost);
    }
    let told = "h\u{fffd}PROAUTH_EVENT=enrolled\u{fffd}[2J\u{fffd}$(touch /run/e2e/pwned);'\"";
    let _ = expect_run(&hooks, 1, "lockout", ["sshd", told]);
    assert!(!world.path("/run/e2e/pwned").exists());
}

#[test]
fn a_daemon_that_starts_again_is_heard_again() {
    let world = World::builder().without_daemon().build();
    let hooks = world.hooks();
    hooks.expect_line("waiting for the daemon");
    world.daemon.start();
    hooks.expect_line("listening to the daemon");
    let _alice = world.enroll("alice");
    let _ = expect_run(&hooks, 0, "enrolled", ["", ""]);
    for is_killed in [false, true] {
        let known = hooks.runs().len();
        if is_killed {
            world.daemon.kill();
        } else {
            assert!(world.daemon.stop().success());
        }
        world.daemon.start();
        // One after the other: programs run side by side.
        let _said = world
            .proauthd(&["suspend", "--user", "alice"])
            .run()
            .expect_success();
        let _ = expect_run(&hooks, known, "suspended", ["", ""]);
        let _said = world
            .proauthd(&["resume", "--user", "alice"])
            .run()
            .expect_success();
        let _ = expect_run(&hooks, known + 1, "resumed", ["", ""]);
    }
    assert_eq!(hooks.count_lines("listening to the daemon"), 3);
    assert_eq!(hooks.count_lines("waiting for the daemon"), 3);
}

#[test]
fn a_bus_that_goes_away_ends_it_with_exit_code_3() {
    let world = World::new();
    let hooks = world.hooks();
    world.bus.stop();
    assert_eq!(hooks.service.wait().code(), Some(3));
    hooks.expect_line("cannot listen on the bus");
    let ended = hooks.service.try_start().expect_err("there is no bus");
    assert_eq!(ended.code, Some(3), "{ended:?}");
    world.bus.start();
    hooks.service.start();
}

#[test]
fn the_config_is_read_again_at_a_reload_and_a_wrong_one_changes_nothing() {
    let world = World::new();
    let hooks = world.stopped_hooks();
    hooks.service.start();
    hooks.expect_line("hooks.on_event names no program");
    crate::suspend_and_resume(&world, "alice");

    world.install_program(ON_EVENT, RECORDER);
    world.set_on_event(ON_EVENT);
    hooks.service.signal("HUP");
    hooks.expect_line("configuration read again");
    crate::suspend_and_resume(&world, "alice");
    let _ = expect_run(&hooks, 0, "suspended", ["", ""]);

    world.set_on_event("on-event");
    hooks.service.signal("HUP");
    hooks.expect_line("configuration is wrong, the old one stays");
    crate::suspend_and_resume(&world, "alice");
    let _ = expect_run(&hooks, 2, "suspended", ["", ""]);

    assert!(hooks.service.stop().success());
    let ended = hooks.service.try_start().expect_err("the config is wrong");
    assert_eq!(ended.code, Some(2), "{ended:?}");
}
