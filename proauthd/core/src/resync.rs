//! Getting a user's steps and ours together again.

use crate::totp::{self, Step};
use crate::{Authenticator, AuthenticatorName, Change, Record, Typed, UnixTime};

/// How far off, in seconds, an administrator may find a device's clock to be.
pub const ADMIN_REACH: u64 = 24 * 60 * 60;

/// How far off, in seconds, users may find that of their own device to be. Whoever filmed codes
/// that were never used, and can act as the user, makes those of that time count again: an hour
/// of them, not a day.
pub const OWNER_REACH: u64 = 60 * 60;

/// Why three codes do not tell how far a clock is off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoResync {
    /// They are not three consecutive codes of one authenticator within a day.
    Wrong,
    /// They are, but the first of them, or a later one, was used before.
    AlreadyUsed,
}

/// A record with an authenticator whose window was centred anew.
#[derive(Debug)]
pub struct Recentred {
    /// To be stored.
    pub record: Record,
    /// Whose codes they were.
    pub name: AuthenticatorName,
    /// How far the clock of that one is ahead of ours, in seconds; negative where it is behind.
    pub clock_offset: i64,
}

/// Sets the last used step of each authenticator to the newest one of its present window,
/// whatever it was.
///
/// The way back from a login under a wrong future clock. Nothing in the present window is usable
/// afterwards, so nothing already used in it becomes usable again.
#[must_use]
pub fn reset(record: Record, now: UnixTime) -> Record {
    let reset = |it: Authenticator| Authenticator {
        last_step: it.newest_step(now),
        ..it
    };
    Record {
        authenticators: record.authenticators.map(reset),
        ..record
    }
    .with_change(Change::Resynced, now)
}

/// Re-centres the window of the authenticator that shows `codes` on its clock, which is off by up
/// to `reach` seconds, as RFC 4226 section 7.4 does for counters: by codes that follow each other.
/// Uses up all three.
///
/// # Errors
/// [`NoResync`]; the record is to stay as it was.
pub fn recentre(
    record: &Record,
    codes: &[Typed; 3],
    reach: u64,
    now: UnixTime,
) -> Result<Recentred, NoResync> {
    let mut refused = NoResync::Wrong;
    for (place, authenticator) in record.authenticators.iter().enumerate() {
        match recentred(authenticator, codes, reach, now) {
            Ok(centred) => {
                let (name, clock_offset) = (centred.name.clone(), centred.clock_offset_seconds());
                let authenticators = record.authenticators.clone().map_at(place, |_| centred);
                let record = Record {
                    authenticators,
                    ..record.clone()
                };
                return Ok(Recentred {
                    record: record.with_change(Change::Resynced, now),
                    name,
                    clock_offset,
                });
            }
            Err(NoResync::AlreadyUsed) => refused = NoResync::AlreadyUsed,
            Err(NoResync::Wrong) => {}
        }
    }
    Err(refused)
}

fn recentred(
    authenticator: &Authenticator,
    codes: &[Typed; 3],
    reach: u64,
    now: UnixTime,
) -> Result<Authenticator, NoResync> {
    let period = authenticator.parameters.period;
    let ours = Step::at(now, period);
    let [first, second, third] = codes;
    let begins = matching(authenticator, first, totp::window(ours, reach / period))
        .into_iter()
        .filter(|step| is_code_of(authenticator, second, step.shifted(1)))
        .filter(|step| is_code_of(authenticator, third, step.shifted(2)))
        .min_by_key(|step| step.0.abs_diff(ours.0))
        .ok_or(NoResync::Wrong)?;
    if begins <= authenticator.last_step {
        return Err(NoResync::AlreadyUsed);
    }
    let newest = begins.shifted(2);
    Ok(Authenticator {
        last_step: newest,
        clock_offset: newest.steps_after(ours),
        drift: 0,
        ..authenticator.clone()
    })
}

fn is_code_of(authenticator: &Authenticator, typed: &Typed, step: Step) -> bool {
    !matching(authenticator, typed, std::iter::once(step)).is_empty()
}

fn matching(
    authenticator: &Authenticator,
    typed: &Typed,
    steps: impl Iterator<Item = Step>,
) -> Vec<Step> {
    let Authenticator {
        secret, parameters, ..
    } = authenticator;
    match typed {
        Typed::Code(code) => totp::matching(secret, parameters, code, steps),
        _ => Vec::new(),
    }
}
