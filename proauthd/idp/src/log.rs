//! One line of log, on standard error: journald keeps it, and adds the time.

use std::io::Write;

use crate::text;

/// As long as a line may be: issuers choose parts of it.
const LONGEST: usize = 1000;

/// Writes `line`. A log that cannot be written is no reason to end.
pub fn line(line: &str) {
    let _ = writeln!(std::io::stderr(), "{}", text::shown(line, LONGEST));
}
