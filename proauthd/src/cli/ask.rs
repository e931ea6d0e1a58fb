//! Asking: the daemon under a deadline, and the person at the terminal.

use std::io::{self, BufRead, IsTerminal, Read, Write};
use std::time::Duration;

use proauth_interface::{Daemon, Error};
use tokio::runtime::Runtime;
use tokio::time::timeout;
use zeroize::Zeroizing;

use super::Common;
use super::failure::Failure;

/// What a person waits for without wondering; the daemon's own deadlines are shorter.
const PATIENCE: Duration = Duration::from_secs(15);

/// More than any code, less than would hurt.
const MAX_LINE: u64 = 16 * 1024;

/// A daemon to ask, one question at a time.
pub struct Asker {
    runtime: Runtime,
    daemon: Daemon,
}

impl Asker {
    /// Connects to the daemon.
    ///
    /// # Errors
    /// If there is none, or it is not root's.
    pub fn connect(common: &Common) -> Result<Self, Failure> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Failure::Unable(format!("cannot start: {error}; try again")))?;
        let connected =
            runtime.block_on(async { timeout(PATIENCE, Daemon::connect(&common.bus)).await });
        let daemon = connected.map_err(|_| no_answer())??;
        Ok(Self { runtime, daemon })
    }

    /// Asks one question.
    ///
    /// # Errors
    /// What the daemon says, or that it says nothing.
    pub fn ask<T>(
        &self,
        question: impl AsyncFnOnce(&Daemon) -> Result<T, Error>,
    ) -> Result<T, Failure> {
        self.try_ask(question)?.map_err(Failure::from)
    }

    /// Asks one question whose refusal is part of the conversation.
    ///
    /// # Errors
    /// If there is no answer.
    pub fn try_ask<T>(
        &self,
        question: impl AsyncFnOnce(&Daemon) -> Result<T, Error>,
    ) -> Result<Result<T, Error>, Failure> {
        let answer = async { timeout(PATIENCE, question(&self.daemon)).await };
        self.runtime.block_on(answer).map_err(|_| no_answer())
    }
}

/// Reads a line from stdin; asks for it on stderr where a person is there to read that.
///
/// # Errors
/// If there is no line.
pub fn read_line(prompt: &str) -> Result<Zeroizing<String>, Failure> {
    let missing = || Failure::Usage("no code was given; type it, or pass it on stdin".into());
    if is_person() {
        let mut stderr = io::stderr();
        let _ = write!(stderr, "{prompt}").and_then(|()| stderr.flush());
    }
    let mut line = Zeroizing::new(Vec::new());
    let mut stdin = io::stdin().lock();
    stdin
        .by_ref()
        .take(MAX_LINE)
        .read_until(b'\n', &mut line)
        .map_err(|_| missing())?;
    if line.is_empty() {
        return Err(missing());
    }
    let text = Zeroizing::new(String::from_utf8_lossy(&line).into_owned());
    Ok(Zeroizing::new(
        text.trim_end_matches(['\n', '\r'])
            .replace('\0', "\u{fffd}"),
    ))
}

/// Whether somebody types, so that asking again makes sense.
pub fn is_person() -> bool {
    io::stdin().is_terminal()
}

/// The name of the account that runs this command.
///
/// # Errors
/// If it has none.
pub fn own_name() -> Result<String, Failure> {
    let uid = nix::unistd::getuid();
    match nix::unistd::User::from_uid(uid) {
        Ok(Some(user)) => Ok(user.name),
        _ => Err(Failure::Usage(format!(
            "uid {uid} has no account name; give one with --user"
        ))),
    }
}

fn no_answer() -> Failure {
    Failure::Unreachable(format!(
        "no answer in {} seconds; is the daemon running? (`systemctl status proauthd dbus`)",
        PATIENCE.as_secs()
    ))
}
