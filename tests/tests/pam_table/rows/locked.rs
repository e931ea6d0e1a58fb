//! Too many wrong codes.

use proauth_e2e::{PamCode, Typed};
use proauth_interface::{Decision, Verdict};

use super::{ACCEPTED, LOCKED, REJECTED};
use crate::row::Answer::{Begin, Verify};
use crate::row::Given::{self, Admin, Emergency, Failed, FailedFrom, Passed};
use crate::row::Step::{
    Asked, Authenticate, Delays, Meanwhile, Returns, SetRhost, Told, Types, Warned,
};
use crate::row::{HOME, Host, PROMPT, ROW, Row, Step};

/// Where attackers are.
const ELSEWHERE: &str = "198.51.100.66";

const WAIT: &str = "Too many attempts: try again in 30 s";
const WAIT_AND_PROMPT: &str = "Too many attempts: try again in 30 s. ProAuth code (6 digits): ";
const FOR_GOOD_TEXT: &str = "Too many attempts: ask an administrator to unlock you";
const FOR_GOOD_AND_PROMPT: &str =
    "Too many attempts: ask an administrator to unlock you. ProAuth code (6 digits): ";

const FIVE: &[Given] = &[Failed(5)];

/// Typed during the delay, and not looked at.
const fn waits(typed: Typed) -> [Step; 5] {
    let asked = Asked(WAIT_AND_PROMPT);
    [
        Authenticate,
        asked,
        Types(typed),
        Warned(WAIT),
        Returns(PamCode::MAXTRIES),
    ]
}

/// With five wrong codes, and no more than five in a row over all sources: see `FOR_GOOD`.
pub const ROWS: &[Row] = &[
    Row {
        name: "the fifth wrong code is free",
        given: &[Failed(4)],
        play: &[
            Authenticate,
            Asked(PROMPT),
            Types(Typed::Wrong),
            Delays(PamCode::AUTH_ERR),
        ],
        failures: 5,
        answers: REJECTED,
        ..ROW
    },
    Row {
        name: "locked: the right code",
        given: FIVE,
        play: &waits(Typed::Right),
        failures: 5,
        answers: LOCKED,
        ..ROW
    },
    Row {
        name: "locked: a wrong code is not counted",
        given: FIVE,
        play: &waits(Typed::Wrong),
        failures: 5,
        answers: LOCKED,
        ..ROW
    },
    Row {
        name: "locked: letters, which can be no recovery code",
        given: FIVE,
        play: &waits(Typed::Text("sesame")),
        failures: 5,
        answers: LOCKED,
        ..ROW
    },
    Row {
        name: "locked: a recovery code",
        given: FIVE,
        play: &[
            Authenticate,
            Asked(WAIT_AND_PROMPT),
            Types(Typed::Recovery(0)),
            Told("Recovery code used: 9 left"),
            Returns(PamCode::SUCCESS),
        ],
        answers: &[Begin(Decision::Locked), Verify(Verdict::Recovered)],
        ..ROW
    },
    Row {
        name: "locked: a wrong recovery code prolongs nothing",
        given: FIVE,
        play: &[
            Authenticate,
            Asked(WAIT_AND_PROMPT),
            Types(Typed::Text("0000-0000-0000")),
            Delays(PamCode::AUTH_ERR),
        ],
        failures: 5,
        answers: &[Begin(Decision::Locked), Verify(Verdict::Rejected)],
        ..ROW
    },
    Row {
        name: "locked: an emergency code",
        given: &[Failed(5), Emergency],
        play: &[
            Authenticate,
            Asked(WAIT_AND_PROMPT),
            Types(Typed::Emergency),
            Told("Emergency code used"),
            Told("Since your last login: emergency code made (0 s ago)"),
            Returns(PamCode::SUCCESS),
        ],
        answers: &[Begin(Decision::Locked), Verify(Verdict::Emergency)],
        ..ROW
    },
    Row {
        name: "locked: the right code is not used up",
        given: FIVE,
        play: &[
            Authenticate,
            Asked(WAIT_AND_PROMPT),
            Types(Typed::Right),
            Warned(WAIT),
            Returns(PamCode::MAXTRIES),
            Meanwhile(Passed(30)),
            Authenticate,
            Asked(PROMPT),
            Types(Typed::Step(-1)),
            Returns(PamCode::SUCCESS),
        ],
        answers: &[
            Begin(Decision::Locked),
            Verify(Verdict::Locked),
            Begin(Decision::Prompt),
            Verify(Verdict::Accepted),
        ],
        ..ROW
    },
    Row {
        name: "the sixth wrong code doubles the delay",
        given: &[Failed(5), Passed(30), Failed(1)],
        play: &[
            Authenticate,
            Asked("Too many attempts: try again in 1 min. ProAuth code (6 digits): "),
            Types(Typed::Right),
            Warned("Too many attempts: try again in 1 min"),
            Returns(PamCode::MAXTRIES),
        ],
        failures: 6,
        answers: LOCKED,
        ..ROW
    },
    Row {
        name: "locked elsewhere: the right code from the address of the last login",
        given: &[FailedFrom(ELSEWHERE, 5)],
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
        name: "locked elsewhere: the right code at a screen locker",
        given: &[FailedFrom(ELSEWHERE, 5)],
        host: Host::Locker,
        play: &[
            Authenticate,
            Asked(PROMPT),
            Types(Typed::Right),
            Returns(PamCode::SUCCESS),
        ],
        answers: ACCEPTED,
        ..ROW
    },
    Row {
        name: "locked and unlocked: the right code",
        given: &[Failed(5), Admin("unlock")],
        play: &[
            Authenticate,
            Asked(PROMPT),
            Types(Typed::Right),
            Returns(PamCode::SUCCESS),
        ],
        answers: ACCEPTED,
        ..ROW
    },
];

/// Where `max_failures` is five.
pub const FOR_GOOD: &[Row] = &[
    Row {
        name: "max_failures reached: the right code, a day later",
        given: &[Failed(5), Passed(24 * 60 * 60)],
        play: &[
            Authenticate,
            Asked(FOR_GOOD_AND_PROMPT),
            Types(Typed::Right),
            Warned(FOR_GOOD_TEXT),
            Returns(PamCode::MAXTRIES),
        ],
        failures: 5,
        answers: LOCKED,
        ..ROW
    },
    Row {
        name: "max_failures reached: the right code from the address of the last login",
        given: FIVE,
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
        name: "max_failures reached: a recovery code",
        given: FIVE,
        play: &[
            Authenticate,
            Asked(FOR_GOOD_AND_PROMPT),
            Types(Typed::Recovery(3)),
            Told("Recovery code used: 9 left"),
            Returns(PamCode::SUCCESS),
        ],
        answers: &[Begin(Decision::Locked), Verify(Verdict::Recovered)],
        ..ROW
    },
    Row {
        name: "max_failures reached: the right code at a screen locker",
        given: FIVE,
        host: Host::Locker,
        play: &[
            Authenticate,
            Asked(PROMPT),
            Types(Typed::Right),
            Returns(PamCode::SUCCESS),
        ],
        answers: ACCEPTED,
        ..ROW
    },
    Row {
        name: "max_failures reached, and unlocked: the right code",
        given: &[Failed(5), Admin("unlock")],
        play: &[
            Authenticate,
            Asked(PROMPT),
            Types(Typed::Right),
            Returns(PamCode::SUCCESS),
        ],
        answers: ACCEPTED,
        ..ROW
    },
];
