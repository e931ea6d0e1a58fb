//! Who may call what on the bus: every method, every kind of caller, with our bus policy and
//! without it.
//!
//! The calls are made from the introspection data, so that a method without a row in the table
//! fails.

mod callers;
mod table;
mod vanished;

use std::collections::BTreeSet;

use proauth_e2e::{Answer, DEADLINE, World};

use table::{NotAuthorized, Row, TABLE, by_daemon, methods};

#[test]
fn every_method_has_a_row_and_every_row_a_method() {
    let rows: BTreeSet<String> = TABLE.iter().map(|row| row.method.to_owned()).collect();
    let methods: BTreeSet<String> = methods().into_keys().collect();
    assert_eq!(rows, methods);
}

#[test]
fn with_our_policy_bus_and_daemon_let_through_what_the_table_allows() {
    let world = World::new();
    let _alice = world.enroll("alice");
    for row in TABLE {
        for (caller, expected) in row.callers() {
            let expected = if row.is_for_root_alone() && caller != "root" {
                Answer::Error("org.freedesktop.DBus.Error.AccessDenied".to_owned())
            } else {
                by_daemon(expected)
            };
            check(&world, row, caller, &expected);
        }
    }
}

#[test]
fn on_a_wide_open_bus_the_daemon_alone_lets_through_what_the_table_allows() {
    let world = World::builder().lax_bus().build();
    let _alice = world.enroll("alice");
    for row in TABLE {
        for (caller, expected) in row.callers() {
            check(&world, row, caller, &by_daemon(expected));
        }
    }
}

#[test]
fn a_refused_call_changes_nothing_and_is_logged_with_its_caller() {
    let world = World::builder().lax_bus().build();
    let _alice = world.enroll("alice");
    let before = database(&world);
    let mut refused = 0;
    for row in TABLE {
        for (caller, expected) in row.callers() {
            if expected == NotAuthorized {
                check(&world, row, caller, &by_daemon(NotAuthorized));
                refused += 1;
            }
        }
    }
    assert!(refused > 20, "{refused}");
    assert_eq!(database(&world), before);
    let lines = wait_for_lines(&world, "event=\"refused\"", refused);
    let bob = world.run(&["id", "-u", "bob"]).expect_success().stdout;
    let bob = format!("method=Remove caller={}", bob.trim());
    assert!(lines.contains(&bob), "{lines}");
}

fn check(world: &World, row: &Row, caller: &str, expected: &Answer) {
    let answer = world.call(caller, row.method, &row.body());
    let is_as_expected = match expected {
        Answer::Reply(_) => matches!(answer, Answer::Reply(_)),
        Answer::Error(_) => answer == *expected,
    };
    let (method, values) = (row.method, row.values);
    assert!(
        is_as_expected,
        "{caller} calls {method} {values:?}: {answer:?}, not {expected:?}"
    );
}

/// Everything that is stored.
fn database(world: &World) -> String {
    let sqlite3 = [
        "sqlite3",
        "-readonly",
        "/var/lib/proauth/proauth.db",
        ".dump",
    ];
    world.run(&sqlite3).expect_success().stdout
}

/// The lines of the daemon's log with `text`, once there are so many.
fn wait_for_lines(world: &World, text: &str, count: usize) -> String {
    let start = std::time::Instant::now();
    loop {
        let said = world.daemon.said();
        let lines: Vec<&str> = said.lines().filter(|line| line.contains(text)).collect();
        if lines.len() == count {
            return lines.join("\n");
        }
        let patience = start.elapsed() < DEADLINE;
        assert!(patience, "{} lines, not {count}: {said}", lines.len());
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
}
