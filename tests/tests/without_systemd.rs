//! Where systemd does not run, in a container or under another init, the bus starts the daemon at
//! the first question (docs/without-systemd.md).

use proauth_e2e::{LetIn, Refused, World, repository};

const ACTIVATION: &str = "org.proauth.Daemon1.service";

/// A world with nothing but a bus, which knows how to start the daemon, under the world's clock.
fn world() -> World {
    let world = World::builder().without_daemon().build();
    world.bus.stop();
    let shipped = std::fs::read_to_string(repository().join("config/dbus").join(ACTIVATION));
    let mut clock = world.daemon.launch().environment;
    clock.retain(|(name, _)| name != "NOTIFY_SOCKET");
    let clock: Vec<_> = clock
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let started = format!("Exec=/usr/bin/env {} ", clock.join(" "));
    let text = shipped.expect("it is there").replacen("Exec=", &started, 1);
    let folder = world.path("/usr/share/dbus-1/system-services");
    std::fs::create_dir_all(&folder).expect("the world can be written to");
    std::fs::write(folder.join(ACTIVATION), text).expect("the world can be written to");
    world.bus.start();
    world
}

/// Ends the daemon that the bus has started.
fn kill_daemon(world: &World) {
    let pid = world.run(&["pidof", "proauthd"]).expect_success().stdout;
    let _ = world.run(&["kill", "-KILL", pid.trim()]).expect_success();
}

#[test]
fn the_bus_starts_the_daemon_for_the_first_question_and_again_after_a_crash() {
    let world = world();
    let alice = world.enroll("alice");
    assert_eq!(world.ssh("alice").code(&alice.fresh_code()), LetIn);
    kill_daemon(&world);
    assert_eq!(world.sudo("alice").code(&alice.wrong_code()), Refused);
    assert_eq!(world.sudo("alice").code(&alice.fresh_code()), LetIn);
    let used = alice.fresh_code();
    assert_eq!(world.pam("code-only", "alice").code(&used), LetIn);
    kill_daemon(&world);
    assert_eq!(
        world.pam("code-only", "alice").code(&used),
        Refused,
        "the next daemon knows it"
    );
}

#[test]
fn a_login_before_the_bus_is_there_is_refused_and_one_after_it_let_in() {
    let world = world();
    let alice = world.enroll("alice");
    kill_daemon(&world);
    world.bus.stop();
    assert_eq!(
        world.pam("code-only", "alice").code(&alice.fresh_code()),
        Refused
    );
    world.bus.start();
    assert_eq!(
        world.pam("code-only", "alice").code(&alice.fresh_code()),
        LetIn
    );
}

#[test]
fn a_daemon_that_is_told_to_end_refuses_nobody_who_types_the_right_code_meanwhile() {
    const USERS: usize = 24;
    let world = world();
    let names: Vec<_> = (0..USERS).map(|number| format!("u{number}")).collect();
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    world.add_users(&names);
    let people: Vec<_> = names
        .iter()
        .map(|name| (name, world.enroll(name)))
        .collect();
    for _ in 0..3 {
        // Moves the clock on, for all of them.
        let _ = people[0].1.fresh_code();
        let logins = people
            .iter()
            .map(|(name, device)| (world.prompted("code-only", name), device.code()));
        // In the middle of them: some have asked already, some find the next daemon.
        let (mut answered, mut ending) = (Vec::new(), None);
        for (number, (login, code)) in logins.collect::<Vec<_>>().into_iter().enumerate() {
            if number == USERS / 3 {
                ending = Some(world.program(&["pkill", "-TERM", "-x", "proauthd"]).spawn());
            }
            answered.push(login.typed(&code));
        }
        for login in answered {
            assert_eq!(login.end(), LetIn);
        }
        let ended = ending.expect("it was started").wait();
        assert!(ended.expect("it is a child").success(), "nothing to end");
    }
}
