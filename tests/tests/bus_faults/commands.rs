//! What commands say: that the daemon cannot be reached, and what to do.

use proauth_e2e::{DEADLINE, Ran, World};

use crate::{FAULTS, Fault};

/// Every command that asks the daemon.
const COMMANDS: [&[&str]; 7] = [
    &["status", "--user", "alice"],
    &["list"],
    &["verify", "--user", "alice"],
    &["resync", "--user", "alice"],
    &["resync", "--codes", "--user", "alice"],
    &["unenroll", "--user", "alice"],
    &["enroll", "--user", "alice", "--offline"],
];

#[test]
fn every_command_says_that_there_is_no_daemon() {
    let world = World::new();
    world.daemon.stop();
    for command in COMMANDS {
        assert_unreachable(&run(&world, command), &format!("{command:?}"));
    }
}

#[test]
fn every_command_says_that_there_is_no_bus() {
    let world = World::new();
    world.bus.stop();
    for command in COMMANDS {
        assert_unreachable(&run(&world, command), &format!("{command:?}"));
    }
}

#[test]
fn every_command_says_that_there_is_no_bus_where_it_was_told_to_look() {
    let world = World::new();
    for address in [
        "unix:path=/run/nowhere",
        "unix:path=/etc/passwd",
        "tcp:",
        "x",
    ] {
        for command in COMMANDS {
            let elsewhere = [&["--bus", address], command].concat();
            assert_unreachable(&run(&world, &elsewhere), &format!("{elsewhere:?}"));
        }
    }
}

#[test]
fn a_command_says_that_the_daemon_cannot_be_reached_whatever_happened_to_it() {
    let world = World::new();
    let _alice = world.enroll("alice");
    for Fault {
        name,
        happens,
        is_repaired,
    } in FAULTS
    {
        happens(&world);
        assert_unreachable(&run(&world, COMMANDS[0]), name);
        is_repaired(&world);
        assert_eq!(world.status("alice")["enrolled"], true, "after {name}");
    }
}

#[test]
fn a_command_says_that_the_daemon_cannot_be_reached_when_it_dies_over_the_call() {
    type Kill = fn(&World);
    let kills: [Kill; 2] = [|world| world.daemon.kill(), |world| world.bus.kill()];
    for kill in kills {
        let world = World::new();
        world.daemon.pause();
        let wiretap = world.wiretap("member='Status'");
        let ran = std::thread::scope(|scope| {
            let status = scope.spawn(|| run(&world, COMMANDS[0]));
            let is_called = wiretap.wait_for("Member=Status", DEADLINE);
            assert!(is_called, "{}", wiretap.text());
            kill(&world);
            status.join().expect("it ends")
        });
        assert_unreachable(&ran, "died over the call");
    }
}

#[test]
fn an_enrollment_that_the_daemon_does_not_live_to_confirm_enrolls_nobody() {
    let world = World::new();
    let enroll = ["enroll", "--user", "alice", "--offline", "--json"];
    let program = world.proauthd(&enroll);
    let mut enroll = program.spawn();
    let said = std::io::BufReader::new(enroll.stdout.take().expect("it is piped"));
    let offered = std::io::BufRead::lines(said).next();
    let offered = offered.expect("a line").expect("it speaks UTF-8");
    let offered: serde_json::Value = serde_json::from_str(&offered).expect("it is JSON");
    let uri = offered["uri"].as_str().expect("it is text");
    let code = proauth_e2e::Authenticator::scan(uri, &world.clock).code();

    world.daemon.restart();
    let mut stdin = enroll.stdin.take().expect("it is piped");
    std::io::Write::write_all(&mut stdin, code.as_bytes()).expect("it reads");
    drop(stdin);
    let output = enroll.wait_with_output().expect("it ends");
    let stderr = String::from_utf8_lossy(&output.stderr);
    // The next daemon knows nothing of it, and says so.
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    assert_eq!(stderr.lines().count(), 1, "{stderr}");
    assert!(stderr.contains("start again"), "{stderr}");
    assert_eq!(world.status("alice")["enrolled"], false);
}

/// Runs it with enough to read, and for no longer than a person would wait.
fn run(world: &World, command: &[&str]) -> Ran {
    let start = std::time::Instant::now();
    let typed = "123456\n123456\n123456\n";
    let ran = world.proauthd(command).typing(typed).run();
    assert!(start.elapsed() < DEADLINE, "{command:?}: {ran:?}");
    ran
}

fn assert_unreachable(ran: &Ran, fault: &str) {
    assert_eq!(ran.code, Some(3), "{fault}: {ran:?}");
    let says_what_to_do = ran.sentence().contains("`systemctl status proauthd dbus`");
    assert!(says_what_to_do, "{fault}: {ran:?}");
    assert_eq!(ran.stdout, "", "{fault}");
}
