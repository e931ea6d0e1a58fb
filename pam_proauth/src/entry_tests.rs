use super::*;

fn by_form(text: &str) -> bool {
    Entry::code_by_form(text.as_bytes()).is_some()
}

fn together(text: &[u8], digits: u32) -> Option<(Vec<u8>, String)> {
    let entry = Entry::password_and_code(text, digits)?;
    let password = entry.password.unwrap();
    let (nul, password) = password.reveal().split_last().unwrap();
    assert_eq!(*nul, 0);
    Some((password.to_vec(), entry.code.reveal().to_owned()))
}

fn parts(password: &[u8], code: &str) -> Option<(Vec<u8>, String)> {
    Some((password.to_vec(), code.to_owned()))
}

#[test]
fn what_is_typed_for_us_is_passed_on_as_it_is() {
    for typed in [
        "",
        "123456",
        " 123 456 ",
        "１２３４５６",
        "\u{8}\n\r\u{7f}INCORRECT",
        "hunter2",
    ] {
        let entry = Entry::code(typed.as_bytes());
        assert_eq!(entry.code.reveal(), typed);
        assert!(entry.password.is_none());
    }
}

#[test]
fn bytes_that_are_not_utf8_become_the_replacement_character() {
    let code = Entry::code(b"12\xff34\xc3").code;
    assert_eq!(code.reveal(), "12\u{fffd}34\u{fffd}");
}

#[test]
fn no_reply_outgrows_the_room_made_for_it() {
    let worst = vec![0xff; LONGEST];
    let code = Entry::code(&worst).code;
    assert_eq!(code.0.len(), worst.len() * 3);
    assert_eq!(code.0.capacity(), worst.len() * 3);
    let password = Password::from_bytes(&worst);
    assert_eq!(password.0.len(), password.0.capacity());
}

#[test]
fn a_code_among_passwords_is_known_by_its_form() {
    for text in [
        "123456",
        "1234567",
        "12345678",
        "123 456",
        " 1234 5678 ",
        "abcd-efgh-jkmn",
        "ABCD EFGH JKMN",
        " abcd-efgh jkmn",
        "0123-4567-89oO",
        "lil0-o1il-abcd",
        "abcdefghjkmn",
        "0123456789AB",
    ] {
        assert!(by_form(text), "{text}");
    }
}

#[test]
fn everything_else_is_somebodys_password() {
    let long = format!("{}123456", " ".repeat(LONGEST));
    for text in [
        "",
        " ",
        "12345",
        "123456789",
        "123-456",
        "12345a",
        "１２３４５６",
        "hunter2",
        "abcd-efgh-jkm",
        "abcd-efgh-jkmnp",
        "abcd-efgh-jkmn-pqrs",
        "abcd-efgh-jkmu",
        "abcdef-ghjkmn",
        "abcdefghjkm",
        "abcdefghjkmnp",
        "helloworld12",
        "correct-horse",
        "\u{8}\n\r\u{7f}INCORRECT",
        &long,
    ] {
        assert!(!by_form(text), "{text}");
    }
}

#[test]
fn a_code_is_cut_off_the_end_of_a_password() {
    assert_eq!(together(b"secret123456", 6), parts(b"secret", "123456"));
    assert_eq!(together(b"secret12345678", 8), parts(b"secret", "12345678"));
    assert_eq!(
        together(b"s p\xe4ce 99123456", 6),
        parts(b"s p\xe4ce 99", "123456")
    );
    assert_eq!(
        together(b"secretabcd-EFGH-jkmo", 6),
        parts(b"secret", "abcd-EFGH-jkmo")
    );
    assert_eq!(
        together(b"secret!abcdefghjkmn", 6),
        parts(b"secret!", "abcdefghjkmn")
    );
}

#[test]
fn a_code_without_a_password_leaves_an_empty_one() {
    assert_eq!(together(b"123456", 6), parts(b"", "123456"));
    assert_eq!(together(b"abcd-efgh-jkmn", 6), parts(b"", "abcd-efgh-jkmn"));
    assert_eq!(together(b"abcdefghjkmn", 6), parts(b"", "abcdefghjkmn"));
}

#[test]
fn only_as_many_digits_as_the_code_has_are_cut_off() {
    assert_eq!(together(b"secret12345678", 6), parts(b"secret12", "345678"));
    assert_eq!(together(b"hunter123456", 8), None);
}

#[test]
fn a_password_without_a_code_at_its_end_is_nothing_to_judge() {
    let long = [vec![b'x'; LONGEST], b"123456".to_vec()].concat();
    for text in [
        b"".as_slice(),
        b"secret",
        b"12345",
        b"123456hunter",
        b"secret123 456",
        b"secret123456 ",
        b"correcthorse",
        b"secretabcd efgh jkmn",
        b"secretabcd-efgh-jkmu",
        b"a-b-c-d-e-f-gh",
        "secret１２３４５６".as_bytes(),
        &long,
    ] {
        assert_eq!(together(text, 6), None, "{text:?}");
    }
}

#[test]
fn what_sshd_types_for_those_it_has_refused_is_passed_on_and_no_password() {
    let junk = b"\x08\n\r\x7fINCORRECT\x08\n\r\x7fINCORRECT";
    for len in 1..junk.len() {
        let entry = Entry::password_and_code(&junk[..len], 6).unwrap();
        assert_eq!(entry.code.reveal().as_bytes(), &junk[..len]);
        assert!(entry.password.is_none());
    }
}
