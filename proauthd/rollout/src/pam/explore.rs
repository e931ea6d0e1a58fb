//! Goes through a stack on every way that there is, and takes down what was seen.

use std::collections::BTreeSet;

use super::code::Code;
use super::dispatch::Place;
use super::modules::{Nature, returns};
use super::stack::{Phase, Stack};

/// What is known about whoever wants in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Proof {
    /// Nothing was asked.
    None,
    /// What the module of this line asked for was not right.
    Failed(usize),
    /// Something was right.
    Shown,
}

/// What our module said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ours {
    /// It was not called.
    NotAsked,
    /// In, at this line.
    Accepted(usize),
    /// Not enrolled, and policy allows that.
    NoOpinion,
    /// Out.
    Refused(usize),
    /// There is no daemon to ask.
    NoDaemon(usize),
    /// It is not there.
    Missing(usize),
}

/// Something that happens on a way through the stack; numbers are lines of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Seen {
    /// Let in, and our module was not called; what passed over it, if anything did.
    InUnasked {
        /// The line.
        by: Option<usize>,
        /// Whether something proved who it was.
        proven: bool,
        /// Whether it is so with plain success, and not with a password to be changed alone.
        plainly: bool,
    },
    /// Let in, although it refused.
    InRefused(usize),
    /// Let in, while there was no daemon.
    InWithoutDaemon(usize),
    /// Let in, although it is missing.
    InWithoutModule(usize),
    /// Let in by the code, although what this line asked for was wrong.
    InByCodeAlone(usize),
    /// Let in by a code, properly or because none is wanted.
    In,
    /// Called, after what the first line asked for was wrong.
    AskedAfterFailure(usize, usize),
    /// Called, before anything else was asked.
    AskedFirst(usize),
    /// Called once more after it was content.
    AskedTwice(usize, usize),
}

/// A place, and what happened up to it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Way {
    place: Place,
    proof: Proof,
    ours: Ours,
    /// What passed over a line of ours.
    passed: Option<usize>,
    /// Whether whoever asks is root already.
    is_root: bool,
}

/// All that can be seen on any way through the stack.
pub fn explore(stack: &Stack) -> BTreeSet<Seen> {
    let mut seen = BTreeSet::new();
    let mut known = BTreeSet::new();
    let mut open = vec![Way {
        place: Place::start(),
        proof: Proof::None,
        ours: Ours::NotAsked,
        passed: None,
        is_root: false,
    }];
    while let Some(way) = open.pop() {
        if !known.insert(way.clone()) {
            continue;
        }
        match way.place.entry(&stack.entries) {
            None => seen.extend(way.end()),
            Some(_) => open.extend(way.steps(stack, &mut seen)),
        }
    }
    seen
}

impl Way {
    /// Where it goes on to, once for each return of the module of its line.
    fn steps(&self, stack: &Stack, seen: &mut BTreeSet<Seen>) -> Vec<Self> {
        let at = self.place.next;
        let Some(entry) = stack.entries.get(at) else {
            return Vec::new();
        };
        let nature = Nature::of(entry, &stack.service);
        if nature == Nature::Ours && stack.phase == Phase::Auth && !self.is_root {
            seen.extend(self.asked(at));
        }
        let step = |code| {
            let mut next = self.clone();
            next.place = self.place.after(&stack.entries, code).simplified();
            next.learn(at, nature, code);
            let skipped = stack
                .entries
                .get(at + 1..next.place.next)
                .unwrap_or_default();
            if self.passed.is_none() && skipped.iter().any(super::stack::Entry::is_ours) {
                next.passed = Some(at);
            }
            next
        };
        returns(entry, &stack.service, stack.phase)
            .into_iter()
            .map(step)
            .collect()
    }

    fn learn(&mut self, at: usize, nature: Nature, code: Code) {
        let is_yes = matches!(code, Code::SUCCESS | Code::NEW_AUTHTOK_REQD);
        match nature {
            Nature::Ours => self.ours = self.told(at, code),
            Nature::Factor | Nature::Unknown if is_yes => self.proof = Proof::Shown,
            Nature::Factor if code != Code::IGNORE && self.proof == Proof::None => {
                self.proof = Proof::Failed(at);
            }
            Nature::RootOnly if is_yes => self.is_root = true,
            _ => {}
        }
    }

    /// A refusal counts more than what was said before it.
    fn told(&self, at: usize, code: Code) -> Ours {
        match (code, self.ours) {
            (Code::SUCCESS, Ours::Refused(_) | Ours::NoDaemon(_)) => self.ours,
            (Code::SUCCESS, _) => Ours::Accepted(at),
            (Code::IGNORE, Ours::NotAsked) => Ours::NoOpinion,
            (Code::IGNORE, said) => said,
            (Code::AUTHINFO_UNAVAIL, _) => Ours::NoDaemon(at),
            (Code::MODULE_UNKNOWN, _) => Ours::Missing(at),
            _ => Ours::Refused(at),
        }
    }

    fn asked(&self, at: usize) -> Vec<Seen> {
        let mut seen = Vec::new();
        match self.proof {
            Proof::None => seen.push(Seen::AskedFirst(at)),
            Proof::Failed(first) => seen.push(Seen::AskedAfterFailure(first, at)),
            Proof::Shown => {}
        }
        if let Ours::Accepted(first) = self.ours {
            seen.push(Seen::AskedTwice(first, at));
        }
        seen
    }

    fn end(&self) -> Option<Seen> {
        let verdict = self.place.verdict();
        // sshd and login go on to change the password then.
        if !matches!(verdict, Code::SUCCESS | Code::NEW_AUTHTOK_REQD) || self.is_root {
            return (verdict == Code::SUCCESS).then_some(Seen::In);
        }
        Some(match (self.ours, self.proof) {
            (Ours::NotAsked, proof) => Seen::InUnasked {
                by: self.passed,
                proven: proof == Proof::Shown,
                plainly: verdict == Code::SUCCESS,
            },
            (Ours::Refused(at), _) => Seen::InRefused(at),
            (Ours::NoDaemon(at), _) => Seen::InWithoutDaemon(at),
            (Ours::Missing(at), _) => Seen::InWithoutModule(at),
            (Ours::Accepted(_) | Ours::NoOpinion, Proof::Failed(first)) => {
                Seen::InByCodeAlone(first)
            }
            (Ours::Accepted(_) | Ours::NoOpinion, _) => Seen::In,
        })
    }
}
