//! `proauthd drain`: whoever sits at a prompt is waited for.

use std::io::Read;
use std::process::Child;
use std::time::{Duration, Instant};

use proauth_e2e::{LetIn, World};

/// `proauthd drain`, which has begun to wait for somebody.
fn drain(world: &World) -> Child {
    let mut drain = world.program(&["proauthd", "drain"]).spawn();
    let mut said = String::new();
    let stdout = drain.stdout.as_mut().expect("it is piped");
    while !said.ends_with('\n') {
        let mut byte = [0];
        stdout.read_exact(&mut byte).expect("it says something");
        said.push(char::from(byte[0]));
    }
    assert!(said.starts_with("Waiting for logins"), "{said}");
    drain
}

#[test]
fn who_sits_at_a_prompt_is_waited_for_until_the_code_was_right() {
    let world = World::new();
    let alice = world.enroll("alice");
    let login = world.prompted("code-only", "alice");
    let mut drain = drain(&world);
    assert!(
        drain.try_wait().expect("it is a child").is_none(),
        "alice has not typed yet"
    );
    let login = login.code(&alice.fresh_code());
    assert_eq!(login, LetIn);
    let start = Instant::now();
    while drain.try_wait().expect("it is a child").is_none() {
        // Somebody who gives up is waited for much longer.
        assert!(start.elapsed() < Duration::from_secs(60), "it waits on");
        std::thread::sleep(Duration::from_millis(50));
    }
    assert!(drain.wait().expect("it is a child").success());
}

#[test]
fn where_nobody_logs_in_nothing_is_waited_for() {
    let world = World::new();
    let drained = world.proauthd(&["drain"]).run().expect_success();
    assert_eq!(drained.stdout, "No login is under way.\n");
    let drained = world.proauthd(&["drain", "--json"]).run().expect_success();
    assert_eq!(drained.json()["drained"], true);
}
