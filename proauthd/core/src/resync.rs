//! Getting a user's steps and ours together again.

use crate::totp::{self, Step};
use crate::{Record, Typed, UnixTime};

/// How far off a device's clock may be, in seconds.
const REACH: u64 = 24 * 60 * 60;

/// Why three codes do not tell how far a clock is off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoResync {
    /// They are not three consecutive codes of this authenticator within a day.
    Wrong,
    /// They are, but the first of them, or a later one, was used before.
    AlreadyUsed,
}

/// Sets the last used step to the newest one of the present window, whatever it was.
///
/// The way back from a login under a wrong future clock. Nothing in the present window is usable
/// afterwards, so nothing already used in it becomes usable again.
#[must_use]
pub fn reset(record: Record, now: UnixTime) -> Record {
    let newest = record.newest_step(now);
    Record {
        last_step: newest,
        ..record
    }
}

/// Re-centres the window on a device whose clock is off by up to a day, as RFC 4226 section 7.4
/// does for counters: by codes that follow each other. Uses up all three.
///
/// # Errors
/// [`NoResync`]; the record is to stay as it was.
pub fn recentre(record: &Record, codes: &[Typed; 3], now: UnixTime) -> Result<Record, NoResync> {
    let period = record.parameters.period;
    let ours = Step::at(now, period);
    let steps_of = |typed: &Typed| match typed {
        Typed::Code(code) => totp::matching(
            &record.secret,
            &record.parameters,
            code,
            totp::window(ours, REACH / period + 2),
        ),
        _ => Vec::new(),
    };
    let [first, second, third] = codes.each_ref().map(steps_of);
    let begins = first
        .into_iter()
        .filter(|step| second.contains(&step.shifted(1)) && third.contains(&step.shifted(2)))
        .min_by_key(|step| step.0.abs_diff(ours.0))
        .ok_or(NoResync::Wrong)?;
    if begins <= record.last_step {
        return Err(NoResync::AlreadyUsed);
    }
    let newest = begins.shifted(2);
    let clock_offset = newest.0.cast_signed().saturating_sub(ours.0.cast_signed());
    Ok(Record {
        last_step: newest,
        clock_offset,
        ..record.clone()
    })
}
