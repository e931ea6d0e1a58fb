//! What comes of a login, and the one table that says it in PAM's words.

use pam::constants::PamResultCode;
use proauth_interface::{AccountReply, BeginReply, Decision, Standing, Verdict, VerifyReply};

use crate::arguments::{ArgumentError, Arguments};
use crate::daemon::DaemonError;

/// How a phase of a login ended for this module.
#[must_use]
#[derive(Debug)]
pub enum Outcome {
    /// The code was right.
    Accepted,
    /// It was a recovery code; so many are left.
    Recovered(u32),
    /// It was the emergency code.
    Emergency,
    /// Policy wants no code.
    Passed,
    /// The user has no authenticator, and policy allows that.
    NotEnrolled,
    /// Nothing speaks against the account.
    InGoodStanding,
    /// The code was not right, whatever was wrong with it. For so many seconds others are refused
    /// now; zero if they are not.
    Rejected(u32),
    /// The code was right, but used before.
    AlreadyUsed,
    /// There was no code in what was entered, so there was nothing to judge.
    NoCode,
    /// The user has no authenticator, and may know, having shown a first factor.
    Unenrolled,
    /// The code was not looked at, for so many seconds, after too many wrong ones.
    Locked(u32),
    /// Refused whatever is typed.
    Denied,
    /// The account phase needs a code, and none was shown.
    CodeNotShown,
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
    /// libpam could not keep what we gave it.
    OutOfMemory,
}

impl Outcome {
    /// The table. `PAM_IGNORE` stands in it once: in a stack where nothing else decides, it lets
    /// the user in.
    pub const fn pam_code(&self) -> PamResultCode {
        match self {
            Self::Accepted | Self::Recovered(_) | Self::Emergency => PamResultCode::PAM_SUCCESS,
            Self::Passed | Self::InGoodStanding => PamResultCode::PAM_SUCCESS,
            Self::NotEnrolled => PamResultCode::PAM_IGNORE,
            Self::Rejected(_) | Self::AlreadyUsed | Self::NoCode => PamResultCode::PAM_AUTH_ERR,
            Self::Unenrolled | Self::FirstFactorMissing => PamResultCode::PAM_AUTH_ERR,
            Self::Locked(_) => PamResultCode::PAM_MAXTRIES,
            Self::Denied | Self::CodeNotShown => PamResultCode::PAM_PERM_DENIED,
            Self::NoConversation => PamResultCode::PAM_CONV_ERR,
            Self::Unavailable(_) | Self::Nonsense => PamResultCode::PAM_AUTHINFO_UNAVAIL,
            Self::BadArgument(_) => PamResultCode::PAM_SERVICE_ERR,
            Self::OutOfMemory => PamResultCode::PAM_BUF_ERR,
        }
    }

    /// Whether a code let the user in.
    pub const fn is_by_code(&self) -> bool {
        matches!(self, Self::Accepted | Self::Recovered(_) | Self::Emergency)
    }

    /// Whether `auth` has done its part: by a code, or because policy wants none.
    pub const fn satisfies_account(&self) -> bool {
        self.is_by_code() || matches!(self, Self::Passed | Self::NotEnrolled)
    }

    /// Whether another code may help right away.
    pub const fn allows_another_try(&self) -> bool {
        matches!(self, Self::Rejected(_) | Self::AlreadyUsed)
    }

    /// Whether whoever entered it has to wait: for what was wrong, and for what was not even a
    /// code, since sshd puts just that in the place of what unknown users type.
    pub const fn slows_down(&self) -> bool {
        matches!(self, Self::Rejected(_) | Self::NoCode)
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
    /// recovery code is still taken, and who watches learns no more than from the prompt.
    pub wait: Option<u32>,
}

/// Reads the answer to `Begin`.
pub fn after_begin(reply: BeginReply, arguments: &Arguments) -> Next {
    let BeginReply {
        decision,
        digits,
        wait,
    } = reply;
    let decision = match Decision::from_wire(decision) {
        Some(Decision::NotEnrolled) if arguments.deny_not_enrolled => match wait {
            0 => Some(Decision::Unenrolled),
            _ => Some(Decision::Locked),
        },
        decision => decision,
    };
    // One was shown, or we had not asked the daemon.
    let first_factor_shown = !arguments.first_factors.is_empty();
    match decision {
        Some(Decision::Pass) => Next::End(Outcome::Passed),
        Some(Decision::NotEnrolled) => Next::End(Outcome::NotEnrolled),
        Some(Decision::Unenrolled) if first_factor_shown => Next::End(Outcome::Unenrolled),
        Some(Decision::Deny) => Next::End(Outcome::Denied),
        Some(Decision::Prompt | Decision::Unenrolled) => ask(digits, None),
        Some(Decision::Locked) => ask(digits, Some(wait)),
        None => Next::End(Outcome::Nonsense),
    }
}

const fn ask(digits: u32, wait: Option<u32>) -> Next {
    match digits {
        6..=8 => Next::Ask(Question { digits, wait }),
        _ => Next::End(Outcome::Nonsense),
    }
}

/// Reads the answer to `Verify`.
pub const fn after_verify(reply: &VerifyReply) -> Outcome {
    match Verdict::from_wire(reply.verdict) {
        Some(Verdict::Accepted) => Outcome::Accepted,
        Some(Verdict::Recovered) => Outcome::Recovered(reply.left),
        Some(Verdict::Emergency) => Outcome::Emergency,
        Some(Verdict::Rejected) => Outcome::Rejected(reply.wait),
        Some(Verdict::AlreadyUsed) => Outcome::AlreadyUsed,
        Some(Verdict::Locked) => Outcome::Locked(reply.wait),
        Some(Verdict::Denied) => Outcome::Denied,
        None => Outcome::Nonsense,
    }
}

/// Reads the answer to `Account`. `lacks_code`: one is needed, and none was shown.
pub const fn after_account(reply: AccountReply, lacks_code: bool) -> Outcome {
    match Standing::from_wire(reply.standing) {
        Some(Standing::Good) if lacks_code => Outcome::CodeNotShown,
        Some(Standing::Good | Standing::Exempt) => Outcome::InGoodStanding,
        Some(Standing::Denied) => Outcome::Denied,
        None => Outcome::Nonsense,
    }
}

#[cfg(test)]
#[path = "verdict_tests.rs"]
mod tests;
