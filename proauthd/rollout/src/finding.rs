//! What was found out about this machine.

use crate::Level;

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Its name, which programs may rely on: docs/doctor.md has them all.
    pub id: &'static str,
    /// How bad it is.
    pub level: Level,
    /// What is so: a sentence without a full stop.
    pub what: String,
    /// What to do about it; empty where there is nothing to be done.
    pub fix: String,
}

impl Finding {
    /// Something that is as it should be.
    #[must_use]
    pub fn green(id: &'static str, what: impl Into<String>) -> Self {
        Self::new(id, Level::Green, what, "")
    }

    /// Something that could not be found out.
    #[must_use]
    pub fn unknown(id: &'static str, what: impl Into<String>, fix: impl Into<String>) -> Self {
        Self::new(id, Level::Unknown, what, fix)
    }

    /// Something that somebody should know.
    #[must_use]
    pub fn yellow(id: &'static str, what: impl Into<String>, fix: impl Into<String>) -> Self {
        Self::new(id, Level::Yellow, what, fix)
    }

    /// Something that has to be put right.
    #[must_use]
    pub fn red(id: &'static str, what: impl Into<String>, fix: impl Into<String>) -> Self {
        Self::new(id, Level::Red, what, fix)
    }

    pub(crate) fn new(
        id: &'static str,
        level: Level,
        what: impl Into<String>,
        fix: impl Into<String>,
    ) -> Self {
        // Names and values come from files of others.
        let plain = |text: String| text.chars().filter(|c| !c.is_control()).collect();
        Self {
            id,
            level,
            what: plain(what.into()),
            fix: plain(fix.into()),
        }
    }
}
