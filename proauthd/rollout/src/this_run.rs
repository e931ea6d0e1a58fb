//! Whether the system has come up since a change was made.

use std::fs;

use crate::state::Armed;
use crate::{Host, clock, run};

/// The boot that `host` is in; none if its kernel does not say.
#[must_use]
pub fn boot_id(host: &Host) -> Option<String> {
    let id = fs::read_to_string(host.path("/proc/sys/kernel/random/boot_id")).ok()?;
    Some(id.trim().to_owned())
}

/// Whether `armed` was made after the system came up, so that its timer runs.
pub(crate) fn is_since_start(host: &Host, armed: &Armed) -> bool {
    boot_id(host).is_some_and(|boot| boot == armed.boot)
        && (!host.is_this() || is_after(userspace_began(), armed.monotonic))
}

/// What is not known is before the start: then it is put back, rather than left to no timer.
fn is_after(began: Option<u64>, time: u64) -> bool {
    began.is_some_and(|began| began <= time)
}

/// For how many seconds PID 1 has been starting what runs now, rounded up.
pub(crate) fn since_start() -> Option<u64> {
    let passed = clock::monotonic().checked_sub(userspace_began()?)?;
    Some(passed.div_ceil(1_000_000))
}

/// When PID 1 began to start what runs now, in microseconds of the monotonic clock. A soft reboot, or
/// that of a container, begins anew without another kernel, and has no timer of before.
fn userspace_began() -> Option<u64> {
    let property = "--property=UserspaceTimestampMonotonic";
    let ran = run(&["systemctl", "show", "--value", property], 10).ok()?;
    ran.stdout.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_the_start_is_not_known_a_change_is_one_of_before() {
        assert!(is_after(Some(5), 5));
        assert!(!is_after(Some(6), 5));
        assert!(!is_after(None, 5));
    }
}
