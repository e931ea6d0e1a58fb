//! A phone in somebody's hand, where the clock is the real one.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::Authenticator;

/// An authenticator of which it is known what was typed of it, and which therefore shows codes that
/// were never used. The first two after an enrollment are there at once, since a daemon takes codes
/// one step early; each further one takes a step.
#[derive(Debug)]
pub struct Device {
    authenticator: Authenticator,
    /// The step of the last code that was shown.
    last: u64,
}

impl Device {
    /// One that has shown nothing yet.
    #[must_use]
    pub fn new(authenticator: Authenticator) -> Self {
        Self {
            authenticator,
            last: 0,
        }
    }

    /// The code for the enrollment: of the step before this one, which still counts.
    pub fn first_code(&mut self) -> String {
        let period = self.authenticator.period;
        // Time enough to type it.
        while now() % period > period - 5 {
            std::thread::sleep(Duration::from_millis(100));
        }
        self.show(now() / period - 1)
    }

    /// A code of a step that no code was shown of, as early as it counts.
    pub fn next_code(&mut self) -> String {
        self.wait();
        self.show((self.last + 1).max(step(&self.authenticator)))
    }

    /// Waits until there is a code that was never shown.
    pub fn wait(&self) {
        while step(&self.authenticator) < self.last {
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// The code that was shown last.
    #[must_use]
    pub fn last_code(&self) -> String {
        let period = self.authenticator.period;
        self.authenticator.code_at(self.last * period)
    }

    /// The URI that told it its secret.
    #[must_use]
    pub fn uri(&self) -> &str {
        &self.authenticator.uri
    }

    /// A code that is wrong for a day.
    #[must_use]
    pub fn wrong_code(&self) -> String {
        self.authenticator.wrong_code()
    }

    fn show(&mut self, step: u64) -> String {
        self.last = step;
        self.last_code()
    }
}

/// The present step, of a clock that is a second late: no daemon is behind it.
fn step(authenticator: &Authenticator) -> u64 {
    (now() - 1) / authenticator.period
}

fn now() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.expect("after 1970").as_secs()
}
