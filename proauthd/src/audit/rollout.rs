//! Changes to PAM and sshd. What the roll-back itself does, it logs.

use tracing::{error, info, warn};

/// A change waits to be confirmed.
pub fn protect_armed(services: &str, caller: u32, seconds: u64) {
    warn!(
        event = "protect_armed",
        services,
        caller,
        seconds,
        "codes are asked by {services}, for {seconds} s unless confirmed"
    );
}

/// A change did not work.
pub fn protect_failed(why: &str, put_back: bool) {
    error!(
        event = "protect_failed",
        why, put_back, "what was changed does not work, and was put back ({put_back}): {why}"
    );
}

/// A change stays.
pub fn protect_confirmed(services: &str, caller: Option<u32>, how: &'static str) {
    warn!(
        event = "protect_confirmed",
        services,
        ?caller,
        how,
        "codes are asked by {services} from now on: confirmed by a {how}"
    );
}

/// A confirmation came from where it proves nothing.
pub fn confirm_refused(why: &str, caller: Option<u32>) {
    info!(
        event = "confirm_refused",
        why,
        ?caller,
        "not confirmed: {why}"
    );
}

/// What was protected is so no more.
pub fn unprotected(services: &str, caller: Option<u32>) {
    warn!(
        event = "unprotected",
        services,
        ?caller,
        "codes are asked no more by {services}"
    );
}
