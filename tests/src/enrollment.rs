//! Enrolling through the command line, as an administrator's script would.

use crate::enrolling::Enrolling;
use crate::{Authenticator, Ran, World};

/// An enrollment that waits for the first code.
#[derive(Debug)]
#[must_use]
pub struct Offer {
    /// The authenticator that was offered.
    pub authenticator: Authenticator,
    pub(crate) enrolling: Enrolling,
}

impl World {
    /// Enrolls `user` and hands out the authenticator. Its present code is used up.
    ///
    /// # Panics
    /// If the daemon does not want to.
    #[must_use]
    pub fn enroll(&self, user: &str) -> Authenticator {
        let offer = self.offer(user);
        let authenticator = offer.authenticator.clone();
        offer.confirm(&authenticator.code()).expect_success();
        authenticator
    }

    /// The same, with the recovery codes that go with it.
    ///
    /// # Panics
    /// If the daemon does not want to.
    #[must_use]
    pub fn enroll_with_codes(&self, user: &str) -> (Authenticator, Vec<String>) {
        let offer = self.offer(user);
        let authenticator = offer.authenticator.clone();
        let ran = offer.confirm(&authenticator.code()).expect_success();
        let enrolled = ran.stdout.lines().last().expect("it prints two lines");
        let enrolled: serde_json::Value = serde_json::from_str(enrolled).expect("JSON");
        let codes = serde_json::from_value(enrolled["recovery_codes"].clone());
        (authenticator, codes.expect("an array of strings"))
    }

    /// Begins to enroll `user`.
    ///
    /// # Panics
    /// If the daemon does not want to.
    pub fn offer(&self, user: &str) -> Offer {
        let program = self.proauthd(&["enroll", "--user", user, "--offline", "--json"]);
        Enrolling::start(program).offer(&self.clock)
    }
}

impl Offer {
    /// Types the first code.
    ///
    /// # Panics
    /// If nothing comes of it.
    pub fn confirm(mut self, code: &str) -> Ran {
        self.enrolling.type_line(code);
        self.enrolling.end()
    }
}
