//! Counting wrong codes, and slowing down whoever types them.

use crate::UnixTime;

/// Wrong codes that cost no delay.
pub const FREE_TRIES: u32 = 5;

/// Seconds of the first delay; each further wrong code doubles it.
pub const FIRST_DELAY: u64 = 30;

/// Seconds of the longest delay.
pub const LONGEST_DELAY: u64 = 24 * 60 * 60;

/// Wrong codes in a row, and when the last of them came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Failures {
    /// Wrong codes since the last right one.
    pub count: u32,
    /// When the last wrong code came; without meaning while `count` is zero.
    pub last: UnixTime,
}

impl Failures {
    /// No wrong code yet.
    pub const NONE: Self = Self {
        count: 0,
        last: UnixTime(0),
    };

    /// Seconds between the last wrong code and the next try that is looked at.
    #[must_use]
    pub fn delay(&self) -> u64 {
        match self.count.checked_sub(FREE_TRIES) {
            None => 0,
            // 30 s doubled 12 times is more than a day.
            Some(doublings) => (FIRST_DELAY << doublings.min(12)).min(LONGEST_DELAY),
        }
    }

    /// Seconds until the next try is looked at; `None` if it is looked at now.
    ///
    /// A clock that jumped back cannot make this longer than the delay, given that each state is
    /// stored as [`Failures::seen_at`] says.
    #[must_use]
    pub fn wait(&self, now: UnixTime) -> Option<u64> {
        let delay = self.delay();
        match self.last.plus(delay).since(now).min(delay) {
            0 => None,
            seconds => Some(seconds),
        }
    }

    /// This state with a last failure that is not later than `now`.
    ///
    /// After the clock jumped back, the delay counts from the first moment that this is seen:
    /// neither skipped nor as long as the jump.
    #[must_use]
    pub fn seen_at(self, now: UnixTime) -> Self {
        Self {
            last: self.last.min(now),
            ..self
        }
    }

    /// One wrong code less, if it was one of the free ones.
    #[must_use]
    pub fn forgiven(self) -> Self {
        match self.count {
            0..=FREE_TRIES => Self {
                count: self.count.saturating_sub(1),
                ..self
            },
            _ => self,
        }
    }

    /// One more wrong code, at `now`.
    #[must_use]
    pub fn plus_one(self, now: UnixTime) -> Self {
        Self {
            count: self.count.saturating_add(1),
            last: now,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed(count: u32, last: u64) -> Failures {
        Failures {
            count,
            last: UnixTime(last),
        }
    }

    #[test]
    fn five_wrong_codes_are_free_and_then_the_delay_doubles_up_to_a_day() {
        let delays: Vec<_> = (0..20).map(|count| failed(count, 0).delay()).collect();
        assert_eq!(delays[..5], [0; 5]);
        assert_eq!(
            delays[5..18],
            [
                30, 60, 120, 240, 480, 960, 1920, 3840, 7680, 15360, 30720, 61440, 86400
            ]
        );
        assert_eq!(failed(u32::MAX, 0).delay(), LONGEST_DELAY);
    }

    #[test]
    fn the_delay_runs_from_the_last_wrong_code() {
        assert_eq!(failed(4, 1000).wait(UnixTime(1000)), None);
        assert_eq!(failed(5, 1000).wait(UnixTime(1000)), Some(30));
        assert_eq!(failed(5, 1000).wait(UnixTime(1029)), Some(1));
        assert_eq!(failed(5, 1000).wait(UnixTime(1030)), None);
        assert_eq!(failed(7, 1000).wait(UnixTime(1030)), Some(90));
    }

    #[test]
    fn a_clock_that_jumped_back_neither_skips_the_delay_nor_makes_it_longer() {
        let before = failed(5, 1_000_000);
        assert_eq!(before.wait(UnixTime(10)), Some(30));
        let seen = before.seen_at(UnixTime(10));
        assert_eq!(seen.wait(UnixTime(39)), Some(1));
        assert_eq!(seen.wait(UnixTime(40)), None);
    }

    #[test]
    fn the_count_does_not_wrap() {
        assert_eq!(failed(u32::MAX, 0).plus_one(UnixTime(1)).count, u32::MAX);
    }
}
