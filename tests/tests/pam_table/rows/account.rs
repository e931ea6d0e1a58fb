//! The account phase.

use proauth_e2e::{PamCode, Typed};
use proauth_interface::{Decision, Standing, Verdict};

use crate::row::Answer::{self, Account, Begin, Verify};
use crate::row::Given::{LoggedIn, Renamed};
use crate::row::Step::{AcctMgmt, Asked, Authenticate, Delays, Returns, SetUser, Told, Types};
use crate::row::{PROMPT, ROW, Row, Step, Who};

const PLAIN: &str = "auth required pam_proauth.so\naccount required pam_proauth.so";
const NEED_CODE: &str = "auth required pam_proauth.so\naccount required pam_proauth.so need_code";
const LACKS_CODE: &str = "need_code is set, and this login has shown no code";

const GOOD: &[Answer] = &[Account(Standing::Good)];

/// As sshd does for a key alone.
const LET_IN: &[Step] = &[AcctMgmt, Returns(PamCode::SUCCESS)];
const REFUSED: &[Step] = &[AcctMgmt, Returns(PamCode::PERM_DENIED)];

/// Where those who are not enrolled are denied.
pub const ROWS: &[Row] = &[
    Row {
        name: "account, key alone",
        service: PLAIN,
        play: LET_IN,
        answers: GOOD,
        ..ROW
    },
    Row {
        name: "account, key alone, not enrolled",
        who: Who::NotEnrolled,
        service: PLAIN,
        play: LET_IN,
        answers: GOOD,
        ..ROW
    },
    Row {
        name: "account, no such user",
        who: Who::Unknown,
        service: PLAIN,
        play: LET_IN,
        answers: GOOD,
        ..ROW
    },
    Row {
        name: "need_code, key alone",
        service: NEED_CODE,
        play: REFUSED,
        answers: GOOD,
        logged: LACKS_CODE,
        ..ROW
    },
    Row {
        name: "need_code, key alone, a code shown to another handle",
        given: &[LoggedIn(Typed::Right)],
        service: NEED_CODE,
        play: REFUSED,
        answers: GOOD,
        ..ROW
    },
    Row {
        name: "need_code, key alone, not enrolled",
        who: Who::NotEnrolled,
        service: NEED_CODE,
        play: REFUSED,
        answers: GOOD,
        ..ROW
    },
    Row {
        name: "need_code, keyboard-interactive",
        service: NEED_CODE,
        play: &[
            Authenticate,
            Asked(PROMPT),
            Types(Typed::Right),
            Returns(PamCode::SUCCESS),
            AcctMgmt,
            Returns(PamCode::SUCCESS),
        ],
        answers: &[
            Begin(Decision::Prompt),
            Verify(Verdict::Accepted),
            Account(Standing::Good),
        ],
        ..ROW
    },
    Row {
        name: "need_code, keyboard-interactive, a recovery code",
        service: NEED_CODE,
        play: &[
            Authenticate,
            Asked(PROMPT),
            Types(Typed::Recovery(0)),
            Told("Recovery code used: 9 left"),
            Returns(PamCode::SUCCESS),
            AcctMgmt,
            Returns(PamCode::SUCCESS),
        ],
        answers: &[
            Begin(Decision::Prompt),
            Verify(Verdict::Recovered),
            Account(Standing::Good),
        ],
        ..ROW
    },
    Row {
        name: "need_code, keyboard-interactive, the code typed wrong",
        service: NEED_CODE,
        play: &[
            Authenticate,
            Asked(PROMPT),
            Types(Typed::Wrong),
            Delays(PamCode::AUTH_ERR),
            AcctMgmt,
            Returns(PamCode::PERM_DENIED),
        ],
        failures: 1,
        answers: &[
            Begin(Decision::Prompt),
            Verify(Verdict::Rejected),
            Account(Standing::Good),
        ],
        ..ROW
    },
    Row {
        name: "need_code, a second auth that failed",
        service: NEED_CODE,
        play: &[
            Authenticate,
            Asked(PROMPT),
            Types(Typed::Right),
            Returns(PamCode::SUCCESS),
            Authenticate,
            Asked(PROMPT),
            Types(Typed::Wrong),
            Delays(PamCode::AUTH_ERR),
            AcctMgmt,
            Returns(PamCode::PERM_DENIED),
        ],
        failures: 1,
        answers: &[
            Begin(Decision::Prompt),
            Verify(Verdict::Accepted),
            Begin(Decision::Prompt),
            Verify(Verdict::Rejected),
            Account(Standing::Good),
        ],
        ..ROW
    },
    Row {
        name: "need_code, the code was another user's",
        service: NEED_CODE,
        play: &[
            Authenticate,
            Asked(PROMPT),
            Types(Typed::Right),
            Returns(PamCode::SUCCESS),
            SetUser("alice"),
            AcctMgmt,
            Returns(PamCode::PERM_DENIED),
        ],
        answers: &[
            Begin(Decision::Prompt),
            Verify(Verdict::Accepted),
            Account(Standing::Good),
        ],
        ..ROW
    },
];

/// Where they are allowed.
pub const EXEMPT: &[Row] = &[
    Row {
        name: "need_code, key alone, not enrolled, allow",
        who: Who::NotEnrolled,
        service: NEED_CODE,
        play: LET_IN,
        answers: &[Account(Standing::Exempt)],
        ..ROW
    },
    Row {
        name: "need_code, key alone, enrolled under another name, allow",
        given: &[Renamed],
        service: NEED_CODE,
        play: REFUSED,
        answers: &[Account(Standing::Denied)],
        ..ROW
    },
    Row {
        name: "need_code, key alone, enrolled, allow",
        service: NEED_CODE,
        play: REFUSED,
        answers: GOOD,
        ..ROW
    },
    Row {
        name: "need_code, key alone, no such user, allow",
        who: Who::Unknown,
        service: NEED_CODE,
        play: REFUSED,
        answers: GOOD,
        ..ROW
    },
];
