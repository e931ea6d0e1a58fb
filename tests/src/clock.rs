//! The daemon's clock, in the hands of the test.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

/// When faked clocks begin: 2027-01-15 08:00:10 UTC, ten seconds into a step of any usual period.
const START: u64 = 1_800_000_010;

/// Where libfaketime finds the time, in the world.
const FILE: &str = "/run/e2e/clock";

/// The clock that the daemon reads. Clones are the same clock.
#[derive(Debug, Clone)]
pub struct Clock(Kind);

#[derive(Debug, Clone)]
enum Kind {
    Real,
    Faked { file: PathBuf, now: Arc<Mutex<u64>> },
}

impl Clock {
    /// The clock of the machine, for tests that have to be sure that faking it changes nothing.
    #[must_use]
    pub fn real() -> Self {
        Self(Kind::Real)
    }

    /// A clock that stands still until it is moved. `path` tells where a file of the world is.
    pub(crate) fn faked(path: impl Fn(&str) -> PathBuf) -> Self {
        let clock = Self(Kind::Faked {
            file: path(FILE),
            now: Arc::new(Mutex::new(START)),
        });
        clock.set(START);
        clock
    }

    /// The Unix time that it shows.
    ///
    /// # Panics
    /// If the machine believes it is before 1970.
    #[must_use]
    pub fn now(&self) -> u64 {
        match &self.0 {
            Kind::Real => SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .expect("after 1970")
                .as_secs(),
            Kind::Faked { now, .. } => *now.lock().expect("nobody panics holding it"),
        }
    }

    /// Sets it, also backwards.
    ///
    /// # Panics
    /// If this is the real clock.
    pub fn set(&self, time: u64) {
        let Kind::Faked { file, now } = &self.0 else {
            panic!("the real clock is not for tests")
        };
        let mut now = now.lock().expect("nobody panics holding it");
        write_at_once(file, &time.to_string());
        *now = time;
    }

    /// Moves it on.
    ///
    /// # Panics
    /// If this is the real clock.
    pub fn advance(&self, seconds: u64) {
        self.set(self.now() + seconds);
    }

    /// The environment that makes a program read this clock.
    pub(crate) fn environment(&self) -> Vec<(String, String)> {
        let Kind::Faked { .. } = self.0 else {
            return Vec::new();
        };
        [
            ("LD_PRELOAD", "/usr/$LIB/faketime/libfaketimeMT.so.1"),
            ("FAKETIME_TIMESTAMP_FILE", FILE),
            ("FAKETIME_FMT", "%s"),
            ("TZ", "UTC"),
            // Read the file each time.
            ("FAKETIME_NO_CACHE", "1"),
            // Deadlines are real.
            ("DONT_FAKE_MONOTONIC", "1"),
            ("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
            ("NO_FAKE_STAT", "1"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec()
    }
}

/// Nobody who reads `file` meanwhile finds half of it.
fn write_at_once(file: &Path, text: &str) {
    let new = file.with_extension("new");
    fs::write(&new, text).expect("the world can be written to");
    fs::rename(&new, file).expect("the world can be written to");
}
