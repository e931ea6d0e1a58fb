//! The two questions of a login: what to do about it, and whether a code lets it in.

use crate::totp::{self, Digits, Parameters, Secret, Step};
use crate::{Failures, Record, Source, Typed, UnixTime};

/// Whether somebody without an authenticator may log in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum NotEnrolled {
    /// No: refused like a wrong code.
    #[default]
    Deny,
    /// Yes: the module steps aside.
    Allow,
}

/// The account that somebody wants to log in to.
#[derive(Debug)]
pub enum Account<'a> {
    /// It has an authenticator.
    Enrolled(&'a Record),
    /// A record of that name is bound to another uid: never inherited.
    Changed,
    /// It exists, without an authenticator. The failures are those of its bucket.
    NotEnrolled(Failures),
    /// There is no such account, or it could not be parsed or looked up. Likewise.
    Unknown(Failures),
}

/// What to do about a login.
#[must_use]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Begin {
    /// Ask for a code of so many digits.
    Prompt(Digits),
    /// Ask all the same, and say for how many seconds codes are refused.
    Locked(Digits, u64),
    /// Step aside.
    NotEnrolled,
    /// Refuse without asking.
    Deny,
}

/// What to think of a reply to the prompt.
#[must_use]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Right, of this step, which must be durable before anybody is told.
    Accepted(Step),
    /// Wrong; counted.
    Wrong,
    /// Right, but its step or a later one was used before. Not counted: whoever has it is the
    /// user, in too much of a hurry.
    Replayed,
    /// Not an attempt: empty, or sshd's substitute. Not counted.
    Nothing,
    /// Not looked at and not counted, for so many seconds more.
    Locked(u64),
}

/// Decides what to do about a login. `digits` is what a new authenticator would have: somebody
/// without one is asked for as many.
pub fn begin(
    account: &Account<'_>,
    source: Source,
    policy: NotEnrolled,
    digits: Digits,
    now: UnixTime,
) -> Begin {
    let ask = |failures: Failures, digits| match failures.wait(now) {
        Some(seconds) => Begin::Locked(digits, seconds),
        None => Begin::Prompt(digits),
    };
    match account {
        Account::Enrolled(record) => ask(record.failures(source), record.parameters.digits),
        Account::Changed => Begin::Deny,
        Account::NotEnrolled(_) if policy == NotEnrolled::Allow => Begin::NotEnrolled,
        Account::NotEnrolled(failures) | Account::Unknown(failures) => ask(*failures, digits),
    }
}

/// Judges `typed` for an enrolled account, and returns the record to store before the answer.
pub fn verify(record: Record, source: Source, typed: &Typed, now: UnixTime) -> (Verdict, Record) {
    let failures = record.failures(source).seen_at(now);
    let verdict = match (failures.wait(now), typed) {
        (Some(seconds), _) => Verdict::Locked(seconds),
        (None, Typed::Empty | Typed::SshdJunk) => Verdict::Nothing,
        (None, Typed::Malformed) => Verdict::Wrong,
        (None, Typed::Code(code)) => find_fresh(&record, code, now),
    };
    let record = match verdict {
        Verdict::Accepted(step) => Record {
            last_step: step,
            ..record
        },
        _ => record,
    };
    let failures = after(verdict, failures, now);
    (verdict, record.with_failures(source, failures))
}

/// Does for somebody without an authenticator what [`verify`] does, in the same time, and never
/// accepts. The failures are those of the bucket of the name that was given.
///
/// Where there is no account of that name, sshd's substitute counts: the bucket belongs to
/// nobody, and an unknown user, for whom sshd types nothing else, would otherwise be the only one
/// never to be slowed down.
pub fn verify_stranger(
    failures: Failures,
    typed: &Typed,
    exists: bool,
    decoy: &(Secret, Parameters),
    now: UnixTime,
) -> (Verdict, Failures) {
    let failures = failures.seen_at(now);
    let verdict = match (failures.wait(now), typed) {
        (Some(seconds), _) => Verdict::Locked(seconds),
        (None, Typed::Empty) => Verdict::Nothing,
        (None, Typed::SshdJunk) if exists => Verdict::Nothing,
        (None, Typed::Malformed | Typed::SshdJunk) => Verdict::Wrong,
        (None, Typed::Code(code)) => {
            let (secret, parameters) = decoy;
            let present = Step::at(now, parameters.period);
            let window = totp::window(present, u64::from(parameters.skew));
            // For its time alone: a decoy that happens to match lets nobody in.
            std::hint::black_box(totp::matching(secret, parameters, code, window));
            Verdict::Wrong
        }
    };
    (verdict, after(verdict, failures, now))
}

fn find_fresh(record: &Record, code: &str, now: UnixTime) -> Verdict {
    let window = totp::window(record.present_step(now), u64::from(record.parameters.skew));
    let steps = totp::matching(&record.secret, &record.parameters, code, window);
    match steps.iter().find(|step| **step > record.last_step) {
        Some(step) => Verdict::Accepted(*step),
        None if steps.is_empty() => Verdict::Wrong,
        None => Verdict::Replayed,
    }
}

fn after(verdict: Verdict, failures: Failures, now: UnixTime) -> Failures {
    match verdict {
        Verdict::Accepted(_) => Failures::NONE,
        Verdict::Wrong => failures.plus_one(now),
        Verdict::Replayed | Verdict::Nothing | Verdict::Locked(_) => failures,
    }
}

#[cfg(test)]
#[path = "login_tests.rs"]
mod tests;
