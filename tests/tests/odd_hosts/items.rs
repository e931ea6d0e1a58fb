//! Users, terminals and remote hosts that are none.

use proauth_e2e::LetIn;

use crate::{AUTH_ERR, CONV_ERR, SUCCESS, answer, hex, odd_host, reply, user, world};

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
