//! Writing to stdout, where the reader may go away at any time.

use std::fmt::Display;
use std::io::{self, Write};
use std::time::{Duration, UNIX_EPOCH};

use proauth_interface::AccountStatus;
use serde_json::{Value, json};

use super::failure::Failure;

/// Writes one line, and sends it off at once: somebody may be waiting for it at a pipe.
///
/// # Errors
/// If nobody reads it.
pub fn line(text: impl Display) -> Result<(), Failure> {
    let mut stdout = io::stdout();
    writeln!(stdout, "{text}")
        .and_then(|()| stdout.flush())
        .map_err(|error| match error.kind() {
            io::ErrorKind::BrokenPipe => Failure::OutputClosed,
            _ => Failure::Unable(format!("cannot write: {error}; is the disk full?")),
        })
}

/// An account, with the keys of `Admin.Status`.
pub fn account_json(account: &AccountStatus) -> Value {
    json!({
        "user": account.user,
        "uid": account.uid,
        "enrolled": account.enrolled,
        "algorithm": account.algorithm,
        "digits": account.digits,
        "period": account.period,
        "skew": account.skew,
        "enrolled_at": account.enrolled_at,
        "authenticators": account.authenticators,
        "identity": account.identity,
        "last_step_at": account.last_step_at,
        "clock_offset": account.clock_offset,
        "last_offset": account.last_offset,
        "step_in_future": account.step_in_future,
        "failures": account.failures,
        "locker_failures": account.locker_failures,
        "wait": account.wait,
        "recovery_codes": account.recovery_codes,
        "suspended": account.suspended,
        "account": account.account,
        "clock_unsynchronised": account.clock_unsynchronised,
    })
}

/// An account in a line.
pub fn account_line(account: &AccountStatus) -> String {
    let AccountStatus { user, uid, .. } = account;
    let enrolled = match account.enrolled {
        true => format!("enrolled at {}", time(account.enrolled_at)),
        false => "not enrolled".to_owned(),
    };
    let suspended = if account.suspended { ", suspended" } else { "" };
    let fate = match account.account.as_str() {
        "gone" => "; ORPHAN: there is no such account any more",
        "changed" => "; ORPHAN: the name belongs to another uid now",
        "unknown" => "; the name service does not say whether it is still there",
        _ => "",
    };
    format!("{user} (uid {uid}): {enrolled}{suspended}{fate}")
}

/// A Unix time, as people write it.
pub fn time(seconds: u64) -> String {
    match UNIX_EPOCH.checked_add(Duration::from_secs(seconds)) {
        Some(time) if seconds < END_OF_YEAR_9999 => {
            humantime::format_rfc3339_seconds(time).to_string()
        }
        _ => format!("{seconds} s after 1970"),
    }
}

/// RFC 3339 has four digits for the year.
const END_OF_YEAR_9999: u64 = 253_402_300_800;
