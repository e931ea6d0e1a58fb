//! Accounts without an authenticator, and names without an account.

use proauth_e2e::{PamCode, Typed};
use proauth_interface::{Decision, Verdict};

use super::{ACCEPTED, FIRST, REJECTED};
use crate::row::Answer::{self, Begin, Verify};
use crate::row::Given::Renamed;
use crate::row::Step::{
    Asked, Authenticate, AuthenticateSilently, Delays, HangsUp, PutEnv, Returns, Types,
};
use crate::row::{PROMPT, ROW, Row, Step, Who};

const KEY_FIRST: &str = "auth required pam_proauth.so first_factor=publickey";
const SHOWN: Step = PutEnv("SSH_AUTH_INFO_0=publickey ssh-ed25519 AAAAC3NzaC1lZDI1NTE5\n");
const NOT_YET: Step = Asked("You are not enrolled yet: run proauthd enroll. Press Return: ");
const RETURN: Step = Types(Typed::Text(""));

/// What a wrong code comes to, whoever types it.
const LIKE_A_WRONG_CODE: &[Step] = &[
    Authenticate,
    Asked(PROMPT),
    Types(Typed::Text("123456")),
    Delays(PamCode::AUTH_ERR),
];

const UNENROLLED: &[Answer] = &[Begin(Decision::Unenrolled)];
const UNENROLLED_AND_REJECTED: &[Answer] =
    &[Begin(Decision::Unenrolled), Verify(Verdict::Rejected)];

/// Where the config says `not_enrolled = "deny"`.
pub const DENIED: &[Row] = &[
    Row {
        name: "not enrolled, deny",
        who: Who::NotEnrolled,
        play: LIKE_A_WRONG_CODE,
        answers: UNENROLLED_AND_REJECTED,
        ..ROW
    },
    Row {
        name: "not enrolled, deny: return alone",
        who: Who::NotEnrolled,
        play: &[
            Authenticate,
            Asked(PROMPT),
            Types(Typed::Text("")),
            Delays(PamCode::AUTH_ERR),
        ],
        answers: UNENROLLED_AND_REJECTED,
        ..ROW
    },
    Row {
        name: "not enrolled, deny, first factor shown",
        who: Who::NotEnrolled,
        service: KEY_FIRST,
        play: &[
            SHOWN,
            Authenticate,
            NOT_YET,
            RETURN,
            Returns(PamCode::AUTH_ERR),
        ],
        answers: UNENROLLED,
        ..ROW
    },
    Row {
        name: "not enrolled, deny, first factor shown, quiet",
        who: Who::NotEnrolled,
        service: "auth required pam_proauth.so quiet first_factor=publickey",
        play: &[SHOWN, Authenticate, Returns(PamCode::AUTH_ERR)],
        answers: UNENROLLED,
        ..ROW
    },
    Row {
        name: "not enrolled, deny, first factor shown, PAM_SILENT",
        who: Who::NotEnrolled,
        service: KEY_FIRST,
        play: &[
            SHOWN,
            AuthenticateSilently,
            NOT_YET,
            RETURN,
            Returns(PamCode::AUTH_ERR),
        ],
        answers: UNENROLLED,
        ..ROW
    },
    Row {
        name: "not enrolled, deny, first factor shown, a conversation that fails",
        who: Who::NotEnrolled,
        service: KEY_FIRST,
        play: &[
            SHOWN,
            Authenticate,
            NOT_YET,
            HangsUp,
            Returns(PamCode::AUTH_ERR),
        ],
        answers: UNENROLLED,
        ..ROW
    },
    Row {
        name: "not enrolled, deny, a password entered first",
        who: Who::NotEnrolled,
        service: "auth required /run/e2e/token_module ask\n\
            auth required pam_proauth.so first_factor=password",
        play: &[
            Authenticate,
            Asked(FIRST),
            Types(Typed::Text("hunter2")),
            NOT_YET,
            RETURN,
            Returns(PamCode::AUTH_ERR),
        ],
        answers: UNENROLLED,
        ..ROW
    },
    Row {
        name: "no such user",
        who: Who::Unknown,
        play: LIKE_A_WRONG_CODE,
        answers: REJECTED,
        ..ROW
    },
    Row {
        name: "no such user: a recovery code of nobody's",
        who: Who::Unknown,
        play: &[
            Authenticate,
            Asked(PROMPT),
            Types(Typed::Text("0000-0000-0000")),
            Delays(PamCode::AUTH_ERR),
        ],
        answers: REJECTED,
        ..ROW
    },
    Row {
        name: "no such user, first factor shown",
        who: Who::Unknown,
        service: KEY_FIRST,
        play: &[
            SHOWN,
            Authenticate,
            Asked(PROMPT),
            Types(Typed::Text("123456")),
            Delays(PamCode::AUTH_ERR),
        ],
        answers: REJECTED,
        ..ROW
    },
    Row {
        name: "first factor missing",
        service: KEY_FIRST,
        play: &[Authenticate, Returns(PamCode::AUTH_ERR)],
        logged: "the first factor that first_factor= requires was not shown",
        ..ROW
    },
    Row {
        name: "first factor shown: the right code",
        service: KEY_FIRST,
        play: &[
            SHOWN,
            Authenticate,
            Asked(PROMPT),
            Types(Typed::Right),
            Returns(PamCode::SUCCESS),
        ],
        answers: ACCEPTED,
        ..ROW
    },
];

/// Where it says `not_enrolled = "allow"`.
pub const ALLOWED: &[Row] = &[
    Row {
        name: "not enrolled, allow: nothing else in the stack says yes",
        who: Who::NotEnrolled,
        play: &[Authenticate, Returns(PamCode::PERM_DENIED)],
        answers: &[Begin(Decision::NotEnrolled)],
        ..ROW
    },
    Row {
        name: "not enrolled, allow: the rest of the stack says yes",
        who: Who::NotEnrolled,
        service: "auth required pam_proauth.so\nauth required pam_permit.so",
        play: &[Authenticate, Returns(PamCode::SUCCESS)],
        answers: &[Begin(Decision::NotEnrolled)],
        ..ROW
    },
    Row {
        name: "not enrolled, allow, argument not_enrolled=deny",
        who: Who::NotEnrolled,
        service: "auth required pam_proauth.so not_enrolled=deny\nauth required pam_permit.so",
        play: LIKE_A_WRONG_CODE,
        answers: &[Begin(Decision::NotEnrolled), Verify(Verdict::Rejected)],
        ..ROW
    },
    Row {
        name: "not enrolled, allow, argument not_enrolled=deny, first factor shown",
        who: Who::NotEnrolled,
        service: "auth required pam_proauth.so not_enrolled=deny first_factor=publickey",
        play: &[
            SHOWN,
            Authenticate,
            NOT_YET,
            RETURN,
            Returns(PamCode::AUTH_ERR),
        ],
        answers: &[Begin(Decision::NotEnrolled)],
        ..ROW
    },
    Row {
        name: "no such user, allow",
        who: Who::Unknown,
        play: LIKE_A_WRONG_CODE,
        answers: REJECTED,
        ..ROW
    },
    Row {
        name: "enrolled under another name, allow",
        given: &[Renamed],
        service: "auth required pam_proauth.so\nauth required pam_permit.so",
        play: &[Authenticate, Returns(PamCode::PERM_DENIED)],
        answers: &[Begin(Decision::Deny)],
        ..ROW
    },
    Row {
        name: "enrolled, allow: the right code",
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
        name: "enrolled, allow: a wrong code",
        play: &[
            Authenticate,
            Asked(PROMPT),
            Types(Typed::Wrong),
            Delays(PamCode::AUTH_ERR),
        ],
        failures: 1,
        answers: REJECTED,
        ..ROW
    },
];
