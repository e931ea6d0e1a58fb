//! The two questions of a login: what to do about it, and whether a code lets it in.

use crate::changes::Change;
use crate::lockout::{Hold, Lockout, Source};
use crate::recovery::{Hash, Spent};
use crate::totp::{self, Digits, Parameters, Secret, Step};
use crate::{Authenticator, Authenticators, Record, Typed, UnixTime};

/// What an administrator decides about logins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// Whether somebody without an authenticator may log in.
    pub not_enrolled: NotEnrolled,
    /// Consecutive wrong codes of one account, over all sources, after which codes count only
    /// from known sources.
    pub max_failures: u32,
    /// Digits of a new authenticator's codes: somebody without one is asked for as many.
    pub digits: Digits,
}

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
    /// An administrator suspended it.
    Suspended,
    /// A record of that name is bound to another uid: never inherited.
    Changed,
    /// It exists, without an authenticator. The counts are those of its bucket.
    NotEnrolled(&'a Lockout),
    /// There is no such account, or it could not be parsed or looked up. Likewise.
    Unknown(&'a Lockout),
}

/// What to do about a login.
#[must_use]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Begin {
    /// Ask for a code of so many digits.
    Prompt(Digits),
    /// Ask all the same, for a recovery code may be at hand, and say how long others are refused.
    Locked(Digits, Hold),
    /// Nothing that is typed will do, for want of an authenticator. Ask all the same where
    /// nobody is to learn that.
    Unenrolled(Digits),
    /// Step aside. Whoever does not allow that asks for so many digits, and says how long codes
    /// are refused.
    NotEnrolled(Digits, Option<Hold>),
    /// Refuse without asking.
    Deny,
}

/// What to think of an account that was authenticated by whatever means.
#[must_use]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Nothing speaks against it.
    Good,
    /// Nothing speaks against it, and it needs no code.
    Exempt,
    /// Refuse.
    Denied,
}

/// Somebody without an authenticator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stranger {
    /// The counts of the bucket.
    pub lockout: Lockout,
    /// Whether there is an account of that name.
    pub exists: bool,
}

/// A reply to the prompt, ready to be judged.
#[derive(Clone, Copy)]
pub enum Presented<'a> {
    /// As it was typed, in any other form than a recovery code's.
    Typed(&'a Typed),
    /// The hash, with the user's salt, of what has the form of a recovery code.
    Recovery(&'a Hash),
}

/// Which code was right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Accepted {
    /// Whose: the place of the authenticator among those of the record, from zero.
    pub place: usize,
    /// Of which step.
    pub step: Step,
}

/// What to think of a reply to the prompt.
#[must_use]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// A right code, whose step must be durable before anybody is told.
    Accepted(Accepted),
    /// A recovery or emergency code, which is used up thereby, durably.
    Recovered(Spent),
    /// Wrong; counted.
    Wrong,
    /// Right, but its step or a later one was used before. Not counted: whoever has it is the
    /// user, in too much of a hurry.
    Replayed,
    /// Not an attempt: empty, or sshd's substitute. Not counted.
    Nothing,
    /// Not looked at and not counted.
    Locked(Hold),
}

/// Decides what to do about a login from `source`.
pub fn begin(account: &Account<'_>, source: &Source, policy: &Policy, now: UnixTime) -> Begin {
    let ask = |lockout: &Lockout, digits, open: fn(Digits) -> Begin| {
        let hold = lockout.hold(source, policy.max_failures, now);
        hold.map_or_else(|| open(digits), |hold| Begin::Locked(digits, hold))
    };
    match account {
        Account::Enrolled(record) => {
            let digits = record.authenticators.main().parameters.digits;
            ask(&record.lockout, digits, Begin::Prompt)
        }
        Account::Suspended | Account::Changed => Begin::Deny,
        Account::NotEnrolled(lockout) => match policy.not_enrolled {
            NotEnrolled::Allow => {
                let hold = lockout.hold(source, policy.max_failures, now);
                Begin::NotEnrolled(policy.digits, hold)
            }
            NotEnrolled::Deny => ask(lockout, policy.digits, Begin::Unenrolled),
        },
        Account::Unknown(lockout) => ask(lockout, policy.digits, Begin::Prompt),
    }
}

/// Decides about an account that was authenticated, by whatever means: a key alone, perhaps.
pub fn account(account: &Account<'_>, policy: &Policy) -> Standing {
    match account {
        Account::Suspended | Account::Changed => Standing::Denied,
        Account::NotEnrolled(_) if policy.not_enrolled == NotEnrolled::Allow => Standing::Exempt,
        Account::Enrolled(_) | Account::NotEnrolled(_) | Account::Unknown(_) => Standing::Good,
    }
}

/// Judges a reply for an enrolled account, and returns the record to store before the answer.
///
/// A recovery code is looked at during a delay, too: it is what gets a user out of one. A wrong
/// one counts unless there is a delay already.
pub fn verify(
    record: Record,
    source: &Source,
    reply: Presented<'_>,
    policy: &Policy,
    now: UnixTime,
) -> (Verdict, Record) {
    let record = Record {
        lockout: record.lockout.seen_at(now),
        ..record
    };
    let hold = record.lockout.hold(source, policy.max_failures, now);
    match (hold, reply) {
        (_, Presented::Recovery(hash)) => match record.recovery.spend(hash, now) {
            Some((spent, recovery)) => {
                let lockout = record.lockout.after_success(source, now);
                let change = Change::of_spent(spent);
                let record = Record {
                    recovery,
                    lockout,
                    ..record
                };
                (Verdict::Recovered(spent), record.with_change(change, now))
            }
            // Guessing these is hopeless without a count, and whoever may not guess codes must not
            // be able to prolong what holds them back.
            None if hold.is_some() => (Verdict::Wrong, record),
            None => wrong(record, source, now),
        },
        (Some(hold), Presented::Typed(_)) => (Verdict::Locked(hold), record),
        (None, Presented::Typed(Typed::Empty | Typed::SshdJunk)) => (Verdict::Nothing, record),
        (None, Presented::Typed(Typed::Code(code))) => verify_code(record, source, code, now),
        (None, Presented::Typed(_)) => wrong(record, source, now),
    }
}

/// A code is right if it is one of any authenticator, and accepted by the first for which its step
/// is a new one. What it is to the others changes nothing about them.
fn verify_code(record: Record, source: &Source, code: &str, now: UnixTime) -> (Verdict, Record) {
    let steps_of = |it: &Authenticator| it.matching(code, now, u64::from(it.parameters.skew));
    // All of them before any is judged: how long it takes does not tell whose code it is.
    let steps: Vec<_> = record.authenticators.iter().map(steps_of).collect();
    match first_fresh(&record.authenticators, &steps) {
        Some(accepted) => {
            let Accepted { place, step } = accepted;
            let used = |it: Authenticator| it.after_use_of(step, now);
            let record = Record {
                authenticators: record.authenticators.map_at(place, used),
                lockout: record.lockout.after_success(source, now),
                ..record
            };
            (Verdict::Accepted(accepted), record)
        }
        None if steps.iter().all(Vec::is_empty) => wrong(record, source, now),
        None => (Verdict::Replayed, record),
    }
}

/// The first step that its authenticator has not used, nor a later one; `steps` are those that
/// each has the code at.
fn first_fresh(authenticators: &Authenticators, steps: &[Vec<Step>]) -> Option<Accepted> {
    let mut each = authenticators.iter().zip(steps).enumerate();
    each.find_map(|(place, (it, steps))| {
        let step = *steps.iter().find(|step| **step > it.last_step)?;
        Some(Accepted { place, step })
    })
}

fn wrong(record: Record, source: &Source, now: UnixTime) -> (Verdict, Record) {
    let lockout = record.lockout.after_failure(source, now);
    (Verdict::Wrong, Record { lockout, ..record })
}

/// Does for somebody without an authenticator what [`verify`] does, in the same time, and never
/// accepts. The counts are those of the bucket of the name that was given.
///
/// Where there is no account of that name, sshd's substitute counts: the bucket belongs to
/// nobody, and an unknown user, for whom sshd types nothing else, would otherwise be the only one
/// never to be slowed down.
pub fn verify_stranger(
    stranger: Stranger,
    source: &Source,
    reply: Presented<'_>,
    policy: &Policy,
    decoy: &(Secret, Parameters),
    now: UnixTime,
) -> (Verdict, Lockout) {
    let lockout = stranger.lockout.seen_at(now);
    match (lockout.hold(source, policy.max_failures, now), reply) {
        (Some(hold), Presented::Typed(_)) => return (Verdict::Locked(hold), lockout),
        (Some(_), Presented::Recovery(_)) => return (Verdict::Wrong, lockout),
        (None, Presented::Typed(Typed::Empty)) => return (Verdict::Nothing, lockout),
        (None, Presented::Typed(Typed::SshdJunk)) if stranger.exists => {
            return (Verdict::Nothing, lockout);
        }
        (None, Presented::Typed(Typed::Code(code))) => {
            let (secret, parameters) = decoy;
            let present = Step::at(now, parameters.period);
            let window = totp::window(present, u64::from(parameters.skew));
            // For its time alone: a decoy that happens to match lets nobody in.
            std::hint::black_box(totp::matching(secret, parameters, code, window));
        }
        (_, _) => {}
    }
    (Verdict::Wrong, lockout.after_failure(source, now))
}

#[cfg(test)]
#[path = "login_tests.rs"]
mod tests;
