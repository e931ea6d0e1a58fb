//! Getting a user's steps and ours together again.

use crate::totp::{self, Step};
use crate::{Change, Record, Typed, UnixTime};

/// How far off, in seconds, an administrator may find a device's clock to be.
pub const ADMIN_REACH: u64 = 24 * 60 * 60;

/// How far off, in seconds, users may find that of their own device to be. Whoever filmed codes
/// that were never used, and can act as the user, makes those of that time count again: an hour
/// of them, not a day.
pub const OWNER_REACH: u64 = 60 * 60;

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
    .with_change(Change::Resynced, now)
}

/// Re-centres the window on a device whose clock is off by up to `reach` seconds, as RFC 4226
/// section 7.4 does for counters: by codes that follow each other. Uses up all three.
///
/// # Errors
/// [`NoResync`]; the record is to stay as it was.
pub fn recentre(
    record: &Record,
    codes: &[Typed; 3],
    reach: u64,
    now: UnixTime,
) -> Result<Record, NoResync> {
    let ours = Step::at(now, record.parameters.period);
    let [first, second, third] = codes;
    let begins = matching(
        record,
        first,
        totp::window(ours, reach / record.parameters.period),
    )
    .into_iter()
    .filter(|step| is_code_of(record, second, step.shifted(1)))
    .filter(|step| is_code_of(record, third, step.shifted(2)))
    .min_by_key(|step| step.0.abs_diff(ours.0))
    .ok_or(NoResync::Wrong)?;
    if begins <= record.last_step {
        return Err(NoResync::AlreadyUsed);
    }
    let newest = begins.shifted(2);
    let clock_offset = newest.steps_after(ours);
    let recentred = Record {
        last_step: newest,
        clock_offset,
        drift: 0,
        ..record.clone()
    };
    Ok(recentred.with_change(Change::Resynced, now))
}

fn is_code_of(record: &Record, typed: &Typed, step: Step) -> bool {
    !matching(record, typed, std::iter::once(step)).is_empty()
}

fn matching(record: &Record, typed: &Typed, steps: impl Iterator<Item = Step>) -> Vec<Step> {
    match typed {
        Typed::Code(code) => totp::matching(&record.secret, &record.parameters, code, steps),
        _ => Vec::new(),
    }
}
