//! However many events come and whatever the program does: bounded in time and number.

use std::time::{Duration, Instant};

use proauth_e2e::{ON_EVENT, RECORDER, World};

use crate::{runs, suspend_and_resume};

/// Waits for somebody to open the gate, and then takes down that it ran.
fn gated() -> String {
    let gate = "#!/bin/sh\ntouch /run/e2e/started.$$\n\
        while [ ! -e /run/e2e/open ]; do sleep 0.02; done\n";
    RECORDER.replacen("#!/bin/sh\n", gate, 1)
}

/// How many gated programs have been started.
fn started(world: &World) -> usize {
    let files = std::fs::read_dir(world.path("/run/e2e")).expect("it is ours");
    let names = files.map(|file| file.expect("it is ours").file_name());
    names
        .filter(|name| name.to_string_lossy().starts_with("started."))
        .count()
}

#[test]
fn a_flood_starts_four_programs_at_a_time_lets_64_events_wait_and_says_once_that_more_are_dropped()
{
    let world = World::new();
    let hooks = world.hooks();
    world.install_program(ON_EVENT, &gated());
    let dropped = "more are dropped for now";
    let mut ran = 0;
    for burst in 1..=2 {
        for _ in 0..50 {
            suspend_and_resume(&world, "alice");
        }
        hooks.expect_line(dropped);
        assert_eq!(hooks.count_lines(dropped), burst);
        assert_eq!(started(&world), ran + 4);

        std::fs::write(world.path("/run/e2e/open"), "").expect("it is ours");
        ran += 4 + 64;
        hooks.wait_for("end of the queue", || hooks.runs().len() >= ran);
        std::fs::remove_file(world.path("/run/e2e/open")).expect("it is ours");
        assert_eq!(started(&world), ran);
    }
    // Nothing comes after them.
    std::fs::write(world.path("/run/e2e/open"), "").expect("it is ours");
    suspend_and_resume(&world, "alice");
    hooks.wait_for("new runs", || hooks.runs().len() >= ran + 2);
    assert_eq!(hooks.runs().len(), ran + 2);
}

#[test]
fn a_program_that_hangs_is_asked_to_end_and_then_killed_with_its_children() {
    let world = World::new();
    let hooks = world.hooks();
    // Asked to end, the one says so, and the other does not listen; nor do its children.
    let program = "#!/bin/sh\n\
        case $PROAUTH_EVENT in\n\
        suspended) trap 'echo ending politely; exit 0' TERM ;;\n\
        resumed) trap '' TERM ;;\n\
        esac\n\
        sh -c 'sleep 471147; :' &\n\
        while :; do wait || sleep 1; done\n";
    world.install_program(ON_EVENT, program);
    suspend_and_resume(&world, "alice");
    hooks.wait_for("hanging program", || runs(&world, "sleep 471147"));
    let start = Instant::now();
    hooks.expect_line("hooks.on_event for suspended of alice still runs after 30 s");
    hooks.expect_line("hooks.on_event for resumed of alice still runs after 30 s");
    hooks.expect_line("ending politely");
    hooks.expect_line("hooks.on_event for resumed of alice failed: signal: 9");
    let took = start.elapsed();
    let bounds = Duration::from_secs(30)..Duration::from_secs(45);
    assert!(bounds.contains(&took), "{took:?}");
    assert_eq!(hooks.count_lines("suspended of alice failed"), 0);
    assert!(!runs(&world, "sleep 471147"));
    // And the next event finds the place free.
    world.install_program(ON_EVENT, RECORDER);
    suspend_and_resume(&world, "alice");
    let _ = hooks.run_after(1);
}

#[test]
fn what_a_program_leaves_behind_ends_with_it() {
    let world = World::new();
    let hooks = world.hooks();
    let program = "#!/bin/sh\nsleep 471148 &\necho leaving one behind\nexit 7\n";
    world.install_program(ON_EVENT, program);
    suspend_and_resume(&world, "alice");
    hooks.expect_line("leaving one behind");
    hooks.expect_line("hooks.on_event for resumed of alice failed: exit status: 7");
    hooks.wait_for("end of it", || !runs(&world, "sleep 471148"));
}

#[test]
fn whoever_ends_the_process_ends_the_programs() {
    let world = World::new();
    let hooks = world.hooks();
    let program = "#!/bin/sh\ntrap '' TERM\nsh -c 'sleep 471149; :' &\nwhile :; do wait; done\n";
    world.install_program(ON_EVENT, program);
    suspend_and_resume(&world, "alice");
    hooks.wait_for("programs", || runs(&world, "sleep 471149"));
    let start = Instant::now();
    assert!(hooks.service.stop().success());
    assert!(start.elapsed() < Duration::from_secs(5));
    hooks.wait_for("end of them", || {
        !runs(&world, "sleep 471149") && !runs(&world, ON_EVENT)
    });
}
