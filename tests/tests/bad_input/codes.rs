//! Codes that are none: on the bus, in the command line, and at real prompts.

use proauth_e2e::{Answer, Authenticator, LetIn, Ran, Refused, World};

/// Something typed in place of a code.
struct Bad {
    name: &'static str,
    typed: String,
    /// Whether it counts as a wrong code. Nothing at all does not, nor does what sshd types in
    /// place of a user whom it has refused.
    counts: bool,
    /// What `verify` calls it.
    finding: &'static str,
}

/// Made from a right code, so that a careless comparison would let some of them in.
fn bad_codes(right: &str) -> Vec<Bad> {
    let digits_from = |zero: char| -> String {
        let zero = u32::from(zero) - u32::from('0');
        let shifted = right.chars().map(|digit| u32::from(digit) + zero);
        shifted.filter_map(char::from_u32).collect()
    };
    let bad = |name, typed: &str, counts, finding| Bad {
        name,
        typed: typed.to_owned(),
        counts,
        finding,
    };
    vec![
        bad("empty", "", false, "malformed"),
        bad("only spaces", "   ", true, "malformed"),
        bad("five digits", &right[..5], true, "malformed"),
        bad("seven digits", &format!("{right}0"), true, "wrong"),
        bad("eight digits", &format!("00{right}"), true, "wrong"),
        bad("nine digits", &format!("{right}000"), true, "malformed"),
        bad("twice the code", &right.repeat(2), true, "malformed"),
        bad("10 kB of codes", &right.repeat(1700), true, "malformed"),
        bad("full-width digits", &digits_from('０'), true, "malformed"),
        bad("Arabic digits", &digits_from('٠'), true, "malformed"),
        bad("letters", "abcdef", true, "malformed"),
        bad("a letter more", &format!("{right}x"), true, "malformed"),
        bad("a sign", &format!("+{}", &right[1..]), true, "malformed"),
        bad(
            "a tab",
            &right.replacen(&right[3..], &format!("\t{}", &right[3..]), 1),
            true,
            "malformed",
        ),
        bad(
            "another space",
            &format!("{}\u{a0}{}", &right[..3], &right[3..]),
            true,
            "malformed",
        ),
        bad("terminal escapes", "\u{1b}[2J\u{7}", true, "malformed"),
        bad(
            "sshd's junk",
            "\u{8}\n\r\u{7f}INCORRECT",
            false,
            "malformed",
        ),
    ]
}

/// Every bad code, each with the right one that it was made from, fresh and unused.
fn each(authenticator: &Authenticator) -> impl Iterator<Item = (Bad, String)> {
    let count = bad_codes("123456").len();
    (0..count).map(|index| {
        let right = authenticator.fresh_code();
        (bad_codes(&right).swap_remove(index), right)
    })
}

#[test]
fn on_the_bus_bad_codes_are_rejected_and_counted_once_each() {
    let world = World::new();
    let alice = world.enroll("alice");
    for (bad, right) in each(&alice) {
        let name = bad.name;
        assert_eq!(verify_on_the_bus(&world, &bad.typed), verdict(2), "{name}");
        assert_eq!(world.failures("alice"), u64::from(bad.counts), "{name}");
        // Nothing is lost: the right one lets in, and clears the count.
        assert!(is_accepted(&verify_on_the_bus(&world, &right)), "{name}");
    }
}

#[test]
fn the_command_line_says_what_is_wrong_with_a_bad_code_and_counts_none() {
    let world = World::new();
    let alice = world.enroll("alice");
    for bad in bad_codes(&alice.fresh_code()) {
        let ran = verify(&world, format!("{}\n", bad.typed));
        assert_not_right(&ran, bad.finding, bad.name);
        assert_eq!(world.failures("alice"), 0, "{}", bad.name);
    }
    assert_eq!(verify(&world, alice.code()).code, Some(0));
}

#[test]
fn the_command_line_takes_no_bytes_for_digits_that_are_none() {
    let world = World::new();
    let alice = world.enroll("alice");
    let code = alice.fresh_code();
    let (left, right) = code.split_at(3);
    let with = |bytes: &[u8]| [left.as_bytes(), bytes, right.as_bytes(), b"\n"].concat();
    for (name, typed) in [
        ("a NUL in it", with(b"\0")),
        ("a NUL behind it", [code.as_bytes(), b"\0\n"].concat()),
        ("not UTF-8", with(b"\xff")),
        (
            "half a character behind it",
            [code.as_bytes(), b"\xc3\n"].concat(),
        ),
        (
            "100 kB before it",
            [&[b'0'; 100_000], code.as_bytes(), b"\n"].concat(),
        ),
    ] {
        assert_not_right(&verify(&world, typed), "malformed", name);
    }
    assert_eq!(verify(&world, code).code, Some(0));
}

#[test]
fn the_command_line_says_that_no_code_was_given() {
    let world = World::new();
    let _alice = world.enroll("alice");
    let ran = verify(&world, "");
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(ran.sentence().contains("no code was given"), "{ran:?}");
}

#[test]
fn at_a_prompt_bad_codes_are_refused_and_counted_once_each() {
    let world = World::new();
    let alice = world.enroll("alice");
    for (bad, right) in each(&alice) {
        let name = bad.name;
        // pamtester reads a line.
        if bad.typed.contains('\n') {
            continue;
        }
        let login = world.pam("code-only", "alice").code(&bad.typed);
        assert_eq!(login, Refused, "{name}");
        let transcript = &login.transcript;
        assert!(
            transcript.contains("Authentication failure"),
            "{name}: {login:?}"
        );
        assert_eq!(world.failures("alice"), u64::from(bad.counts), "{name}");
        assert_eq!(
            world.pam("code-only", "alice").code(&right),
            LetIn,
            "{name}"
        );
    }
}

#[test]
fn at_a_prompt_bytes_that_are_no_text_are_refused_and_counted() {
    let world = World::new();
    let alice = world.enroll("alice");
    let code = alice.fresh_code();
    let (left, right) = code.split_at(3);
    for (count, bytes) in (1..).zip([&b"\0"[..], b"\xff", b"\xf0\x9f"]) {
        let typed = [left.as_bytes(), bytes, right.as_bytes(), b"\n"].concat();
        let pamtester = world.program(&["pamtester", "code-only", "alice", "authenticate"]);
        let ran = pamtester.typing(typed).run();
        assert_eq!(ran.code, Some(1), "{bytes:?}: {ran:?}");
        assert_eq!(world.failures("alice"), count, "{bytes:?}");
    }
    assert_eq!(world.pam("code-only", "alice").code(&code), LetIn);
}

#[test]
fn over_ssh_bad_codes_are_refused_and_counted_once_each() {
    let world = World::new();
    let alice = world.enroll("alice");
    let over_ssh = [
        "empty",
        "five digits",
        "seven digits",
        "full-width digits",
        "letters",
    ];
    for (bad, right) in each(&alice).filter(|(bad, _)| over_ssh.contains(&bad.name)) {
        let name = bad.name;
        assert_eq!(world.ssh("alice").code(&bad.typed), Refused, "{name}");
        assert_eq!(world.failures("alice"), u64::from(bad.counts), "{name}");
        assert_eq!(world.ssh("alice").code(&right), LetIn, "{name}");
    }
}

#[test]
fn a_code_with_spaces_in_it_is_right_wherever_it_is_typed() {
    let world = World::new();
    let alice = world.enroll("alice");
    assert_eq!(world.ssh("alice").code(&spaced(&alice)), LetIn);
    assert_eq!(world.sudo("alice").code(&spaced(&alice)), LetIn);
    assert_eq!(world.pam("code-only", "alice").code(&spaced(&alice)), LetIn);
    assert!(is_accepted(&verify_on_the_bus(&world, &spaced(&alice))));
    assert_eq!(verify(&world, spaced(&alice)).code, Some(0));
    assert_eq!(
        world
            .pam("code-only", "alice")
            .code(&spaced(&alice).replace(' ', "")),
        LetIn
    );
}

#[test]
fn a_bad_first_code_enrolls_nobody() {
    let world = World::new();
    for Bad { name, typed, .. } in bad_codes("123456") {
        let enroll = world.proauthd(&["enroll", "--user=alice", "--offline", "--json"]);
        let ran = enroll.typing(format!("{typed}\n")).run();
        assert_eq!(ran.code, Some(1), "{name}: {ran:?}");
        assert!(!ran.sentence().is_empty(), "{name}");
        assert_eq!(world.status("alice")["enrolled"], false, "{name}");
    }
}

#[test]
fn bad_codes_resync_nobody() {
    let world = World::new();
    let alice = world.enroll("alice");
    let right = [0, 1, 2].map(|steps| alice.code_in_steps(steps));
    let before = world.status("alice");
    for (name, typed, exit) in [
        ("nothing", String::new(), 2),
        ("one code", format!("{}\n", right[0]), 2),
        ("three empty lines", "\n\n\n".to_owned(), 1),
        ("letters", format!("{}\nx\n{}\n", right[0], right[2]), 1),
        (
            "the same one three times",
            format!("{}\n", right[1]).repeat(3),
            1,
        ),
    ] {
        let resync = world.proauthd(&["resync", "--codes", "--user=alice"]);
        let ran = resync.typing(typed).run();
        assert_eq!(ran.code, Some(exit), "{name}: {ran:?}");
        assert!(!ran.sentence().is_empty(), "{name}");
    }
    let after = world.status("alice");
    for key in ["clock_offset", "last_step_at", "wait"] {
        assert_eq!(after[key], before[key], "{key}");
    }
    for count in ["2", "4"] {
        let codes = [&["sas", "alice", count][..], &["123456"; 4]].concat();
        let codes = &codes[..3 + count.parse::<usize>().expect("a number")];
        let answer = world.call("root", "Admin.ResyncCodes", codes);
        let expected = "org.proauth.Daemon1.Error.InvalidArgument";
        assert_eq!(answer, Answer::Error(expected.to_owned()), "{count} codes");
    }
}

/// A fresh code, as apps show it.
fn spaced(authenticator: &Authenticator) -> String {
    let code = authenticator.fresh_code();
    format!("{} {}", &code[..3], &code[3..])
}

fn verify_on_the_bus(world: &World, code: &str) -> Answer {
    let body = ["(sssss)s", "alice", "sshd", "192.0.2.1", "ssh", "", code];
    world.call("root", "Login.Verify", &body)
}

/// Whatever else there is to tell: of the enrollment, at the first login.
fn is_accepted(answer: &Answer) -> bool {
    matches!(answer, Answer::Reply(reply) if reply.starts_with("(uuua(utt)) 1 "))
}

fn verdict(number: u32) -> Answer {
    Answer::Reply(format!("(uuua(utt)) {number} 0 0 0"))
}

fn verify(world: &World, typed: impl Into<Vec<u8>>) -> Ran {
    world
        .proauthd(&["verify", "--user=alice", "--json"])
        .typing(typed)
        .run()
}

fn assert_not_right(ran: &Ran, finding: &str, name: &str) {
    assert_eq!(ran.code, Some(1), "{name}: {ran:?}");
    assert_eq!(ran.json()["finding"], finding, "{name}: {ran:?}");
    assert!(!ran.sentence().is_empty(), "{name}");
}
