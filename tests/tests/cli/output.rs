//! Where the output goes: readers that leave, full disks, narrow terminals.

use std::iter;
use std::process::{Command, Stdio};

use proauth_e2e::{COMMANDS, World};

/// `proauthd` with a standard output that nobody reads any more.
fn unread(world: &World, arguments: &[&str]) -> Command {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let mut command = world.command("proauthd");
    command
        .args(arguments)
        .stdout(writer)
        .stderr(Stdio::piped());
    command
}

#[test]
fn a_reader_that_leaves_is_no_panic_and_no_error() {
    let world = World::new();
    let _alice = world.enroll("alice");
    for arguments in [
        &["list"][..],
        &["list", "--json"],
        &["status", "--user", "alice"],
        &["status", "--user", "alice", "--json"],
        &["config", "check"],
        &["--help"],
        &["enroll", "--help"],
        &["--version"],
    ] {
        let output = unread(&world, arguments).output().expect("nsenter starts");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(
            (output.status.code(), &*said),
            (Some(0), ""),
            "{arguments:?}"
        );
    }
}

#[test]
fn an_enrollment_whose_key_nobody_read_is_not_said_to_be_done() {
    let world = World::new();
    for json in [&[][..], &["--json"]] {
        let enroll = ["enroll", "--user", "alice", "--offline"];
        let output = unread(&world, &[&enroll, json].concat())
            .output()
            .expect("nsenter starts");
        assert_eq!(world.status("alice")["enrolled"], false);
        assert_ne!(output.status.code(), Some(0), "{output:?}");
    }
}

#[test]
fn output_that_does_not_fit_the_disk_is_an_error() {
    let world = World::new();
    let _alice = world.enroll("alice");
    for line in [
        "proauthd list --json",
        "proauthd status --user alice",
        "proauthd config check",
    ] {
        let ran = world.run(&["sh", "-c", &format!("{line} > /dev/full")]);
        assert_ne!(ran.code, Some(0), "{line}");
        assert!(!ran.stderr.contains("panicked"), "{ran:?}");
        let _said = ran.sentence();
    }
}

#[test]
fn without_stderr_the_exit_code_still_says_it() {
    let world = World::new();
    for redirection in ["2>&-", "2> /dev/full"] {
        let ran = world.run(&[
            "sh",
            "-c",
            &format!("proauthd resync --user bob {redirection}"),
        ]);
        assert_eq!(ran.code, Some(1), "{redirection}: {ran:?}");
    }
}

#[test]
fn help_fits_a_terminal_of_60_columns() {
    let world = World::builder().without_daemon().build();
    for command in iter::once(&[][..]).chain(COMMANDS) {
        let line = format!("proauthd {} --help", command.join(" "));
        let terminal = world.terminal("root", (60, 24), &line);
        assert_eq!(terminal.end(), 0);
        let help = terminal.history();
        assert!(help.contains("Usage: proauthd"), "{help}");
        // What did not fit would have been broken by the terminal, and be one line here. A word
        // cannot be shorter than it is.
        let is_wide = |line: &&str| line.chars().count() > 60 && line.trim().contains(' ');
        let wide: Vec<&str> = help.lines().filter(is_wide).collect();
        assert_eq!(wide, [""; 0], "{line}");
    }
}

#[test]
fn status_and_list_fit_a_terminal_of_80_columns() {
    let world = World::new();
    let _alice = world.enroll("alice");
    for line in ["proauthd status --user alice", "proauthd list"] {
        let terminal = world.terminal("root", (80, 24), line);
        assert_eq!(terminal.end(), 0);
        let said = terminal.history();
        let wide: Vec<&str> = said
            .lines()
            .filter(|line| line.chars().count() > 80)
            .collect();
        assert_eq!(wide, [""; 0], "{line}");
    }
}
