//! Where the daemon is killed.

use Kind::{NewLog, OnlyWriter, Usual};
use Stage::{BeforeTheCommit, CommittedNotReplied, InsideIt, Replied};

/// Kills at each stage: at least so many.
const KILLS: usize = 20;

/// How far a login had come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    BeforeTheCommit,
    InsideIt,
    CommittedNotReplied,
    Replied,
}

pub const STAGES: [Stage; 4] = [BeforeTheCommit, InsideIt, CommittedNotReplied, Replied];

/// A place where a thread dies.
#[derive(Debug, Clone, Copy)]
pub struct Aim {
    pub stage: Stage,
    pub kind: Kind,
    /// The system call that does not happen any more, and which one of that name it is, counted
    /// for each watched thread; none for a kill from outside, after the answer.
    pub call: Option<(&'static str, usize)>,
}

/// What else there is to a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Usual,
    /// It is the first commit of a daemon, which makes a new log.
    NewLog,
    /// Only the thread that commits is watched, since others make that call as well.
    OnlyWriter,
}

const fn aim(stage: Stage, kind: Kind, call: &'static str, number: usize) -> Aim {
    let call = Some((call, number));
    Aim { stage, kind, call }
}

/// See the tests that look at logins which nobody disturbs.
const AIMS: [Aim; 13] = [
    // It has read the code, and asks the bus who sent it.
    aim(BeforeTheCommit, Usual, "sendto", 1),
    // It has judged the code, and seals the new record.
    aim(BeforeTheCommit, Usual, "getrandom", 1),
    // It is about to write.
    aim(BeforeTheCommit, Usual, "pwrite64", 1),
    aim(BeforeTheCommit, NewLog, "pwrite64", 1),
    // The new log has a head; the next line: the head is flushed.
    aim(InsideIt, NewLog, "fsync", 1),
    aim(InsideIt, NewLog, "pwrite64", 2),
    // The head of the frame is in the log, its page is not.
    aim(InsideIt, NewLog, "pwrite64", 3),
    // All is written, and not flushed.
    aim(InsideIt, NewLog, "fsync", 3),
    aim(InsideIt, Usual, "fsync", 1),
    // Flushed; the locks are still held, and the main thread does not know.
    aim(CommittedNotReplied, OnlyWriter, "fcntl", 3),
    aim(CommittedNotReplied, OnlyWriter, "fcntl", 4),
    // The answer is about to go out.
    aim(CommittedNotReplied, Usual, "sendto", 2),
    Aim {
        stage: Replied,
        kind: Usual,
        call: None,
    },
];

/// Every aim as often as is needed for [`KILLS`] at its stage, in turns. A usual login makes so
/// many `writes`, and dies between any two of them.
pub fn plan(writes: usize) -> Vec<Aim> {
    let between = (2..=writes).map(|number| aim(InsideIt, Usual, "pwrite64", number));
    let aims: Vec<Aim> = AIMS.into_iter().chain(between).collect();
    let plan = STAGES.map(|stage| {
        let aims = aims.iter().filter(|aim| aim.stage == stage);
        let aims: Vec<Aim> = aims.copied().collect();
        let rounds = KILLS.div_ceil(aims.len());
        aims.repeat(rounds)
    });
    plan.concat()
}
