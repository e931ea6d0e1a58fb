//! How much time is left: a line that changes, or one a minute where lines cannot change.

use super::failure::Failure;
use super::output;
use super::screen::Screen;

/// How often it is told where it cannot be rewritten, in seconds.
const NOW_AND_THEN: u32 = 60;

/// What a countdown says.
#[derive(Debug, Clone, Copy)]
pub struct Wording {
    /// What is done meanwhile.
    pub waiting: &'static str,
    /// What Ctrl-C does.
    pub leaving: &'static str,
}

/// The seconds that are left, as somebody sees them go by.
pub struct Countdown {
    wording: Wording,
    left: u32,
    /// `None` where nobody looks.
    screen: Option<Screen>,
    /// Seconds since it was last told; `None` before that.
    silent_for: Option<u32>,
}

impl Countdown {
    /// From `left` seconds on, on that screen, if any.
    pub fn new(wording: Wording, left: u32, screen: Option<Screen>) -> Self {
        Self {
            wording,
            left,
            screen,
            silent_for: None,
        }
    }

    /// Sets it right.
    pub fn set(&mut self, left: u32) {
        self.left = left;
    }

    /// A second has gone by.
    ///
    /// # Errors
    /// If nobody reads it.
    pub fn tick(&mut self) -> Result<(), Failure> {
        self.left = self.left.saturating_sub(1);
        self.silent_for = self.silent_for.map(|seconds| seconds + 1);
        self.show()
    }

    /// Tells it, if it is time to.
    ///
    /// # Errors
    /// If nobody reads it.
    pub fn show(&mut self) -> Result<(), Failure> {
        let Some(screen) = self.screen else {
            return Ok(());
        };
        let line = line(self.wording, self.left, screen.columns());
        if screen.rewrites() {
            self.silent_for = Some(0);
            return output::rewrite(line);
        }
        if self
            .silent_for
            .is_none_or(|seconds| seconds >= NOW_AND_THEN)
        {
            self.silent_for = Some(0);
            return output::line(line);
        }
        Ok(())
    }

    /// Takes it off the screen, so that what follows begins a line.
    ///
    /// # Errors
    /// If nobody reads it.
    pub fn end(self) -> Result<(), Failure> {
        match self.screen {
            Some(screen) if screen.rewrites() && self.silent_for.is_some() => output::rewrite(""),
            _ => Ok(()),
        }
    }
}

/// The longest way to say it that leaves the last column free: a line that the terminal has broken
/// could not be rewritten.
fn line(wording: Wording, left: u32, columns: usize) -> String {
    let Wording { waiting, leaving } = wording;
    let time = format!("{}:{:02}", left / 60, left % 60);
    let ways = [
        format!("{waiting}, {time} left. {leaving}."),
        format!("{time} left. {leaving}."),
        format!("{time} left"),
    ];
    let short = |way: &String| way.chars().count() < columns;
    ways.into_iter().find(short).unwrap_or(time)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIGN_IN: Wording = Wording {
        waiting: "Waiting for the sign-in",
        leaving: "Ctrl-C cancels",
    };

    #[test]
    fn it_tells_minutes_and_seconds_and_never_needs_a_second_line() {
        let full = "Waiting for the sign-in, 14:32 left. Ctrl-C cancels.";
        assert_eq!(line(SIGN_IN, 14 * 60 + 32, 80), full);
        assert_eq!(line(SIGN_IN, 9, 80), full.replace("14:32", "0:09"));
        for columns in [40, 28, 20, 12, 6] {
            let line = line(SIGN_IN, 14 * 60 + 32, columns);
            assert!(line.starts_with("14:32") && line.len() < columns, "{line}");
        }
    }

    #[test]
    fn it_stops_at_zero() {
        let mut countdown = Countdown::new(SIGN_IN, 1, None);
        for _ in 0..3 {
            assert!(countdown.tick().is_ok());
        }
        assert_eq!(countdown.left, 0);
    }
}
