//! What is typed at the prompt, in the form of a code or in none.

use proauth_e2e::{PamCode, Typed};

use super::{ACCEPTED, BEGUN, REJECTED, USED};
use crate::row::Given::{Failed, LoggedIn};
use crate::row::Step::{
    Asked, Authenticate, Delays, HangsUp, RepliesNull, Returns, SetRhost, SetUser, Types, Warned,
};
use crate::row::{HOME, Host, PROMPT, ROW, Row, Step};

/// Typed, and let in.
const fn let_in(typed: Typed) -> [Step; 4] {
    [
        Authenticate,
        Asked(PROMPT),
        Types(typed),
        Returns(PamCode::SUCCESS),
    ]
}

/// Typed, and refused after a delay.
const fn refused(typed: Typed) -> [Step; 4] {
    [
        Authenticate,
        Asked(PROMPT),
        Types(typed),
        Delays(PamCode::AUTH_ERR),
    ]
}

/// Typed, and refused because it was used before.
const fn refused_as_used(typed: Typed) -> [Step; 5] {
    let says = Warned("Code already used: wait for the next one");
    [
        Authenticate,
        Asked(PROMPT),
        Types(typed),
        says,
        Returns(PamCode::AUTH_ERR),
    ]
}

pub const ROWS: &[Row] = &[
    Row {
        name: "the right code",
        play: &let_in(Typed::Right),
        answers: ACCEPTED,
        ..ROW
    },
    Row {
        name: "the right code, from the address of the last login",
        play: &[
            SetRhost(HOME),
            Authenticate,
            Asked(PROMPT),
            Types(Typed::Right),
            Returns(PamCode::SUCCESS),
        ],
        answers: ACCEPTED,
        ..ROW
    },
    Row {
        name: "the right code with a space in it, as apps show it",
        play: &let_in(Typed::Spaced),
        answers: ACCEPTED,
        ..ROW
    },
    Row {
        name: "the right code after four wrong ones",
        given: &[Failed(4)],
        play: &let_in(Typed::Right),
        answers: ACCEPTED,
        ..ROW
    },
    Row {
        name: "the right code at a screen locker",
        host: Host::Locker,
        play: &let_in(Typed::Right),
        answers: ACCEPTED,
        ..ROW
    },
    Row {
        name: "a wrong code",
        play: &refused(Typed::Wrong),
        failures: 1,
        answers: REJECTED,
        ..ROW
    },
    Row {
        name: "a wrong code at a screen locker",
        host: Host::Locker,
        play: &refused(Typed::Wrong),
        failures: 1,
        locker_failures: 1,
        answers: REJECTED,
        ..ROW
    },
    Row {
        name: "a screen locker that asks for somebody else",
        host: Host::Locker,
        play: &[
            SetUser("alice"),
            Authenticate,
            Returns(PamCode::AUTHINFO_UNAVAIL),
        ],
        ..ROW
    },
    Row {
        name: "return alone",
        play: &refused(Typed::Text("")),
        answers: REJECTED,
        ..ROW
    },
    Row {
        name: "a reply of NULL",
        play: &[
            Authenticate,
            Asked(PROMPT),
            RepliesNull,
            Delays(PamCode::AUTH_ERR),
        ],
        answers: REJECTED,
        ..ROW
    },
    Row {
        name: "a conversation that fails, as that of sudo -n does",
        play: &[
            Authenticate,
            Asked(PROMPT),
            HangsUp,
            Returns(PamCode::CONV_ERR),
        ],
        answers: BEGUN,
        ..ROW
    },
    Row {
        name: "no conversation function",
        host: Host::Mute,
        play: &[Authenticate, Returns(PamCode::CONV_ERR)],
        answers: BEGUN,
        ..ROW
    },
    Row {
        name: "the first five digits of the right code",
        play: &refused(Typed::Digits(5)),
        failures: 1,
        answers: REJECTED,
        ..ROW
    },
    Row {
        name: "the right code and a seventh digit",
        play: &refused(Typed::Digits(7)),
        failures: 1,
        answers: REJECTED,
        ..ROW
    },
    Row {
        name: "the right code and two more digits",
        play: &refused(Typed::Digits(8)),
        failures: 1,
        answers: REJECTED,
        ..ROW
    },
    Row {
        name: "letters",
        play: &refused(Typed::Text("sesame")),
        failures: 1,
        answers: REJECTED,
        ..ROW
    },
    Row {
        name: "what sshd types for somebody whom it has refused",
        play: &refused(Typed::Text("\u{8}\n\r\u{7f}INCORRECT\u{8}\n\r")),
        answers: REJECTED,
        ..ROW
    },
    Row {
        name: "the code of the last login",
        given: &[LoggedIn(Typed::Right)],
        play: &refused_as_used(Typed::Right),
        answers: USED,
        ..ROW
    },
    Row {
        name: "an older code than that of the last login",
        given: &[LoggedIn(Typed::Step(1))],
        play: &refused_as_used(Typed::Right),
        answers: USED,
        ..ROW
    },
    Row {
        name: "a newer code than that of the last login",
        given: &[LoggedIn(Typed::Right)],
        play: &let_in(Typed::Step(1)),
        answers: ACCEPTED,
        ..ROW
    },
    Row {
        name: "the next code, one step early",
        play: &let_in(Typed::Step(1)),
        answers: ACCEPTED,
        ..ROW
    },
    Row {
        name: "the code before, one step late",
        play: &let_in(Typed::Step(-1)),
        answers: ACCEPTED,
        ..ROW
    },
    Row {
        name: "a code two steps early",
        play: &refused(Typed::Step(2)),
        failures: 1,
        answers: REJECTED,
        ..ROW
    },
    Row {
        name: "a code two steps late",
        play: &refused(Typed::Step(-2)),
        failures: 1,
        answers: REJECTED,
        ..ROW
    },
];
