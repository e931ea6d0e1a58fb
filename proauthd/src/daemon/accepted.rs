//! Who has shown a right code lately: what a change to PAM or sshd is confirmed by. Kept in memory,
//! so that it begins anew with each start of the daemon.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use proauth_core::UnixTime;
use proauth_interface::{AcceptedLogin, Context, Error};

use super::Daemon;

/// As many are remembered; of more, the latest.
const PLACES: usize = 256;

/// Nothing of a context that is longer is kept: no address and no session is.
const LONGEST: usize = 256;

/// The logins with a right code.
#[derive(Default)]
pub struct AcceptedLogins(Mutex<VecDeque<Entry>>);

struct Entry {
    /// The account, by the name that its record has.
    key: String,
    login: AcceptedLogin,
}

impl AcceptedLogins {
    /// A code was accepted of the account `key`.
    pub fn add(&self, key: &str, context: &Context, at: UnixTime) {
        let kept = |text: &String| text.chars().take(LONGEST).collect();
        let login = AcceptedLogin {
            service: kept(&context.service),
            rhost: kept(&context.rhost),
            session: kept(&context.session),
            at: at.0,
        };
        let key = key.to_owned();
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if entries.len() == PLACES {
            entries.pop_front();
        }
        entries.push_back(Entry { key, login });
    }

    /// Those of the account `key` since then, oldest first.
    fn of(&self, key: &str, since: UnixTime) -> Vec<AcceptedLogin> {
        let entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let wanted = |it: &&Entry| it.key == key && it.login.at >= since.0;
        let found = entries.iter().filter(wanted);
        found.map(|it| it.login.clone()).collect()
    }
}

impl Daemon {
    /// The logins of `user` with a right code since then, as far as they are remembered.
    ///
    /// # Errors
    /// If the name is none, or the account could not be looked up.
    pub async fn accepted_logins(
        &self,
        user: &str,
        since: UnixTime,
    ) -> Result<Vec<AcceptedLogin>, Error> {
        let found = self.find(user).await?;
        Ok(self.accepted.of(&found.key, since))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn login(rhost: &str) -> Context {
        Context {
            user: "alice".to_owned(),
            service: "sshd".to_owned(),
            rhost: rhost.to_owned(),
            ..Context::default()
        }
    }

    #[test]
    fn logins_are_told_by_account_and_time() {
        let accepted = AcceptedLogins::default();
        accepted.add("alice", &login("192.0.2.1"), UnixTime(10));
        accepted.add("alice", &login("192.0.2.2"), UnixTime(20));
        accepted.add("bob", &login("192.0.2.3"), UnixTime(20));
        let found = accepted.of("alice", UnixTime(20));
        let rhosts: Vec<_> = found.iter().map(|it| it.rhost.as_str()).collect();
        assert_eq!(rhosts, ["192.0.2.2"]);
        assert_eq!(accepted.of("alice", UnixTime(0)).len(), 2);
        assert!(accepted.of("carol", UnixTime(0)).is_empty());
    }

    #[test]
    fn a_flood_of_logins_costs_a_bounded_memory_and_hides_no_late_one() {
        let accepted = AcceptedLogins::default();
        let long = "x".repeat(10_000);
        for _ in 0..=PLACES {
            accepted.add("mallory", &login(&long), UnixTime(1));
        }
        accepted.add("alice", &login("192.0.2.1"), UnixTime(2));
        let flood = accepted.of("mallory", UnixTime(0));
        assert_eq!(flood.len(), PLACES - 1);
        assert!(flood.iter().all(|it| it.rhost.len() <= LONGEST));
        assert_eq!(accepted.of("alice", UnixTime(0)).len(), 1);
    }
}
