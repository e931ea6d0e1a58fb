//! The daemon is killed at chosen places of a login: no code lets in twice, and nobody is lost.

use proauth_e2e::{Authenticator, LetIn, Trace, World};

use crate::kill::{Kill, Threads, judge, kill, print_histogram, threads};

mod aim;
mod kill;

/// What a login that nobody disturbs does at the places aimed at.
fn undisturbed(world: &World, code: &str) -> (Threads, Trace) {
    let login = world.prompted("code-only", "alice");
    let threads = threads(world);
    let strace = world.strace(&[threads.main, threads.writer], None);
    assert_eq!(login.code(code), LetIn);
    world.daemon.kill();
    (threads, strace.until_death())
}

/// The first login is told of the enrollment, and that is stored as well: no login like others.
fn enroll_and_log_in(world: &World) -> Authenticator {
    let alice = world.enroll("alice");
    let first = world.pam("code-only", "alice").code(&alice.fresh_code());
    assert_eq!(first, LetIn);
    alice
}

/// The calls that are aimed at in whatever thread makes them. How many pages are written, and so
/// how many calls in a row, is up to the engine.
fn aimed_at(trace: &Trace) -> Vec<(u32, &str)> {
    let names = ["getrandom", "pwrite64", "fsync", "sendto"];
    let calls = trace.calls.iter().filter(|call| call.returned);
    let calls = calls.map(|call| (call.thread, call.name.as_str()));
    let mut calls: Vec<_> = calls.filter(|(_, name)| names.contains(name)).collect();
    calls.dedup();
    calls
}

#[test]
fn a_login_goes_through_the_places_aimed_at_in_the_order_of_the_stages() {
    let world = World::new();
    let alice = enroll_and_log_in(&world);
    let (Threads { main, writer }, trace) = undisturbed(&world, &alice.fresh_code());
    let expected = [
        (main, "sendto"),
        (main, "getrandom"),
        (writer, "pwrite64"),
        (writer, "fsync"),
        (main, "sendto"),
    ];
    assert_eq!(aimed_at(&trace), expected, "{}", trace.text);
    assert_eq!(trace.returned("fsync"), 1, "{}", trace.text);
    let sent = trace.named("sendto");
    assert!(
        sent[0].arguments.contains("GetConnectionUnixUser"),
        "{}",
        trace.text
    );
    // A signature of Verify's answer.
    assert!(sent[1].arguments.contains("(uuua(utt))"), "{}", trace.text);
    let calls = trace.calls.iter().filter(|call| call.thread == writer);
    let names: Vec<&str> = calls.map(|call| call.name.as_str()).collect();
    let flush = names
        .iter()
        .position(|name| *name == "fsync")
        .expect("it flushes");
    let locks = |names: &[&str]| names.iter().filter(|name| **name == "fcntl").count();
    let (before, after) = names.split_at(flush);
    assert_eq!((locks(before), locks(after)), (2, 2), "{}", trace.text);
}

#[test]
fn the_first_login_of_a_daemon_makes_a_new_log_before_it_goes_through_them() {
    let world = World::new();
    let alice = enroll_and_log_in(&world);
    world.daemon.restart();
    let (Threads { main, writer }, trace) = undisturbed(&world, &alice.fresh_code());
    let expected = [
        (main, "sendto"),
        (main, "getrandom"),
        (writer, "pwrite64"),
        (writer, "fsync"),
        (writer, "pwrite64"),
        (writer, "fsync"),
        (main, "sendto"),
    ];
    assert_eq!(aimed_at(&trace), expected, "{}", trace.text);
    assert_eq!(trace.returned("fsync"), 3, "{}", trace.text);
}

#[test]
fn a_daemon_killed_at_any_stage_of_a_login_lets_no_code_in_twice_and_loses_nobody() {
    let world = World::new();
    world.add_users(&["carol"]);
    let alice = enroll_and_log_in(&world);
    let [bob, _carol] = ["bob", "carol"].map(|user| world.enroll(user));
    let everybody = world.proauthd(&["list", "--json"]).run().expect_success();
    let names = |list: serde_json::Value| -> Vec<String> {
        let accounts = list.as_array().expect("a list").clone();
        accounts
            .iter()
            .map(|account| account["user"].to_string())
            .collect()
    };
    let everybody = names(everybody.json());
    assert_eq!(everybody.len(), 3);

    let (_, trace) = undisturbed(&world, &alice.fresh_code());
    world.daemon.start();
    let mut kills = Vec::new();
    for aim in aim::plan(trace.returned("pwrite64")) {
        let code = alice.fresh_code();
        let first = kill(&world, aim, &code);
        world.daemon.start();
        let again = || world.pam("code-only", "alice").code(&code) == LetIn;
        let again = [again(), again()];
        let listed = world.proauthd(&["list", "--json"]).run().expect_success();
        let bobs = world.pam("code-only", "bob").code(&bob.fresh_code());
        let lost = names(listed.json()) != everybody || bobs != LetIn;
        let stage = aim.stage;
        kills.push(Kill {
            stage,
            first,
            again,
            lost,
        });
    }
    print_histogram(&kills);
    kills.iter().for_each(judge);
}
