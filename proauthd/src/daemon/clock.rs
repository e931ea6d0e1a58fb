//! The one place of this program where the clock is read.

use std::time::{SystemTime, UNIX_EPOCH};

use proauth_core::UnixTime;

/// The time by the system's clock.
///
/// A clock before 1970 is taken for 1970: every code is then either wrong or used before.
pub fn now() -> UnixTime {
    #[expect(clippy::disallowed_methods, reason = "this is the place")]
    let now = SystemTime::now();
    UnixTime(
        now.duration_since(UNIX_EPOCH)
            .map_or(0, |elapsed| elapsed.as_secs()),
    )
}
