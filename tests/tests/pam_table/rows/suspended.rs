//! Accounts that are refused whatever is typed.

use proauth_e2e::{PamCode, Typed};
use proauth_interface::{Decision, Standing, Verdict};

use super::ACCEPTED;
use crate::row::Answer::{Account, Begin, Verify};
use crate::row::Given::{Admin, Deleted, Reborn, Renamed};
use crate::row::Step::{AcctMgmt, Asked, Authenticate, Delays, Meanwhile, Returns, Types};
use crate::row::{PROMPT, ROW, Row};

const BOTH: &str = "auth required pam_proauth.so\naccount required pam_proauth.so";

pub const ROWS: &[Row] = &[
    Row {
        name: "suspended, auth",
        given: &[Admin("suspend")],
        play: &[Authenticate, Returns(PamCode::PERM_DENIED)],
        answers: &[Begin(Decision::Deny)],
        ..ROW
    },
    Row {
        name: "suspended, account",
        given: &[Admin("suspend")],
        service: BOTH,
        play: &[AcctMgmt, Returns(PamCode::PERM_DENIED)],
        answers: &[Account(Standing::Denied)],
        ..ROW
    },
    Row {
        name: "suspended between prompt and reply: the right code",
        play: &[
            Authenticate,
            Asked(PROMPT),
            Meanwhile(Admin("suspend")),
            Types(Typed::Right),
            Returns(PamCode::PERM_DENIED),
        ],
        answers: &[Begin(Decision::Prompt), Verify(Verdict::Denied)],
        ..ROW
    },
    Row {
        name: "suspended between prompt and reply: a recovery code",
        play: &[
            Authenticate,
            Asked(PROMPT),
            Meanwhile(Admin("suspend")),
            Types(Typed::Recovery(0)),
            Returns(PamCode::PERM_DENIED),
        ],
        answers: &[Begin(Decision::Prompt), Verify(Verdict::Denied)],
        ..ROW
    },
    Row {
        name: "suspended between auth and account",
        service: BOTH,
        play: &[
            Authenticate,
            Asked(PROMPT),
            Types(Typed::Right),
            Returns(PamCode::SUCCESS),
            Meanwhile(Admin("suspend")),
            AcctMgmt,
            Returns(PamCode::PERM_DENIED),
        ],
        answers: &[
            Begin(Decision::Prompt),
            Verify(Verdict::Accepted),
            Account(Standing::Denied),
        ],
        ..ROW
    },
    Row {
        name: "suspended and resumed: the right code",
        given: &[Admin("suspend"), Admin("resume")],
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
        name: "the same name with another uid, auth",
        given: &[Reborn],
        play: &[Authenticate, Returns(PamCode::PERM_DENIED)],
        answers: &[Begin(Decision::Deny)],
        ..ROW
    },
    Row {
        name: "the same name with another uid, account",
        given: &[Reborn],
        service: BOTH,
        play: &[AcctMgmt, Returns(PamCode::PERM_DENIED)],
        answers: &[Account(Standing::Denied)],
        ..ROW
    },
    Row {
        name: "the account deleted, auth",
        given: &[Deleted],
        play: &[Authenticate, Returns(PamCode::PERM_DENIED)],
        answers: &[Begin(Decision::Deny)],
        ..ROW
    },
    Row {
        name: "the account deleted, account",
        given: &[Deleted],
        service: BOTH,
        play: &[AcctMgmt, Returns(PamCode::PERM_DENIED)],
        answers: &[Account(Standing::Denied)],
        ..ROW
    },
    Row {
        name: "the same uid with another name, auth: the right code",
        given: &[Renamed],
        play: &[
            Authenticate,
            Asked(PROMPT),
            Types(Typed::Right),
            Delays(PamCode::AUTH_ERR),
        ],
        answers: &[Begin(Decision::Unenrolled), Verify(Verdict::Rejected)],
        ..ROW
    },
    Row {
        name: "the same name with another uid since the prompt: the right code",
        play: &[
            Authenticate,
            Asked(PROMPT),
            Meanwhile(Reborn),
            Types(Typed::Right),
            Returns(PamCode::PERM_DENIED),
        ],
        answers: &[Begin(Decision::Prompt), Verify(Verdict::Denied)],
        ..ROW
    },
];
