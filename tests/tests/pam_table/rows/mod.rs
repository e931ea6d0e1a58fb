//! The table.

/// A module that puts something into `PAM_AUTHTOK`, ours, and one that shows what is there then.
macro_rules! after_first_pass {
    ($arguments:literal) => {
        concat!(
            "auth required /run/e2e/token_module ask\n",
            alone!($arguments)
        )
    };
}

/// The same without the first.
macro_rules! alone {
    ($arguments:literal) => {
        concat!(
            "auth required pam_proauth.so ",
            $arguments,
            "\nauth required /run/e2e/token_module show"
        )
    };
}

pub mod account;
pub mod arguments;
pub mod codes;
pub mod faults;
pub mod first_pass;
pub mod forward_pass;
pub mod locked;
pub mod recovery;
pub mod strangers;
pub mod strangers_locked;
pub mod suspended;

use proauth_e2e::Typed;
use proauth_interface::{Decision, Verdict};

use crate::row::Answer::{self, Begin, Verify};
use crate::row::Row;

/// All of it.
pub fn all() -> impl Iterator<Item = &'static Row> {
    let parts = [
        codes::ROWS,
        locked::ROWS,
        locked::FOR_GOOD,
        recovery::ROWS,
        first_pass::ROWS,
        forward_pass::ROWS,
        arguments::ROWS,
        strangers::DENIED,
        strangers::ALLOWED,
        strangers_locked::DENIED,
        strangers_locked::ALLOWED,
        suspended::ROWS,
        account::ROWS,
        account::EXEMPT,
        faults::ROWS,
    ];
    parts.into_iter().flatten()
}

/// The daemon was asked what to do, and nothing else.
pub const BEGUN: &[Answer] = &[Begin(Decision::Prompt)];

/// The code was right.
pub const ACCEPTED: &[Answer] = &[Begin(Decision::Prompt), Verify(Verdict::Accepted)];

/// The code was wrong.
pub const REJECTED: &[Answer] = &[Begin(Decision::Prompt), Verify(Verdict::Rejected)];

/// The code was used before.
pub const USED: &[Answer] = &[Begin(Decision::Prompt), Verify(Verdict::AlreadyUsed)];

/// Nothing was looked at.
pub const LOCKED: &[Answer] = &[Begin(Decision::Locked), Verify(Verdict::Locked)];

/// The first code was wrong, the second right.
pub const REJECTED_THEN_ACCEPTED: &[Answer] = &[
    Begin(Decision::Prompt),
    Verify(Verdict::Rejected),
    Verify(Verdict::Accepted),
];

/// What the module before ours asks with.
pub const FIRST: &str = "First pass: ";

/// A password, and no code.
pub const PASSWORD_ALONE: Typed = Typed::Text("hunter2 ");
