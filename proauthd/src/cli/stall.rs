//! Noticing that a rekey does not come any further.

use std::time::Duration;

use tokio::time::Instant;

/// After how long it is said: on a healthy disk, some thousand rows are done by then.
const SAID_AFTER: Duration = Duration::from_secs(30);

/// After how long nobody waits any more.
const OVER_AFTER: Duration = Duration::from_secs(10 * 60);

/// What to do now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Wait.
    Wait,
    /// Say that it stands still, and wait.
    Say,
    /// Stop waiting.
    Over,
}

/// How far it was at the most, and since when.
#[derive(Debug)]
pub struct Stall {
    furthest: u64,
    since: Instant,
    said: bool,
}

impl Stall {
    /// Nothing was done by `now`.
    pub const fn new(now: Instant) -> Self {
        Self {
            furthest: 0,
            since: now,
            said: false,
        }
    }

    /// By `now`, so many rows were `done`. A pass that begins anew comes no further at first: what
    /// counts is how far any of them came.
    pub fn look(&mut self, done: u64, now: Instant) -> Verdict {
        if done > self.furthest {
            *self = Self {
                furthest: done,
                ..Self::new(now)
            };
        }
        let stands = now.duration_since(self.since);
        if stands >= OVER_AFTER {
            return Verdict::Over;
        }
        if stands >= SAID_AFTER && !self.said {
            self.said = true;
            return Verdict::Say;
        }
        Verdict::Wait
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// After so many seconds, so many rows were done; what is to be done then.
    fn looks(looks: &[(u64, u64)]) -> Vec<Verdict> {
        let start = Instant::now();
        let mut stall = Stall::new(start);
        let look = |&(after, done)| stall.look(done, start + Duration::from_secs(after));
        looks.iter().map(look).collect()
    }

    #[test]
    fn what_comes_further_is_waited_for_however_long_it_takes() {
        let all: Vec<_> = (0..100).map(|n| (n * 29, n)).collect();
        assert!(looks(&all).iter().all(|it| *it == Verdict::Wait));
    }

    #[test]
    fn what_stands_still_is_said_once_and_given_up_in_the_end() {
        use Verdict::{Over, Say, Wait};
        let all = [(1, 5), (30, 5), (31, 5), (60, 5), (600, 5), (601, 5)];
        assert_eq!(looks(&all), [Wait, Wait, Say, Wait, Wait, Over]);
        let all = [(31, 0), (40, 1), (69, 1), (70, 1), (640, 1)];
        assert_eq!(looks(&all), [Say, Wait, Wait, Say, Over]);
    }

    #[test]
    fn passes_that_come_no_further_than_the_one_before_stand_still() {
        let all: Vec<_> = (0..130).map(|n| (n * 5, 32 * (n % 3))).collect();
        let verdicts = looks(&all);
        assert!(verdicts.contains(&Verdict::Say));
        assert_eq!(verdicts.last(), Some(&Verdict::Over));
    }
}
