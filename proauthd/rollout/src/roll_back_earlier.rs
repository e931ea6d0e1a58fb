//! What earlier tries of the same roll-back have run: it is not run again, every ten seconds, because
//! something else is in the way. Where it cannot be noted, it is run again.

use std::fs;
use std::path::PathBuf;

use crate::Host;
use crate::state::Armed;

/// Where it is noted: nothing that is full or read-only, and gone with the boot.
const PLACE: &str = "/run/proauth-rollback.done";

/// What was done, by the words for it.
pub(super) struct Earlier {
    at: PathBuf,
    text: String,
}

impl Earlier {
    /// For the change that was `armed`.
    pub(super) fn of(host: &Host, armed: &Armed) -> Self {
        let at = host.path(PLACE);
        let change = format!("{} {} {}\n", armed.boot, armed.at, armed.monotonic);
        let noted = fs::read_to_string(&at).unwrap_or_default();
        let text = match noted.starts_with(&change) {
            true => noted,
            false => change,
        };
        Self { at, text }
    }

    pub(super) fn has(&self, what: &str) -> bool {
        self.text.lines().skip(1).any(|line| line == what)
    }

    pub(super) fn note(&mut self, what: &str) {
        self.text.push_str(what);
        self.text.push('\n');
        let _ = fs::write(&self.at, &self.text);
    }
}
