//! Waiting for a line in the log of the PAM modules.

use std::time::{Duration, Instant};

use crate::{DEADLINE, World};

impl World {
    /// Whether `text` is in what came to `/dev/log`. A datagram takes a moment to come here.
    #[must_use]
    pub fn syslog_says(&self, text: &str) -> bool {
        let start = Instant::now();
        while !self.syslog().contains(text) {
            if start.elapsed() > DEADLINE {
                return false;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        true
    }
}
