//! Hosts that cannot ask, or whose user types nothing that could be a code.

use proauth_e2e::{LetIn, Refused, World};

use crate::{
    AUTH_ERR, CONV_ERR, MAXTRIES, PERM_DENIED, SUCCESS, answer, odd_host, reply, user, world,
};

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
