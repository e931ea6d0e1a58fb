//! Somebody else answers in the daemon's place, on a bus that lets them, and says yes.

use std::io::{BufRead, BufReader};

use proauth_e2e::{Answer, DEADLINE, LetIn, Log, Login, Refused, World};

/// What libpam calls `PAM_AUTHINFO_UNAVAIL`.
const UNAVAILABLE: &str = "Authentication service cannot retrieve authentication info";

#[test]
fn an_impostor_of_roots_lets_everybody_in() {
    // So the impostor is a good one: what refuses the others is who they are.
    let world = lax_world();
    let alice = world.enroll("alice");
    world.daemon.stop();
    pose(&world, "root", "own").expect("the bus lets root");
    assert_eq!(
        world.pam("code-only", "alice").code(&alice.wrong_code()),
        LetIn
    );
}

#[test]
fn an_impostor_who_is_not_root_lets_nobody_in() {
    for user in ["alice", "bob", "messagebus"] {
        let world = lax_world();
        let alice = world.enroll("alice");
        world.daemon.stop();
        pose(&world, user, "own").expect("the bus lets everybody");
        for code in [alice.wrong_code(), alice.fresh_code()] {
            let login = world.pam("code-only", "alice").code(&code);
            assert_unavailable(&login, user);
        }
        let uid = world.run(&["id", "-u", user]).stdout;
        let complaint = format!("is owned by uid {}, not by root", uid.trim());
        assert!(world.syslog_says(&complaint), "{complaint}");
    }
}

#[test]
fn an_impostor_who_comes_between_prompt_and_reply_lets_nobody_in() {
    let world = lax_world();
    let alice = world.enroll("alice");
    let login = world.prompted("code-only", "alice");
    world.daemon.stop();
    pose(&world, "alice", "own").expect("the bus lets everybody");
    assert_unavailable(&login.code(&alice.wrong_code()), "after the prompt");
}

#[test]
fn ssh_and_sudo_do_not_believe_an_impostor() {
    let world = lax_world();
    let alice = world.enroll("alice");
    world.daemon.stop();
    pose(&world, "alice", "own").expect("the bus lets everybody");
    assert_eq!(world.ssh("alice").code(&alice.wrong_code()), Refused);
    assert_eq!(world.sudo("alice").code(&alice.wrong_code()), Refused);
}

#[test]
fn a_command_names_the_impostor() {
    let world = lax_world();
    world.daemon.stop();
    pose(&world, "alice", "own").expect("the bus lets everybody");
    let uid = world.run(&["id", "-u", "alice"]).stdout;
    for command in [["status", "--user=alice"], ["verify", "--user=alice"]] {
        let ran = world.proauthd(&command).typing("123456\n").run();
        assert_eq!(ran.code, Some(3), "{ran:?}");
        let sentence = ran.sentence();
        assert!(
            sentence.contains(&format!("owned by uid {}", uid.trim())),
            "{sentence}"
        );
        assert!(
            sentence.contains("`busctl status org.proauth.Daemon1`"),
            "{sentence}"
        );
    }
}

#[test]
fn nobody_takes_the_name_from_a_running_daemon_on_a_wide_open_bus() {
    let world = lax_world();
    let alice = world.enroll("alice");
    for user in ["alice", "root"] {
        assert!(pose(&world, user, "own").is_err(), "{user} took it");
    }
    assert_eq!(
        world.pam("code-only", "alice").code(&alice.fresh_code()),
        LetIn
    );
}

#[test]
fn with_our_policy_nobody_can_own_the_name() {
    let world = World::new();
    world.daemon.stop();
    let refusal = pose(&world, "alice", "own").expect_err("our policy");
    assert!(refusal.contains("AccessDenied"), "{refusal}");
}

#[test]
fn a_forged_answer_convinces_those_who_do_not_look_at_who_sent_it() {
    // So the forgery arrives, and the next test is about the module.
    let world = lax_world();
    world.daemon.pause();
    // The second message of busctl; the first is its greeting.
    pose(&world, "alice", "forge 2").expect("the bus lets everybody");
    let body = ["(sssss)s", "alice", "sshd", "", "", "", "000000"];
    let forged = world.call("root", "Login.Verify", &body);
    assert_eq!(forged, Answer::Reply("(uuua(utt)) 1 0 0 0".to_owned()));
}

#[test]
fn a_forged_answer_lets_nobody_in() {
    let stack = "auth required pam_proauth.so timeout=60\naccount required pam_permit.so\n";
    let world = World::builder().lax_bus().pam("patient", stack).build();
    let alice = world.enroll("alice");
    let wiretap = world.wiretap("member='Verify'");
    assert_eq!(
        world.pam("patient", "alice").code(&alice.fresh_code()),
        LetIn
    );
    let serial = serial_of_verify(&wiretap);

    let login = world.prompted("patient", "alice");
    world.daemon.pause();
    pose(&world, "alice", &format!("forge {serial}")).expect("the bus lets everybody");
    assert_unavailable(&login.code(&alice.wrong_code()), "forged");
    // Not for having waited in vain.
    let complaint = "proauthd gave no answer";
    assert!(world.syslog_says(complaint), "{}", world.syslog());
}

/// The number of the module's message that brings the code.
fn serial_of_verify(wiretap: &Log) -> String {
    assert!(
        wiretap.wait_for("Member=Verify", DEADLINE),
        "{}",
        wiretap.text()
    );
    let text = wiretap.text();
    let (_, cookie) = text.split_once(" Cookie=").expect("a message has one");
    cookie.chars().take_while(char::is_ascii_digit).collect()
}

/// A bus that lets everybody do everything.
fn lax_world() -> World {
    World::builder().lax_bus().build()
}

/// Lets `user` pose as the daemon until the world ends; or says why the bus does not.
fn pose(world: &World, user: &str, way: &str) -> Result<(), String> {
    let inside = "/run/e2e/impostor";
    world.bring_program(env!("CARGO_BIN_EXE_impostor"), inside);
    let argv: Vec<&str> = [inside].into_iter().chain(way.split(' ')).collect();
    let mut impostor = world.program(&argv).by(user).spawn();
    let mut said = String::new();
    let mut stdout = BufReader::new(impostor.stdout.take().expect("it is piped"));
    stdout.read_line(&mut said).expect("it speaks UTF-8");
    // Ends with the world, if not before.
    std::thread::spawn(move || impostor.wait());
    if said == "posing\n" {
        Ok(())
    } else {
        Err(said)
    }
}

fn assert_unavailable(login: &Login, what: &str) {
    assert_eq!(*login, Refused, "{what}");
    assert!(login.transcript.contains(UNAVAILABLE), "{what}: {login:?}");
}
