//! What comes of a login, and the one table that says it in PAM's words.

use pam::constants::PamResultCode;
use proauth_interface::{BeginReply, Decision, Verdict, VerifyReply};

use crate::arguments::ArgumentError;
use crate::daemon::DaemonError;

/// How a login ended for this module.
#[must_use]
#[derive(Debug)]
pub enum Outcome {
    /// The code was right.
    Accepted,
    /// Policy wants no code.
    Passed,
    /// The user has no authenticator, and policy allows that.
    NotEnrolled,
    /// The code was not right, whatever was wrong with it.
    Rejected,
    /// The code was not looked at, after too many wrong ones.
    Locked,
    /// Refused whatever is typed.
    Denied,
    /// A first factor is required, and none was shown.
    FirstFactorMissing,
    /// Nobody to ask for a code or a name.
    NoConversation,
    /// The daemon gave no answer.
    Unavailable(DaemonError),
    /// The daemon gave an answer that means nothing to us.
    Nonsense,
    /// The line in the PAM file is wrong.
    BadArgument(ArgumentError),
}

impl Outcome {
    /// The table. `PAM_IGNORE` stands in it once: in a stack where nothing else decides, it lets
    /// the user in.
    pub const fn pam_code(&self) -> PamResultCode {
        match self {
            Self::Accepted | Self::Passed => PamResultCode::PAM_SUCCESS,
            Self::NotEnrolled => PamResultCode::PAM_IGNORE,
            Self::Rejected | Self::FirstFactorMissing => PamResultCode::PAM_AUTH_ERR,
            Self::Locked => PamResultCode::PAM_MAXTRIES,
            Self::Denied => PamResultCode::PAM_PERM_DENIED,
            Self::NoConversation => PamResultCode::PAM_CONV_ERR,
            Self::Unavailable(_) | Self::Nonsense => PamResultCode::PAM_AUTHINFO_UNAVAIL,
            Self::BadArgument(_) => PamResultCode::PAM_SERVICE_ERR,
        }
    }
}

impl From<ArgumentError> for Outcome {
    fn from(error: ArgumentError) -> Self {
        Self::BadArgument(error)
    }
}

impl From<DaemonError> for Outcome {
    fn from(error: DaemonError) -> Self {
        Self::Unavailable(error)
    }
}

/// What follows on `Begin`.
#[must_use]
#[derive(Debug)]
pub enum Next {
    /// The user is asked for a code.
    Ask(Question),
    /// Nobody is asked anything.
    End(Outcome),
}

/// What the user is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Question {
    /// How many digits the code has.
    pub digits: u32,
    /// For how many seconds codes are refused, if they are. The user is asked all the same: a
    /// recovery code may still be taken, and who watches learns no more than from the prompt.
    pub wait: Option<u32>,
}

/// Reads the answer to `Begin`.
pub const fn after_begin(reply: BeginReply) -> Next {
    let BeginReply {
        decision,
        digits,
        wait,
    } = reply;
    match (Decision::from_wire(decision), digits) {
        (Some(Decision::Prompt), 6..=8) => Next::Ask(Question { digits, wait: None }),
        (Some(Decision::Locked), 6..=8) => Next::Ask(Question {
            digits,
            wait: Some(wait),
        }),
        (Some(Decision::Pass), _) => Next::End(Outcome::Passed),
        (Some(Decision::NotEnrolled), _) => Next::End(Outcome::NotEnrolled),
        (Some(Decision::Deny), _) => Next::End(Outcome::Denied),
        (Some(Decision::Prompt | Decision::Locked) | None, _) => Next::End(Outcome::Nonsense),
    }
}

/// Reads the answer to `Verify`.
pub const fn after_verify(reply: VerifyReply) -> Outcome {
    match Verdict::from_wire(reply.verdict) {
        Some(Verdict::Accepted) => Outcome::Accepted,
        Some(Verdict::Rejected) => Outcome::Rejected,
        Some(Verdict::Locked) => Outcome::Locked,
        Some(Verdict::Denied) => Outcome::Denied,
        None => Outcome::Nonsense,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn begun(decision: u32, digits: u32) -> Next {
        after_begin(BeginReply {
            decision,
            digits,
            wait: 25,
        })
    }

    fn begun_code(decision: u32, digits: u32) -> Option<PamResultCode> {
        match begun(decision, digits) {
            Next::Ask(_) => None,
            Next::End(outcome) => Some(outcome.pam_code()),
        }
    }

    fn verified_code(verdict: u32) -> PamResultCode {
        after_verify(VerifyReply { verdict, wait: 0 }).pam_code()
    }

    #[test]
    fn a_prompt_asks_for_as_many_digits_as_the_daemon_says() {
        for digits in 6..=8 {
            let Next::Ask(question) = begun(1, digits) else {
                panic!("{digits}")
            };
            assert_eq!(question, Question { digits, wait: None });
        }
    }

    #[test]
    fn a_locked_user_is_asked_too_and_told_how_long() {
        let Next::Ask(question) = begun(3, 6) else {
            panic!()
        };
        assert_eq!(
            question,
            Question {
                digits: 6,
                wait: Some(25)
            }
        );
    }

    #[test]
    fn decisions_without_a_prompt_end_at_once() {
        assert_eq!(begun_code(2, 0), Some(PamResultCode::PAM_SUCCESS));
        assert_eq!(begun_code(4, 0), Some(PamResultCode::PAM_IGNORE));
        assert_eq!(begun_code(5, 0), Some(PamResultCode::PAM_PERM_DENIED));
    }

    #[test]
    fn an_unknown_decision_or_an_odd_number_of_digits_denies() {
        for decision in [0, 6, 7, 255, u32::MAX] {
            assert_eq!(
                begun_code(decision, 6),
                Some(PamResultCode::PAM_AUTHINFO_UNAVAIL)
            );
        }
        for decision in [1, 3] {
            for digits in [0, 5, 9, u32::MAX] {
                let code = begun_code(decision, digits);
                assert_eq!(code, Some(PamResultCode::PAM_AUTHINFO_UNAVAIL));
            }
        }
    }

    #[test]
    fn only_an_accepted_code_is_a_success() {
        assert_eq!(verified_code(1), PamResultCode::PAM_SUCCESS);
        assert_eq!(verified_code(2), PamResultCode::PAM_AUTH_ERR);
        assert_eq!(verified_code(3), PamResultCode::PAM_MAXTRIES);
        assert_eq!(verified_code(4), PamResultCode::PAM_PERM_DENIED);
        for verdict in [0, 5, 6, 255, u32::MAX] {
            assert_eq!(verified_code(verdict), PamResultCode::PAM_AUTHINFO_UNAVAIL);
        }
    }

    #[test]
    fn what_ends_a_login_early_has_its_own_code() {
        let silent = DaemonError::Silent(std::time::Duration::from_secs(5));
        let argument = ArgumentError::NotText;
        for (outcome, code) in [
            (Outcome::FirstFactorMissing, PamResultCode::PAM_AUTH_ERR),
            (Outcome::NoConversation, PamResultCode::PAM_CONV_ERR),
            (
                Outcome::Unavailable(silent),
                PamResultCode::PAM_AUTHINFO_UNAVAIL,
            ),
            (
                Outcome::BadArgument(argument),
                PamResultCode::PAM_SERVICE_ERR,
            ),
        ] {
            assert_eq!(outcome.pam_code(), code);
        }
    }
}
