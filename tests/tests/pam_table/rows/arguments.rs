//! The other arguments, and PAM's flags.

use proauth_e2e::{PamCode, Typed};
use proauth_interface::{Decision, Verdict};

use super::{ACCEPTED, LOCKED, REJECTED, REJECTED_THEN_ACCEPTED, USED};
use crate::row::Answer::{Begin, Verify};
use crate::row::Given::{Failed, LoggedIn};
use crate::row::Step::{
    AcctMgmt, Asked, AskedAloud, Authenticate, AuthenticateSilently, Delays, HangsUp, Returns,
    Types, Warned,
};
use crate::row::{PROMPT, ROW, Row, Step};

const THREE_TRIES: &str = "auth required pam_proauth.so max_tries=3";

/// Not a question is asked.
const REFUSED_AT_ONCE: &[Step] = &[Authenticate, Returns(PamCode::SERVICE_ERR)];

pub const ROWS: &[Row] = &[
    Row {
        name: "max_tries=3: two wrong codes, and the right one",
        service: THREE_TRIES,
        play: &[
            Authenticate,
            Asked(PROMPT),
            Types(Typed::Wrong),
            Asked(PROMPT),
            Types(Typed::Text("")),
            Asked(PROMPT),
            Types(Typed::Right),
            Returns(PamCode::SUCCESS),
        ],
        answers: &[
            Begin(Decision::Prompt),
            Verify(Verdict::Rejected),
            Verify(Verdict::Rejected),
            Verify(Verdict::Accepted),
        ],
        ..ROW
    },
    Row {
        name: "max_tries=3: three wrong codes",
        service: THREE_TRIES,
        play: &[
            Authenticate,
            Asked(PROMPT),
            Types(Typed::Wrong),
            Asked(PROMPT),
            Types(Typed::Wrong),
            Asked(PROMPT),
            Types(Typed::Wrong),
            Delays(PamCode::AUTH_ERR),
        ],
        failures: 3,
        answers: &[
            Begin(Decision::Prompt),
            Verify(Verdict::Rejected),
            Verify(Verdict::Rejected),
            Verify(Verdict::Rejected),
        ],
        ..ROW
    },
    Row {
        name: "max_tries=3: a used code, and the next one",
        given: &[LoggedIn(Typed::Right)],
        service: THREE_TRIES,
        play: &[
            Authenticate,
            Asked(PROMPT),
            Types(Typed::Right),
            Asked("Code already used: wait for the next one. ProAuth code (6 digits): "),
            Types(Typed::Step(1)),
            Returns(PamCode::SUCCESS),
        ],
        answers: &[
            Begin(Decision::Prompt),
            Verify(Verdict::AlreadyUsed),
            Verify(Verdict::Accepted),
        ],
        ..ROW
    },
    Row {
        name: "max_tries=3: locked by the first try: the second prompt says so, and there is no third",
        given: &[Failed(4)],
        service: THREE_TRIES,
        play: &[
            Authenticate,
            Asked(PROMPT),
            Types(Typed::Wrong),
            Asked("Too many attempts: try again in 30 s. ProAuth code (6 digits): "),
            Types(Typed::Right),
            Warned("Too many attempts: try again in 30 s"),
            Delays(PamCode::MAXTRIES),
        ],
        failures: 5,
        answers: &[
            Begin(Decision::Prompt),
            Verify(Verdict::Rejected),
            Verify(Verdict::Locked),
        ],
        ..ROW
    },
    Row {
        name: "max_tries=3: locked all the time, and every prompt says so",
        given: &[Failed(5)],
        service: THREE_TRIES,
        play: &[
            Authenticate,
            Asked("Too many attempts: try again in 30 s. ProAuth code (6 digits): "),
            Types(Typed::Text("0000-0000-0000")),
            Asked("Too many attempts: try again in 30 s. ProAuth code (6 digits): "),
            Types(Typed::Right),
            Warned("Too many attempts: try again in 30 s"),
            Delays(PamCode::MAXTRIES),
        ],
        failures: 5,
        answers: &[
            Begin(Decision::Locked),
            Verify(Verdict::Rejected),
            Verify(Verdict::Locked),
        ],
        ..ROW
    },
    Row {
        name: "max_tries=3: a conversation that fails at the second try",
        service: THREE_TRIES,
        play: &[
            Authenticate,
            Asked(PROMPT),
            Types(Typed::Wrong),
            Asked(PROMPT),
            HangsUp,
            Delays(PamCode::CONV_ERR),
        ],
        failures: 1,
        answers: REJECTED,
        ..ROW
    },
    Row {
        name: "echo",
        service: "auth required pam_proauth.so echo",
        play: &[
            Authenticate,
            AskedAloud(PROMPT),
            Types(Typed::Right),
            Returns(PamCode::SUCCESS),
        ],
        answers: ACCEPTED,
        ..ROW
    },
    Row {
        name: "prompt=",
        service: "auth required pam_proauth.so [prompt=Which code? ]",
        play: &[
            Authenticate,
            Asked("Which code? "),
            Types(Typed::Right),
            Returns(PamCode::SUCCESS),
        ],
        answers: ACCEPTED,
        ..ROW
    },
    Row {
        name: "quiet: a used code",
        given: &[LoggedIn(Typed::Right)],
        service: "auth required pam_proauth.so quiet",
        play: &[
            Authenticate,
            Asked(PROMPT),
            Types(Typed::Right),
            Returns(PamCode::AUTH_ERR),
        ],
        answers: USED,
        ..ROW
    },
    Row {
        name: "quiet: a recovery code",
        service: "auth required pam_proauth.so quiet",
        play: &[
            Authenticate,
            Asked(PROMPT),
            Types(Typed::Recovery(0)),
            Returns(PamCode::SUCCESS),
        ],
        answers: &[Begin(Decision::Prompt), Verify(Verdict::Recovered)],
        ..ROW
    },
    Row {
        name: "PAM_SILENT: a used code",
        given: &[LoggedIn(Typed::Right)],
        play: &[
            AuthenticateSilently,
            Asked(PROMPT),
            Types(Typed::Right),
            Returns(PamCode::AUTH_ERR),
        ],
        answers: USED,
        ..ROW
    },
    Row {
        name: "PAM_SILENT: locked, and the prompt still says so",
        given: &[Failed(5)],
        play: &[
            AuthenticateSilently,
            Asked("Too many attempts: try again in 30 s. ProAuth code (6 digits): "),
            Types(Typed::Right),
            Returns(PamCode::MAXTRIES),
        ],
        failures: 5,
        answers: LOCKED,
        ..ROW
    },
    Row {
        name: "nullok does nothing",
        service: "auth required pam_proauth.so nullok",
        play: &[
            Authenticate,
            Asked(PROMPT),
            Types(Typed::Text("")),
            Delays(PamCode::AUTH_ERR),
        ],
        answers: REJECTED,
        logged: "nullok does nothing here",
        ..ROW
    },
    Row {
        name: "nodelay",
        service: "auth required pam_proauth.so nodelay",
        play: &[
            Authenticate,
            Asked(PROMPT),
            Types(Typed::Wrong),
            Returns(PamCode::AUTH_ERR),
        ],
        failures: 1,
        answers: REJECTED,
        ..ROW
    },
    Row {
        name: "need_code has no effect on auth",
        service: "auth required pam_proauth.so need_code try_first_pass max_tries=2",
        play: &[
            Authenticate,
            Asked(PROMPT),
            Types(Typed::Wrong),
            Asked(PROMPT),
            Types(Typed::Right),
            Returns(PamCode::SUCCESS),
        ],
        answers: REJECTED_THEN_ACCEPTED,
        ..ROW
    },
    Row {
        name: "an unknown argument",
        service: "auth required pam_proauth.so nullOK",
        play: REFUSED_AT_ONCE,
        logged: "denied: unknown argument \"nullOK\"",
        ..ROW
    },
    Row {
        name: "try_first_pass and use_first_pass",
        service: "auth required pam_proauth.so try_first_pass use_first_pass",
        play: REFUSED_AT_ONCE,
        logged: "exclude each other",
        ..ROW
    },
    Row {
        name: "echo and forward_pass, which would show the password",
        service: "auth required pam_proauth.so echo forward_pass",
        play: REFUSED_AT_ONCE,
        logged: "exclude each other",
        ..ROW
    },
    Row {
        name: "not_enrolled=allow, which would not tighten anything",
        service: "auth required pam_proauth.so not_enrolled=allow",
        play: REFUSED_AT_ONCE,
        logged: "not_enrolled= takes",
        ..ROW
    },
    Row {
        name: "max_tries=0",
        service: "auth required pam_proauth.so max_tries=0",
        play: REFUSED_AT_ONCE,
        logged: "max_tries= takes",
        ..ROW
    },
    Row {
        name: "an unknown argument in the account phase",
        service: "account required pam_proauth.so need-code",
        play: &[AcctMgmt, Returns(PamCode::SERVICE_ERR)],
        logged: "denied: unknown argument \"need-code\"",
        ..ROW
    },
];
