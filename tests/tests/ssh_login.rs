//! Logins over SSH, on real sshd with a real client.

use proauth_e2e::{LetIn, Login, Refused, SshdPam, World};

#[test]
fn a_key_and_the_right_code_let_in() {
    let world = World::new();
    let alice = world.enroll("alice");
    assert_eq!(world.ssh("alice").code(&alice.fresh_code()), LetIn);
}

#[test]
fn a_password_and_the_right_code_let_in() {
    let world = password_world();
    let alice = world.enroll("alice");
    assert_eq!(world.ssh("alice").code(&alice.fresh_code()), LetIn);
}

#[test]
fn the_right_code_lets_in_by_the_clock_of_the_machine() {
    let world = World::builder().real_clock().build();
    let alice = world.enroll("alice");
    assert_eq!(world.ssh("alice").code(&alice.code_in_steps(1)), LetIn);
}

#[test]
fn a_wrong_code_is_refused_and_counted() {
    let world = World::new();
    let alice = world.enroll("alice");
    assert_eq!(world.ssh("alice").code(&alice.wrong_code()), Refused);
    assert_eq!(world.failures("alice"), 1);
}

#[test]
fn a_right_code_clears_the_count_of_wrong_ones() {
    let world = World::new();
    let alice = world.enroll("alice");
    assert_eq!(world.ssh("alice").code(&alice.wrong_code()), Refused);
    assert_eq!(world.ssh("alice").code(&alice.fresh_code()), LetIn);
    assert_eq!(world.failures("alice"), 0);
}

#[test]
fn a_code_may_be_typed_with_a_space_as_apps_show_it() {
    let world = World::new();
    let code = world.enroll("alice").fresh_code();
    let (left, right) = code.split_at(3);
    assert_eq!(world.ssh("alice").code(&format!("{left} {right}")), LetIn);
}

#[test]
fn a_code_one_step_off_is_right_and_two_steps_off_is_wrong() {
    let world = World::new();
    let alice = world.enroll("alice");
    world.clock.advance(300);
    for (steps, outcome) in [
        (-2, Refused),
        (2, Refused),
        (-1, LetIn),
        (0, LetIn),
        (1, LetIn),
    ] {
        let login = world.ssh("alice").code(&alice.code_in_steps(steps));
        assert_eq!(login, outcome, "{steps} steps off");
    }
}

#[test]
fn the_code_of_somebody_else_is_refused() {
    let world = World::new();
    let _alice = world.enroll("alice");
    let bob = world.enroll("bob");
    assert_eq!(world.ssh("alice").code(&bob.fresh_code()), Refused);
    assert_eq!(world.ssh("bob").code(&bob.code()), LetIn);
}

#[test]
fn without_the_key_nobody_is_asked_for_a_code() {
    let world = World::new();
    let alice = world.enroll("alice");
    let login = world.ssh("alice").without_key().code(&alice.fresh_code());
    assert_eq!(login, Refused);
    assert!(!asked_for_a_code(&login), "{login:?}");
    assert_eq!(world.failures("alice"), 0);
}

#[test]
fn with_a_wrong_password_nobody_is_asked_for_a_code() {
    let world = password_world();
    let alice = world.enroll("alice");
    let login = world
        .ssh("alice")
        .password("guess")
        .code(&alice.fresh_code());
    assert_eq!(login, Refused);
    assert!(!asked_for_a_code(&login), "{login:?}");
    assert_eq!(world.failures("alice"), 0);
}

#[test]
fn who_is_not_enrolled_is_told_so_after_the_first_factor_and_refused() {
    for (world, attempt) in [(World::new(), "key"), (password_world(), "password")] {
        let login = world.ssh("bob").prompt("Press Return: $").code("");
        assert_eq!(login, Refused, "{attempt}");
        let told = "(bob@127.0.0.1) You are not enrolled yet: run proauthd enroll. Press Return: ";
        assert!(login.transcript.contains(told), "{login:?}");
        assert!(!asked_for_a_code(&login), "{login:?}");
    }
}

#[test]
fn the_same_code_twice_is_refused_and_the_next_question_says_why() {
    let world = World::new();
    let alice = world.enroll("alice");
    let code = alice.fresh_code();
    assert_eq!(world.ssh("alice").code(&code), LetIn);
    let again = world.ssh("alice").code(&code);
    assert_eq!(again, Refused);
    let why = "Code already used: wait for the next one. ProAuth code (6 digits): ";
    assert!(again.transcript.contains(why), "{again:?}");
    let both = [code.as_str(), &alice.code_in_steps(1)];
    assert_eq!(world.ssh("alice").codes(&both), LetIn);
}

#[test]
fn who_is_not_enrolled_needs_no_code_where_the_config_says_so() {
    let world = World::builder()
        .config("[login]\nnot_enrolled = \"allow\"\n")
        .build();
    let alice = world.enroll("alice");
    let bob = world.ssh("bob").codes(&[]);
    assert_eq!(bob, LetIn);
    assert!(!asked_for_a_code(&bob), "{bob:?}");
    assert_eq!(world.ssh("alice").code(&alice.wrong_code()), Refused);
}

#[test]
fn root_under_prohibit_password_is_refused_and_what_sshd_types_is_no_try() {
    let world = World::new();
    let root = world.enroll("root");
    let _ = world.run(&[
        "install",
        "-D",
        "/run/e2e/key.pub",
        "/root/.ssh/authorized_keys",
    ]);
    let login = world.ssh("root").code(&root.fresh_code());
    assert_eq!(login, Refused);
    assert!(asked_for_a_code(&login), "{login:?}");
    assert_eq!(world.failures("root"), 0);
    assert!(
        world.daemon.said().contains("nothing"),
        "the junk reached the daemon"
    );
}

#[test]
fn root_with_the_recipe_of_our_sshd_lines_is_let_in() {
    let world = World::new();
    let root = world.enroll("root");
    let _ = world.run(&[
        "install",
        "-D",
        "/run/e2e/key.pub",
        "/root/.ssh/authorized_keys",
    ]);
    let file = world.path("/etc/ssh/sshd_config.d/00-proauth.conf");
    let shipped = std::fs::read_to_string(&file).unwrap();
    let recipe = "\
#Match User root
#    PermitRootLogin yes
#    AuthenticationMethods publickey,keyboard-interactive
";
    let changed = shipped.replacen(recipe, &recipe.replace('#', ""), 1);
    assert_ne!(changed, shipped, "the recipe has changed");
    std::fs::write(&file, changed).unwrap();
    assert_eq!(world.ssh("root").code(&root.fresh_code()), LetIn);
    assert_eq!(world.ssh("root").code(&root.wrong_code()), Refused);
}

#[test]
fn without_the_daemon_the_right_code_is_refused() {
    let world = World::new();
    let alice = world.enroll("alice");
    world.daemon.stop();
    assert_eq!(world.ssh("alice").code(&alice.fresh_code()), Refused);
    world.daemon.start();
    assert_eq!(world.ssh("alice").code(&alice.code()), LetIn);
}

#[test]
fn sshd_says_who_was_let_in_and_the_daemon_says_why() {
    let world = World::new();
    let alice = world.enroll("alice");
    assert_eq!(world.ssh("alice").code(&alice.fresh_code()), LetIn);
    let said = world.daemon.said();
    let line = said
        .lines()
        .find(|line| line.contains("accepted"))
        .expect(&said);
    for field in ["alice", "sshd", "127.0.0.1"] {
        assert!(line.contains(field), "no {field} in {line}");
    }
}

fn password_world() -> World {
    World::builder().sshd(SshdPam::PasswordAndCode).build()
}

fn asked_for_a_code(login: &Login) -> bool {
    login.transcript.contains("ProAuth code (6 digits): ")
}
