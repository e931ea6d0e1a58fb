//! Waiting for a line in a log that comes in datagrams: they take a moment to come here.

use std::time::{Duration, Instant};

use crate::{DEADLINE, World};

impl World {
    /// Whether `text` is in what came to `/dev/log`.
    #[must_use]
    pub fn syslog_says(&self, text: &str) -> bool {
        eventually(|| self.syslog().contains(text))
    }

    /// Whether `text` is in what came to journald's socket.
    ///
    /// # Panics
    /// If the world was built without one.
    #[must_use]
    pub fn journal_says(&self, text: &str) -> bool {
        eventually(|| self.journal().contains(text))
    }
}

fn eventually(is_so: impl Fn() -> bool) -> bool {
    let start = Instant::now();
    while !is_so() {
        if start.elapsed() > DEADLINE {
            return false;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    true
}
