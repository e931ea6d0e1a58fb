//! The daemon from its start to its end, and what it takes over from the one before.

use std::io::Read;
use std::os::unix::net::UnixListener;

use proauth_e2e::{Answer, DEADLINE, LetIn, Refused, World};

#[test]
fn the_daemon_can_answer_as_soon_as_it_says_that_it_is_ready() {
    let world = World::new();
    for _ in 0..10 {
        world.daemon.restart();
        let answer = world.call("root", "Admin.List", &[]);
        assert_eq!(answer, Answer::Reply("aa{sv} 0".to_owned()));
    }
}

#[test]
fn a_daemon_that_finds_no_bus_never_says_that_it_is_ready() {
    let world = World::builder().without_daemon().build();
    world.bus.stop();
    let ended = world.daemon.try_start().expect_err("there is no bus");
    assert_eq!(ended.code, Some(3), "{}", ended.said);
    assert!(
        ended.said.contains("check that the bus runs"),
        "{}",
        ended.said
    );
}

#[test]
fn a_daemon_that_the_bus_does_not_greet_never_says_that_it_is_ready() {
    let world = World::builder().without_daemon().build();
    let bus = "/run/e2e/rude-bus";
    let listener = UnixListener::bind(world.path(bus)).expect("the world can be written to");
    let rude = std::thread::spawn(move || {
        let (mut daemon, _) = listener.accept().expect("the daemon comes");
        let mut greeting = [0; 16];
        let said = daemon.read(&mut greeting).expect("it speaks first");
        greeting[..said].starts_with(b"\0AUTH EXTERNAL")
    });
    let mut launch = world.daemon.launch();
    launch.argv.push(format!("--bus=unix:path={bus}"));
    let ended = world.daemon.try_start_as(&launch).expect_err("no greeting");
    assert!(rude.join().expect("it only listens"), "it did not speak");
    assert_eq!(ended.code, Some(3), "{}", ended.said);
}

#[test]
fn the_daemon_ends_cleanly_when_it_is_told_to() {
    let world = World::new();
    for signal in ["TERM", "INT"] {
        world.daemon.signal(signal);
        let ended = world.daemon.wait();
        assert_eq!(ended.code(), Some(0), "{signal}: {}", world.daemon.said());
        let bus = "org.freedesktop.DBus";
        let question = [bus, "/org/freedesktop/DBus", bus, "NameHasOwner"];
        let question = [&question[..], &["s", "org.proauth.Daemon1"]].concat();
        let owned = world.busctl("root", &question, &[]);
        assert_eq!(owned, Answer::Reply("b false".to_owned()), "{signal}");
        world.daemon.start();
    }
}

#[test]
fn the_daemon_ends_cleanly_even_if_the_bus_is_silent() {
    let world = World::new();
    world.bus.pause();
    assert_eq!(
        world.daemon.stop().code(),
        Some(0),
        "{}",
        world.daemon.said()
    );
    world.bus.resume();
}

#[test]
fn the_daemon_ends_when_its_bus_does_and_says_why() {
    let world = World::new();
    world.bus.stop();
    assert_eq!(world.daemon.wait().code(), Some(3));
    let said = world.daemon.log().finished(DEADLINE);
    let last = said.lines().last().unwrap_or_default();
    assert!(
        last.starts_with("proauthd: the bus closed the connection"),
        "{said}"
    );
}

#[test]
fn a_restart_loses_neither_enrollments_nor_used_codes_nor_wrong_ones() {
    let world = World::new();
    let alice = world.enroll("alice");
    let _bob = world.enroll("bob");
    let used = alice.fresh_code();
    assert_eq!(world.pam("code-only", "alice").code(&used), LetIn);
    for user in ["alice", "alice", "alice", "alice", "alice", "nobody-such"] {
        let elsewhere = world.pam("code-only", user).option("-Irhost=192.0.2.9");
        assert_eq!(elsewhere.code(&alice.wrong_code()), Refused);
    }
    let everything = || world.proauthd(&["list", "--json"]).run().expect_success();
    let before = everything().json();
    assert_eq!(before.as_array().map(Vec::len), Some(2), "{before}");
    assert_eq!(
        (&before[0]["failures"], &before[0]["wait"]),
        (&5.into(), &30.into())
    );

    world.daemon.restart();
    assert_eq!(everything().json(), before, "after SIGTERM");
    world.daemon.kill();
    world.daemon.start();
    assert_eq!(everything().json(), before, "after SIGKILL");

    let elsewhere = world.pam("code-only", "alice").option("-Irhost=192.0.2.9");
    assert_eq!(elsewhere.code(&alice.code()), Refused);
    world.clock.advance(30);
    assert_eq!(world.pam("code-only", "alice").code(&used), Refused);
    assert_eq!(world.pam("code-only", "alice").code(&alice.code()), LetIn);
}

#[test]
fn a_restart_does_not_forget_the_wrong_codes_of_unknown_users() {
    let world = World::new();
    for _ in 0..5 {
        assert_eq!(
            world.pam("code-only", "nobody-such").code("123456"),
            Refused
        );
    }
    let begin = || {
        let context = ["(sssss)", "nobody-such", "sshd", "", "", ""];
        world.call("root", "Login.Begin", &context)
    };
    let locked = Answer::Reply("(uuu) 3 6 30".to_owned());
    assert_eq!(begin(), locked);
    world.daemon.restart();
    assert_eq!(begin(), locked);
}

#[test]
fn a_second_daemon_leaves_the_name_to_the_first() {
    let world = World::new();
    let alice = world.enroll("alice");
    // Ends by itself, unless it takes the name.
    let second = world.run(&["timeout", "10", "proauthd", "serve"]);
    assert_eq!(second.code, Some(3), "{second:?}");
    let last = second.stderr.lines().last().unwrap_or_default();
    assert!(last.contains("that no other proauthd runs"), "{second:?}");

    let code = alice.fresh_code();
    assert_eq!(world.pam("code-only", "alice").code(&code), LetIn);
    assert_eq!(world.pam("code-only", "alice").code(&code), Refused);
    let it_answered = "verdict=\"accepted\"";
    assert!(world.daemon.log().wait_for(it_answered, DEADLINE));
}

#[test]
fn log_lines_go_to_the_journal_with_their_fields_where_there_is_one() {
    let world = World::builder().journal().build();
    let alice = world.enroll("alice");
    let code = alice.fresh_code();
    assert_eq!(world.pam("code-only", "alice").code(&code), LetIn);
    for (field, value) in [
        ("PROAUTH_EVENT", "ready"),
        ("PROAUTH_EVENT", "enrolled"),
        ("PROAUTH_EVENT", "login"),
        ("PROAUTH_VERDICT", "accepted"),
        ("PROAUTH_USER", "\"alice\""),
        ("PROAUTH_SERVICE", "\"code-only\""),
        ("SYSLOG_IDENTIFIER", "proauthd"),
    ] {
        let is_there = world.journal_says(&journal_field(field, value));
        assert!(is_there, "{field}={value}: {}", world.journal());
    }
    assert_eq!(world.daemon.said(), "", "said twice");
}

#[test]
fn log_lines_go_to_stderr_where_there_is_no_journal() {
    let world = World::new();
    let alice = world.enroll("alice");
    assert_eq!(
        world.pam("code-only", "alice").code(&alice.wrong_code()),
        Refused
    );
    for expected in [
        "event=\"ready\"",
        "event=\"login\" verdict=\"wrong\" user=\"alice\"",
    ] {
        let is_there = world.daemon.log().wait_for(expected, DEADLINE);
        assert!(is_there, "{expected}: {}", world.daemon.said());
    }
}

/// A field as journald takes it: a length of 64 bits goes before the value.
fn journal_field(name: &str, value: &str) -> String {
    let length = u8::try_from(value.len()).expect("values are short");
    format!("{name}\n{}\0\0\0\0\0\0\0{value}\n", char::from(length))
}
