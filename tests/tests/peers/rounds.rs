//! What all three modules are put through.

use proauth_e2e::{PamCode, Typed};

/// One login, and what came before it.
#[derive(Debug, Clone, Copy)]
pub struct Round {
    /// As in the first column of `docs/peers.md`.
    pub what: &'static str,
    /// Who logs in.
    pub who: Who,
    /// What was answered at logins before, whatever came of them.
    pub before: &'static [Reply],
    /// Seconds that passed then.
    pub pause: u64,
    /// Arguments of the module, in the words of google-authenticator.
    pub arguments: &'static str,
    /// What a module before it has left in `PAM_AUTHTOK`, if there is one.
    pub first_pass: Option<Typed>,
    /// What is answered to the questions. Whoever asks more hears nothing.
    pub replies: &'static [Reply],
    /// What `pam_authenticate` returns with our module.
    pub ours: PamCode,
}

/// Somebody who logs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Has an authenticator.
    Enrolled,
    /// Has an account and no authenticator.
    NotEnrolled,
    /// Has no account.
    Unknown,
}

/// An answer to a question.
#[derive(Debug, Clone, Copy)]
pub enum Reply {
    /// This text.
    Types(Typed),
    /// A NULL pointer.
    Null,
    /// None, as that of `sudo -n`.
    HangsUp,
    /// There is no conversation function at all.
    Mute,
}

use Reply::{HangsUp, Mute, Null, Types};

const REFUSED: Round = Round {
    what: "",
    who: Who::Enrolled,
    before: &[],
    pause: 0,
    arguments: "",
    first_pass: None,
    replies: &[],
    ours: PamCode::AUTH_ERR,
};

const LET_IN: Round = Round {
    ours: PamCode::SUCCESS,
    ..REFUSED
};

const RIGHT: &[Reply] = &[Types(Typed::Right)];
const TOGETHER: Typed = Typed::After("hunter2", &Typed::Right);

/// All of them, in the order of the manual.
pub const ROUNDS: &[Round] = &[
    Round {
        what: "the right code",
        replies: RIGHT,
        ..LET_IN
    },
    Round {
        what: "the right code with a space in it",
        replies: &[Types(Typed::Spaced)],
        ..LET_IN
    },
    Round {
        what: "a wrong code",
        replies: &[Types(Typed::Wrong)],
        ..REFUSED
    },
    Round {
        what: "return alone",
        replies: &[Types(Typed::Text(""))],
        ..REFUSED
    },
    Round {
        what: "a reply of NULL",
        replies: &[Null],
        ..REFUSED
    },
    Round {
        what: "a conversation that fails (`sudo -n`)",
        replies: &[HangsUp],
        ours: PamCode::CONV_ERR,
        ..REFUSED
    },
    Round {
        what: "no conversation function",
        replies: &[Mute],
        ours: PamCode::CONV_ERR,
        ..REFUSED
    },
    Round {
        what: "the first five digits of the right code",
        replies: &[Types(Typed::Digits(5))],
        ..REFUSED
    },
    Round {
        what: "the right code and a seventh digit",
        replies: &[Types(Typed::Digits(7))],
        ..REFUSED
    },
    Round {
        what: "the right code and two more digits",
        replies: &[Types(Typed::Digits(8))],
        ..REFUSED
    },
    Round {
        what: "a letter and the right code",
        replies: &[Types(Typed::After("x", &Typed::Right))],
        ..REFUSED
    },
    Round {
        what: "letters",
        replies: &[Types(Typed::Text("sesame"))],
        ..REFUSED
    },
    Round {
        what: "ten thousand digits",
        replies: &[Types(Typed::Digits(10_000))],
        ..REFUSED
    },
    Round {
        what: "the code of the last login",
        before: RIGHT,
        replies: RIGHT,
        ..REFUSED
    },
    Round {
        what: "an older code than that of the last login",
        before: &[Types(Typed::Step(1))],
        replies: RIGHT,
        ..REFUSED
    },
    Round {
        what: "a newer code than that of the last login",
        before: RIGHT,
        replies: &[Types(Typed::Step(1))],
        ..LET_IN
    },
    Round {
        what: "a code one step early",
        replies: &[Types(Typed::Step(1))],
        ..LET_IN
    },
    Round {
        what: "a code one step late",
        replies: &[Types(Typed::Step(-1))],
        ..LET_IN
    },
    Round {
        what: "a code two steps early",
        replies: &[Types(Typed::Step(2))],
        ..REFUSED
    },
    Round {
        what: "a code two steps late",
        replies: &[Types(Typed::Step(-2))],
        ..REFUSED
    },
    Round {
        what: "not enrolled",
        who: Who::NotEnrolled,
        replies: &[Types(Typed::Text("123456"))],
        ..REFUSED
    },
    Round {
        what: "no such user",
        who: Who::Unknown,
        replies: &[Types(Typed::Text("123456"))],
        ..REFUSED
    },
    Round {
        what: "the right code after three wrong ones",
        before: &[Types(Typed::Wrong); 3],
        replies: RIGHT,
        ..LET_IN
    },
    Round {
        what: "the right code after three times `sudo -n`",
        before: &[HangsUp; 3],
        replies: RIGHT,
        ..LET_IN
    },
    Round {
        what: "the right code after five wrong ones",
        before: &[Types(Typed::Wrong); 5],
        replies: RIGHT,
        ours: PamCode::MAXTRIES,
        ..REFUSED
    },
    Round {
        what: "the same, 31 seconds later",
        before: &[Types(Typed::Wrong); 5],
        pause: 31,
        replies: RIGHT,
        ..LET_IN
    },
    Round {
        what: "a fourth right code within 20 seconds",
        before: &[
            Types(Typed::Step(-1)),
            Types(Typed::Right),
            Types(Typed::Step(1)),
        ],
        pause: 20,
        replies: &[Types(Typed::Step(1))],
        ..LET_IN
    },
    Round {
        what: "a recovery code",
        replies: &[Types(Typed::Recovery(0))],
        ..LET_IN
    },
    Round {
        what: "a recovery code, the second time",
        before: &[Types(Typed::Recovery(0))],
        replies: &[Types(Typed::Recovery(0))],
        ..REFUSED
    },
    Round {
        what: "a recovery code after five wrong codes",
        before: &[Types(Typed::Wrong); 5],
        replies: &[Types(Typed::Recovery(0))],
        ..LET_IN
    },
    Round {
        what: "`try_first_pass`, which is right",
        arguments: "try_first_pass",
        first_pass: Some(Typed::Right),
        ..LET_IN
    },
    Round {
        what: "`try_first_pass`, which is wrong; then the right code",
        arguments: "try_first_pass",
        first_pass: Some(Typed::Wrong),
        replies: RIGHT,
        ..LET_IN
    },
    Round {
        what: "`try_first_pass`, which is a password; then the right code",
        arguments: "try_first_pass",
        first_pass: Some(Typed::Text("hunter2")),
        replies: RIGHT,
        ..LET_IN
    },
    Round {
        what: "`try_first_pass`, which is not there; then the right code",
        arguments: "try_first_pass",
        replies: RIGHT,
        ..LET_IN
    },
    Round {
        what: "`use_first_pass`, which is right",
        arguments: "use_first_pass",
        first_pass: Some(Typed::Right),
        ..LET_IN
    },
    Round {
        what: "`use_first_pass`, which is wrong",
        arguments: "use_first_pass",
        first_pass: Some(Typed::Wrong),
        ..REFUSED
    },
    Round {
        what: "`use_first_pass`, which is not there",
        arguments: "use_first_pass",
        ..REFUSED
    },
    Round {
        what: "`forward_pass`: password and right code",
        arguments: "forward_pass",
        replies: &[Types(TOGETHER)],
        ..LET_IN
    },
    Round {
        what: "`forward_pass`: the right code alone",
        arguments: "forward_pass",
        replies: RIGHT,
        ..LET_IN
    },
    Round {
        what: "`forward_pass`: a password alone",
        arguments: "forward_pass",
        replies: &[Types(Typed::Text("hunter2"))],
        ..REFUSED
    },
    Round {
        what: "`use_first_pass forward_pass`: password and right code",
        arguments: "use_first_pass forward_pass",
        first_pass: Some(TOGETHER),
        ..LET_IN
    },
];
