//! Recovery codes and emergency codes, and what is told of changes.

use proauth_e2e::{PamCode, Typed};
use proauth_interface::{Decision, Verdict};

use super::{ACCEPTED, REJECTED};
use crate::row::Answer::{self, Begin, Verify};
use crate::row::Given::{self, Admin, Emergency, LoggedIn, Passed};
use crate::row::Step::{Asked, Authenticate, Delays, Returns, Told, Types};
use crate::row::{PROMPT, ROW, Row, Who};

const RECOVERED: &[Answer] = &[Begin(Decision::Prompt), Verify(Verdict::Recovered)];

const SIX_USED: &[Given] = &[
    LoggedIn(Typed::Recovery(0)),
    LoggedIn(Typed::Recovery(1)),
    LoggedIn(Typed::Recovery(2)),
    LoggedIn(Typed::Recovery(3)),
    LoggedIn(Typed::Recovery(4)),
    LoggedIn(Typed::Recovery(5)),
    LoggedIn(Typed::Right),
];

pub const ROWS: &[Row] = &[
    Row {
        name: "a recovery code",
        play: &[
            Authenticate,
            Asked(PROMPT),
            Types(Typed::Recovery(0)),
            Told("Recovery code used: 9 left"),
            Returns(PamCode::SUCCESS),
        ],
        answers: RECOVERED,
        ..ROW
    },
    Row {
        name: "a recovery code in capitals and without dashes",
        play: &[
            Authenticate,
            Asked(PROMPT),
            Types(Typed::Shouted(9)),
            Told("Recovery code used: 9 left"),
            Returns(PamCode::SUCCESS),
        ],
        answers: RECOVERED,
        ..ROW
    },
    Row {
        name: "a recovery code, the second time",
        given: &[LoggedIn(Typed::Recovery(0))],
        play: &[
            Authenticate,
            Asked(PROMPT),
            Types(Typed::Recovery(0)),
            Delays(PamCode::AUTH_ERR),
        ],
        failures: 1,
        answers: REJECTED,
        ..ROW
    },
    Row {
        name: "a recovery code of nobody's",
        play: &[
            Authenticate,
            Asked(PROMPT),
            Types(Typed::Text("0000-0000-0000")),
            Delays(PamCode::AUTH_ERR),
        ],
        failures: 1,
        answers: REJECTED,
        ..ROW
    },
    Row {
        name: "the last recovery code but three",
        given: SIX_USED,
        play: &[
            Authenticate,
            Asked(PROMPT),
            Types(Typed::Recovery(6)),
            Told("Recovery code used: 3 left; for new ones, run proauthd recovery-codes"),
            Returns(PamCode::SUCCESS),
        ],
        answers: RECOVERED,
        ..ROW
    },
    Row {
        name: "the right code, after a recovery code was used",
        given: &[LoggedIn(Typed::Recovery(0)), Passed(3 * 60 * 60)],
        play: &[
            Authenticate,
            Asked(PROMPT),
            Types(Typed::Right),
            Told("Since your last login: recovery code used (3 h ago)"),
            Returns(PamCode::SUCCESS),
        ],
        answers: ACCEPTED,
        ..ROW
    },
    Row {
        name: "the right code, the first time after the enrollment",
        who: Who::JustEnrolled,
        play: &[
            Authenticate,
            Asked(PROMPT),
            Types(Typed::Right),
            Told("Since your last login: new authenticator bound (5 min ago)"),
            Returns(PamCode::SUCCESS),
        ],
        answers: ACCEPTED,
        ..ROW
    },
    Row {
        name: "the right code, after new recovery codes and an emergency code were made",
        given: &[Admin("recovery-codes"), Passed(90), Emergency, Passed(9)],
        play: &[
            Authenticate,
            Asked(PROMPT),
            Types(Typed::Right),
            Told("Since your last login: new recovery codes made (1 min ago)"),
            Told("Since your last login: emergency code made (9 s ago)"),
            Returns(PamCode::SUCCESS),
        ],
        answers: ACCEPTED,
        ..ROW
    },
    Row {
        name: "the right code, after an administrator set the last used step anew",
        given: &[Admin("resync"), Passed(60)],
        play: &[
            Authenticate,
            Asked(PROMPT),
            Types(Typed::Right),
            Told("Since your last login: authenticator resynchronised (1 min ago)"),
            Returns(PamCode::SUCCESS),
        ],
        answers: ACCEPTED,
        ..ROW
    },
    Row {
        name: "an old recovery code, after new ones were made",
        given: &[Admin("recovery-codes")],
        play: &[
            Authenticate,
            Asked(PROMPT),
            Types(Typed::Recovery(0)),
            Delays(PamCode::AUTH_ERR),
        ],
        failures: 1,
        answers: REJECTED,
        ..ROW
    },
    Row {
        name: "an emergency code",
        given: &[Emergency],
        play: &[
            Authenticate,
            Asked(PROMPT),
            Types(Typed::Emergency),
            Told("Emergency code used"),
            Told("Since your last login: emergency code made (0 s ago)"),
            Returns(PamCode::SUCCESS),
        ],
        answers: &[Begin(Decision::Prompt), Verify(Verdict::Emergency)],
        ..ROW
    },
    Row {
        name: "an emergency code, the second time",
        given: &[Emergency, LoggedIn(Typed::Emergency)],
        play: &[
            Authenticate,
            Asked(PROMPT),
            Types(Typed::Emergency),
            Delays(PamCode::AUTH_ERR),
        ],
        failures: 1,
        answers: REJECTED,
        ..ROW
    },
    Row {
        name: "an emergency code, after its half hour",
        given: &[Emergency, Passed(30 * 60 + 1)],
        play: &[
            Authenticate,
            Asked(PROMPT),
            Types(Typed::Emergency),
            Delays(PamCode::AUTH_ERR),
        ],
        failures: 1,
        answers: REJECTED,
        ..ROW
    },
];
