//! Password and code typed together, and the password handed on in `PAM_AUTHTOK`.

use proauth_e2e::{PASSWORD, PamCode, Typed};
use proauth_interface::{Decision, Verdict};

use super::{ACCEPTED, BEGUN, FIRST, PASSWORD_ALONE, REJECTED, REJECTED_THEN_ACCEPTED, USED};
use crate::row::Answer::{Begin, Verify};
use crate::row::Given::LoggedIn;
use crate::row::Step::{Asked, Authenticate, Delays, NoToken, Returns, Token, Told, Types, Warned};
use crate::row::{ROW, Row};

const TOGETHER: &str = "Password and ProAuth code (6 digits), together: ";

const RIGHT: Typed = Typed::After("hunter2 ", &Typed::Right);
const WRONG: Typed = Typed::After("hunter2 ", &Typed::Wrong);

const UNIX_AFTER: &str = "auth requisite pam_proauth.so forward_pass\n\
    auth required pam_unix.so use_first_pass nodelay";

pub const ROWS: &[Row] = &[
    Row {
        name: "forward_pass; the first pass is right, and not looked at",
        service: after_first_pass!("forward_pass"),
        play: &[
            Authenticate,
            Asked(FIRST),
            Types(RIGHT),
            Asked(TOGETHER),
            Types(WRONG),
            Token(RIGHT),
            Delays(PamCode::AUTH_ERR),
        ],
        failures: 1,
        answers: REJECTED,
        ..ROW
    },
    Row {
        name: "forward_pass; the first pass is wrong, and not looked at",
        service: after_first_pass!("forward_pass"),
        play: &[
            Authenticate,
            Asked(FIRST),
            Types(Typed::Wrong),
            Asked(TOGETHER),
            Types(RIGHT),
            Token(PASSWORD_ALONE),
            Returns(PamCode::SUCCESS),
        ],
        answers: ACCEPTED,
        ..ROW
    },
    Row {
        name: "forward_pass; no first pass",
        service: alone!("forward_pass"),
        play: &[
            Authenticate,
            Asked(TOGETHER),
            Types(RIGHT),
            Token(PASSWORD_ALONE),
            Returns(PamCode::SUCCESS),
        ],
        answers: ACCEPTED,
        ..ROW
    },
    Row {
        name: "forward_pass; no first pass, and the code is wrong",
        service: alone!("forward_pass"),
        play: &[
            Authenticate,
            Asked(TOGETHER),
            Types(WRONG),
            NoToken,
            Delays(PamCode::AUTH_ERR),
        ],
        failures: 1,
        answers: REJECTED,
        ..ROW
    },
    Row {
        name: "forward_pass; the code alone, and an empty password",
        service: alone!("forward_pass"),
        play: &[
            Authenticate,
            Asked(TOGETHER),
            Types(Typed::Right),
            Token(Typed::Text("")),
            Returns(PamCode::SUCCESS),
        ],
        answers: ACCEPTED,
        ..ROW
    },
    Row {
        name: "forward_pass; a password without a code, which nobody else sees",
        service: alone!("forward_pass"),
        play: &[
            Authenticate,
            Asked(TOGETHER),
            Types(PASSWORD_ALONE),
            NoToken,
            Delays(PamCode::AUTH_ERR),
        ],
        answers: BEGUN,
        ..ROW
    },
    Row {
        name: "forward_pass; a password and a recovery code",
        service: alone!("forward_pass"),
        play: &[
            Authenticate,
            Asked(TOGETHER),
            Types(Typed::After("hunter2 ", &Typed::Recovery(0))),
            Told("Recovery code used: 9 left"),
            Token(PASSWORD_ALONE),
            Returns(PamCode::SUCCESS),
        ],
        answers: &[Begin(Decision::Prompt), Verify(Verdict::Recovered)],
        ..ROW
    },
    Row {
        name: "forward_pass; a used code",
        given: &[LoggedIn(Typed::Right)],
        service: alone!("forward_pass"),
        play: &[
            Authenticate,
            Asked(TOGETHER),
            Types(RIGHT),
            Warned("Code already used: wait for the next one"),
            NoToken,
            Returns(PamCode::AUTH_ERR),
        ],
        answers: USED,
        ..ROW
    },
    Row {
        name: "forward_pass max_tries=2; a wrong code, and a right one after another password",
        service: alone!("forward_pass max_tries=2"),
        play: &[
            Authenticate,
            Asked(TOGETHER),
            Types(WRONG),
            Asked(TOGETHER),
            Types(Typed::After("hunter3", &Typed::Right)),
            Token(Typed::Text("hunter3")),
            Returns(PamCode::SUCCESS),
        ],
        answers: REJECTED_THEN_ACCEPTED,
        ..ROW
    },
    Row {
        name: "try_first_pass forward_pass; the first pass is right",
        service: after_first_pass!("try_first_pass forward_pass"),
        play: &[
            Authenticate,
            Asked(FIRST),
            Types(RIGHT),
            Token(PASSWORD_ALONE),
            Returns(PamCode::SUCCESS),
        ],
        answers: ACCEPTED,
        ..ROW
    },
    Row {
        name: "try_first_pass forward_pass; the first pass is wrong, the next right",
        service: after_first_pass!("try_first_pass forward_pass"),
        play: &[
            Authenticate,
            Asked(FIRST),
            Types(WRONG),
            Asked(TOGETHER),
            Types(Typed::After("hunter3", &Typed::Right)),
            Token(Typed::Text("hunter3")),
            Returns(PamCode::SUCCESS),
        ],
        answers: REJECTED_THEN_ACCEPTED,
        ..ROW
    },
    Row {
        name: "try_first_pass forward_pass; no first pass",
        service: alone!("try_first_pass forward_pass"),
        play: &[
            Authenticate,
            Asked(TOGETHER),
            Types(RIGHT),
            Token(PASSWORD_ALONE),
            Returns(PamCode::SUCCESS),
        ],
        answers: ACCEPTED,
        ..ROW
    },
    Row {
        name: "use_first_pass forward_pass; the first pass is right",
        service: after_first_pass!("use_first_pass forward_pass"),
        play: &[
            Authenticate,
            Asked(FIRST),
            Types(RIGHT),
            Token(PASSWORD_ALONE),
            Returns(PamCode::SUCCESS),
        ],
        answers: ACCEPTED,
        ..ROW
    },
    Row {
        name: "use_first_pass forward_pass; the first pass is wrong",
        service: after_first_pass!("use_first_pass forward_pass"),
        play: &[
            Authenticate,
            Asked(FIRST),
            Types(WRONG),
            Token(WRONG),
            Delays(PamCode::AUTH_ERR),
        ],
        failures: 1,
        answers: REJECTED,
        ..ROW
    },
    Row {
        name: "use_first_pass forward_pass; no first pass",
        service: alone!("use_first_pass forward_pass"),
        play: &[Authenticate, NoToken, Delays(PamCode::AUTH_ERR)],
        answers: BEGUN,
        ..ROW
    },
    Row {
        name: "forward_pass, and pam_unix takes the password",
        service: UNIX_AFTER,
        play: &[
            Authenticate,
            Asked(TOGETHER),
            Types(Typed::After(PASSWORD, &Typed::Right)),
            Returns(PamCode::SUCCESS),
        ],
        answers: ACCEPTED,
        ..ROW
    },
    Row {
        name: "forward_pass, and pam_unix refuses the password",
        service: UNIX_AFTER,
        play: &[
            Authenticate,
            Asked(TOGETHER),
            Types(RIGHT),
            Returns(PamCode::AUTH_ERR),
        ],
        answers: ACCEPTED,
        ..ROW
    },
];
