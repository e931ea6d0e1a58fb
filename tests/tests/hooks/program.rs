//! Only a program that nobody but root can have put there is run.

use proauth_e2e::{ON_EVENT, RECORDER, World};

use crate::suspend_and_resume;

/// Makes a program unfit, and what is then said of it.
const UNFIT: [(&str, &str); 11] = [
    (
        "chmod o+w $0",
        "others than root can write to /usr/local/lib/e2e/on-event;",
    ),
    (
        "chmod g+w $0",
        "others than root can write to /usr/local/lib/e2e/on-event;",
    ),
    (
        "chown alice $0",
        "/usr/local/lib/e2e/on-event belongs to uid",
    ),
    (
        "chmod a-x $0",
        "/usr/local/lib/e2e/on-event is not executable;",
    ),
    (
        "chmod o+w /usr/local/lib",
        "others than root can write to /usr/local/lib;",
    ),
    (
        "chmod 1777 /usr/local/lib/e2e",
        "others than root can write to /usr/local/lib/e2e;",
    ),
    (
        "chown alice /usr/local/lib/e2e",
        "/usr/local/lib/e2e belongs to uid",
    ),
    (
        "rm $0",
        "/usr/local/lib/e2e/on-event cannot be looked at: No such file",
    ),
    (
        "rm $0; mkdir $0",
        "/usr/local/lib/e2e/on-event is not a file;",
    ),
    (
        "mv $0 /tmp/mine; chown alice /tmp/mine; ln -s /tmp/mine $0",
        "/usr/local/lib/e2e/on-event is a symbolic link;",
    ),
    (
        "mv /usr/local/lib/e2e /tmp/e2e; ln -s /tmp/e2e /usr/local/lib/e2e",
        "/usr/local/lib/e2e is a symbolic link;",
    ),
];

const REPAIR: &str = "rm -rf /usr/local/lib/e2e /tmp/e2e /tmp/mine; chmod 755 /usr/local/lib";

/// Runs `script` in the world, where `$0` is the program.
fn sh(world: &World, script: &str) {
    world.run(&["sh", "-ec", script, ON_EVENT]).expect_success();
}

#[test]
fn a_program_that_others_could_have_changed_is_refused_before_each_run() {
    let world = World::new();
    let hooks = world.hooks();
    let mut ran = 0;
    for (spoil, sentence) in UNFIT {
        sh(&world, spoil);
        let before = hooks.count_lines(sentence);
        suspend_and_resume(&world, "alice");
        hooks.wait_for("refusals", || hooks.count_lines(sentence) == before + 2);
        let complaint = world.proauthd(&["config", "check"]).run().expect_success();
        assert!(complaint.stdout.contains(sentence), "{complaint:?}");
        assert_eq!(hooks.runs().len(), ran, "{spoil}");

        sh(&world, REPAIR);
        world.install_program(ON_EVENT, RECORDER);
        suspend_and_resume(&world, "alice");
        let _ = hooks.run_after(ran + 1);
        ran += 2;
    }
    let said = hooks.service.log().text();
    let refusals = said
        .lines()
        .filter(|line| line.contains("hooks.on_event is not run: "));
    assert_eq!(refusals.count(), 2 * UNFIT.len(), "one sentence each");
}

#[test]
fn a_program_that_is_not_fit_is_named_at_the_start_already() {
    let world = World::new();
    let hooks = world.stopped_hooks();
    world.set_on_event(ON_EVENT);
    hooks.service.start();
    hooks.expect_line("hooks.on_event is not run: /usr/local/lib/e2e cannot be looked at");
    // What is put right later is run.
    world.install_program(ON_EVENT, RECORDER);
    suspend_and_resume(&world, "alice");
    let _ = hooks.run_after(1);
}

#[test]
fn a_program_that_the_system_does_not_run_is_said_once_for_each_event() {
    let world = World::new();
    let hooks = world.hooks();
    world.install_program(ON_EVENT, "#!/nonexistent/interpreter\n");
    suspend_and_resume(&world, "alice");
    let sentence = "hooks.on_event does not start: /usr/local/lib/e2e/on-event: No such file";
    hooks.wait_for("complaints", || hooks.count_lines(sentence) == 2);
    world.install_program(ON_EVENT, RECORDER);
    suspend_and_resume(&world, "alice");
    let _ = hooks.run_after(1);
}

#[test]
fn the_hooks_are_for_root_alone() {
    let world = World::new();
    let ran = world.run_as("alice", &["proauthd", "hooks"]);
    assert_eq!(ran.code, Some(4), "{ran:?}");
    assert!(ran.stderr.contains("only root hears"), "{ran:?}");
}
