//! Hosts that do something odd are refused with the right code: the module never crashes them,
//! and counts only what somebody typed.

use proauth_e2e::{Authenticator, LetIn, PASSWORD, Ran, Refused, World};

// What pam_authenticate returns, from security/_pam_types.h.
const SUCCESS: i32 = 0;
const SERVICE_ERR: i32 = 3;
const PERM_DENIED: i32 = 6;
const AUTH_ERR: i32 = 7;
const MAXTRIES: i32 = 11;
const CONV_ERR: i32 = 19;

/// The code of the login, and how often the user was asked for something.
fn answer(code: i32, prompts: u32) -> String {
    format!("code={code} prompts={prompts}\n")
}

/// Runs the odd host, which must not crash and must not write to its standard error.
fn odd_host(world: &World, service: &str, oddities: &[String]) -> String {
    let mut argv = vec!["/run/e2e/odd_host", service];
    argv.extend(oddities.iter().map(String::as_str));
    let Ran {
        code,
        stdout,
        stderr,
    } = world.run(&argv);
    assert_eq!(
        (code, stderr.as_str()),
        (Some(0), ""),
        "{oddities:.80?}: {stdout}"
    );
    stdout
}

/// A world with the odd host in it and stacks for it, alice enrolled.
fn world(stacks: &[(&str, &str)]) -> (World, Authenticator) {
    let builder = stacks
        .iter()
        .fold(World::builder(), |builder, (service, auth)| {
            builder.pam(
                service,
                &format!("{auth}\naccount required pam_permit.so\n"),
            )
        });
    let world = builder.build();
    let _program = world.compile("odd_host", &["-lpam"]);
    let alice = world.enroll("alice");
    (world, alice)
}

fn user(name: impl AsRef<[u8]>) -> String {
    format!("user={}", hex(name))
}

fn reply(typed: impl AsRef<[u8]>) -> String {
    format!("reply={}", hex(typed))
}

fn hex(bytes: impl AsRef<[u8]>) -> String {
    bytes
        .as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[test]
fn a_host_that_cannot_ask_is_refused_and_that_costs_no_attempt() {
    let (world, alice) = world(&[]);
    let right = alice.fresh_code();
    for _ in 0..6 {
        for (kind, expected) in [
            ("null", answer(CONV_ERR, 0)),
            ("fails", answer(CONV_ERR, 1)),
            ("fails-with-a-reply", answer(CONV_ERR, 1)),
        ] {
            let conversation = format!("conversation={kind}");
            let oddities = [user("alice"), conversation, reply(&right)];
            assert_eq!(odd_host(&world, "code-only", &oddities), expected, "{kind}");
        }
    }
    assert_eq!(world.failures("alice"), 0);
    // Nor was the code that came with a failure used up.
    assert_eq!(world.pam("code-only", "alice").code(&right), LetIn);
}

#[test]
fn libpam_itself_lets_nobody_take_the_conversation_away() {
    let (world, _alice) = world(&[]);
    let oddities = [user("alice"), "conversation=taken-away".to_owned()];
    assert_eq!(
        odd_host(&world, "code-only", &oddities),
        answer(PERM_DENIED, 0)
    );
}

#[test]
fn a_reply_of_nothing_is_refused_and_costs_no_attempt() {
    let (world, alice) = world(&[]);
    let nothing = [
        vec!["conversation=replies-nothing".to_owned()],
        vec!["conversation=replies-null".to_owned()],
        vec![reply("")],
        vec![reply("\u{8}\n\r\u{7f}INCORRECT\u{8}\n\r")],
    ];
    for _ in 0..3 {
        for oddity in &nothing {
            let oddities = [&[user("alice")], oddity.as_slice()].concat();
            assert_eq!(
                odd_host(&world, "code-only", &oddities),
                answer(AUTH_ERR, 1)
            );
        }
    }
    assert_eq!(world.failures("alice"), 0);
    assert_eq!(
        world.pam("code-only", "alice").code(&alice.fresh_code()),
        LetIn
    );
}

#[test]
fn a_reply_that_can_be_no_code_is_refused_and_counted_once() {
    let (world, alice) = world(&[]);
    let long = vec![b'1'; 10_000];
    let right_and_more = [alice.fresh_code().as_bytes(), b"\n", &[b'x'; 10_000]].concat();
    let not_utf8 = [alice.code().as_bytes(), b"\xff"].concat();
    for (count, typed) in (1..).zip([&long[..], &right_and_more, &not_utf8, b"\xff\xfe\xc3"]) {
        let oddities = [user("alice"), reply(typed)];
        assert_eq!(
            odd_host(&world, "code-only", &oddities),
            answer(AUTH_ERR, 1)
        );
        assert_eq!(world.failures("alice"), count);
    }
    assert_eq!(
        odd_host(&world, "code-only", &[user("alice"), reply("x")]),
        answer(AUTH_ERR, 1)
    );
    // Five wrong ones were free.
    let right = [user("alice"), reply(alice.code())];
    assert_eq!(odd_host(&world, "code-only", &right), answer(MAXTRIES, 1));
    assert_eq!(world.failures("alice"), 5);
    let right = [user("alice"), reply(alice.fresh_code())];
    assert_eq!(odd_host(&world, "code-only", &right), answer(SUCCESS, 1));
    assert_eq!(world.failures("alice"), 0);
}

#[test]
fn an_odd_user_name_is_asked_and_refused_like_any_unknown_one() {
    let (world, alice) = world(&[]);
    let right = alice.fresh_code();
    let names: [&[u8]; 9] = [
        b"nobody-of-that-name",
        b"",
        b"al\xffice",
        b"alice\xff",
        b"\xff\xfe",
        b"alice\n",
        b"../alice",
        b"alice:x",
        &[b'a'; 10_000],
    ];
    for name in names {
        let oddities = [user(name), reply(&right)];
        let expected = answer(AUTH_ERR, 1);
        assert_eq!(
            odd_host(&world, "code-only", &oddities),
            expected,
            "{name:?}"
        );
    }
    assert_eq!(world.failures("alice"), 0);
    assert_eq!(world.pam("code-only", "alice").code(&right), LetIn);
}

#[test]
fn a_host_that_names_no_user_has_the_user_asked_for_the_name() {
    let (world, alice) = world(&[]);
    let right = alice.fresh_code();
    for (kind, expected) in [
        ("null", answer(CONV_ERR, 0)),
        ("fails", answer(CONV_ERR, 1)),
        ("fails-with-a-reply", answer(CONV_ERR, 1)),
        ("replies-nothing", answer(CONV_ERR, 1)),
        ("replies-null", answer(CONV_ERR, 1)),
    ] {
        let oddities = [format!("conversation={kind}"), reply("alice")];
        assert_eq!(odd_host(&world, "code-only", &oddities), expected, "{kind}");
    }
    let oddities = [reply(b"al\xffice"), reply(&right)];
    assert_eq!(
        odd_host(&world, "code-only", &oddities),
        answer(AUTH_ERR, 2)
    );
    let oddities = [reply("alice"), reply(&right)];
    assert_eq!(odd_host(&world, "code-only", &oddities), answer(SUCCESS, 2));
}

#[test]
fn a_terminal_and_a_remote_host_may_be_missing_odd_or_long() {
    let (world, alice) = world(&[]);
    // Longer ones libpam refuses itself, since they do not fit into its audit log.
    let long = [b'x'; 4000];
    let odd: [&[u8]; 5] = [b"", b"\xff\xfe", b"a\nb\x1b[2J", b"127.0.0.1", &long];
    for item in odd
        .map(hex)
        .iter()
        .flat_map(|odd| ["tty", "rhost"].map(|it| format!("{it}={odd}")))
    {
        let right = [user("alice"), item.clone(), reply(alice.fresh_code())];
        assert_eq!(
            odd_host(&world, "code-only", &right),
            answer(SUCCESS, 1),
            "{item:.40}"
        );
        let wrong = [user("alice"), item.clone(), reply(alice.wrong_code())];
        assert_eq!(
            odd_host(&world, "code-only", &wrong),
            answer(AUTH_ERR, 1),
            "{item:.40}"
        );
    }
    assert!(
        !world.daemon.said().contains('\u{1b}'),
        "an escape reached the log"
    );
}

#[test]
fn a_line_that_is_not_understood_denies_without_a_prompt_and_says_so_in_the_log() {
    let lines = [
        (
            "unknown",
            "pam_proauth.so nullok",
            "unknown argument \"nullok\"",
        ),
        (
            "known-and-unknown",
            "pam_proauth.so debug use_first_pass",
            "unknown argument \"use_first_pass\"",
        ),
        (
            "without-value",
            "pam_proauth.so timeout",
            "unknown argument \"timeout\"",
        ),
        (
            "twice",
            "pam_proauth.so timeout=5 timeout=5",
            "timeout is given twice",
        ),
        (
            "contradictory",
            "pam_proauth.so first_factor=password first_factor=publickey",
            "first_factor is given twice",
        ),
        (
            "odd-factor",
            "pam_proauth.so first_factor=none",
            "first_factor= takes",
        ),
        ("endless", "pam_proauth.so timeout=0", "timeout= takes"),
        (
            "remote",
            "pam_proauth.so bus=tcp:host=localhost,port=1",
            "bus= takes",
        ),
        (
            "program",
            "pam_proauth.so bus=unixexec:path=/bin/sh",
            "bus= takes",
        ),
        (
            "not-text",
            "pam_proauth.so [prompt=\u{7f}]",
            "prompt= takes",
        ),
    ];
    let stacks = lines.map(|(service, line, _)| (service, format!("auth required {line}")));
    let stacks = stacks
        .each_ref()
        .map(|(service, line)| (*service, line.as_str()));
    let (world, alice) = world(&stacks);
    let right = alice.fresh_code();
    for (service, line, complaint) in lines {
        let oddities = [user("alice"), reply(&right)];
        assert_eq!(
            odd_host(&world, service, &oddities),
            answer(SERVICE_ERR, 0),
            "{line}"
        );
        let logged = format!("pam_proauth({service}:auth): denied: {complaint}");
        assert!(world.syslog_says(&logged), "{line}: {}", world.syslog());
    }
    assert_eq!(world.failures("alice"), 0);
    assert_eq!(world.pam("code-only", "alice").code(&right), LetIn);
}

#[test]
fn sudo_that_may_not_ask_is_refused_and_costs_no_attempt() {
    // Without a password before us, so that it is our module that cannot ask.
    let world = World::builder()
        .pam("sudo", "auth required pam_proauth.so\naccount required pam_permit.so\nsession required pam_permit.so\n")
        .build();
    let alice = world.enroll("alice");
    for _ in 0..8 {
        let ran = world.run_as("alice", &["sudo", "-k", "-n", "id", "-un"]);
        assert_eq!(ran.code, Some(1), "{ran:?}");
        assert!(ran.stderr.contains("a password is required"), "{ran:?}");
    }
    assert_eq!(world.failures("alice"), 0);
    assert_eq!(world.sudo("alice").code(&alice.fresh_code()), LetIn);
    assert_eq!(
        world.sudo("alice").option("-n").code(&alice.fresh_code()),
        Refused
    );
    assert_eq!(world.failures("alice"), 0);
}

const KEY_FIRST: &str = "auth required pam_proauth.so first_factor=publickey";
const PASSWORD_FIRST: &str =
    "auth requisite pam_unix.so\nauth required pam_proauth.so first_factor=password";
const PASSWORD_MISSING: &str = "auth required pam_proauth.so first_factor=password";
const EITHER_FIRST: &str = "auth required pam_proauth.so first_factor=publickey,password";

#[test]
fn a_key_that_was_not_shown_first_refuses_without_a_prompt() {
    let (world, alice) = world(&[("key-first", KEY_FIRST), ("either-first", EITHER_FIRST)]);
    let right = alice.fresh_code();
    let shown = "publickey ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA\n";
    for service in ["key-first", "either-first"] {
        for missing in [
            "pam-env=OTHER=1".to_owned(),
            "pam-env=SSH_AUTH_INFO_0=password\n".to_owned(),
            "pam-env=SSH_AUTH_INFO_0=publickey".to_owned(),
            // The environment of the process is the attacker's.
            format!("env=SSH_AUTH_INFO_0={shown}"),
        ] {
            let oddities = [user("alice"), reply(&right), missing];
            assert_eq!(
                odd_host(&world, service, &oddities),
                answer(AUTH_ERR, 0),
                "{oddities:?}"
            );
        }
    }
    assert_eq!(world.failures("alice"), 0);
    assert!(
        world
            .syslog()
            .contains("the first factor that first_factor= requires was not shown")
    );

    let oddities = [
        user("alice"),
        reply(&right),
        format!("pam-env=SSH_AUTH_INFO_0={shown}"),
    ];
    assert_eq!(odd_host(&world, "key-first", &oddities), answer(SUCCESS, 1));
    let oddities = [
        user("alice"),
        reply(&right),
        format!("pam-env=SSH_AUTH_INFO_0={shown}"),
    ];
    assert_eq!(
        odd_host(&world, "either-first", &oddities),
        answer(AUTH_ERR, 1),
        "used before"
    );
}

#[test]
fn a_password_that_was_not_taken_first_refuses_without_a_prompt() {
    let (world, alice) = world(&[
        ("password-first", PASSWORD_FIRST),
        ("password-missing", PASSWORD_MISSING),
    ]);
    let right = alice.fresh_code();
    let key = "pam-env=SSH_AUTH_INFO_0=publickey ssh-ed25519 AAAA\n".to_owned();
    let oddities = [user("alice"), reply(&right), key];
    assert_eq!(
        odd_host(&world, "password-missing", &oddities),
        answer(AUTH_ERR, 0)
    );

    // The password is wrong: pam_unix ends the stack, and nobody is asked for a code.
    let oddities = [user("alice"), reply("wrong"), reply(&right)];
    assert_eq!(
        odd_host(&world, "password-first", &oddities),
        answer(AUTH_ERR, 1)
    );
    assert_eq!(world.failures("alice"), 0);

    let oddities = [user("alice"), reply(PASSWORD), reply(&right)];
    assert_eq!(
        odd_host(&world, "password-first", &oddities),
        answer(SUCCESS, 2)
    );
    let oddities = [user("alice"), reply(PASSWORD), reply(alice.wrong_code())];
    assert_eq!(
        odd_host(&world, "password-first", &oddities),
        answer(AUTH_ERR, 2)
    );
    assert_eq!(world.failures("alice"), 1);
}
