//! `proauthd enroll --json` while it runs: one JSON object a line.

use std::io::Write;
use std::process::{Child, ChildStdin};
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime};

use serde_json::Value;

use crate::ran::Program;
use crate::{Authenticator, Clock, DEADLINE, Log, Offer, Ran};

/// An enrollment under way. Dropping it leaves it alone.
#[derive(Debug)]
pub(crate) struct Enrolling {
    program: Program,
    enroll: Child,
    stdin: Option<ChildStdin>,
    stdout: Log,
    stderr: Log,
}

impl Enrolling {
    /// Starts it.
    pub(crate) fn start(program: Program) -> Self {
        let program = program.telling_pid();
        let mut enroll = program.spawn();
        let (stdout, stderr) = (Log::default(), Log::default());
        stdout.follow(enroll.stdout.take().expect("it is piped"));
        stderr.follow(enroll.stderr.take().expect("it is piped"));
        Self {
            program,
            stdin: enroll.stdin.take(),
            enroll,
            stdout,
            stderr,
        }
    }

    /// Types a line. An enrollment that has failed already reads nothing.
    pub(crate) fn type_line(&mut self, line: &str) {
        let stdin = self.stdin.as_mut().expect("it was not closed");
        let _ = writeln!(stdin, "{line}");
    }

    /// Sends it `signal`, by name.
    pub(crate) fn signal(&self, signal: &str) {
        assert!(self.stdout.wait_for("\n", DEADLINE), "it did not start");
        let said = self.stdout.text();
        let pid = said.lines().next().expect("it says its PID first");
        self.program.signal(pid, signal);
    }

    /// Waits for the line with `key` in it; nothing if it ends without.
    pub(crate) fn line_with(&self, key: &str) -> Option<Value> {
        let quoted = format!("\"{key}\":");
        let _said = self.stdout.wait_for(&quoted, DEADLINE);
        let text = self.stdout.text();
        let line = text.lines().find(|line| line.contains(&quoted))?;
        Some(serde_json::from_str(line).expect("enroll --json prints JSON"))
    }

    /// Notes when the key comes.
    pub(crate) fn watch_for_key(&self) -> JoinHandle<SystemTime> {
        let stdout = self.stdout.clone();
        std::thread::spawn(move || {
            let _said = stdout.wait_for("\"secret\":", DEADLINE);
            SystemTime::now()
        })
    }

    /// Waits for the key.
    ///
    /// # Panics
    /// If none is offered.
    pub(crate) fn offer(self, clock: &Clock) -> Offer {
        let Some(offered) = self.line_with("secret") else {
            panic!("no key was offered: {:?}", self.end());
        };
        let uri = offered["uri"].as_str().expect("it prints the URI");
        let authenticator = Authenticator::scan(uri, clock);
        let secret = authenticator.secret.as_str();
        assert_eq!(offered["secret"], secret, "two different secrets");
        Offer {
            authenticator,
            enrolling: self,
        }
    }

    /// Types no more, and waits for the end.
    pub(crate) fn end(mut self) -> Ran {
        self.stdin = None;
        let start = Instant::now();
        let status = loop {
            if let Some(status) = self.enroll.try_wait().expect("it is a child") {
                break status;
            }
            let patience = start.elapsed() < DEADLINE;
            assert!(patience, "enroll does not end: {}", self.stderr.text());
            std::thread::sleep(Duration::from_millis(1));
        };
        let stdout = self.stdout.finished(DEADLINE);
        let (_pid, stdout) = stdout.split_once('\n').expect("it says its PID first");
        Ran {
            code: status.code(),
            stdout: stdout.to_owned(),
            stderr: self.stderr.finished(DEADLINE),
        }
    }
}
