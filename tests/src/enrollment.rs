//! Enrolling through the command line, as an administrator's script would.

use std::io::Write;
use std::process::{Child, ExitStatus};
use std::time::{Duration, Instant};

use crate::{Authenticator, DEADLINE, Log, Ran, World};

/// An enrollment that waits for the first code.
#[derive(Debug)]
#[must_use]
pub struct Offer {
    /// The authenticator that was offered.
    pub authenticator: Authenticator,
    enroll: Child,
    stdout: Log,
    stderr: Log,
}

impl World {
    /// Enrolls `user` and hands out the authenticator. Its present code is used up.
    ///
    /// # Panics
    /// If the daemon does not want to.
    #[must_use]
    pub fn enroll(&self, user: &str) -> Authenticator {
        let offer = self.offer(user);
        let authenticator = offer.authenticator.clone();
        offer.confirm(&authenticator.code()).expect_success();
        authenticator
    }

    /// The same, with the recovery codes that go with it.
    ///
    /// # Panics
    /// If the daemon does not want to.
    #[must_use]
    pub fn enroll_with_codes(&self, user: &str) -> (Authenticator, Vec<String>) {
        let offer = self.offer(user);
        let authenticator = offer.authenticator.clone();
        let ran = offer.confirm(&authenticator.code()).expect_success();
        let enrolled = ran.stdout.lines().last().expect("it prints two lines");
        let enrolled: serde_json::Value = serde_json::from_str(enrolled).expect("JSON");
        let codes = serde_json::from_value(enrolled["recovery_codes"].clone());
        (authenticator, codes.expect("an array of strings"))
    }

    /// Begins to enroll `user`.
    ///
    /// # Panics
    /// If the daemon does not want to.
    pub fn offer(&self, user: &str) -> Offer {
        let mut enroll = self
            .proauthd(&["enroll", "--user", user, "--offline", "--json"])
            .spawn();
        let (stdout, stderr) = (Log::default(), Log::default());
        stdout.follow(enroll.stdout.take().expect("it is piped"));
        stderr.follow(enroll.stderr.take().expect("it is piped"));
        let offered = stdout.wait_for("\n", DEADLINE);
        assert!(offered, "proauthd enroll: {}", stderr.finished(DEADLINE));
        let offered: serde_json::Value =
            serde_json::from_str(&stdout.text()).expect("enroll --json prints JSON");
        let uri = offered["uri"].as_str().expect("it prints the URI");
        let authenticator = Authenticator::scan(uri, &self.clock);
        let secret = authenticator.secret.as_str();
        assert_eq!(offered["secret"], secret, "two different secrets");
        Offer {
            authenticator,
            enroll,
            stdout,
            stderr,
        }
    }
}

impl Offer {
    /// Types the first code.
    ///
    /// # Panics
    /// If nothing comes of it.
    pub fn confirm(mut self, code: &str) -> Ran {
        let mut stdin = self.enroll.stdin.take().expect("it is piped");
        // An enrollment that has failed already reads nothing.
        let _ = writeln!(stdin, "{code}");
        drop(stdin);
        let code = self.end().code();
        Ran {
            code,
            stdout: self.stdout.finished(DEADLINE),
            stderr: self.stderr.finished(DEADLINE),
        }
    }

    fn end(&mut self) -> ExitStatus {
        let start = Instant::now();
        loop {
            if let Some(status) = self.enroll.try_wait().expect("it is a child") {
                return status;
            }
            let patience = start.elapsed() < DEADLINE;
            assert!(patience, "enroll does not end: {}", self.stderr.text());
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}
