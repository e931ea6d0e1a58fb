//! A login that waits for its user to type, so that something can happen meanwhile.

use std::io::Write;
use std::process::{Child, ChildStdin};
use std::time::{Duration, Instant};

use crate::{DEADLINE, LetIn, Log, Login, Outcome, Refused, World};

/// `pamtester`, between its start and its end.
#[derive(Debug)]
#[must_use]
pub struct Prompted {
    pamtester: Child,
    stdin: ChildStdin,
    said: Log,
}

/// A login whose user has typed.
#[derive(Debug)]
#[must_use]
pub struct Answered {
    pamtester: Child,
    said: Log,
    since: Instant,
}

impl World {
    /// A login of `user` for `service` that has asked for the code.
    ///
    /// # Panics
    /// If it does not ask.
    pub fn prompted(&self, service: &str, user: &str) -> Prompted {
        let login = self.start_login(service, user);
        login.wait_for_prompt();
        login
    }

    /// A login of `user` for `service` that may ask for the code, or fail before that.
    ///
    /// # Panics
    /// If `nsenter` is not there.
    pub fn start_login(&self, service: &str, user: &str) -> Prompted {
        let mut pamtester = self
            .program(&["pamtester", service, user, "authenticate"])
            .spawn();
        let said = Log::default();
        said.follow(pamtester.stdout.take().expect("it is piped"));
        said.follow(pamtester.stderr.take().expect("it is piped"));
        Prompted {
            stdin: pamtester.stdin.take().expect("it is piped"),
            pamtester,
            said,
        }
    }
}

impl Prompted {
    pub(crate) fn wait_for_prompt(&self) {
        let asked = self.said.wait_for("): ", DEADLINE);
        assert!(asked, "no prompt: {}", self.said.text());
    }

    /// Types `code`, and does not wait for what comes of it.
    pub fn typed(mut self, code: &str) -> Answered {
        // A login that has failed already reads nothing.
        let _ = writeln!(self.stdin, "{code}");
        Answered {
            pamtester: self.pamtester,
            said: self.said,
            since: Instant::now(),
        }
    }

    /// Types `code`.
    ///
    /// # Panics
    /// If it takes longer than any login may.
    pub fn code(self, code: &str) -> Login {
        self.typed(code).end()
    }
}

impl Answered {
    /// Waits for the end.
    ///
    /// # Panics
    /// If that takes longer than any login may.
    pub fn end(mut self) -> Login {
        let status = loop {
            if let Some(status) = self.pamtester.try_wait().expect("it is a child") {
                break status;
            }
            let patience = self.since.elapsed() < 3 * DEADLINE;
            assert!(patience, "the login does not end: {}", self.said.text());
            std::thread::sleep(Duration::from_millis(1));
        };
        let took = self.since.elapsed();
        let text = self.said.finished(DEADLINE);
        let outcome = match status.code() {
            Some(0) if text.contains("pamtester: successfully authenticated") => LetIn,
            Some(1) if text.contains("pamtester: ") => Refused,
            _ => Outcome::Neither,
        };
        Login {
            outcome,
            transcript: format!("{text}[exit code {:?}]", status.code()),
            took,
        }
    }
}
