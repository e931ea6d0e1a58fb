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
    pub(crate) fn new(authenticator: Authenticator) -> Self {
        Self {
            authenticator,
            last: 0,
        }
    }

    /// A code of a step that no code was shown of, as early as it counts.
    pub fn next_code(&mut self) -> String {
        let step = (self.last + 1).max(self.step() - 1);
        // One step early is early enough.
        while self.step() + 1 < step {
            std::thread::sleep(Duration::from_millis(100));
        }
        self.last = step;
        self.authenticator.code_at(step * self.authenticator.period)
    }

    /// The code that was shown last.
    #[must_use]
    pub fn last_code(&self) -> String {
        self.authenticator
            .code_at(self.last * self.authenticator.period)
    }

    /// A code that is wrong for a day.
    #[must_use]
    pub fn wrong_code(&self) -> String {
        self.authenticator.wrong_code()
    }

    /// The present step, of a clock that is a second late: no daemon is ahead of it.
    fn step(&self) -> u64 {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        (now.expect("after 1970").as_secs() - 1) / self.authenticator.period
    }
}
