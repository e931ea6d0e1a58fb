//! Finding out what a code is, for an administrator who helps a user.

use crate::totp::{self, Step};
use crate::{Record, Typed, UnixTime};

/// How far from now a code is looked for, in seconds: a wrong time zone is found, too. Of all
/// wrong six-digit codes, one in about 170 looks like one of these by chance.
const REACH: u64 = 24 * 60 * 60;

/// What a code turned out to be.
#[must_use]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finding {
    /// Right, of this step.
    Right(Step),
    /// Right at a time so many seconds from now (negative: ago), outside the window.
    OutsideWindow(i64),
    /// In the window, but its step or a later one was used before.
    AlreadyUsed,
    /// None of this authenticator's codes within a day.
    Wrong,
    /// No code by its form.
    Malformed,
}

/// Finds out what `typed` is, and returns the record to store: a right code is used up.
///
/// Counts no failure and heeds no delay: the caller is root.
pub fn check(record: Record, typed: &Typed, now: UnixTime) -> (Finding, Record) {
    let finding = find(&record, typed, now);
    match finding {
        Finding::Right(step) => (
            finding,
            Record {
                last_step: step,
                ..record
            },
        ),
        _ => (finding, record),
    }
}

fn find(record: &Record, typed: &Typed, now: UnixTime) -> Finding {
    let Typed::Code(code) = typed else {
        return Finding::Malformed;
    };
    let period = record.parameters.period;
    let skew = u64::from(record.parameters.skew);
    let present = record.present_step(now);
    let reach = skew.max(REACH / period);
    let steps = totp::matching(
        &record.secret,
        &record.parameters,
        code,
        totp::window(present, reach),
    );

    let mut in_window = steps
        .iter()
        .filter(|step| step.0.abs_diff(present.0) <= skew)
        .peekable();
    if in_window.peek().is_some() {
        return match in_window.find(|step| **step > record.last_step) {
            Some(step) => Finding::Right(*step),
            None => Finding::AlreadyUsed,
        };
    }
    match steps.iter().min_by_key(|step| step.0.abs_diff(present.0)) {
        Some(step) => {
            let distance = step.steps_after(present);
            Finding::OutsideWindow(distance.saturating_mul(period.get().cast_signed()))
        }
        None => Finding::Wrong,
    }
}
