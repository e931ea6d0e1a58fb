//! Clocks that are off: the device's, which is followed, and the server's, which is told.

use std::io::{BufRead, BufReader};

use proauth_e2e::{DEADLINE, LetIn, Refused, World};

#[test]
fn a_device_that_drifts_is_followed_once_three_logins_agree() {
    let world = World::new();
    let alice = world.enroll("alice");
    let login = |steps: i64| {
        world.clock.advance(120);
        world
            .pam("code-only", "alice")
            .code(&alice.code_in_steps(steps))
    };
    assert_eq!(login(2), Refused, "two steps ahead");
    for _ in 0..3 {
        assert_eq!(world.status("alice")["clock_offset"], 0);
        assert_eq!(login(1), LetIn);
    }
    assert_eq!(world.status("alice")["clock_offset"], 30);
    assert_eq!(login(2), LetIn, "one step ahead of what is known");
    assert_eq!(login(-1), Refused);
}

#[test]
fn status_and_the_log_say_how_far_off_a_device_was() {
    let world = World::new();
    let alice = world.enroll("alice");
    world.clock.advance(120);
    assert_eq!(
        world
            .pam("code-only", "alice")
            .code(&alice.code_in_steps(-1)),
        LetIn
    );
    assert_eq!(world.status("alice")["last_offset"], -30);
    let shown = world
        .proauthd(&["status", "--user", "alice"])
        .run()
        .expect_success()
        .stdout;
    assert!(
        shown.contains("the last code: 30 seconds behind ours"),
        "{shown}"
    );
    let said = world.daemon.said();
    assert!(
        said.contains("verdict=\"accepted\"") && said.contains("offset=-30"),
        "{said}"
    );
}

#[test]
fn a_server_whose_clock_is_not_synchronised_says_so_in_the_log_and_in_status() {
    for (answer, unsynchronised) in [("no", true), ("yes", false)] {
        let world = World::builder().without_daemon().build();
        world.bring_program(env!("CARGO_BIN_EXE_timedated"), "/run/e2e/timedated");
        let mut stand_in = world.program(&["/run/e2e/timedated", answer]).spawn();
        let mut said = String::new();
        let stdout = stand_in.stdout.take().expect("it is piped");
        BufReader::new(stdout)
            .read_line(&mut said)
            .expect("it speaks UTF-8");
        assert_eq!(said, "posing\n");

        world.daemon.start();
        let warning = "the clock is not synchronised: right codes may be refused";
        if unsynchronised {
            assert!(
                world.daemon.log().wait_for(warning, DEADLINE),
                "{}",
                world.daemon.said()
            );
        }
        assert_eq!(
            world.status("alice")["clock_unsynchronised"],
            unsynchronised
        );
        assert_eq!(world.daemon.said().contains(warning), unsynchronised);
        let shown = world
            .proauthd(&["status", "--user", "alice"])
            .run()
            .expect_success();
        assert_eq!(
            shown.stdout.contains("timedatectl"),
            unsynchronised,
            "{shown:?}"
        );
        drop(world);
        let _ended_with_it = stand_in.wait();
    }
}
