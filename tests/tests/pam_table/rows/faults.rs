//! Nobody answers, or somebody else.

use proauth_e2e::{PamCode, Typed};

use super::BEGUN;
use crate::row::Given::{DaemonHangs, DaemonStopped, NameTaken, QuestionArrived};
use crate::row::Step::{AcctMgmt, Asked, Authenticate, Meanwhile, Returns, Types};
use crate::row::{PROMPT, ROW, Row};

const UNAVAILABLE: crate::row::Step = Returns(PamCode::AUTHINFO_UNAVAIL);
const ACCOUNT: &str = "account required pam_proauth.so need_code";

/// Where the bus lets everybody do everything.
pub const ROWS: &[Row] = &[
    Row {
        name: "no daemon, auth",
        given: &[DaemonStopped],
        play: &[Authenticate, UNAVAILABLE],
        logged: "denied: proauthd cannot be reached",
        ..ROW
    },
    Row {
        name: "no daemon, account",
        given: &[DaemonStopped],
        service: ACCOUNT,
        play: &[AcctMgmt, UNAVAILABLE],
        ..ROW
    },
    Row {
        name: "the daemon is stopped between prompt and reply: the right code",
        play: &[
            Authenticate,
            Asked(PROMPT),
            Meanwhile(DaemonStopped),
            Types(Typed::Right),
            UNAVAILABLE,
        ],
        answers: BEGUN,
        ..ROW
    },
    Row {
        name: "the daemon hangs between prompt and reply: the right code",
        service: "auth required pam_proauth.so timeout=1",
        play: &[
            Authenticate,
            Asked(PROMPT),
            Meanwhile(DaemonHangs),
            Types(Typed::Right),
            UNAVAILABLE,
        ],
        answers: BEGUN,
        logged: "denied: no answer from proauthd in 1 s",
        ..ROW
    },
    Row {
        name: "the daemon hangs, account",
        given: &[DaemonHangs],
        service: "account required pam_proauth.so timeout=1",
        play: &[AcctMgmt, UNAVAILABLE],
        ..ROW
    },
    Row {
        name: "an impostor has the daemon's name, auth",
        given: &[NameTaken],
        play: &[Authenticate, UNAVAILABLE],
        logged: "not by root",
        ..ROW
    },
    Row {
        name: "an impostor has the daemon's name, account",
        given: &[NameTaken],
        service: ACCOUNT,
        play: &[AcctMgmt, UNAVAILABLE],
        ..ROW
    },
    Row {
        name: "an impostor takes the daemon's name between prompt and reply",
        play: &[
            Authenticate,
            Asked(PROMPT),
            Meanwhile(NameTaken),
            Types(Typed::Wrong),
            UNAVAILABLE,
        ],
        answers: BEGUN,
        ..ROW
    },
    Row {
        name: "an impostor takes the daemon's name in the middle of the call",
        service: "auth required pam_proauth.so timeout=60",
        play: &[
            Authenticate,
            Asked(PROMPT),
            Meanwhile(DaemonHangs),
            Types(Typed::Wrong),
            Meanwhile(QuestionArrived),
            Meanwhile(NameTaken),
            UNAVAILABLE,
        ],
        answers: BEGUN,
        ..ROW
    },
];
