//! Every text of the module: what the user reads, and what the administrator finds in the log.

use std::fmt::{self, Display, Formatter};

use proauth_interface::{Change, Changed, Error, UNTIL_UNLOCK};
use zbus::DBusError;

use crate::arguments::{ArgumentError, Arguments};
use crate::daemon::DaemonError;
use crate::verdict::{Outcome, Question};

/// Longer texts of others are cut off in the log.
const LONGEST_LINE: usize = 300;

/// So few recovery codes are too few.
const FEW: u32 = 3;

/// Of more changes, the last ones are told.
const MOST_CHANGES: usize = 10;

/// The log, about the argument of that name.
pub const NULLOK: &str = "nullok does nothing here: proauthd.toml says who needs no code";

/// Something to tell the user besides the prompt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// How the application is to show it.
    pub tone: Tone,
    /// One line.
    pub text: String,
}

/// How a message is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Why the user is not let in.
    Refusal,
    /// What the user should know, being let in.
    News,
}

/// What the user is asked. Whatever they have to know stands in the prompt itself, since sshd
/// shows nothing else in time, and sudo nothing else at all: how long codes are refused, or what
/// became of the code `before`.
pub fn prompt(question: Question, before: Option<&Outcome>, arguments: &Arguments) -> String {
    let digits = question.digits;
    let ask = match &arguments.prompt {
        Some(text) => text.clone(),
        None if arguments.forward_pass => {
            format!("Password and ProAuth code ({digits} digits), together: ")
        }
        None => format!("ProAuth code ({digits} digits): "),
    };
    let notice = match (before, question.wait) {
        (Some(Outcome::Rejected(0)), _) => None,
        (Some(Outcome::Rejected(wait)), _) => Some(locked(*wait)),
        (Some(before), _) => about(before).map(|message| message.text),
        (None, wait) => wait.map(locked),
    };
    match notice {
        Some(notice) => format!("{notice}. {ask}"),
        None => ask,
    }
}

/// What the user is told who has no authenticator.
pub const NOT_ENROLLED: &str = "You are not enrolled yet: run proauthd enroll. Press Return: ";

/// What the user is told of an outcome. Nothing of a wrong code, and nothing that would tell a
/// guesser more than the prompt does.
pub fn about(outcome: &Outcome) -> Option<Message> {
    match outcome {
        Outcome::AlreadyUsed => refusal("Code already used: wait for the next one"),
        Outcome::Locked(wait) => refusal(locked(*wait)),
        Outcome::Recovered(left) => news(recovered(*left)),
        Outcome::Emergency => news("Emergency code used"),
        _ => None,
    }
}

fn refusal(text: impl Into<String>) -> Option<Message> {
    let (tone, text) = (Tone::Refusal, text.into());
    Some(Message { tone, text })
}

fn news(text: impl Into<String>) -> Option<Message> {
    let (tone, text) = (Tone::News, text.into());
    Some(Message { tone, text })
}

fn locked(wait: u32) -> String {
    match wait {
        UNTIL_UNLOCK => "Too many attempts: ask an administrator to unlock you".to_owned(),
        // Never too early.
        wait => format!(
            "Too many attempts: try again in {}",
            span(wait.max(1).into(), u64::div_ceil)
        ),
    }
}

fn recovered(left: u32) -> String {
    match left {
        0..=FEW => {
            format!("Recovery code used: {left} left; for new ones, run proauthd recovery-codes")
        }
        _ => format!("Recovery code used: {left} left"),
    }
}

/// What the user is told of changes to their second factor that they may not have made.
pub fn changes(changes: &[Changed]) -> Vec<Message> {
    changes
        .iter()
        .skip(changes.len().saturating_sub(MOST_CHANGES))
        .filter_map(|change| news(changed(change)))
        .collect()
}

fn changed(changed: &Changed) -> String {
    let what = match Change::from_wire(changed.change) {
        Some(Change::Enrolled) => "new authenticator bound",
        Some(Change::RecoveryCodesMade) => "new recovery codes made",
        Some(Change::RecoveryCodeUsed) => "recovery code used",
        Some(Change::EmergencyCodeMade) => "emergency code made",
        Some(Change::EmergencyCodeUsed) => "emergency code used",
        Some(Change::Resynced) => "authenticator resynchronised",
        Some(Change::AuthenticatorAdded) => "additional authenticator bound",
        Some(Change::AuthenticatorReplaced) => "authenticator replaced",
        Some(Change::AuthenticatorRemoved) => "additional authenticator removed",
        None => "your second factor was changed",
    };
    let ago = span(changed.ago, |seconds, unit| seconds / unit);
    format!("Since your last login: {what} ({ago} ago)")
}

/// A time in units that keep it short.
fn span(seconds: u64, round: fn(u64, u64) -> u64) -> String {
    if seconds < 60 {
        return format!("{seconds} s");
    }
    let minutes = round(seconds, 60);
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes} min"),
        (hours @ 1..48, 0) => format!("{hours} h"),
        (hours @ 1..48, minutes) => format!("{hours} h {minutes} min"),
        _ => format!("{} d", round(minutes, 24 * 60)),
    }
}

/// What the log has to say of an outcome that somebody should mend; never anything that was
/// typed. Right and wrong codes are the daemon's to log.
pub fn complaint(outcome: &Outcome) -> Option<String> {
    let text = match outcome {
        Outcome::BadArgument(error) => {
            format!("denied: {error}; correct this line of the PAM file")
        }
        Outcome::Unavailable(error) => format!("denied: {error}"),
        Outcome::Nonsense => "denied: proauthd gave an answer that this version does not know; \
             are module and daemon of one version?"
            .to_owned(),
        Outcome::FirstFactorMissing => {
            "denied: the first factor that first_factor= requires was not shown before this module"
                .to_owned()
        }
        Outcome::CodeNotShown => {
            "denied: need_code is set, and this login has shown no code: a key alone, perhaps"
                .to_owned()
        }
        Outcome::Unenrolled => {
            "denied: not enrolled, and policy or not_enrolled= denies that".to_owned()
        }
        Outcome::OutOfMemory => "denied: no memory".to_owned(),
        // libpam has logged that one itself.
        Outcome::NoConversation => return None,
        // The daemon has logged these.
        Outcome::Accepted
        | Outcome::Recovered(_)
        | Outcome::Emergency
        | Outcome::Passed
        | Outcome::NotEnrolled
        | Outcome::InGoodStanding
        | Outcome::Rejected(_)
        | Outcome::AlreadyUsed
        | Outcome::Locked(_)
        | Outcome::Denied => return None,
        // A slip of the user's.
        Outcome::NoCode => return None,
    };
    Some(printable(&text))
}

/// Without control characters, which could forge lines in a log or steer a terminal, and not
/// longer than a line should be.
fn printable(text: &str) -> String {
    text.chars()
        .filter(|character| !character.is_control())
        .take(LONGEST_LINE)
        .collect()
}

impl Display for ArgumentError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotText => write!(f, "an argument is not UTF-8"),
            Self::Unknown(argument) => write!(f, "unknown argument \"{argument}\""),
            Self::Repeated(name) => write!(f, "{name} is given twice"),
            Self::BadValue(name, takes) => write!(f, "{name}= takes {takes}"),
            Self::Contradiction(one, other) => write!(f, "{one} and {other} exclude each other"),
        }
    }
}

impl Display for DaemonError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Runtime(error) => write!(f, "proauthd cannot be asked: {error}"),
            Self::Connect(error) => write!(f, "proauthd cannot be reached: {error}"),
            Self::Call(error) => write!(f, "proauthd gave no answer: {}", cause(error)),
            Self::Silent(time) => write!(f, "no answer from proauthd in {} s", time.as_secs()),
        }
    }
}

/// The cause of an error by its name alone where it came over the bus: the text beside the name
/// is another process's, and could repeat the code that was asked about.
fn cause(error: &Error) -> String {
    match error {
        Error::ZBus(zbus::Error::MethodError(name, _, _)) => name.to_string(),
        Error::ZBus(zbus::Error::FDO(error)) => error.name().to_string(),
        Error::ZBus(error) => error.to_string(),
        ours => ours.name().to_string(),
    }
}

#[cfg(test)]
#[path = "messages_tests.rs"]
mod tests;
