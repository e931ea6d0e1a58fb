//! What stands in `PAM_AUTHTOK` already, where a code alone is asked for.

use proauth_e2e::{PamCode, Typed};
use proauth_interface::{Decision, Verdict};

use super::{ACCEPTED, BEGUN, FIRST, PASSWORD_ALONE, REJECTED, REJECTED_THEN_ACCEPTED};
use crate::row::Answer::{Begin, Verify};
use crate::row::Step::{Asked, Authenticate, Delays, NoToken, Returns, Token, Told, Types};
use crate::row::{PROMPT, ROW, Row};

pub const ROWS: &[Row] = &[
    Row {
        name: "prompt only; the first pass is right, and not looked at",
        service: after_first_pass!(""),
        play: &[
            Authenticate,
            Asked(FIRST),
            Types(Typed::Right),
            Asked(PROMPT),
            Types(Typed::Wrong),
            Token(Typed::Right),
            Delays(PamCode::AUTH_ERR),
        ],
        failures: 1,
        answers: REJECTED,
        ..ROW
    },
    Row {
        name: "prompt only; the first pass is wrong, and not looked at",
        service: after_first_pass!(""),
        play: &[
            Authenticate,
            Asked(FIRST),
            Types(Typed::Wrong),
            Asked(PROMPT),
            Types(Typed::Right),
            Token(Typed::Wrong),
            Returns(PamCode::SUCCESS),
        ],
        answers: ACCEPTED,
        ..ROW
    },
    Row {
        name: "prompt only; no first pass",
        service: alone!(""),
        play: &[
            Authenticate,
            Asked(PROMPT),
            Types(Typed::Right),
            NoToken,
            Returns(PamCode::SUCCESS),
        ],
        answers: ACCEPTED,
        ..ROW
    },
    Row {
        name: "try_first_pass; the first pass is right",
        service: after_first_pass!("try_first_pass"),
        play: &[
            Authenticate,
            Asked(FIRST),
            Types(Typed::Right),
            Token(Typed::Right),
            Returns(PamCode::SUCCESS),
        ],
        answers: ACCEPTED,
        ..ROW
    },
    Row {
        name: "try_first_pass; the first pass is wrong, the next right",
        service: after_first_pass!("try_first_pass"),
        play: &[
            Authenticate,
            Asked(FIRST),
            Types(Typed::Wrong),
            Asked(PROMPT),
            Types(Typed::Right),
            Token(Typed::Wrong),
            Returns(PamCode::SUCCESS),
        ],
        answers: REJECTED_THEN_ACCEPTED,
        ..ROW
    },
    Row {
        name: "try_first_pass; the first pass is wrong, and so is the next",
        service: after_first_pass!("try_first_pass"),
        play: &[
            Authenticate,
            Asked(FIRST),
            Types(Typed::Wrong),
            Asked(PROMPT),
            Types(Typed::Wrong),
            Token(Typed::Wrong),
            Delays(PamCode::AUTH_ERR),
        ],
        failures: 2,
        answers: &[
            Begin(Decision::Prompt),
            Verify(Verdict::Rejected),
            Verify(Verdict::Rejected),
        ],
        ..ROW
    },
    Row {
        name: "try_first_pass; no first pass",
        service: alone!("try_first_pass"),
        play: &[
            Authenticate,
            Asked(PROMPT),
            Types(Typed::Right),
            NoToken,
            Returns(PamCode::SUCCESS),
        ],
        answers: ACCEPTED,
        ..ROW
    },
    Row {
        name: "try_first_pass; the first pass is a password, and stays where it is",
        service: after_first_pass!("try_first_pass"),
        play: &[
            Authenticate,
            Asked(FIRST),
            Types(PASSWORD_ALONE),
            Asked(PROMPT),
            Types(Typed::Right),
            Token(PASSWORD_ALONE),
            Returns(PamCode::SUCCESS),
        ],
        answers: ACCEPTED,
        ..ROW
    },
    Row {
        name: "use_first_pass; the first pass is right",
        service: after_first_pass!("use_first_pass"),
        play: &[
            Authenticate,
            Asked(FIRST),
            Types(Typed::Right),
            Token(Typed::Right),
            Returns(PamCode::SUCCESS),
        ],
        answers: ACCEPTED,
        ..ROW
    },
    Row {
        name: "use_first_pass; the first pass is wrong",
        service: after_first_pass!("use_first_pass"),
        play: &[
            Authenticate,
            Asked(FIRST),
            Types(Typed::Wrong),
            Token(Typed::Wrong),
            Delays(PamCode::AUTH_ERR),
        ],
        failures: 1,
        answers: REJECTED,
        ..ROW
    },
    Row {
        name: "use_first_pass; no first pass",
        service: alone!("use_first_pass"),
        play: &[Authenticate, NoToken, Delays(PamCode::AUTH_ERR)],
        answers: BEGUN,
        ..ROW
    },
    Row {
        name: "use_first_pass; the first pass is a password, which nobody else sees",
        service: after_first_pass!("use_first_pass"),
        play: &[
            Authenticate,
            Asked(FIRST),
            Types(PASSWORD_ALONE),
            Token(PASSWORD_ALONE),
            Delays(PamCode::AUTH_ERR),
        ],
        answers: BEGUN,
        ..ROW
    },
    Row {
        name: "use_first_pass; the first pass is a recovery code",
        service: after_first_pass!("use_first_pass"),
        play: &[
            Authenticate,
            Asked(FIRST),
            Types(Typed::Recovery(0)),
            Told("Recovery code used: 9 left"),
            Token(Typed::Recovery(0)),
            Returns(PamCode::SUCCESS),
        ],
        answers: &[Begin(Decision::Prompt), Verify(Verdict::Recovered)],
        ..ROW
    },
];
