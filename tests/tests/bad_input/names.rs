//! Names of users that are none: in the command line, on the bus, at real prompts.

use proauth_e2e::{Answer, LetIn, Login, Refused, SshdPam, World};

/// Names that no account can have.
fn impossible() -> Vec<String> {
    let names = [
        "",
        ".",
        "..",
        "../alice",
        "a/b",
        "al:ice",
        "alice\nroot",
        "alice\r",
        "al\tice",
        " alice",
        "alice ",
        "\u{1b}[2J\u{1b}[31malice",
        "alice\u{7f}",
        "alice\u{9b}2J",
        "\u{202e}ecila",
        "alicé",
        "-rf",
        "--help",
        "*",
        "alice;id",
        "$(id)",
        "%n%s",
        "' OR 1=1 --",
        "alice\" user=\"root",
    ];
    let long = ["a".repeat(256), "a".repeat(10_000)];
    names.into_iter().map(str::to_owned).chain(long).collect()
}

/// Names that an account could have, and none has.
fn unknown() -> Vec<String> {
    vec![
        "nobody-such".to_owned(),
        "a".repeat(255),
        "alice@nowhere".to_owned(),
    ]
}

#[test]
fn every_command_refuses_a_name_that_is_none_in_one_sentence() {
    let world = World::new();
    let _alice = world.enroll("alice");
    for (names, exit) in [(impossible(), 2), (unknown(), 1)] {
        for name in names {
            let user = format!("--user={name}");
            for command in commands(&user) {
                let ran = world.proauthd(&command).typing("123456\n1\n1\n").run();
                assert_eq!(ran.code, Some(exit), "{command:?}: {ran:?}");
                assert!(!ran.sentence().is_empty(), "{command:?}");
                assert_eq!(ran.stdout, "", "{command:?}");
            }
        }
    }
    assert_eq!(world.status("alice")["enrolled"], true);
}

#[test]
fn the_command_line_takes_a_dash_or_what_is_no_text_for_wrong_usage() {
    let world = World::new();
    for script in [
        "proauthd status --user -rf",
        "proauthd status --user --offline",
        r#"proauthd status --user "$(printf 'al\377ice')""#,
        r#"proauthd verify --user "$(printf '\300\257')" </dev/null"#,
    ] {
        let ran = world.run(&["sh", "-c", script]);
        assert_eq!(ran.code, Some(2), "{script}: {ran:?}");
        let harmless = |c: char| c == '\n' || !c.is_control();
        assert!(ran.stderr.chars().all(harmless), "{script}: {ran:?}");
        assert!(ran.stderr.starts_with("error: "), "{script}: {ran:?}");
    }
}

#[test]
fn on_the_bus_a_name_that_is_none_is_asked_for_a_code_and_rejected_as_alice_is() {
    let world = World::new();
    let alice = world.enroll("alice");
    let asked = begin(&world, "alice");
    assert_eq!(asked, Answer::Reply("(uuu) 1 6 0".to_owned()));
    for name in [impossible(), unknown()].concat() {
        assert_eq!(begin(&world, &name), asked, "{name:?}");
        let verdict = verify(&world, &name, &alice.wrong_code());
        assert_eq!(
            verdict,
            Answer::Reply("(uuua(utt)) 2 0 0 0".to_owned()),
            "{name:?}"
        );
    }
    assert_eq!(
        world.pam("code-only", "alice").code(&alice.fresh_code()),
        LetIn
    );
}

#[test]
fn names_that_are_none_are_slowed_down_as_alice_is() {
    let world = World::new();
    let alice = world.enroll("alice");
    let locked = Answer::Reply("(uuu) 3 6 30".to_owned());
    for name in ["alice", "nobody-such", "", "a:b", "alice\nroot"] {
        for _ in 0..5 {
            let _rejected = verify(&world, name, &alice.wrong_code());
        }
        assert_eq!(begin(&world, name), locked, "{name:?}");
    }
    // Others are not.
    assert_eq!(
        begin(&world, "bob"),
        Answer::Reply("(uuu) 6 6 0".to_owned())
    );
}

#[test]
fn administrators_are_told_what_is_wrong_with_a_name() {
    let world = World::new();
    for (names, error) in [(impossible(), "InvalidArgument"), (unknown(), "NoSuchUser")] {
        let error = Answer::Error(format!("org.proauth.Daemon1.Error.{error}"));
        for name in names {
            for (method, body) in [
                ("Admin.Status", vec!["s", &name]),
                ("Admin.Check", vec!["ss", &name, "123456"]),
                ("Admin.Resync", vec!["s", &name]),
                ("Enrollment.Invite", vec!["st", &name, "3600"]),
                ("Enrollment.Remove", vec!["s", &name]),
            ] {
                assert_eq!(
                    world.call("root", method, &body),
                    error,
                    "{method} {name:?}"
                );
            }
        }
    }
}

#[test]
fn no_name_can_forge_a_line_of_the_log_or_steer_a_terminal_that_shows_it() {
    let world = World::builder().lax_bus().build();
    for name in impossible() {
        let _rejected = verify(&world, &name, "123456");
        let _refused = world.call("bob", "Enrollment.Remove", &["s", &name]);
        let strange = ["(sssss)s", "alice", &name, &name, &name, &name, "123456"];
        let _rejected = world.call("root", "Login.Verify", &strange);
    }
    world.daemon.stop();
    let said = world.daemon.log().finished(proauth_e2e::DEADLINE);
    assert!(said.lines().count() > 3 * 20, "{said}");
    for line in said.lines() {
        assert!(line.starts_with("2027-01-15T08:00:10"), "forged: {line:?}");
        let harmless = |c: char| !c.is_control() && c != '\u{202e}';
        assert!(line.chars().all(harmless), "{line:?}");
        assert!(line.len() < 4096, "{line:?}");
        assert!(!line.contains(" user=\"root"), "forged: {line:?}");
    }
}

#[test]
fn at_a_prompt_a_name_that_is_none_sees_what_alice_sees() {
    let world = World::new();
    let alice = world.enroll("alice");
    let login = world.pam("code-only", "alice").code(&alice.wrong_code());
    assert_eq!(login, Refused);
    let seen = from_prompt(&login);
    assert!(seen.starts_with("ProAuth code (6 digits): "), "{seen}");
    for name in [impossible(), unknown()].concat() {
        // pamtester asks for no name, and libpam for another if it gets none.
        if name.is_empty() || name.starts_with('-') {
            continue;
        }
        let login = world.pam("code-only", &name).code(&alice.wrong_code());
        assert_eq!(login, Refused, "{name:?}");
        assert_eq!(from_prompt(&login), seen, "{name:?}");
    }
    assert!(
        !world.syslog().contains(['\u{1b}', '\u{9b}']),
        "{}",
        world.syslog()
    );
}

#[test]
fn at_a_prompt_a_name_that_is_no_text_is_refused_as_alice_is() {
    let world = World::new();
    let alice = world.enroll("alice");
    let login = world.pam("code-only", "alice").code(&alice.wrong_code());
    let pamtester = r#"pamtester code-only "$(printf 'al\377ice')" authenticate"#;
    let ran = world
        .program(&["sh", "-c", pamtester])
        .typing("123456\n")
        .run();
    assert_eq!(ran.code, Some(1), "{ran:?}");
    let seen = format!("{}{}", ran.stdout, ran.stderr);
    assert!(from_prompt(&login).starts_with(&seen), "{seen}");
    // It is nobody: not even near alice.
    assert_eq!(world.failures("alice"), 1);
}

#[test]
fn over_ssh_an_unknown_user_sees_what_alice_sees_until_both_are_slowed_down() {
    let world = ssh_world();
    let alice = world.enroll("alice");
    let dialogue = |user: &str| -> Vec<String> {
        (0..6)
            .map(|_| {
                let login = world.ssh(user).without_key().code(&alice.wrong_code());
                assert_eq!(login, Refused, "{user}");
                let (_command, seen) = login.transcript.split_once('\n').expect("two lines");
                seen.replace(user, "USER")
            })
            .collect()
    };
    let seen = dialogue("alice");
    assert!(
        seen[0].contains("(USER@127.0.0.1) ProAuth code (6 digits): "),
        "{seen:?}"
    );
    assert!(
        seen[5].contains("Too many attempts: try again in 30 s."),
        "{seen:?}"
    );
    for user in ["nobody-such", "bob", "a.b"] {
        assert_eq!(dialogue(user), seen, "{user}");
    }
}

#[test]
fn over_ssh_names_that_are_none_let_nobody_in() {
    let world = ssh_world();
    let alice = world.enroll("alice");
    let code = alice.fresh_code();
    for name in impossible() {
        if name.is_empty() {
            continue;
        }
        let login = world.ssh(&name).without_key().code(&code);
        // Some of them the client itself does not send.
        assert!(login != LetIn, "{name:?}: {login:?}");
        let mut lines = login.transcript.lines();
        let nobody_is_in = lines.all(|line| !line.starts_with("let in as"));
        assert!(nobody_is_in, "{name:?}: {login:?}");
    }
    assert_eq!(world.ssh("alice").without_key().code(&code), LetIn);
}

/// What the user saw, without the command before it.
fn from_prompt(login: &Login) -> String {
    let transcript = &login.transcript;
    let start = transcript.find("ProAuth code").unwrap_or_default();
    transcript[start..].to_owned()
}

/// sshd asks for the code and nothing else, so that strangers get as far as to us.
fn ssh_world() -> World {
    let stack = "auth required pam_proauth.so\n\
                 account required pam_permit.so\n\
                 session required pam_permit.so\n";
    World::builder()
        .sshd(SshdPam::PasswordAndCode)
        .pam("sshd", stack)
        .build()
}

fn begin(world: &World, user: &str) -> Answer {
    world.call(
        "root",
        "Login.Begin",
        &["(sssss)", user, "sshd", "", "", ""],
    )
}

fn verify(world: &World, user: &str, code: &str) -> Answer {
    world.call(
        "root",
        "Login.Verify",
        &["(sssss)s", user, "sshd", "", "", "", code],
    )
}

/// Every command that takes a name.
fn commands(user: &str) -> [Vec<&str>; 6] {
    [
        vec!["status", user],
        vec!["verify", user],
        vec!["resync", user],
        vec!["resync", user, "--codes"],
        vec!["unenroll", user],
        vec!["enroll", user, "--offline"],
    ]
}
