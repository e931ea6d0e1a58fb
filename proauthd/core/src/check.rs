//! Finding out what a code is, for an administrator who helps a user.

use crate::totp::Step;
use crate::{Authenticator, Record, Typed, UnixTime};

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
    /// None of the authenticator's codes within a day.
    Wrong,
    /// No code by its form.
    Malformed,
}

/// Finds out what `typed` is, and returns the record to store: a right code is used up. Of
/// several authenticators, the one counts for which it is best.
///
/// Counts no failure and heeds no delay: the caller is root.
pub fn check(record: Record, typed: &Typed, now: UnixTime) -> (Finding, Record) {
    let found = record
        .authenticators
        .iter()
        .map(|authenticator| find(authenticator, typed, now))
        .enumerate()
        .min_by_key(|(_, finding)| rank(finding));
    match found {
        Some((place, Finding::Right(step))) => {
            let used = |it| Authenticator {
                last_step: step,
                ..it
            };
            let authenticators = record.authenticators.map_at(place, used);
            let record = Record {
                authenticators,
                ..record
            };
            (Finding::Right(step), record)
        }
        Some((_, finding)) => (finding, record),
        None => (Finding::Wrong, record),
    }
}

/// Which of several findings about one code is the truth: the better ones come by chance less.
const fn rank(finding: &Finding) -> (u8, u64) {
    match finding {
        Finding::Right(_) => (0, 0),
        Finding::AlreadyUsed => (1, 0),
        Finding::OutsideWindow(seconds) => (2, seconds.unsigned_abs()),
        Finding::Wrong => (3, 0),
        Finding::Malformed => (4, 0),
    }
}

/// Finds out what `typed` is to one authenticator.
pub(crate) fn find(authenticator: &Authenticator, typed: &Typed, now: UnixTime) -> Finding {
    let Typed::Code(code) = typed else {
        return Finding::Malformed;
    };
    let present = authenticator.present_step(now);
    let skew = u64::from(authenticator.parameters.skew);
    let in_window = authenticator.matching(code, now, skew);
    if !in_window.is_empty() {
        let mut steps = in_window.into_iter();
        return match steps.find(|step| *step > authenticator.last_step) {
            Some(step) => Finding::Right(step),
            None => Finding::AlreadyUsed,
        };
    }
    let reach = REACH / authenticator.parameters.period;
    let steps = authenticator.matching(code, now, reach);
    match steps.iter().min_by_key(|step| step.0.abs_diff(present.0)) {
        Some(step) => Finding::OutsideWindow(authenticator.seconds(step.steps_after(present))),
        None => Finding::Wrong,
    }
}
