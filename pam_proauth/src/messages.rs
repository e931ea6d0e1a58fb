//! Every text of the module: what the user reads, and what the administrator finds in the log.

use std::fmt::{self, Display, Formatter};

use proauth_interface::Error;
use zbus::DBusError;

use crate::arguments::ArgumentError;
use crate::daemon::DaemonError;
use crate::verdict::{Outcome, Question};

/// Longer texts of others are cut off in the log.
const LONGEST_LINE: usize = 300;

/// What the user is asked. Whatever they have to know stands in the prompt itself, since sshd
/// shows nothing else in time.
pub fn prompt(question: Question, instead: Option<&str>) -> String {
    let notice = match question.wait {
        Some(seconds) => format!("Too many wrong codes: try again in {seconds} s. "),
        None => String::new(),
    };
    match instead {
        Some(text) => format!("{notice}{text}"),
        None => format!("{notice}ProAuth code ({} digits): ", question.digits),
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
        // libpam has logged that one itself.
        Outcome::NoConversation
        | Outcome::Accepted
        | Outcome::Passed
        | Outcome::NotEnrolled
        | Outcome::Rejected
        | Outcome::Locked
        | Outcome::Denied => return None,
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
mod tests {
    use super::*;

    const OPEN: Question = Question {
        digits: 6,
        wait: None,
    };
    const LOCKED: Question = Question {
        digits: 8,
        wait: Some(25),
    };

    #[test]
    fn the_prompt_says_how_many_digits_to_type() {
        assert_eq!(prompt(OPEN, None), "ProAuth code (6 digits): ");
    }

    #[test]
    fn the_prompt_of_a_locked_user_says_how_long_to_wait() {
        let expected = "Too many wrong codes: try again in 25 s. ProAuth code (8 digits): ";
        assert_eq!(prompt(LOCKED, None), expected);
    }

    #[test]
    fn a_prompt_of_the_administrators_replaces_ours_but_not_the_wait() {
        assert_eq!(prompt(OPEN, Some("Code? ")), "Code? ");
        let expected = "Too many wrong codes: try again in 25 s. Code? ";
        assert_eq!(prompt(LOCKED, Some("Code? ")), expected);
    }

    #[test]
    fn a_complaint_has_no_control_characters_and_an_end() {
        let argument = format!("\u{1b}[2J\nroot: all is well\u{9b}{}", "x".repeat(5000));
        let text = complaint(&Outcome::BadArgument(ArgumentError::Unknown(argument))).unwrap();
        assert!(text.starts_with("denied: unknown argument \"[2Jroot: all is wellx"));
        assert_eq!(text.chars().count(), 300);
    }

    #[test]
    fn the_text_of_an_error_from_the_bus_is_not_repeated() {
        let error = Error::InvalidArgument("no such code: 123456".to_owned());
        let text = complaint(&Outcome::Unavailable(DaemonError::Call(error))).unwrap();
        assert!(!text.contains("123456"));
        assert!(text.ends_with("org.proauth.Daemon1.Error.InvalidArgument"));
    }

    #[test]
    fn right_and_wrong_codes_are_not_ours_to_log() {
        for outcome in [
            Outcome::Accepted,
            Outcome::Rejected,
            Outcome::Locked,
            Outcome::Denied,
        ] {
            assert_eq!(complaint(&outcome), None);
        }
    }
}
