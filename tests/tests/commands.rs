//! What administrators and users ask by the command line, beside enrolling.

use proauth_e2e::{COMMANDS, LetIn, Ran, Refused, World};
use serde_json::json;

#[test]
fn every_command_explains_itself_with_an_example() {
    let world = World::builder().without_daemon().build();
    for command in COMMANDS {
        let ran = world
            .proauthd(&[command, &["--help"]].concat())
            .run()
            .expect_success();
        if command != ["config"] {
            let (_, example) = ran
                .stdout
                .split_once("\nExample")
                .expect("there is an example");
            let typed = format!("proauthd {}", command.join(" "));
            assert!(example.contains(&typed), "{command:?}: {example}");
        }
    }
    let listed = world.proauthd(&["--help"]).run().expect_success().stdout;
    let listed = listed
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1);
    let listed: Vec<&str> = listed
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .collect();
    for name in &listed {
        assert!(
            COMMANDS.iter().any(|command| command[0] == *name),
            "add {name} here"
        );
    }
    assert!(listed.len() >= 9, "{listed:?}");
}

#[test]
fn a_wrong_command_line_is_exit_code_2() {
    let world = World::builder().without_daemon().build();
    for arguments in [
        &["enrol"][..],
        &["invite"],
        &["status", "--usr", "alice"],
        &[],
    ] {
        assert_eq!(
            world.proauthd(arguments).run().code,
            Some(2),
            "{arguments:?}"
        );
    }
}

#[test]
fn without_the_daemon_or_the_bus_it_is_exit_code_3_and_one_sentence() {
    let world = World::builder().without_daemon().build();
    assert_one_sentence(&world.proauthd(&["status", "--user", "alice"]).run(), 3);
    world.bus.stop();
    assert_one_sentence(&world.proauthd(&["status", "--user", "alice"]).run(), 3);
    let nowhere = ["list", "--bus", "unix:path=/nowhere"];
    assert_one_sentence(&world.proauthd(&nowhere).run(), 3);
}

#[test]
fn users_see_their_own_status_and_nobody_elses() {
    let world = World::new();
    let _alice = world.enroll("alice");
    let own = world
        .run_as("alice", &["proauthd", "status", "--json"])
        .expect_success()
        .json();
    assert_eq!(
        (&own["user"], &own["enrolled"]),
        (&json!("alice"), &json!(true))
    );
    let other = world.run_as("bob", &["proauthd", "status", "--user", "alice"]);
    assert_one_sentence(&other, 4);
    assert_one_sentence(&world.run_as("alice", &["proauthd", "list"]), 4);
    let verify = world
        .proauthd(&["verify", "--user", "alice"])
        .by("alice")
        .typing("123456\n");
    assert_one_sentence(&verify.run(), 4);
    assert_one_sentence(
        &world.run_as("alice", &["proauthd", "resync", "--user", "alice"]),
        4,
    );
}

#[test]
fn status_tells_what_is_known_of_an_account() {
    let world = World::new();
    let alice = world.enroll("alice");
    let enrolled_at = world.clock.now();
    assert_eq!(world.ssh("alice").code(&alice.wrong_code()), Refused);
    let status = world.status("alice");
    let expected = json!({
        "user": "alice", "uid": status["uid"], "enrolled": true, "algorithm": "SHA1", "digits": 6,
        "period": 30, "skew": 1, "enrolled_at": enrolled_at,
        "last_step_at": enrolled_at - enrolled_at % 30, "clock_offset": 0,
        "last_offset": 0, "step_in_future": false, "failures": 1, "locker_failures": 0, "wait": 0,
        "recovery_codes": 10, "suspended": false, "account": "present",
        "clock_unsynchronised": false, "authenticators": ["main"], "identity": "",
    });
    assert_eq!(status, expected);
    let not_enrolled = world.status("bob");
    assert_eq!(
        (&not_enrolled["user"], &not_enrolled["enrolled"]),
        (&json!("bob"), &json!(false))
    );
}

#[test]
fn list_shows_all_who_are_enrolled_by_name() {
    let world = World::new();
    let list = || {
        world
            .proauthd(&["list", "--json"])
            .run()
            .expect_success()
            .json()
    };
    assert_eq!(list(), json!([]));
    let _enrolled = ["bob", "alice"].map(|user| world.enroll(user));
    assert_eq!(list(), json!([world.status("alice"), world.status("bob")]));
}

#[test]
fn verify_says_exactly_what_the_daemon_thinks_of_a_code() {
    let world = World::new();
    let alice = world.enroll("alice");
    world.clock.advance(3600);
    let right = alice.code();
    let finding = |code: &str| {
        let verify = world
            .proauthd(&["verify", "--user", "alice", "--json"])
            .typing(code)
            .run();
        let json = verify.json();
        let finding = json["finding"].as_str().unwrap().to_owned();
        (
            finding,
            json["offset_seconds"].as_i64().unwrap(),
            verify.code,
        )
    };
    let answer = |finding: &str, offset, code| (finding.to_owned(), offset, Some(code));
    assert_eq!(
        finding(&alice.code_in_steps(-14)),
        answer("outside_window", -420, 1)
    );
    assert_eq!(
        finding(&alice.code_in_steps(14)),
        answer("outside_window", 420, 1)
    );
    assert_eq!(finding(&right), answer("right", 0, 0));
    assert_eq!(finding(&right), answer("already_used", 0, 1));
    assert_eq!(finding(&alice.wrong_code()), answer("wrong", 0, 1));
    assert_eq!(finding("12345"), answer("malformed", 0, 1));
    assert_eq!(
        world.status("alice")["failures"],
        0,
        "root's questions are no tries"
    );

    let ask = world.proauthd(&["verify", "--user", "alice"]);
    let old = ask.typing(alice.code_in_steps(-14)).run();
    let said = format!("{}{}", old.stdout, old.stderr);
    assert!(said.contains("right, but 7 minutes old"), "{said}");
}

#[test]
fn a_login_under_a_clock_that_ran_ahead_is_mended_by_resync() {
    let world = World::new();
    let alice = world.enroll("alice");
    let today = world.clock.now();
    world.clock.set(today + 10 * 86_400);
    assert_eq!(world.ssh("alice").code(&alice.code()), LetIn);
    world.clock.set(today + 600);
    assert_eq!(world.ssh("alice").code(&alice.code()), Refused);
    assert_eq!(world.status("alice")["step_in_future"], true);

    let resync = world
        .proauthd(&["resync", "--user", "alice", "--json"])
        .run()
        .expect_success();
    assert_eq!(resync.json(), json!({ "user": "alice", "resynced": true }));
    assert_eq!(world.status("alice")["step_in_future"], false);
    for steps in [-1, 0, 1] {
        let code = alice.code_in_steps(steps);
        assert_eq!(
            world.ssh("alice").code(&code),
            Refused,
            "within the window of the resync"
        );
    }
    world.clock.advance(60);
    assert_eq!(world.ssh("alice").code(&alice.code()), LetIn);
}

#[test]
fn a_device_with_a_wrong_clock_is_followed_after_three_of_its_codes() {
    let world = World::new();
    let alice = world.enroll("alice");
    world.clock.advance(7200);
    let slow = |steps: i64| alice.code_in_steps(steps - 20);
    assert_eq!(world.ssh("alice").code(&slow(0)), Refused);
    let codes = format!("{}\n{}\n{}\n", slow(-2), slow(-1), slow(0));
    let resync = world
        .proauthd(&["resync", "--codes", "--json"])
        .by("alice")
        .typing(codes);
    assert_eq!(resync.run().expect_success().json()["clock_offset"], -600);
    assert_eq!(
        world.ssh("alice").code(&slow(0)),
        Refused,
        "the three are used up"
    );
    assert_eq!(world.ssh("alice").code(&slow(1)), LetIn);
}

#[test]
fn three_codes_that_do_not_follow_each_other_change_nothing() {
    let world = World::new();
    let alice = world.enroll("alice");
    world.clock.advance(7200);
    let code = |steps| alice.code_in_steps(steps);
    let codes = format!("{}\n{}\n{}\n", code(-22), code(-20), code(-21));
    let resync = world
        .proauthd(&["resync", "--codes"])
        .by("alice")
        .typing(codes)
        .run();
    assert_one_sentence(&resync, 1);
    assert_eq!(world.status("alice")["clock_offset"], 0);
    assert_eq!(world.ssh("alice").code(&code(0)), LetIn);
}

#[test]
fn the_shipped_config_is_right() {
    let world = World::builder().without_daemon().build();
    let check = world
        .proauthd(&["config", "check", "--json"])
        .run()
        .expect_success()
        .json();
    let expected = json!(["/etc/proauth/proauthd.toml"]);
    assert_eq!(
        (&check["valid"], &check["files"]),
        (&json!(true), &expected)
    );
}

/// What went wrong is one line on stderr, and begins with the program's name.
fn assert_one_sentence(ran: &Ran, code: i32) {
    assert_eq!(ran.code, Some(code), "{ran:?}");
    let begins_right = ran.stderr.starts_with("proauthd: ");
    assert!(begins_right && ran.stderr.lines().count() == 1, "{ran:?}");
}
