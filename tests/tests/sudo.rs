//! sudo, on a real terminal.

use proauth_e2e::{LetIn, PASSWORD, Refused, World};

#[test]
fn the_password_and_the_right_code_let_in() {
    let world = World::new();
    let alice = world.enroll("alice");
    assert_eq!(world.sudo("alice").code(&alice.fresh_code()), LetIn);
}

#[test]
fn a_wrong_code_is_refused() {
    let world = World::new();
    let alice = world.enroll("alice");
    assert_eq!(world.sudo("alice").code(&alice.wrong_code()), Refused);
}

#[test]
fn the_same_code_is_refused_the_second_time() {
    let world = World::new();
    let code = world.enroll("alice").fresh_code();
    assert_eq!(world.sudo("alice").code(&code), LetIn);
    assert_eq!(world.sudo("alice").code(&code), Refused);
}

#[test]
fn who_mistypes_a_code_may_try_again() {
    let world = World::new();
    let alice = world.enroll("alice");
    let right = alice.fresh_code();
    assert_eq!(
        world.sudo("alice").codes(&[&alice.wrong_code(), &right]),
        LetIn
    );
}

#[test]
fn with_a_wrong_password_nobody_is_asked_for_a_code() {
    let world = World::new();
    let alice = world.enroll("alice");
    let login = world
        .sudo("alice")
        .password("guess")
        .code(&alice.fresh_code());
    assert_eq!(login, Refused);
    assert!(!login.transcript.contains("ProAuth code"), "{login:?}");
    assert_eq!(world.failures("alice"), 0);
}

#[test]
fn an_empty_answer_is_refused_and_costs_no_try() {
    let world = World::new();
    let alice = world.enroll("alice");
    assert_eq!(world.sudo("alice").codes(&["", "", ""]), Refused);
    assert_eq!(world.failures("alice"), 0);
    assert_eq!(world.sudo("alice").code(&alice.fresh_code()), LetIn);
}

#[test]
fn without_a_terminal_to_ask_on_it_is_refused_and_costs_no_try() {
    let world = World::new();
    let alice = world.enroll("alice");
    for _ in 0..7 {
        assert_eq!(world.sudo("alice").option("-n").codes(&[]), Refused);
    }
    assert_eq!(world.failures("alice"), 0);
    assert_eq!(world.sudo("alice").code(&alice.fresh_code()), LetIn);
}

#[test]
fn the_code_comes_from_a_pipe_where_sudo_is_told_to_read_one() {
    let world = World::new();
    let alice = world.enroll("alice");
    let sudo = world
        .program(&["sudo", "-k", "-S", "-p", "", "id", "-un"])
        .by("alice");
    let input = format!("{PASSWORD}\n{}\n", alice.fresh_code());
    let ran = sudo.typing(input).run();
    assert_eq!(ran.stdout, "root\n", "{ran:?}");
}

#[test]
fn who_has_just_been_let_in_is_not_asked_again() {
    let world = World::new();
    let alice = world.enroll("alice");
    let code = alice.fresh_code();
    let script = "sudo -K; sudo true && sudo -n id -un";
    let pty = world.program(&[
        "expect",
        "/run/e2e/dialogue.exp",
        "code",
        "1",
        PASSWORD,
        "1",
        &code,
        "sh",
        "-c",
        script,
    ]);
    let ran = pty.by("alice").run();
    assert!(ran.stdout.ends_with("root\r\n"), "{ran:?}");
}

#[test]
fn without_the_daemon_the_right_code_is_refused() {
    let world = World::new();
    let alice = world.enroll("alice");
    world.daemon.stop();
    assert_eq!(world.sudo("alice").code(&alice.fresh_code()), Refused);
}
