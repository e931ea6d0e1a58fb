//! Names without an authenticator, after too many wrong codes.
//!
//! Such names share a table of counters, in which two of them may meet: each row is played in a
//! world of its own.

use proauth_e2e::{PamCode, Typed};
use proauth_interface::{Decision, Verdict};

use super::LOCKED;
use crate::row::Answer::{Begin, Verify};
use crate::row::Given::Failed;
use crate::row::Step::{Asked, Authenticate, Delays, Returns, Types, Warned};
use crate::row::{PROMPT, ROW, Row, Step, Who};

const LIKE_LOCKED: &[Step] = &[
    Authenticate,
    Asked("Too many attempts: try again in 30 s. ProAuth code (6 digits): "),
    Types(Typed::Text("123456")),
    Warned("Too many attempts: try again in 30 s"),
    Returns(PamCode::MAXTRIES),
];

/// Where the config says `not_enrolled = "deny"`.
pub const DENIED: &[Row] = &[
    Row {
        name: "not enrolled, deny, after five wrong codes",
        who: Who::NotEnrolled,
        given: &[Failed(5)],
        play: LIKE_LOCKED,
        answers: LOCKED,
        ..ROW
    },
    Row {
        name: "no such user, after five wrong codes",
        who: Who::Unknown,
        given: &[Failed(5)],
        play: LIKE_LOCKED,
        answers: LOCKED,
        ..ROW
    },
];

/// Where names must not be told from each other by what is asked of them.
const LIKE_UNKNOWN: &str = "auth required pam_proauth.so not_enrolled=deny max_tries=5";

const GUESS: Step = Types(Typed::Text("123456"));
const AFTER_FIVE: &[Step] = &[
    Authenticate,
    Asked(PROMPT),
    GUESS,
    Asked(PROMPT),
    GUESS,
    Asked(PROMPT),
    GUESS,
    Asked(PROMPT),
    GUESS,
    Asked(PROMPT),
    GUESS,
    Delays(PamCode::AUTH_ERR),
    Authenticate,
    Asked("Too many attempts: try again in 30 s. ProAuth code (6 digits): "),
    GUESS,
    Warned("Too many attempts: try again in 30 s"),
    // That of the call before: libpam remembers it as long as the handle.
    Delays(PamCode::MAXTRIES),
];

/// Where it says `not_enrolled = "allow"`.
pub const ALLOWED: &[Row] = &[
    Row {
        name: "not enrolled, allow, argument not_enrolled=deny, after five wrong codes",
        who: Who::NotEnrolled,
        service: LIKE_UNKNOWN,
        play: AFTER_FIVE,
        answers: &[
            Begin(Decision::NotEnrolled),
            Verify(Verdict::Rejected),
            Verify(Verdict::Rejected),
            Verify(Verdict::Rejected),
            Verify(Verdict::Rejected),
            Verify(Verdict::Rejected),
            Begin(Decision::NotEnrolled),
            Verify(Verdict::Locked),
        ],
        ..ROW
    },
    Row {
        name: "no such user, allow, argument not_enrolled=deny, after five wrong codes",
        who: Who::Unknown,
        service: LIKE_UNKNOWN,
        play: AFTER_FIVE,
        answers: &[
            Begin(Decision::Prompt),
            Verify(Verdict::Rejected),
            Verify(Verdict::Rejected),
            Verify(Verdict::Rejected),
            Verify(Verdict::Rejected),
            Verify(Verdict::Rejected),
            Begin(Decision::Locked),
            Verify(Verdict::Locked),
        ],
        ..ROW
    },
];
