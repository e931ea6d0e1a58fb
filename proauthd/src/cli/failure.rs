//! How a command ends when it does not end well: a sentence, and an exit code.

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use proauth_interface::{ConnectError, Error};

use crate::daemon::ServeError;

/// What shells add to the number of the signal that ended a program.
const SIGNALLED: u8 = 128;

/// Why a command did not do what it was asked.
#[derive(Debug)]
pub enum Failure {
    /// The daemon refused, or the answer is no.
    No(String),
    /// The command line or the configuration is wrong.
    Usage(String),
    /// There is no daemon to talk to.
    Unreachable(String),
    /// The caller may not.
    NotAllowed(String),
    /// The daemon could not do it.
    Unable(String),
    /// Nobody reads the output any more.
    OutputClosed,
    /// The signal of this number came while the command waited, before it had changed anything.
    Interrupted(u8),
    /// The same, where something had been done; the sentence says what comes of it.
    Left(u8, String),
}

impl Failure {
    /// The sentence alone, for who goes on.
    pub fn sentence(&self) -> &str {
        match self {
            Self::No(sentence)
            | Self::Usage(sentence)
            | Self::Unreachable(sentence)
            | Self::NotAllowed(sentence)
            | Self::Unable(sentence)
            | Self::Left(_, sentence) => sentence,
            Self::OutputClosed => "nobody reads the output",
            Self::Interrupted(_) => "cancelled",
        }
    }

    /// Says it on stderr.
    pub fn report(self) -> ExitCode {
        let (code, sentence) = match self {
            Self::No(sentence) => (1, sentence),
            Self::Usage(sentence) => (2, sentence),
            Self::Unreachable(sentence) => (3, sentence),
            Self::NotAllowed(sentence) => (4, sentence),
            Self::Unable(sentence) => (5, sentence),
            Self::OutputClosed => return ExitCode::SUCCESS,
            Self::Interrupted(signal) => {
                leave_the_line();
                let code = SIGNALLED.saturating_add(signal);
                (code, "cancelled; nothing was changed".to_owned())
            }
            Self::Left(signal, sentence) => {
                leave_the_line();
                (SIGNALLED.saturating_add(signal), sentence)
            }
        };
        // Where stderr is closed, the exit code says it.
        let _ = writeln!(io::stderr(), "proauthd: {sentence}");
        ExitCode::from(code)
    }
}

/// Below what was being typed, or counted down.
fn leave_the_line() {
    let mut stderr = io::stderr();
    if stderr.is_terminal() {
        let _ = writeln!(stderr);
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::NotAuthorized(sentence) => Self::NotAllowed(sentence),
            Error::Unavailable(sentence) => Self::Unable(sentence),
            Error::InvalidArgument(sentence) | Error::NotConfigured(sentence) => {
                Self::Usage(sentence)
            }
            Error::NoSuchUser(sentence)
            | Error::NotEnrolled(sentence)
            | Error::AlreadyEnrolled(sentence)
            | Error::UnderWay(sentence)
            | Error::TicketRejected(sentence)
            | Error::SignInFailed(sentence)
            | Error::IdentityRejected(sentence)
            | Error::NoPendingEnrollment(sentence)
            | Error::CodeRejected(sentence)
            | Error::Locked(sentence)
            | Error::AccountChanged(sentence) => Self::No(sentence),
            Error::ZBus(zbus::Error::FDO(error)) => match *error {
                zbus::fdo::Error::AccessDenied(_) => {
                    Self::NotAllowed("the bus does not let you ask this; run it as root".into())
                }
                error => Self::Unreachable(unreachable(&error)),
            },
            Error::ZBus(error) => Self::Unreachable(unreachable(&error)),
        }
    }
}

impl From<ConnectError> for Failure {
    fn from(error: ConnectError) -> Self {
        Self::Unreachable(match error {
            ConnectError::WrongOwner(uid, _) => format!(
                "the name of the daemon is owned by uid {uid}, not by root: somebody is posing as \
                 it; find out who (`busctl status org.proauth.Daemon1`)"
            ),
            error => unreachable(&error),
        })
    }
}

impl From<ServeError> for Failure {
    fn from(error: ServeError) -> Self {
        let sentence = error.to_string();
        match error {
            ServeError::Config(_) => Self::Usage(sentence),
            ServeError::Bus(_) | ServeError::BusGone => Self::Unreachable(sentence),
            ServeError::Store(_) | ServeError::System(_) => Self::Unable(sentence),
        }
    }
}

fn unreachable(error: &dyn std::fmt::Display) -> String {
    format!("{error}; is the daemon running? (`systemctl status proauthd dbus`)")
}
