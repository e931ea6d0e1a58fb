//! How it stands with an account, as the command line tells.

use crate::World;

impl World {
    /// What `proauthd status --json` says of `user`.
    ///
    /// # Panics
    /// If it says nothing.
    #[must_use]
    pub fn status(&self, user: &str) -> serde_json::Value {
        let status = self.proauthd(&["status", "--user", user, "--json"]);
        status.run().expect_success().json()
    }

    /// How many wrong codes `user` has typed at logins since the last right one.
    ///
    /// # Panics
    /// If the daemon does not say.
    #[must_use]
    pub fn failures(&self, user: &str) -> u64 {
        self.status(user)["failures"].as_u64().expect("a number")
    }
}
